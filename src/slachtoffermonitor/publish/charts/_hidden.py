"""Charts of the hidden number: always several estimates and their intervals, never one number."""

from __future__ import annotations

import polars as pl

from slachtoffermonitor.ground import Language, Number, Text
from slachtoffermonitor.publish._reading import labels
from slachtoffermonitor.publish.charts._rows import (
    Tables,
    Words,
    apart,
    interval_words,
    named,
    rows_of,
    say,
)
from slachtoffermonitor.publish.charts._shapes import dots, lines
from slachtoffermonitor.publish.charts.figure import Figure

__all__ = ["estimates_by_model", "hidden_number_over_time", "published_estimates"]

_ESTIMATES = ("estimated_victims", "estimated_victims_lower", "estimated_victims_upper")
_NOT_ONE = Text(
    "No single one of these numbers is the hidden number. Read the spread as part of the answer."
)
_FIGURES = 3
_UNRELIABLE = r"\.(cba|fairwork)$"


def estimates_by_model(tables: Tables, language: Language) -> Figure | None:
    """How far apart are the hidden numbers that reasonable models give from the same lists?"""
    table = rows_of(tables, "hidden_number_models", "method", "estimate", "low", "high")
    if table is None:
        return None
    frame = table.frame.filter(pl.col("estimate").is_not_null()).sort("estimate")
    if frame.height < 2:
        return None
    names = apart(named(table, frame, language, "method", "model"))
    drawn = _with_intervals(frame, names, language)
    least, most = drawn["value"][0], drawn["value"][-1]
    words: Words = {
        "least": Number(least),
        "most": Number(most),
        "times": Number(most / least, "#,##0.0"),
        "models": Number(frame.height),
    }
    return Figure(
        key="hidden-number-models",
        title=Text(
            "The same lists give {least} or {most} victims: models differ by a factor of {times}",
            words,
        ),
        alternative=Text(
            "Dot chart with one row for each of {models} models, on a scale on which equal "
            "distances are equal ratios. The lowest estimate is {least}, the highest {most}. "
            "Bars show the interval of each model.",
            words,
        ),
        table=table,
        frame=frame,
        chart=dots(drawn, x_title=say("estimated victims", language), log=True),
        notes=(_NOT_ONE,),
    )


def _with_intervals(frame: pl.DataFrame, names: list[str], language: Language) -> pl.DataFrame:
    """Round to three figures, as much as an estimate can carry, and write each in words."""
    drawn = frame.select(value="estimate", low="low", high="high").with_columns(
        pl.all().cast(pl.Float64).round_sig_figs(_FIGURES)
    )
    said = [interval_words(row, language) for row in drawn.rows()]
    return drawn.with_columns(name=pl.Series(names), words=pl.Series(said))


def hidden_number_over_time(tables: Tables, language: Language) -> Figure | None:
    """Does the estimate from the lists find back the number that the simulated nation knows?"""
    needed = ("year", "method", "registered", "estimate", "low", "high")
    table = rows_of(tables, "hidden_number_by_year", *needed)
    if table is None:
        return None
    frame = table.frame.filter(pl.col("estimate").is_not_null()).sort("year", "method")
    if not frame.height:
        return None
    words, title = _truth_or_span(frame)
    methods = labels(table.column("method"), frame["method"], language)
    drawn = pl.concat([_estimated(frame, methods), *_known(frame, language)])
    return Figure(
        key="hidden-number-by-year",
        title=title,
        alternative=Text(
            "Line chart from {first_year} to {year}. In {year} {registered} victims were "
            "registered; the estimates of {methods} methods run from {low} to {high} with their "
            "intervals, which are drawn as bands.",
            words | {"methods": Number(len(set(methods)))},
        ),
        table=table,
        frame=frame,
        chart=lines(
            drawn,
            groups=drawn["group"].unique(maintain_order=True).to_list(),
            x_title="",
            y_title=say("persons a year", language),
        ),
    )


