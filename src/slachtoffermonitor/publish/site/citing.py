"""How a table or a chart is cited, of which vintage it is, and which figures were revised."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from slachtoffermonitor.disclose import ReleasedTable
from slachtoffermonitor.edition import Edition
from slachtoffermonitor.ground import Language, Number, Text
from slachtoffermonitor.publish._reading import labels, read_cells

__all__ = ["Citation", "cite", "revisions", "vintage_words"]

_BESIDE = frozenset({"vintage", "claim", "source", "note", "unit"})
_MOST = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """What to write under a figure that is used elsewhere; `address` is its place in the site."""

    words: str
    address: str


def cite(
    edition: Edition,
    table: ReleasedTable,
    address: str,
    language: Language,
    *,
    day: str,
    chart: Text | None = None,
) -> Citation:
    """How should the table, or the chart of that title that is drawn from it, be cited?"""
    values: dict[str, Number | Text | str | int] = {
        "edition": edition.title,
        "title": chart or table.title,
        "vintage": vintage_words(table, day),
        "source": table.source,
    }
    words = (
        Text("{edition}, chart “{title}”. {vintage} {source}.", values)
        if chart
        else Text("{edition}, table “{title}”. {vintage} {source}.", values)
    )
    return Citation(words=words.in_language(language), address=address)


def vintage_words(table: ReleasedTable, day: str) -> Text:
    """Of which day are the figures: of the edition, or of the editions that published them?"""
    if table.origin == "published":
        return Text("Published figures as collected on {day}.", {"day": day})
    return Text("Vintage {day}.", {"day": day})


def revisions(table: ReleasedTable, language: Language) -> list[str]:
    """Which figures were published more than once, and differed? Oldest first.

    A figure is the same when all its dimensions but the vintage are.
    """
    frame = table.frame
    if "vintage" not in frame.columns:
        return []
    figure = next((c for c in table.columns if c.role in {"count", "measure"}), None)
    if figure is None:
        return []
    same = [c.name for c in table.columns if c.role == "dimension" and c.name not in _BESIDE]
    said = frame.select(
        what=pl.Series(_named(table, same, language)),
        vintage=pl.col("vintage").cast(pl.String).fill_null(""),
        value=pl.col(figure.name),
        shown=pl.Series(read_cells(table, figure, frame, language)),
    ).filter(pl.col("value").is_not_null())
    told = []
    for _, rows in said.group_by("what", maintain_order=True):
        if rows["value"].n_unique() < 2 or rows["vintage"].n_unique() < 2:
            continue
        told.append(_revision(rows.sort("vintage"), language))
    return told[:_MOST]


def _named(table: ReleasedTable, names: list[str], language: Language) -> list[str]:
    parts = [labels(table.column(name), table.frame[name], language) for name in names]
    return [", ".join(row) for row in zip(*parts, strict=True)]


def _revision(rows: pl.DataFrame, language: Language) -> str:
    steps = [
        (
            Text("{figure} (vintage {vintage})", {"figure": shown, "vintage": vintage})
            if vintage
            else Text("{figure} (first published)", {"figure": shown})
        ).in_language(language)
        for vintage, shown in rows.select("vintage", "shown").unique(maintain_order=True).rows()
    ]
    return f"{rows['what'][0]}: {', '.join(steps)}."
