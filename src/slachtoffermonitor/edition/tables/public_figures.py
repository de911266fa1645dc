"""What was published before, as tables: every row is a claim with its series and its source."""

from __future__ import annotations

import polars as pl

from slachtoffermonitor.disclose import Table
from slachtoffermonitor.edition.tables._columns import columns
from slachtoffermonitor.ground import Text
from slachtoffermonitor.published import claim, claims_frame, key_figures

__all__ = ["public_tables"]

_DUTCH = pl.col("series").is_in(["NR", "CoMensha", "both", "newspaper"])
_TOPICS: dict[str, tuple[str, pl.Expr]] = {
    "registered_by_form": (
        "Published figures by form of exploitation",
        _DUTCH
        & pl.col("dimension").is_in(
            ["form", "form x age", "form x region", "form x sex", "sector"]
        ),
    ),
    "registered_by_reporter": (
        "Published figures by reporter",
        _DUTCH & (pl.col("dimension") == "reporter"),
    ),
    "registered_by_age": (
        "Published figures by age",
        _DUTCH & pl.col("dimension").is_in(["age", "age x sex"]),
    ),
    "registered_by_sex": ("Published figures by sex", _DUTCH & (pl.col("dimension") == "sex")),
    "registered_by_citizenship": (
        "Published figures by citizenship",
        _DUTCH & (pl.col("dimension") == "citizenship"),
    ),
    "estimates_published": ("Published estimates", pl.col("series") == "MSE"),
    "repeat_published": (
        "Published figures on repeat victimisation",
        pl.col("series") == "CBS linkage",
    ),
    "chat_line": ("Published figures of the chat line", pl.col("series") == "CKM/Fier"),
    "residence_permits": (
        "Published figures on protection under immigration law",
        pl.col("dimension").is_in(["all", "status", "process"]),
    ),
    "chain": (
        "Published figures on suspects, prosecution and municipalities",
        pl.col("dimension") == "chain",
    ),
    "other_countries": (
        "Published figures of the European Union and the United Kingdom",
        pl.col("series").is_in(["Eurostat", "UK NRM"]),
    ),
}


def public_tables(until: int | None = None) -> tuple[Table, ...]:
    """Which figures were published before, topic by topic?

    The tables of topics hold figures of several measures, series and denominators side by side;
    adding up their rows goes wrong.

    Args:
        until: the last year that figures may be about; None for all that was published. Topics of
            which nothing is left are left out.

    """
    frame = claims_frame().filter(until is None or pl.col("last_year") <= until)
    topics = [
        _topic(name, title, found)
        for name, (title, chosen) in _TOPICS.items()
        if not (found := frame.filter(chosen)).is_empty()
    ]
    return (_registered_by_year(frame), *topics, _key_figures(until))


def _topic(name: str, title: str, frame: pl.DataFrame) -> Table:
    names = (
        "period",
        "measure",
        "group",
        "value",
        "low",
        "high",
        "unit",
        "series",
        "vintage",
        "claim",
        "source",
        "note",
    )
    return Table(
        name=name,
        title=Text(title),
        frame=frame.sort("first_year", "last_year", "measure", "group", maintain_order=True)
        .rename({"id": "claim"})
        .select(names),
        columns=columns(*names),
        origin="published",
        source=_publishers(frame),
    )


def _registered_by_year(frame: pl.DataFrame) -> Table:
    """Give the totals by year; a figure of both series stands once under each."""
    totals = frame.filter(
        (pl.col("measure") == "registered_victims")
        & (pl.col("dimension") == "total")
        & (pl.col("first_year") == pl.col("last_year"))
        & pl.col("series").is_in(["NR", "CoMensha", "both"])
    )
    split = totals.with_columns(
        pl.when(pl.col("series") == "both")
        .then(pl.lit(["NR", "CoMensha"]))
        .otherwise(pl.concat_list("series"))
        .alias("series")
    ).explode("series")
    names = ("year", "series", "vintage", "victims", "claim", "source", "note")
    return Table(
        name="registered_by_year",
        title=Text("Registered victims by year, as published"),
        frame=split.rename({"id": "claim", "first_year": "year", "value": "victims"})
        .with_columns(pl.col("victims").cast(pl.Int64))
        .sort("series", "year", "vintage", descending=[True, False, False])
        .select(names),
        columns=columns(*names),
        origin="published",
        source=_publishers(totals),
        notes=(
            Text("The two series use different definitions; a change across series is no change."),
        ),
    )


def _publishers(frame: pl.DataFrame) -> Text:
    """Name who published the rows, for a chart or page that does not show every row's source."""
    named = frame.sort("first_year").select(
        pl.col("source")
        .str.split(",")
        .list.first()
        .str.split(" on ")
        .list.first()
        .str.strip_prefix("Dutch ")  # one publisher under two names
        .alias("name")
    )["name"]
    return Text(
        "As published by {publishers}; the table names the source of each figure",
        {"publishers": ", ".join(named.unique(maintain_order=True))},
    )


def _key_figures(until: int | None) -> Table:
    figures = [
        figure
        for figure in key_figures()
        if until is None or all(claim(name).last_year <= until for name in figure.inputs)
    ]
    names = ("key", "value", "unit", "published_as", "formula", "source", "note")
    frame = pl.DataFrame(
        {
            "key": [figure.label.message for figure in figures],
            "value": [figure.value for figure in figures],
            "unit": [figure.unit for figure in figures],
            "published_as": [figure.published_as for figure in figures],
            "formula": ["; ".join(figure.inputs) for figure in figures],
            "source": [figure.source for figure in figures],
            "note": [figure.note.message for figure in figures],
        },
        schema_overrides={"value": pl.Float64},
    )
    return Table(
        name="key_figures",
        title=Text("Key figures, computed again from what was published"),
        frame=frame.select(names),
        columns=columns(*names),
        origin="published",
        source=Text("Computed by this software from the published claims"),
    )
