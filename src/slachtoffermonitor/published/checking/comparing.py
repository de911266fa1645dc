"""How far a statement of the catalogue is from a question, and how the two stand to each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from slachtoffermonitor.published.checking.questions import Question
from slachtoffermonitor.published.checking.rules import check_rules
from slachtoffermonitor.published.checking.statements import Statement, statements
from slachtoffermonitor.published.formula import Formula
from slachtoffermonitor.published.series import explain_total

__all__ = ["Placed", "Relation", "place", "relate"]

Relation = Literal[
    "match", "other_definition", "contradiction", "disputed", "other_year", "context"
]
_QUANTITIES = {"count": "count", "percent": "share"}
_TOO_FAR = 3
_HINTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A statement with what differs from the question, and how it stands to the number."""

    statement: Statement
    differs: tuple[str, ...]
    relation: Relation = "context"


def place(question: Question) -> list[Placed]:
    """Which statements are about the same thing, or about it but for one difference?

    Returns:
        Statements of the quantity that is asked, with at most one of the differences subject,
        group, period, compared_with; a statement of other years has `year` too.

    """
    number = question.number
    quantity = question.quantity or (_QUANTITIES.get(number.kind, number.kind) if number else "")
    subject, facets = _subject(question, quantity)
    placed = []
    for statement in statements():
        if statement.quantity != quantity:
            continue
        far = [
            *_subject_differs(subject, statement),
            *_group_differs(facets, statement),
            *_period_differs(question, statement),
            *_start_differs(question, statement),
        ]
        if len([name for name in far if name != "year"]) <= 1:
            placed.append(Placed(statement=statement, differs=tuple(far)))
    return placed + _mixture(question, subject, facets, quantity)


def _subject(question: Question, quantity: str) -> tuple[str, dict[str, str]]:
    """Decide what the quote is about, and drop the words that mean nothing there."""
    rules = check_rules()["rules"]["subject"]
    subject, facets = question.subject, dict(question.facets)
    owners = [owner for facet, owner in rules["owned"].items() if facet in facets]
    if subject is None:
        subject = owners[0] if owners else rules["default"]
        if quantity == "share" and not facets and question.base not in {"reports", "notifications"}:
            subject = rules["in_view"]
    if subject == rules["in_view"] and quantity != "share":
        subject = rules["default"]
    dropped = [facet for facet, owner in rules["owned"].items() if owner != subject]
    return subject, {name: value for name, value in facets.items() if name not in dropped}


def _subject_differs(subject: str, statement: Statement) -> list[str]:
    if statement.subject == subject:
        return []
    near = check_rules()["rules"]["subject"]["alternatives"].get(subject, ())
    return ["subject"] * (1 if statement.subject in near else _TOO_FAR)


def _group_differs(facets: dict[str, str], statement: Statement) -> list[str]:
    confused = check_rules()["rules"]["confused"]
    far = 0
    for name in facets.keys() | statement.facets.keys():
        here, there = facets.get(name), statement.facets.get(name)
        if here == there:
            continue
        together = any({here, there} <= set(row) for row in confused.get(name, ()))
        far += 1 if here is None or there is None or together else _TOO_FAR
    return ["group"] * far


def _period_differs(question: Question, statement: Statement) -> list[str]:
    years, theirs = question.years, statement.years
    months = statement.period.partition("/")[2]
    if years is None:
        return ["period"] if months else []
    if question.months:
        first, last = (f"{years[0]}-{month:02d}" for month in question.months)
        if statement.period == f"{first}/{last}":
            return []
    if years == theirs and not months and not question.months:
        return []
    inside = theirs[0] <= years[0] and years[1] <= theirs[1]
    if inside and statement.yearly:
        return []
    around = years[0] <= theirs[0] and theirs[1] <= years[1]
    return ["period"] if inside or around else ["year"]


def _start_differs(question: Question, statement: Statement) -> list[str]:
    start = statement.compared_with
    if start is None:
        return ["compared_with"] if question.compared_with else []
    asked = question.compared_with
    if asked is None:
        return [] if start[1] == statement.years[0] - 1 else ["compared_with"]
    if asked == start:
        return []
    overlap = asked[0] <= start[1] and start[0] <= asked[1]
    return ["compared_with"] * (1 if overlap else _TOO_FAR)


def _mixture(
    question: Question, subject: str, facets: dict[str, str], quantity: str
) -> list[Placed]:
    """Find out a sum over years that takes some years from one series and some from the other."""
    years, number = question.years, question.number
    plain = subject == "register" and not facets and quantity == "count"
    if not plain or number is None or years is None or not 1 <= years[1] - years[0] <= 9:
        return []
    parts = explain_total(*years, number.value)
    if not parts or not parts[0].mixed:
        return []
    formula = Formula(kind="value", plus=tuple(name for _, _, name in parts[0].series_by_year))
    model = next(s for s in statements() if s.origin == "sum")
    shown = {name: getattr(model, name) for name in ("measure", "group", "subject", "quantity")}
    statement = Statement(
        origin="sum",
        **shown,
        base=model.base,
        facets={},
        years=years,
        period=f"{years[0]}-{years[1]}",
        compared_with=None,
        value=number.value,
        low=number.value,
        high=number.value,
        unit="persons",
        series="mixed",
        standing="computed",
        claims=formula.inputs,
        formula=formula,
    )
    return [Placed(statement=statement, differs=())]