def _truth_or_span(frame: pl.DataFrame) -> tuple[Words, Text]:
    """Whether the intervals hold the truth, where it is known; else what the last year says."""
    last = frame.filter(pl.col("year") == frame["year"][-1])
    words: Words = {
        "first_year": int(frame["year"][0]),
        "year": int(frame["year"][-1]),
        "registered": Number(float(last["registered"].drop_nulls().sum() or 0) / last.height),
        "low": Number(_least(last, "low")),
        "high": Number(_most(last, "high")),
    }
    known = frame.filter(pl.all_horizontal(pl.col(c).is_not_null() for c in ("low", "high")))
    if "truth" not in frame.columns or not known["truth"].count():
        return words, Text(
            "Of an estimated {low} to {high} victims in {year}, {registered} were registered", words
        )
    inside = known.select(pl.col("truth").is_between("low", "high").sum()).item()
    words |= {"inside": Number(inside), "estimates": Number(known.height)}
    return words, Text(
        "The true number lies within the interval of {inside} of {estimates} estimates", words
    )


def _least(frame: pl.DataFrame, column: str) -> float:
    return float(frame.select(pl.min_horizontal(pl.col(column, "estimate").min())).item())


def _most(frame: pl.DataFrame, column: str) -> float:
    return float(frame.select(pl.max_horizontal(pl.col(column, "estimate").max())).item())


def _estimated(frame: pl.DataFrame, methods: list[str]) -> pl.DataFrame:
    return frame.select(
        x="year",
        y=pl.col("estimate").cast(pl.Float64),
        low=pl.col("low").cast(pl.Float64),
        high=pl.col("high").cast(pl.Float64),
    ).with_columns(group=pl.Series(methods))


def _known(frame: pl.DataFrame, language: Language) -> list[pl.DataFrame]:
    """Lines of what is known for certain: who was registered and, in a simulation, the truth."""
    once = frame.unique("year", keep="first", maintain_order=True)
    names = {
        "registered": say("Registered", language),
        "truth": say("True number in the simulated nation", language),
    }
    return [
        once.select(
            x="year",
            y=pl.col(column).cast(pl.Float64),
            low=pl.lit(None, pl.Float64),
            high=pl.lit(None, pl.Float64),
            group=pl.lit(name),
        )
        for column, name in names.items()
        if column in once.columns and once[column].null_count() < once.height
    ]


def published_estimates(tables: Tables, language: Language) -> Figure | None:
    """Which estimates of all victims, seen and unseen, have been published?"""
    table = rows_of(tables, "estimates_published", "measure", "group", "value", "low", "high")
    if table is None:
        return None
    frame = table.frame.filter(
        pl.col("measure").is_in(_ESTIMATES),
        pl.col("group") == "total",
        ~pl.col("claim").str.contains(_UNRELIABLE),
    )
    drawn = _one_row_a_period(frame)
    if drawn.height < 2:
        return None
    said = [interval_words(row, language) for row in drawn.select("value", "low", "high").rows()]
    words: Words = {
        "least": Number(float(drawn["value"].drop_nulls().sort()[0])),
        "most": Number(float(drawn["value"].drop_nulls().sort()[-1])),
        "rows": Number(drawn.height),
    }
    return Figure(
        key="published-estimates",
        title=Text("Published estimates of all victims run from {least} to {most} a year", words),
        alternative=Text(
            "Dot chart of published estimates of the number of victims a year, seen and unseen, "
            "for {rows} periods, from {least} to {most}; bars show the range where sources give "
            "one.",
            words,
        ),
        table=table,
        frame=frame,
        chart=dots(
            drawn.with_columns(words=pl.Series(said)),
            x_title=say("estimated victims a year", language),
            log=True,
        ),
        notes=(Text("The estimates use different lists and models; they are not one series."),),
    )


def _one_row_a_period(frame: pl.DataFrame) -> pl.DataFrame:
    """The estimate of a period, with the widest limits that any source gives for it."""
    is_point = pl.col("measure") == _ESTIMATES[0]
    point, limit = pl.when(is_point).then("value"), pl.when(~is_point).then("value")
    return (
        frame.group_by("period")
        .agg(
            value=point.first(ignore_nulls=True),
            low=pl.min_horizontal(pl.col("low").min(), limit.min()),
            high=pl.max_horizontal(pl.col("high").max(), limit.max()),
        )
        .sort("period")
        .cast({"value": pl.Float64, "low": pl.Float64, "high": pl.Float64})
        .rename({"period": "name"})
    )
