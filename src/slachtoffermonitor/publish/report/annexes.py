"""The annexes of the report: method, revisions, definitions, sources, what is only in the files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from slachtoffermonitor.disclose import ReleasedTable
from slachtoffermonitor.edition import Edition
from slachtoffermonitor.ground import Language, Number, Text
from slachtoffermonitor.publish.report.printing import listed
from slachtoffermonitor.published import Claim
from slachtoffermonitor.vocabulary import code_list

__all__ = ["definitions", "left_out", "method", "provenance", "revisions"]

_PLAIN_LISTS = frozenset({"countries", "published_groups", "published_units"})
_REGISTER: tuple[Text, ...] = (
    Text(
        "Notifications of all reporters are linked to persons by the model of Fellegi and Sunter "
        "(1969). A person counts once in every year in which somebody reported the person."
    ),
    Text(
        "The hidden number is estimated by multiple systems estimation: log-linear models on the "
        "lists that overlap. Intervals say what chance could do; they do not say which model is "
        "right."
    ),
    Text(
        "Who is victim again is followed from the first registration on, with death and emigration "
        "as competing events (Aalen and Johansen, 1978)."
    ),
    Text(
        "All tables of the register are protected as one set before they leave, and are attacked "
        "first: nothing is published while an attack finds a person."
    ),
)


def method(edition: Edition, language: Language) -> list[dict[str, object]]:
    """How was each figure made? What all tables share first, then table by table."""
    shared = [text.in_language(language) for text in _REGISTER]
    parts: list[dict[str, object]] = [{"words": shared}]
    for explanation, tables in _by_explanation(edition, language).items():
        to = Text("These tables are protected so: {tables}.", {"tables": "; ".join(tables)})
        parts.append({"words": [explanation, to.in_language(language)]})
    return parts


def _by_explanation(edition: Edition, language: Language) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for table in edition.tables.values():
        if table.origin != "published":
            found[table.explanation.in_language(language)].append(table.title.in_language(language))
    return found


def revisions(edition: Edition, language: Language) -> dict[str, object]:
    """Which published figures were revised, and to what? As a table."""
    last = _last_year(edition)
    known: dict[tuple[str, ...], list[Claim]] = defaultdict(list)
    for one in edition.claims:
        if one.vintage and one.last_year <= last:
            known[one.measure, one.group, one.period, one.series].append(one)
    rows = [
        [
            _words("published_measures", ones[0].measure, language),
            _words("published_groups", ones[0].group, language),
            ones[0].period,
            "; ".join(
                f"{Number(one.value or 0).in_language(language)} ({one.vintage})"
                for one in sorted(ones, key=lambda one: one.vintage)
            ),
        ]
        for ones in known.values()
        if len({one.value for one in ones}) > 1
    ]
    heads = (Text("Measure"), Text("Group"), Text("Period"), Text("Value (edition of)"))
    return listed([(head.in_language(language), False) for head in heads], rows)


def _last_year(edition: Edition) -> int:
    """Give the last year of which the edition shows published figures."""
    table = edition.tables.get("registered_by_year")
    last = edition.window[1] if table is None else table.frame["year"].max()
    return int(last) if isinstance(last, int) else edition.window[1]


def _words(codes: str, code: str, language: Language) -> str:
    known = code_list(codes)
    return known.label(code, language) if code in known else code


def definitions(edition: Edition, language: Language) -> list[dict[str, object]]:
    """What do the words in the tables mean? Of every code list, the codes that the edition uses."""
    used: dict[str, set[str]] = defaultdict(set)
    for table in edition.tables.values():
        for column in table.columns:
            if column.codes and column.codes not in _PLAIN_LISTS:
                used[column.codes] |= set(table.frame[column.name].drop_nulls().to_list())
    lists: list[dict[str, object]] = []
    for name in sorted(used):
        known = code_list(name)
        terms = [
            {"term": known.label(code, language), "means": known[code].definition[language]}
            for code in known
            if code in used[name] and known[code].definition.get(language)
        ]
        if terms:
            lists.append({"title": known.title[language], "terms": terms})
    return lists


def provenance(edition: Edition, language: Language) -> list[list[str]]:
    """What was the edition made with? Names and values."""
    made = edition.provenance
    rows = [
        (Text("Version of the monitor"), made.version),
        (Text("Seed of all chance"), str(made.seed)),
        (Text("Python"), made.python),
        (Text("Libraries"), ", ".join(f"{one} {at}" for one, at in made.libraries.items())),
        (Text("Deliveries"), Number(len(made.inputs)).in_language(language)),
    ]
    return [[name.in_language(language), value] for name, value in rows]


def left_out(tables: Sequence[ReleasedTable], language: Language) -> dict[str, object]:
    """Which tables are too long for paper, how long are they, and in which file do they stand?"""
    heads = (Text("Table"), Text("By"), Text("Rows"), Text("File"))
    rows = []
    for table in tables:
        dimensions = [column for column in table.columns if column.role == "dimension"]
        by = ", ".join(column.label.in_language(language).lower() for column in dimensions)
        size = Number(table.frame.height).in_language(language)
        rows.append([table.title.in_language(language), by, size, f"data/{table.name}.csv"])
    return listed([(head.in_language(language), False) for head in heads], rows)
