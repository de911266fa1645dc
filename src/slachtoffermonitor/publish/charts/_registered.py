"""Charts of who was registered: the two published series, and the groups of the register.

Published figures have gaps (a year that no source gives), two series and several vintages. None
of that is smoothed: a gap stays a gap, and an earlier vintage is drawn as an open point.
"""

from __future__ import annotations

from collections.abc import Set

import polars as pl

from slachtoffermonitor.disclose import ReleasedTable
from slachtoffermonitor.ground import Language, Number, Text
from slachtoffermonitor.publish._reading import hidden_words, labels
from slachtoffermonitor.publish.charts._rows import Builder, Tables, Words, listed, rows_of, say
from slachtoffermonitor.publish.charts._shapes import lines, panels
from slachtoffermonitor.publish.charts.figure import Figure

__all__ = ["register_panels", "registered_series", "with_gaps"]


def registered_series(tables: Tables, language: Language) -> Figure | None:
    """How many victims were registered each year, in both published series?"""
    table = rows_of(tables, "registered_by_year", "year", "series", "vintage", "victims")
    if table is None:
        return None
    known = pl.col("victims").is_not_null()
    frame = table.frame.filter(known).sort("year", "series", "vintage")
    if frame.height < 2:
        return None
    series = labels(table.column("series"), frame["series"], language)
    drawn = frame.select(
        x="year",
        y=pl.col("victims").cast(pl.Float64),
        group=pl.Series(series),
        hollow=~pl.struct("year", "series").is_last_distinct(),
        note=pl.col("vintage").cast(pl.String).fill_null(""),
    )
    words, title = _low_point(frame)
    return Figure(
        key="registered-by-year",
        title=Text(title.message, words),
        alternative=Text(
            "Line chart of registered victims a year, {first_year} to {last_year}, in two series "
            "that use different definitions. Low point {low} in {low_year}; last value {last} in "
            "{last_year}. Open points are figures that a later edition revised. Years that no "
            "source gives are left open.",
            words,
        ),
        table=table,
        frame=frame,
        chart=lines(
            with_gaps(drawn),
            groups=list(dict.fromkeys(series)),
            x_title="",
            y_title=say("registered victims", language),
        ),
        notes=(Text("Do not add up years of different series: the definitions differ."),),
    )


def _low_point(frame: pl.DataFrame) -> tuple[Words, Text]:
    """The last low of the longest series, the high of the five years before it, the last value."""
    sizes = frame["series"].value_counts().sort("count", "series")
    main = frame.filter(pl.col("series") == sizes["series"][-1]).unique(
        "year", keep="last", maintain_order=True
    )
    recent = main.tail(12)
    low = recent.sort("victims", "year").row(0, named=True)
    before = main.filter(pl.col("year") < low["year"]).tail(5).sort("victims")
    words: Words = {
        "low": Number(low["victims"]),
        "low_year": low["year"],
        "last": Number(main["victims"][-1]),
        "last_year": main["year"][-1],
        "first_year": frame["year"][0],
    }
    if not before.height:
        return words, Text("{low} victims registered in {low_year}, {last} in {last_year}")
    words |= {"high": Number(before["victims"][-1]), "high_year": before["year"][-1]}
    if low["year"] == main["year"][-1]:
        return words, Text("From {high} registered victims in {high_year} to {low} in {low_year}")
    return words, Text(
        "From {high} registered victims in {high_year} to {low} in {low_year}; {last} in "
        "{last_year}"
    )


def with_gaps(drawn: pl.DataFrame) -> pl.DataFrame:
    """Put an empty point in every year that a series skips, so that no line bridges it."""
    first, last = (
        int(year) for year in drawn.select(a=pl.col("x").min(), b=pl.col("x").max()).row(0)
    )
    years = pl.DataFrame({"x": range(first, last + 1)}, schema={"x": drawn.schema["x"]})
    grid = years.join(drawn.select("group").unique(maintain_order=True), how="cross")
    full = grid.join(drawn, on=["x", "group"], how="left", maintain_order="left")
    return full.with_columns(
        hollow=pl.col("hollow").fill_null(value=False), note=pl.col("note").fill_null("")
    )


