"""Reporters that fell silent, found while it happens and no more falsely than was agreed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from math import exp, lgamma
from typing import Literal

import numpy as np
import polars as pl

from slachtoffermonitor.ground import InputError, Number, Problem, Text
from slachtoffermonitor.trend._wording import month_of
from slachtoffermonitor.trend.watching.baseline import LEAST_WEEKS
from slachtoffermonitor.trend.watching.watch import Ringing, Track, watch_reporters
from slachtoffermonitor.trend.watching.weeks import Reports, weekly_reports

__all__ = ["Silence", "SilenceAlarm", "silence"]

Scarcity = Literal["silent", "far fewer"]

_SENTENCES: Mapping[tuple[Scarcity, bool], str] = {
    ("silent", True): "{reporter} has reported nothing since {since}: {expected} reports were to "
    "be expected in {weeks} weeks.",
    ("silent", False): "{reporter} reported nothing for {weeks} weeks from {since} on: {expected} "
    "reports were to be expected.",
    ("far fewer", True): "{reporter} has reported far less since {since}; reports in {weeks} "
    "weeks: {received}, to be expected: {expected}.",
    ("far fewer", False): "{reporter} reported far less from {since} on; reports in {weeks} "
    "weeks: {received}, to be expected: {expected}.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SilenceAlarm:
    """An alarm about one reporter; weeks are named by their Monday.

    `week` is the week at whose end the alarm rang, `since` the first week of the scarcity and
    `until` the last one (the last week looked at, while it is `on`). `kind` is "silent" when
    nothing came since then, otherwise "far fewer". `received` and `expected` are sums over that
    time. `chance` is that of a silence as long, given how many earlier weeks were empty, whatever
    came in the others; None unless silent.
    """

    reporter: str
    kind: Scarcity
    since: date
    week: date
    until: date
    on: bool
    weeks: int
    received: int
    expected: float
    chance: float | None
    sentence: Text


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Silence:
    """What the watch found.

    `weekly`: reporter, week, received, expected, evidence, threshold, alarm (null where a
    reporter was not watched). `reporters`: reporter, watched, expected_per_week, overdispersion,
    weeks_to_notice (how long a full silence goes unseen). `false_alarms_per_year` is what was
    agreed for all reporters together.
    """

    alarms: tuple[SilenceAlarm, ...]
    weekly: pl.DataFrame
    reporters: pl.DataFrame
    false_alarms_per_year: float
    drop_to: float

    @property
    def now(self) -> tuple[SilenceAlarm, ...]:
        """The alarms that are on in the last week."""
        return tuple(one for one in self.alarms if one.on)


def silence(
    frame: pl.DataFrame,
    *,
    false_alarms_per_year: float = 1.0,
    watch_from: date | None = None,
    until: date | None = None,
    history_weeks: int = 208,
    drop_to: float = 0.05,
    within_weeks: float = 8.0,
    labels: Mapping[str, Text | str] | None = None,
    seed: int = 0,
) -> Silence:
    """Which reporters fell silent, in which week was that clear, and what was to be expected?

    A silence is news about reporting, never about victims: those are still there. Who reports
    little can be quiet for long without meaning anything; `weeks_to_notice` says how long, and a
    reporter with less than a year or a dozen reports of history is not watched.

    Assumes: without an alarm a reporter's weeks of the last four years are alike, apart from
        bursts: uneven weeks, batches, and bursts that last over weeks are allowed for. A holiday
        in which nobody reports is a silence too.

    Args:
        frame: the columns reporter, week (any day in it) and count; or reporter and reported_on,
            one row a report. A week without a row is a week without reports.
        false_alarms_per_year: how many alarms a year may be false, over all reporters.
        watch_from: the first day of the watch; without it, after a year of history.
        until: the last day that the frame covers; without it, its last day (week).
        history_weeks: what is usual is taken from so many weeks before.
        drop_to: the watch looks for a fall to this share of what is usual.
        within_weeks: false alarms are shared out so that as many reporters as possible are noticed
            within so many weeks; see `weeks_to_notice` for what came of it.
        labels: how a reporter is called in the sentences; its code where nothing is given.
        seed: of the weeks that are drawn to set the thresholds.

    Returns:
        A `Silence`, its alarms in the order in which they rang.

    Raises:
        InputError: a column is missing or wrong, nobody ever reported, or a setting out of bounds.

    Source: Page (1954), cumulative sums; Gandy & Kvaløy (2013), thresholds by bootstrap.

    """
    _require_settings(false_alarms_per_year, drop_to, within_weeks, history_weeks)
    reports = weekly_reports(frame, until)
    begin = LEAST_WEEKS if watch_from is None else reports.number_of(watch_from)
    if begin >= len(reports.weeks):
        raise InputError(
            Problem(
                what="the watch would begin after the last week",
                found=f"{len(reports.weeks)} weeks up to that of {reports.weeks[-1]}",
                allowed=f"more than {begin} weeks of reports, or an earlier first day of the watch",
            )
        )
    tracks = watch_reporters(
        reports,
        begin=begin,
        per_year=false_alarms_per_year,
        drop_to=drop_to,
        within_weeks=within_weeks,
        history_weeks=history_weeks,
        seed=seed,
    )
    named = labels or {}
    alarms = [
        _alarm(reports, one, track, ringing, named.get(one, one))
        for one, track in tracks.items()
        for ringing in track.ringing
    ]
    return Silence(
        alarms=tuple(sorted(alarms, key=lambda one: (one.week, one.reporter))),
        weekly=_weekly(reports, tracks),
        reporters=_reporters(tracks),
        false_alarms_per_year=false_alarms_per_year,
        drop_to=drop_to,
    )


def _require_settings(
    per_year: float, drop_to: float, within_weeks: float, history_weeks: int
) -> None:
    problems = [
        Problem(what=what, found=str(found), allowed=allowed)
        for wrong, what, found, allowed in (
            (not 0 < per_year <= 52, "no rate of false alarms", per_year, "above 0, at most 52"),
            (not 0 < drop_to < 1, "no share to fall to", drop_to, "between 0 and 1"),
            (not within_weeks >= 2, "too soon to notice anything", within_weeks, "2 weeks or more"),
            (
                history_weeks < LEAST_WEEKS,
                "too short a history",
                history_weeks,
                f"{LEAST_WEEKS} weeks or more",
            ),
        )
        if wrong
    ]
    if problems:
        raise InputError(problems)


def _alarm(
    reports: Reports, reporter: str, track: Track, ringing: Ringing, name: Text | str
) -> SilenceAlarm:
    counts = reports.counts[reporter]
    on = ringing.ended is None
    end = len(counts) if ringing.ended is None else ringing.ended
    kind: Scarcity = "far fewer"
    since, stop = ringing.since, end
    first, last = _longest_silence(counts[since:end])
    # a scarcity with a silence in it that is long enough to be noticed is told as a silence
    if last - first >= ringing.to_notice and (not on or since + last == end):
        kind, since, stop = "silent", since + first, since + last
    weeks = stop - since
    received = int(counts[since:stop].sum())
    expected = float(np.nansum(track.expected[since:stop]))
    return SilenceAlarm(
        reporter=reporter,
        kind=kind,
        since=reports.weeks[since],
        week=reports.weeks[ringing.rang],
        until=reports.weeks[stop - 1],
        on=on,
        weeks=weeks,
        received=received,
        expected=expected,
        chance=_chance(counts[reports.begins[reporter] : since], weeks)
        if kind == "silent"
        else None,
        sentence=Text(
            _SENTENCES[kind, on],
            {
                "reporter": name,
                "since": month_of(reports.weeks[since]),
                "received": Number(received),
                "expected": Number(expected),
                "weeks": Number(weeks),
            },
        ),
    )


def _longest_silence(counts: np.ndarray) -> tuple[int, int]:
    """Give where the longest run of weeks without a report begins and ends."""
    filled = np.concatenate([[-1], np.flatnonzero(counts), [len(counts)]])
    place = int(np.diff(filled).argmax())
    return int(filled[place]) + 1, int(filled[place + 1])


def _chance(earlier: np.ndarray, weeks: int) -> float:
    """Give the chance that the empty weeks come last, if all weeks could have come in any order.

    With m of n earlier weeks not empty and s of silence: (n choose m) / (n + s choose m).
    """
    whole, filled = len(earlier), int((earlier > 0).sum())
    return exp(
        lgamma(whole + 1)
        - lgamma(whole - filled + 1)
        - lgamma(whole + weeks + 1)
        + lgamma(whole + weeks - filled + 1)
    )


def _weekly(reports: Reports, tracks: Mapping[str, Track]) -> pl.DataFrame:
    frames = []
    for one, track in tracks.items():
        alarm = np.zeros(len(reports.weeks), dtype=bool)
        for ringing in track.ringing:
            alarm[ringing.rang : ringing.ended] = True
        frames.append(
            pl.DataFrame(
                {
                    "reporter": [one] * len(alarm),
                    "week": reports.weeks,
                    "received": reports.counts[one],
                    "expected": track.expected,
                    "evidence": track.statistic,
                    "threshold": track.threshold,
                    "alarm": alarm,
                }
            )
        )
    whole = pl.concat(frames)
    return whole.with_columns(pl.col("expected", "evidence", "threshold").fill_nan(None))


def _reporters(tracks: Mapping[str, Track]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            (
                one,
                track.baseline is not None,
                track.baseline.mean if track.baseline else None,
                track.baseline.overdispersion if track.baseline else None,
                track.to_notice if track.baseline else None,
            )
            for one, track in tracks.items()
        ],
        schema={
            "reporter": pl.String,
            "watched": pl.Boolean,
            "expected_per_week": pl.Float64,
            "overdispersion": pl.Float64,
            "weeks_to_notice": pl.Int64,
        },
        orient="row",
    )
