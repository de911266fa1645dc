"""Charts of what happens to victims and to the figures: victim again, waiting, change."""

from __future__ import annotations

import polars as pl

from slachtoffermonitor.disclose import ReleasedTable
from slachtoffermonitor.ground import Language, Number, Text
from slachtoffermonitor.publish._reading import labels
from slachtoffermonitor.publish.charts._rows import (
    Builder,
    Tables,
    Words,
    apart,
    interval_words,
    number,
    rows_of,
    say,
)
from slachtoffermonitor.publish.charts._shapes import dots, lines
from slachtoffermonitor.publish.charts.figure import Figure

__all__ = ["change_ratios", "curve_of_repeat_victimisation", "suspects_too", "waiting_times"]

_DAYS_A_YEAR, _MONTH = 365.25, 30
_EVER_SUSPECT, _NEVER_SUSPECT = "OOIT", "NOOIT"
_DRAWN_MUNICIPALITIES, _DRAWN_CHANGES = 15, 12
_CHANCE = 0.05  # a spread as large as chance makes this often is no difference


def curve_of_repeat_victimisation(tables: Tables, language: Language) -> Figure | None:
    """Which share became a victim of any crime again, by the time since registration?"""
    needed = ("method", "years", "share", "low", "high")
    table = rows_of(tables, "repeat_victimisation", *needed)
    if table is None:
        return None
    frame = _once_a_month(table.frame.filter(pl.col("share").is_not_null()))
    if not frame.height:
        return None
    methods = labels(table.column("method"), frame["method"], language)
    first = frame.filter(pl.col("method") == frame["method"][0])
    words: Words = {
        "five": Number(_share_at(first, 5), "#,##0%"),
        "seven": Number(_share_at(first, 7), "#,##0%"),
        "last": Number(float(frame["years"].sort()[-1]), "#,##0.#"),
        "method": methods[0],
    }
    drawn = frame.select(x="years", y=_percent("share"), low=_percent("low"), high=_percent("high"))
    return Figure(
        key="repeat-victimisation",
        title=Text("Within five years {five} became a victim of a crime again", words),
        alternative=Text(
            "Rising curve of the share of persons who became a victim of any registered crime "
            "again, by years since they were registered as a victim of trafficking: {five} within "
            "five years, {seven} within seven ({method}). The curve runs to {last} years; the "
            "band is its interval.",
            words,
        ),
        table=table,
        frame=frame,
        chart=lines(
            drawn.with_columns(group=pl.Series(methods)),
            groups=list(dict.fromkeys(methods)),
            x_title=say("years since registration", language),
            y_title=say("% victim again", language),
            whole_x=False,
            points=False,
        ),
    )


def _percent(column: str) -> pl.Expr:
    return pl.col(column) * 100


def _once_a_month(frame: pl.DataFrame) -> pl.DataFrame:
    """A curve by day has thousands of rows; a reader needs the last of each month."""
    frame = frame.sort("method", "years")
    month = (pl.col("years") * _DAYS_A_YEAR / _MONTH).round().cast(pl.Int64)
    return (
        frame.with_columns(month.alias("_month"))
        .unique(["method", "_month"], keep="last", maintain_order=True)
        .drop("_month")
    )


def _share_at(frame: pl.DataFrame, years: float) -> float:
    until = frame.filter(pl.col("years") <= years)
    return float(until["share"][-1]) if until.height else 0.0


def suspects_too(tables: Tables, language: Language) -> Figure | None:
    """Which share of the victims is registered as a suspect too, and in which order?"""
    table = rows_of(tables, "suspect_overlap", "suspected", "share", "low", "high")
    if table is None:
        return None
    frame = table.frame.filter(
        pl.col("share").is_not_null() & (pl.col("suspected") != _NEVER_SUSPECT)
    )
    ever = frame.filter(pl.col("suspected") == _EVER_SUSPECT)
    if not ever.height:
        return None
    drawn = frame.select(value=_percent("share"), low=_percent("low"), high=_percent("high"))
    names = labels(table.column("suspected"), frame["suspected"], language)
    said = [interval_words(row, language) for row in drawn.rows()]
    words: Words = {
        "share": Number(float(ever["share"][0]), "0%"),
        "low": Number(float(ever["low"][0]), "0%"),
        "high": Number(float(ever["high"][0]), "0%"),
    }
    return Figure(
        key="suspect-overlap",
        title=Text("{share} of the victims are registered as a suspect of a crime too", words),
        alternative=Text(
            "Dot chart of the share of victims who are registered as a suspect too: {share} at "
            "some time ({low} to {high}), and apart only before they were registered as a victim, "
            "only after, and both. A suspect is not an offender.",
            words,
        ),
        table=table,
        frame=frame,
        chart=dots(
            drawn.with_columns(name=pl.Series(names), words=pl.Series(said)),
            x_title=say("% of the victims who can be followed", language),
        ),
    )