def register_panels(
    name: str,
    group: str,
    title: Text,
    *,
    untitled: frozenset[str] = frozenset(),
    undrawn: frozenset[str] = frozenset(),
) -> Builder:
    """Give the builder of one small bar chart per `group` of a table of persons by year.

    `title` may use {largest} and {persons} of the last year, {first_year} and {last_year}. The
    codes in `untitled`, such as unknown, are drawn and never stand in the title; those in
    `undrawn` are told in words, where they would dwarf what the chart is about.
    """

    def build(tables: Tables, language: Language) -> Figure | None:
        table = rows_of(tables, name, "year", group, "persons")
        if table is None:
            return None
        every = _names_by_size(table, group, language)
        hidden = hidden_words(table)
        whole = table.frame.sort("year")
        frame = whole.filter(~pl.col(group).is_in(undrawn))
        names = {code: name for code, name in every.items() if code not in undrawn}
        if not names:
            return None
        words = _extent(frame, group, names, untitled)
        words["each"] = _each(frame, group, names, hidden)
        minimum = table.parameters.get("minimum")
        sign = "×" if minimum is None else f"<{minimum}"
        return Figure(
            key=name.replace("_", "-"),
            title=Text(title.message, words),
            alternative=Text(
                "{groups} small bar charts on the same scale, one for each group, by year of "
                "registration from {first_year} to {last_year}. {each}. Where a count is hidden "
                "the chart has the sign {sign} in place of a bar: {hidden}.",
                words | {"hidden": hidden, "sign": sign},
            ),
            table=table,
            frame=frame,
            chart=panels(
                frame.select(
                    x="year",
                    y="persons",
                    withheld=pl.col("persons").is_null(),
                    group=pl.col(group).replace_strict(names),
                ),
                groups=list(names.values()),
                hidden=sign,
            ),
            notes=(
                *(
                    [Text("In the chart {sign} means: {hidden}.", {"sign": sign, "hidden": hidden})]
                    if table.hidden
                    else []
                ),
                *_told(whole, group, every.keys() - names.keys(), every, hidden),
            ),
        )

    return build


def _names_by_size(table: ReleasedTable, group: str, language: Language) -> dict[str, str]:
    sizes = (
        table.frame.group_by(group)
        .agg(pl.col("persons").sum())
        .sort("persons", group, descending=[True, False])
    )
    names = labels(table.column(group), sizes[group], language)
    return dict(zip(sizes[group].to_list(), names, strict=True))


def _extent(
    frame: pl.DataFrame, group: str, names: dict[str, str], untitled: frozenset[str]
) -> Words:
    """The largest group of the last year: counts of years are never added up."""
    last_year = int(frame["year"][-1])
    last = frame.filter(
        (pl.col("year") == last_year)
        & pl.col("persons").is_not_null()
        & ~pl.col(group).is_in(untitled)
    )
    top = last.sort("persons", group).row(-1, named=True) if last.height else None
    return {
        "largest": names[top[group]] if top else "",
        "persons": Number(top["persons"]) if top else "",
        "first_year": int(frame["year"][0]),
        "last_year": last_year,
        "groups": Number(len(names)),
    }


def _told(
    frame: pl.DataFrame, group: str, codes: Set[str], names: dict[str, str], hidden: Text
) -> tuple[Text, ...]:
    """Say in words what is not drawn."""
    left_out = {code: name for code, name in names.items() if code in codes}
    if not left_out:
        return ()
    each = _each(frame, group, left_out, hidden)
    return (Text("Not drawn, because the others would hardly be seen: {each}.", {"each": each}),)


def _each(frame: pl.DataFrame, group: str, names: dict[str, str], hidden: Text) -> Text:
    """What the panel of each group begins and ends with, for who does not see it."""
    told = []
    for code, name in names.items():
        rows = frame.filter(pl.col(group) == code)
        (first_year, first), (last_year, last) = (
            rows.select("year", "persons").row(at) for at in (0, -1)
        )
        told.append(
            Text(
                "{group}: {first} in {first_year}, {last} in {last_year}",
                {
                    "group": name,
                    "first": hidden if first is None else Number(first),
                    "first_year": int(first_year),
                    "last": hidden if last is None else Number(last),
                    "last_year": int(last_year),
                },
            )
        )
    return listed(told)