def relate(question: Question, placed: Iterable[Placed]) -> list[Placed]:
    """How does each statement stand to the number: does it fit, and by the definition asked?"""
    entries = list(placed)
    scope = [entry for entry in entries if not entry.differs]
    related = [
        *_in_scope(question, scope),
        *(
            _with(entry, "other_definition" if _usable(entry) else "disputed", _standing(entry))
            for entry in entries
            if entry.differs and "year" not in entry.differs and _fits(question, entry)
        ),
    ]
    if not any(entry.relation in {"match", "other_definition"} for entry in related):
        others = [e for e in entries if e.differs == ("year",) and _good(e) and _fits(question, e)]
        newest = sorted(others, key=lambda entry: entry.statement.years, reverse=True)
        related += [_with(entry, "other_year") for entry in newest[:_HINTS]]
    return related


def _in_scope(question: Question, scope: list[Placed]) -> list[Placed]:
    periods: dict[tuple[int, int], list[Placed]] = defaultdict(list)
    for entry in scope:
        periods[entry.statement.years].append(entry)
    related = [
        entry
        for years in sorted(periods, reverse=True)
        for entry in _in_period(question, periods[years])
    ]
    if question.years is not None:
        return related
    # Without a year only what fits is told, or else the newest figure that it does not fit.
    fitting = [e for e in related if e.relation in {"match", "other_definition", "disputed"}]
    return fitting or [e for e in related if e.relation == "contradiction"][:1]


def _in_period(question: Question, entries: list[Placed]) -> list[Placed]:
    main = _main(question, entries)
    related = []
    for entry in entries:
        fits = _fits(question, entry)
        base = not _same_base(question, entry)
        reading = [*(["base"] if base else []), *([] if entry in main else _aside(entry, main))]
        reading += _standing(entry)
        if not _usable(entry):
            if fits:
                related.append(_with(entry, "disputed"))
        elif fits:
            relation: Relation = "other_definition" if reading else "match"
            related.append(_with(entry, relation, reading))
        else:
            related.append(_with(entry, "contradiction" if entry in main else "context", reading))
    return related


def _main(question: Question, entries: list[Placed]) -> list[Placed]:
    """Choose the statements by the definition that is asked, or that is usual when none is."""
    rules = check_rules()["rules"]
    good = [e for e in entries if _good(e)]
    named = [e for e in good if question.base and _named_base(question.base, e.statement.base)]
    plain = [e for e in good if e.statement.base not in rules["base"]["special"]]
    chosen = named or plain or good
    wanted = rules["series"]["named"].get(question.series or "", ())
    in_series = [e for e in chosen if e.statement.series in wanted]
    if in_series:
        return in_series
    order = rules["series"]["order"]
    lowest = min((order.get(e.statement.series, 0) for e in chosen), default=0)
    return [e for e in chosen if order.get(e.statement.series, 0) == lowest]


def _aside(entry: Placed, main: list[Placed]) -> list[str]:
    """Say by what a statement is not of the main reading: its series, or what it counts."""
    series = {other.statement.series for other in main}
    return ["base"] if entry.statement.series in series else ["series"]


def _row(base: str) -> Any:
    rows = check_rules()["rules"]["base"]["same"]
    return next((tuple(row) for row in rows if base in row), None)


def _named_base(asked: str, base: str) -> bool:
    return asked == base or (_row(asked) is not None and _row(asked) == _row(base))


def _same_base(question: Question, entry: Placed) -> bool:
    """Say whether the two may be compared: only bases that readers tell apart are different."""
    asked, base = question.base, entry.statement.base
    if asked is None or _row(asked) is None or _row(base) is None:
        return True
    return _named_base(asked, base)


def _good(entry: Placed) -> bool:
    return entry.statement.standing in {"published", "computed"}


def _usable(entry: Placed) -> bool:
    return _good(entry) or entry.statement.standing == "other_base"


def _standing(entry: Placed) -> list[str]:
    return ["standing"] if entry.statement.standing == "other_base" else []


def _fits(question: Question, entry: Placed) -> bool:
    """Say whether the two ranges meet; ranges that only touch do not."""
    number, statement = question.number, entry.statement
    if number is None:
        return False
    low, high = max(number.low, statement.low), min(number.high, statement.high)
    point = number.low == number.high or statement.low == statement.high
    return low <= high + 1e-9 if point else low < high - 1e-9


def _with(entry: Placed, relation: Relation, reading: Iterable[str] = ()) -> Placed:
    return Placed(
        statement=entry.statement,
        differs=(*entry.differs, *reading),
        relation=relation,
    )