def change_ratios(name: str) -> Builder:
    """Give the builder of a chart of what changed, by how much, and whether beyond chance."""

    def build(tables: Tables, language: Language) -> Figure | None:
        table = rows_of(tables, name, "subject", "ratio", "low", "high", "verdict")
        if table is None:
            return None
        frame = _clearest(table.frame.filter(pl.col("ratio") > 0))
        if not frame.height:
            return None
        drawn = _ratios(table, frame, language)
        words: Words = {
            "subject": drawn["name"][0],
            "ratio": Number(float(frame["ratio"][0]), "#,##0.00"),
            "rows": Number(frame.height),
            "all": Number(table.frame.height),
        }
        fell = Text("Largest fall: {subject}, to {ratio} times what it was", words)
        rose = Text("Nothing fell; the smallest rise is {subject}, to {ratio} times", words)
        return Figure(
            key=name.replace("_", "-"),
            title=fell if float(frame["ratio"][0]) < 1 else rose,
            alternative=Text(
                "Dot chart of {rows} of {all} comparisons. Each dot is the number after divided by "
                "the number before; left of the dashed line at 1 is a fall, right of it a rise. "
                "The bar is the interval. The first row is {subject}, {ratio} times what it was.",
                words,
            ),
            table=table,
            frame=frame,
            chart=dots(
                drawn,
                x_title=say("after divided by before", language),
                log=True,
                number=".2~f",
                reference=1,
                reference_words=say("no change", language),
            ),
            notes=(Text("Drawn are the {rows} clearest of {all} comparisons.", words),)
            if frame.height < table.frame.height
            else (),
        )

    return build


def _clearest(frame: pl.DataFrame) -> pl.DataFrame:
    """The changes that stand out most from chance, by the distance of the interval from 1."""
    distance = pl.max_horizontal(pl.col("low").log(), -pl.col("high").log())
    return frame.sort(distance, descending=True, nulls_last=True).head(_DRAWN_CHANGES).sort("ratio")


def _ratios(table: ReleasedTable, frame: pl.DataFrame, language: Language) -> pl.DataFrame:
    subjects = labels(table.column("subject"), frame["subject"], language)
    if {"before_period", "after_period"} <= set(frame.columns):
        periods = frame.select("before_period", "after_period").rows()
        subjects = [
            f"{subject}, {before} → {after}"
            for subject, (before, after) in zip(subjects, periods, strict=True)
        ]
    verdicts = labels(table.column("verdict"), frame["verdict"], language)
    said = [
        f"× {number(ratio, language, '#,##0.00')}  {verdict}"
        for ratio, verdict in zip(frame["ratio"].to_list(), verdicts, strict=True)
    ]
    return frame.select(
        value=pl.col("ratio").cast(pl.Float64),
        low=pl.col("low").cast(pl.Float64),
        high=pl.col("high").cast(pl.Float64),
    ).with_columns(name=pl.Series(apart(subjects)), words=pl.Series(said))


def waiting_times(tables: Tables, language: Language) -> Figure | None:
    """How long do victims wait for help, and does that differ between municipalities?"""
    needed = ("municipality", "median_days", "low", "high")
    table = rows_of(tables, "waiting_by_municipality", *needed)
    if table is None:
        return None
    placed = pl.col("median_days").is_not_null() & (pl.col("municipality") != table.total)
    frame = table.frame.filter(placed).sort("median_days", "municipality", descending=[True, False])
    if frame.height < 2:
        return None
    top = frame.head(_DRAWN_MUNICIPALITIES)
    drawn = top.select(
        value=pl.col("median_days").cast(pl.Float64),
        low=pl.col("low").cast(pl.Float64),
        high=pl.col("high").cast(pl.Float64),
    )
    said = [interval_words(row, language) for row in drawn.rows()]
    names = labels(table.column("municipality"), top["municipality"], language)
    spread = rows_of(tables, "waiting_spread", "value", "low", "high", "probability", "note")
    words: Words = {
        "longest": names[0],
        "most": Number(float(frame["median_days"][0])),
        "least": Number(float(frame["median_days"][-1])),
        "places": Number(frame.height),
        "drawn": Number(top.height),
    }
    return Figure(
        key="waiting-by-municipality",
        title=_waiting_title(spread, words),
        alternative=Text(
            "Dot chart of the median waiting time in days with intervals, for the {drawn} longest "
            "of {places} municipalities. The longest is {longest}, {most} days; the shortest "
            "{least}. Where intervals overlap, municipalities may not really differ.",
            words,
        ),
        table=table,
        frame=frame,
        chart=dots(
            drawn.with_columns(name=pl.Series(names), words=pl.Series(said)),
            x_title=say("days of waiting (median)", language),
        ),
        notes=() if spread is None else (_spread_words(spread),),
    )


def _waiting_title(spread: ReleasedTable | None, words: Words) -> Text:
    """Name two extremes only where municipalities differ more than chance makes them."""
    if spread is None:
        return Text("How long victims wait for help, by municipality")
    if float(spread.frame["probability"][0]) >= _CHANCE:
        verdict = str(spread.frame["note"][0])
        return Text(verdict)
    return Text("Half wait {least} days or less in one municipality, {most} in another", words)


def _spread_words(spread: ReleasedTable) -> Text:
    row = spread.frame.row(0, named=True)
    verdict = str(row["note"])
    return Text(
        "{verdict} Between them the pace at which help starts varies by {value} of the average "
        "({low} to {high}).",
        {
            "verdict": Text(verdict),
            **{name: Number(float(row[name]), "0%") for name in ("value", "low", "high")},
        },
    )
