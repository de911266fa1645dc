"""Reporters that fell silent: nothing came any more, and chance does not explain it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from math import exp, inf, lgamma, log
from typing import Any

import polars as pl

from slachtoffermonitor.ground import InputError, Number, Problem, Text

__all__ = ["Silence", "silent_reporters"]

_SHORTEST = 12  # months of own history below which a silence cannot be told from a late start
_SENTENCE = (
    "{reporter} has reported nothing since {month} {year}: {expected} reports were expected in "
    "{months} months."
)
_MONTHS = (
    Text("January"),
    Text("February"),
    Text("March"),
    Text("April"),
    Text("May"),
    Text("June"),
    Text("July"),
    Text("August"),
    Text("September"),
    Text("October"),
    Text("November"),
    Text("December"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """A reporter of whom nothing came any more.

    `since` is the first month without a report, `until` the last month looked at; `expected` is
    what the reporter's own earlier months lead to expect over the silence. `p_value` is the
    chance of a silence at least this long if nothing changed, `adjusted` the same after
    correction for the number of reporters looked at (Holm).
    """

    reporter: str
    since: date
    until: date
    months: int
    earlier_per_month: float
    expected: float
    p_value: float
    adjusted: float
    sentence: Text


def silent_reporters(
    frame: pl.DataFrame,
    *,
    until: date | None = None,
    false_alarm: float = 0.01,
    labels: Mapping[str, Text | str] | None = None,
    history_months: int = 36,
) -> tuple[Silence, ...]:
    """Which reporters fell silent, since when, and how many reports were to be expected?

    A silence is news about reporting, never about victims: those are still there. A reporter who
    never reported much can be quiet for long without meaning anything, and gives no alarm; nor
    does one whose silence began within a year of the first month of the frame.

    Assumes: a month without a row is a month without reports; without the silence all months are
        alike, apart from bursts as large as the earlier months show; `until` is a whole month.

    Args:
        frame: the columns reporter, month (a Date in the month) and count.
        until: the last month to look at; without it, the last month in which anybody reported.
        false_alarm: the chance of one false alarm or more, over all reporters, at one look.
        labels: how a reporter is called in the sentences; its code where nothing is given.
        history_months: how many months before the silence it is held against.

    Returns:
        One `Silence` for each reporter that fell silent, the longest expected first.

    Raises:
        InputError: a column is missing or has a wrong type, or a count is negative or empty.

    Source: Przyborowski & Wilenski (1940): given all reports, their spread over the months; with
        bursts the Dirichlet-multinomial (Mosimann, 1962); Holm (1979).

    """
    counts = _by_month(frame)
    last = _month_number(until) if until else _last_month(counts)
    series = _series(counts.filter(pl.col("month") <= last), last, history_months)
    tested = [
        (row, _chance_of_silence(row["reports"], row["earlier"], row["months"], row["spread"]))
        for row in series.iter_rows(named=True)
    ]
    tested.sort(key=lambda pair: pair[1])
    found: list[Silence] = []
    adjusted = 0.0
    for rank, (row, chance) in enumerate(tested):
        adjusted = min(1.0, max(adjusted, (len(tested) - rank) * chance))
        if adjusted <= false_alarm:
            name = (labels or {}).get(row["reporter"], row["reporter"])
            found.append(_silence(row, name, last, (chance, adjusted)))
    return tuple(sorted(found, key=lambda silence: -silence.expected))


def _by_month(frame: pl.DataFrame) -> pl.DataFrame:
    """Number the months and add up the reports of each reporter."""
    wanted = {"reporter": pl.String, "month": pl.Date}
    problems = [
        Problem(what="the column is missing", column=name)
        for name in ("reporter", "month", "count")
        if name not in frame.columns
    ] or [
        Problem(what="has another type", column=name, found=str(frame.schema[name]))
        for name, kind in wanted.items()
        if frame.schema[name] != kind
    ]
    if not problems and not frame.schema["count"].is_integer():
        problems = [Problem(what="has another type", column="count", allowed="whole numbers")]
    if not problems:
        wrong = frame.filter(pl.any_horizontal(pl.all().is_null()) | (pl.col("count") < 0)).height
        if wrong:
            problems = [
                Problem(what="rows with an empty cell or a negative count", found=str(wrong))
            ]
    if problems or frame.is_empty():
        raise InputError(problems or "there are no reports to look at")
    number = pl.col("month").dt.year().cast(pl.Int64) * 12 + pl.col("month").dt.month() - 1
    return (
        frame.with_columns(month=number)
        .group_by("reporter", "month")
        .agg(pl.col("count").cast(pl.Int64).sum())
        .filter(pl.col("count") > 0)
    )


def _last_month(counts: pl.DataFrame) -> int:
    if counts.is_empty():
        raise InputError("nobody ever reported, so nobody fell silent")
    return int(counts.select(pl.col("month").max()).item())


def _series(counts: pl.DataFrame, last: int, history: int) -> pl.DataFrame:
    """Give per reporter: months of silence, months before it, their reports and their spread.

    `spread` is the shape k of the negative binomial by moments: the variance of a month is
    mean + mean² / k; infinite when the months vary no more than chance.
    """
    ends = counts.group_by("reporter").agg(last_report=pl.col("month").max())
    beginning = counts.select(pl.col("month").min()).item()
    ends = ends.with_columns(
        opening=pl.max_horizontal(pl.lit(beginning), pl.col("last_report") - history + 1)
    )
    mean = pl.col("reports") / pl.col("earlier")
    variance = (pl.col("squares") - pl.col("reports") * mean) / (pl.col("earlier") - 1)
    return (
        counts.join(ends, on="reporter")
        .filter(pl.col("month") >= pl.col("opening"))
        .group_by("reporter", "last_report", "opening")
        .agg(reports=pl.col("count").sum(), squares=(pl.col("count") ** 2).sum())
        .with_columns(
            earlier=pl.col("last_report") - pl.col("opening") + 1,
            months=pl.lit(last) - pl.col("last_report"),
        )
        .with_columns(mean=mean, extra=pl.when(pl.col("earlier") > 1).then(variance - mean))
        .with_columns(
            spread=pl.when(pl.col("extra") > 0)
            .then(pl.col("mean") ** 2 / pl.col("extra"))
            .otherwise(inf)
        )
        .filter(pl.col("earlier") >= _SHORTEST)
        .sort("reporter")
    )


def _chance_of_silence(reports: int, earlier: int, months: int, spread: float) -> float:
    """Give the chance that all of the reports fall in the earlier months, none in the last ones.

    Given the total this is exact, whatever the rate: with equal months each report falls in the
    earlier ones with the same probability; with bursts reports come together, and it is larger.
    """
    if months == 0:
        return 1.0
    whole = earlier + months
    if spread == inf:
        return exp(reports * log(earlier / whole))
    here, everywhere = earlier * spread, whole * spread
    return exp(
        lgamma(here + reports) - lgamma(here) - lgamma(everywhere + reports) + lgamma(everywhere)
    )


def _silence(
    row: dict[str, Any], name: Text | str, last: int, chances: tuple[float, float]
) -> Silence:
    since = _first_day(int(row["last_report"]) + 1)
    months = int(row["months"])
    expected = row["mean"] * months
    return Silence(
        reporter=row["reporter"],
        since=since,
        until=_first_day(last),
        months=months,
        earlier_per_month=row["mean"],
        expected=expected,
        p_value=chances[0],
        adjusted=chances[1],
        sentence=Text(
            _SENTENCE,
            {
                "reporter": name,
                "month": _MONTHS[since.month - 1],
                "year": since.year,
                "expected": Number(expected),
                "months": Number(months),
            },
        ),
    )


def _month_number(day: date) -> int:
    return day.year * 12 + day.month - 1


def _first_day(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)
