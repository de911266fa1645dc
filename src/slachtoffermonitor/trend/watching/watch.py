"""The watch itself, week by week: nothing is known before its week is over."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from slachtoffermonitor.trend.watching.baseline import Baseline, baseline_of, lasting_bursts
from slachtoffermonitor.trend.watching.season import season_of
from slachtoffermonitor.trend.watching.sharing import shares_of_alarms
from slachtoffermonitor.trend.watching.threshold import (
    Rule,
    evidence,
    threshold_of,
    weeks_to_notice,
)
from slachtoffermonitor.trend.watching.weeks import Reports

__all__ = ["Ringing", "Track", "watch_reporters"]

Floats = NDArray[np.float64]

RENEWED = 52  # weeks after which the usual rate is looked at again
_WEEKS_A_YEAR = 365.25 / 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Ringing:
    """One alarm, in numbers of weeks: evidence began, it rang, and it ended (None: still on).

    `to_notice` is how many weeks of silence ring it.
    """

    since: int
    rang: int
    ended: int | None
    to_notice: int


@dataclass(slots=True, kw_only=True, eq=False)
class Track:
    """What the watch keeps of one reporter: its weeks so far, and what is usual."""

    expected: Floats
    statistic: Floats
    threshold: Floats
    ringing: list[Ringing] = field(default_factory=list)
    baseline: Baseline | None = None
    height: float = np.inf
    to_notice: int = 0
    since: int = 0

    @property
    def rings(self) -> bool:
        """Whether the alarm is on."""
        return bool(self.ringing) and self.ringing[-1].ended is None


def watch_reporters(
    reports: Reports,
    *,
    begin: int,
    per_year: float,
    drop_to: float,
    within_weeks: float,
    history_weeks: int,
    seed: int,
) -> dict[str, Track]:
    """Run the watch over all weeks from `begin` on.

    Once a year the usual rate of each reporter is taken anew from its last weeks, those in an
    alarm left out; a reporter whose alarm is on keeps the rate from before it.
    """
    length = len(reports.weeks)
    tracks = {
        one: Track(
            expected=np.full(length, np.nan),
            statistic=np.full(length, np.nan),
            threshold=np.full(length, np.nan),
            since=begin,
        )
        for one in reports.counts
    }
    for block, first in enumerate(range(begin, length, RENEWED)):
        season = _season(reports, first, min(history_weeks, first))
        for one, track in tracks.items():
            if not track.rings:
                calm = _calm(reports, one, track, first)[-history_weeks:]
                track.baseline = baseline_of(reports.counts[one][calm] / season[calm])
        known = {one: t.baseline for one, t in tracks.items() if t.baseline is not None}
        lasting = lasting_bursts(known)
        shares = shares_of_alarms(
            known, lasting, per_week=per_year / _WEEKS_A_YEAR, within_weeks=within_weeks
        )
        weeks = range(first, min(first + RENEWED, length))
        for one, baseline in known.items():
            rule = Rule(drop_to=drop_to, per_week=shares[one])
            track = tracks[one]
            if not track.rings:
                chance = np.random.default_rng([seed, block, *one.encode("utf-8")])
                track.height = threshold_of(baseline, lasting[one], rule, chance)
                track.to_notice = weeks_to_notice(baseline, track.height, rule)
            part = slice(weeks.start, weeks.stop)
            _run(track, baseline, (reports.counts[one][part], season[part]), weeks, drop_to)
    return tracks


def _season(reports: Reports, first: int, history: int) -> Floats:
    """Give the shared season of the weeks of the last history and of the year to come."""
    whole = np.ones(len(reports.weeks))
    ahead = min(RENEWED, len(whole) - first)
    totals = np.sum([counts[first - history : first] for counts in reports.counts.values()], axis=0)
    whole[first - history : first + ahead] = season_of(totals.astype(np.float64), ahead)
    return whole


def _calm(reports: Reports, reporter: str, track: Track, before: int) -> NDArray[np.int64]:
    """Give the numbers of the weeks before this one that are not in an alarm."""
    calm = np.ones(before, dtype=bool)
    for alarm in track.ringing:
        calm[alarm.since : alarm.ended] = False
    calm[: reports.begins[reporter]] = False
    return np.flatnonzero(calm)


def _run(
    track: Track,
    baseline: Baseline,
    weekly: tuple[NDArray[np.int64], Floats],
    weeks: range,
    drop_to: float,
) -> None:
    """Add the evidence of each week; it is held at the threshold, so that an alarm can end."""
    counts, season = weekly
    steps = evidence(counts, baseline.mean * season, baseline.size, drop_to)
    before = track.statistic[weeks.start - 1] if weeks.start else 0.0
    total = 0.0 if np.isnan(before) else float(before)
    for week, step in zip(weeks, steps, strict=True):
        total = min(max(0.0, total + float(step)), track.height)
        if total == 0:
            if track.rings:
                track.ringing[-1] = replace(track.ringing[-1], ended=week)
            track.since = week + 1
        elif total >= track.height and not track.rings:
            track.ringing.append(
                Ringing(since=track.since, rang=week, ended=None, to_notice=track.to_notice)
            )
        track.statistic[week] = total
    track.expected[weeks.start : weeks.stop] = baseline.mean * season
    track.threshold[weeks.start : weeks.stop] = track.height
