"""Charts of the published topic tables: one measure of a topic, by group and period.

A topic table holds several measures, series and denominators side by side; a chart takes one
measure in one series.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from slachtoffermonitor.disclose import ReleasedTable
from slachtoffermonitor.ground import Language, Number, Text
from slachtoffermonitor.publish._reading import labels
from slachtoffermonitor.publish.charts._registered import with_gaps
from slachtoffermonitor.publish.charts._rows import (
    Builder,
    Tables,
    Words,
    listed,
    number,
    rows_of,
    say,
    single_years,
    upper,
)
from slachtoffermonitor.publish.charts._shapes import dots, lines, panels
from slachtoffermonitor.publish.charts.figure import Figure

__all__ = ["published_groups", "published_latest", "published_line", "published_periods"]


def published_groups(name: str, measure: str, groups: Sequence[str], title: Text) -> Builder:
    """Give the builder of one small chart per group of a published table, over single years.

    `title` may use {Group}, {first}, {first_year}, {last} and {last_year} of the first group, and
    {top} and {most}: the largest group of the last year.
    """

    def build(tables: Tables, language: Language) -> Figure | None:
        table = rows_of(tables, name)
        rows = single_years(table, measure)
        if table is None or rows is None:
            return None
        frame = rows.filter(pl.col("group").is_in(groups))
        if frame["year"].n_unique() < 2:
            return None
        order = [group for group in groups if group in frame["group"].to_list()]
        names = _names(table, order, language)
        words = _first_and_last(frame.filter(pl.col("group") == order[0]))
        top = frame.sort("year", "value").row(-1, named=True)
        words |= {
            "Group": upper(names[order[0]]),
            "groups": Number(len(order)),
            "most": Number(top["value"]),
            "top": names[top["group"]],
        }
        return Figure(
            key=name.replace("_", "-"),
            title=Text(title.message, words),
            alternative=Text(
                "{groups} small bar charts on the same scale, one for each group, for the years "
                "of which a figure was published. {each}.",
                words | {"each": _each(frame, names)},
            ),
            table=table,
            frame=frame.drop("year"),
            chart=panels(
                frame.select(
                    x="year",
                    y=pl.col("value").cast(pl.Float64),
                    group=pl.col("group").replace_strict(names),
                ),
                groups=list(names.values()),
            ),
        )

    return build


def published_line(name: str, measure: str, group: str, title: Text, y_title: Text) -> Builder:
    """Give the builder of one line over years for one group of a published table.

    `title` may use {first}, {first_year}, {last} and {last_year}.
    """

    def build(tables: Tables, language: Language) -> Figure | None:
        table = rows_of(tables, name)
        rows = single_years(table, measure)
        if table is None or rows is None:
            return None
        frame = rows.filter(pl.col("group") == group)
        if frame.height < 2:
            return None
        words = _first_and_last(frame)
        ordered = frame["value"].sort()
        words |= {"least": Number(ordered[0]), "most": Number(ordered[-1])}
        drawn = frame.select(
            x="year",
            y=pl.col("value").cast(pl.Float64),
            group=pl.lit(group),
            hollow=pl.lit(value=False),
            note=pl.lit(""),
        )
        return Figure(
            key=f"{name}-{group}".replace("_", "-"),
            title=Text(title.message, words),
            alternative=Text(
                "Line chart: {first} in {first_year}, {last} in {last_year}; lowest {least}, "
                "highest {most}. Years that no source gives are left open.",
                words,
            ),
            table=table,
            frame=frame.drop("year"),
            chart=lines(
                with_gaps(drawn).with_columns(
                    group=pl.lit(_names(table, [group], language)[group])
                ),
                groups=[_names(table, [group], language)[group]],
                x_title="",
                y_title=y_title.in_language(language),
                height=220,
            ),
        )

    return build


def published_periods(name: str, measure: str, group: str, title: Text) -> Builder:
    """Give the builder of one bar per period, for a group with few and unequal periods.

    `title` may use {first}, {first_period}, {last} and {last_period}.
    """

    def build(tables: Tables, language: Language) -> Figure | None:
        table = rows_of(tables, name, "period", "measure", "group", "value", "unit")
        if table is None:
            return None
        one = table.frame.filter(
            pl.col("measure") == measure, pl.col("group") == group, pl.col("value").is_not_null()
        )
        frame = one.sort("period", "vintage").unique("period", keep="last", maintain_order=True)
        if frame.height < 2:
            return None
        units = labels(table.column("unit"), frame["unit"], language)
        said = [
            f"{number(value, language)} {unit}"
            for value, unit in zip(frame["value"].to_list(), units, strict=True)
        ]
        words: Words = {
            "first": Number(frame["value"][0]),
            "first_period": frame["period"][0],
            "last": Number(frame["value"][-1]),
            "last_period": frame["period"][-1],
        }
        return Figure(
            key=f"{name}-{group}".replace("_", "-"),
            title=Text(title.message, words),
            alternative=Text(
                "Bar chart by period: {first} in {first_period}, {last} in {last_period}. "
                "Periods of several years show the number a year.",
                words,
            ),
            table=table,
            frame=frame,
            chart=dots(
                _bars(frame, frame["period"].to_list(), said), x_title=say("victims", language)
            ),
        )

    return build


def published_latest(name: str, measure: str, title: Text, limit: int = 10) -> Builder:
    """Give the builder of bars for the groups of the newest of the fullest years.

    `title` may use {year}, {group} and {value} of the largest group.
    """

    def build(tables: Tables, language: Language) -> Figure | None:
        table = rows_of(tables, name)
        rows = single_years(table, measure)
        if table is None or rows is None:
            return None
        sizes = rows.group_by("year").len().sort("len", "year")
        if sizes["len"][-1] < 3:
            return None
        year = int(sizes["year"][-1])
        of_year = rows.filter(pl.col("year") == year, pl.col("group") != "total")
        frame = of_year.sort("value", descending=True).head(limit)
        names = labels(table.column("group"), frame["group"], language)
        said = [number(value, language) for value in frame["value"].to_list()]
        words: Words = {
            "year": year,
            "group": names[0],
            "value": Number(frame["value"][0]),
            "rows": Number(frame.height),
        }
        return Figure(
            key=f"{name}-latest".replace("_", "-"),
            title=Text(title.message, words),
            alternative=Text(
                "Bar chart of {rows} groups in {year}, largest first. The largest is {group} with "
                "{value}.",
                words,
            ),
            table=table,
            frame=frame.drop("year"),
            chart=dots(_bars(frame, names, said), x_title=say("victims", language)),
        )

    return build


def _each(frame: pl.DataFrame, names: dict[str, str]) -> Text:
    """What the panel of each group begins and ends with, for who does not see it."""
    return listed(
        [
            Text(
                "{group}: {first} in {first_year}, {last} in {last_year}",
                {"group": name, **_first_and_last(frame.filter(pl.col("group") == group))},
            )
            for group, name in names.items()
        ]
    )


def _names(table: ReleasedTable, groups: Sequence[str], language: Language) -> dict[str, str]:
    found = labels(table.column("group"), pl.Series(list(groups)), language)
    return dict(zip(groups, found, strict=True))


def _first_and_last(frame: pl.DataFrame) -> Words:
    return {
        "first": Number(frame["value"][0]),
        "first_year": int(frame["year"][0]),
        "last": Number(frame["value"][-1]),
        "last_year": int(frame["year"][-1]),
    }


def _bars(frame: pl.DataFrame, names: list[str], said: list[str]) -> pl.DataFrame:
    return pl.DataFrame({"name": names, "value": frame["value"].cast(pl.Float64), "words": said})
