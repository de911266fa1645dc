"""Everything that the catalogue can say in numbers: what was printed and what follows from it.

Shares are made of a count and its denominator, changes of two years of one series, sums of
consecutive years of one series. Nothing is made across series, editions or definitions, unless
`data/check/derived.toml` asks for it by name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import combinations
from typing import Any, Literal

from slachtoffermonitor.published.checking.rules import check_rules, tolerance
from slachtoffermonitor.published.claims import Claim, Standing, claim, claims
from slachtoffermonitor.published.formula import Formula
from slachtoffermonitor.published.series import SERIES, series_total
from slachtoffermonitor.vocabulary import code_list

__all__ = ["Statement", "group_facets", "statements"]

Origin = Literal["published", "share", "change", "difference", "sum", "formula"]
Years = tuple[int, int]

# The measure that a share or a change of a count is a number of.
_SHARES = {
    "registered_victims": "share_of_victims",
    "reported_victims": "share_of_victims",
    "notifications": "share_of_notifications",
    "estimated_victims": "estimated_share",
    "chat_victims": "chat_share",
    "uk_referrals": "uk_referrals",
}
_CHANGES = {
    "registered_victims": "change_of_victims",
    "reports": "change_of_reports",
    "chat_victims": "change_of_chat_victims",
    "eu_registered_victims": "eu_change",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One number that the catalogue can answer with, and exactly what it is a number of.

    `low` and `high` are what the number stands for as it was written; they are equal for a count.
    A ratio ("one in nine") is held as a share in per cent, with `one_in` True. `formula` is None
    for what was printed as such. `compared_with` holds the years that a change starts from.
    """

    origin: Origin
    measure: str
    group: str
    subject: str
    quantity: str
    base: str
    facets: Mapping[str, str]
    years: Years
    period: str
    compared_with: Years | None
    value: float
    low: float
    high: float
    unit: str
    one_in: bool = False
    approximate: bool = False
    yearly: bool = False
    series: str
    standing: Standing = "published"
    claims: tuple[str, ...]
    formula: Formula | None = field(default=None)
    note: str = ""


@cache
def statements() -> tuple[Statement, ...]:
    """What can the catalogue say in numbers?

    Returns:
        The printed claims first, then shares, changes and differences, sums, and the named
        formulas; the same on every call.

    """
    printed = [entry for entry in claims() if entry.unit != "rank"]
    return (
        *(_printed(entry) for entry in printed),
        *(_share(entry) for entry in printed if _has_share(entry)),
        *_changes(printed),
        *_sums(),
        *(_named(entry) for entry in check_rules()["derived"]["derived"]),
    )


def group_facets(group: str) -> dict[str, str]:
    """Give what a group is about: form, age, sex, reporter, citizenship and so on."""
    return {
        name: str(value) for name, value in code_list("published_groups")[group].attributes.items()
    }


def _meaning(measure: str, group: str) -> dict[str, Any]:
    attributes = code_list("published_measures")[measure].attributes
    subject = str(attributes["subject"])
    return {
        "measure": measure,
        "group": group,
        "subject": subject,
        "quantity": str(attributes["quantity"]),
        "base": str(attributes["base"]),
        "facets": group_facets(group),
    }


def _yearly(entry: Claim, subject: str) -> bool:
    return (
        entry.unit == "persons_per_year" or subject in check_rules()["rules"]["subject"]["yearly"]
    )


def _printed(entry: Claim) -> Statement:
    meaning = _meaning(entry.measure, entry.group)
    low, high = _range(entry)
    value = entry.value if entry.value is not None else (low + high) / 2
    one_in = entry.unit == "one_in"
    if one_in:
        value, low, high = 100 / value, 100 / (value + 0.5), 100 / (value - 0.5)
    start = entry.denominator_claim if meaning["quantity"] == "change" else None
    return Statement(
        origin="published",
        **meaning,
        years=(entry.first_year, entry.last_year),
        period=entry.period,
        compared_with=(start.first_year, start.last_year) if start else None,
        value=value,
        low=low,
        high=high,
        unit=entry.unit,
        one_in=one_in,
        approximate=entry.approximate,
        yearly=_yearly(entry, meaning["subject"]),
        series=entry.series,
        standing=entry.standing,
        claims=(entry.id,),
        note=entry.note,
    )


def _range(entry: Claim) -> tuple[float, float]:
    """Give what the printed number stands for, by the way in which it was written."""
    if entry.value is None:
        return (entry.low or 0.0, entry.high or 0.0)
    half = 0.0
    if entry.unit == "percent":
        half = 0.05 if entry.value % 1 else 0.5
    if entry.approximate:
        half = max(half, tolerance("approximate") * abs(entry.value))
    return entry.value - half, entry.value + half


def _has_share(entry: Claim) -> bool:
    base = entry.denominator_claim
    return entry.measure in _SHARES and entry.value is not None and base is not None


def _computed(formula: Formula, *, approximate: bool) -> dict[str, Any]:
    value = formula.value()
    half = tolerance("approximate") * abs(value) if approximate else 0.0
    return {
        "value": value,
        "low": value - half,
        "high": value + half,
        "approximate": approximate,
        "claims": formula.inputs,
        "formula": formula,
    }


def _share(entry: Claim) -> Statement:
    base = claim(entry.denominator)
    meaning = _meaning(_SHARES[entry.measure], entry.group) | {"quantity": "share"}
    if base.group != "total":
        meaning["base"] = f"group:{base.group}"
    return Statement(
        origin="share",
        **meaning,
        years=(entry.first_year, entry.last_year),
        period=entry.period,
        compared_with=None,
        unit="percent",
        yearly=_yearly(entry, meaning["subject"]),
        series=entry.series,
        standing="computed" if entry.standing == "published" else entry.standing,
        note=entry.note,
        **_computed(
            Formula(kind="share", plus=(entry.id,), base=(base.id,)),
            approximate=entry.approximate or base.approximate,
        ),
    )


def _changes(printed: list[Claim]) -> Iterator[Statement]:
    """Give change and difference for every two periods of one measure, group and series."""
    runs: dict[tuple[str, str, str], dict[Years, Claim]] = defaultdict(dict)
    for entry in printed:
        if entry.measure not in _CHANGES or entry.standing != "published" or not entry.value:
            continue
        level = entry.first_year == entry.last_year or entry.unit == "persons_per_year"
        if not level or not entry.whole_years:
            continue
        for series in SERIES if entry.series == "both" else (entry.series,):
            run = runs[(entry.measure, entry.group, series)]
            period = (entry.first_year, entry.last_year)
            if period not in run or run[period].vintage < entry.vintage:
                run[period] = entry
    for (_, _, series), run in runs.items():
        for earlier, later in combinations(sorted(run), 2):
            if earlier[1] < later[0]:
                yield _change(run[earlier], run[later], series, "change")
                yield _change(run[earlier], run[later], series, "difference")


def _change(
    earlier: Claim, later: Claim, series: str, origin: Literal["change", "difference"]
) -> Statement:
    change = origin == "change"
    measure = _CHANGES[later.measure]
    formula = (
        Formula(kind="change", plus=(later.id,), base=(earlier.id,))
        if change
        else Formula(kind="value", plus=(later.id,), minus=(earlier.id,))
    )
    return Statement(
        origin=origin,
        **(_meaning(measure, later.group) | {"quantity": origin}),
        years=(later.first_year, later.last_year),
        period=later.period,
        compared_with=(earlier.first_year, earlier.last_year),
        unit="percent" if change else later.unit,
        series=series,
        standing="computed",
        **_computed(formula, approximate=earlier.approximate or later.approximate),
    )


def _sums() -> Iterator[Statement]:
    """Give the total of every run of two to ten years that one series covers without a gap."""
    newest = max(entry.last_year for entry in claims())
    oldest = min(entry.first_year for entry in claims())
    for series in SERIES:
        for first in range(oldest, newest):
            for last in range(first + 1, min(first + 10, newest + 1)):
                total = series_total(first, last, series)
                if total.value is None:
                    continue
                approximate = any(claim(name).approximate for name in total.claims)
                yield Statement(
                    origin="sum",
                    **_meaning("registered_victims", "total"),
                    years=(first, last),
                    period=f"{first}-{last}",
                    compared_with=None,
                    unit="persons",
                    series=series,
                    standing="computed",
                    **_computed(Formula(kind="value", plus=total.claims), approximate=approximate),
                )


def _named(entry: Mapping[str, Any]) -> Statement:
    formula = Formula.of(entry)
    meaning = _meaning(entry["measure"], entry["group"])
    meaning["base"] = entry.get("basis", meaning["base"])
    first, last = entry["years"]
    earlier = entry.get("from")
    return Statement(
        origin="formula",
        **meaning,
        years=(first, last),
        period=str(first) if first == last else f"{first}-{last}",
        compared_with=(earlier[0], earlier[1]) if earlier else None,
        unit="percent" if formula.kind in {"share", "change"} else claim(formula.plus[0]).unit,
        series=entry["series"],
        standing="computed",
        note=entry.get("note", ""),
        **_computed(formula, approximate=any(claim(n).approximate for n in formula.inputs)),
    )
