"""What a known event did to a series of counts: an interrupted time series."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import numpy as np
import polars as pl

from slachtoffermonitor.ground import InputError, Problem, Text
from slachtoffermonitor.trend._counts import checked, require_frame, require_level
from slachtoffermonitor.trend.interrupted._wording import effect_sentence, notices_on
from slachtoffermonitor.trend.interrupted.design import (
    Impact,
    Timeline,
    day_of_event,
    known_events,
    timeline_of,
)
from slachtoffermonitor.trend.interrupted.effects import (
    Counts,
    Effect,
    against_control,
    effect_in,
)
from slachtoffermonitor.trend.interrupted.panel import Absence, constant_reporters, type_of
from slachtoffermonitor.trend.regression.covariance import METHODS, Method

__all__ = ["Interruption", "interruption"]

EffortAs = Literal["offset", "covariate"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Interruption:
    """What changed at a known event.

    `effects` has the series as a whole ("all"), where reporters were given also the reporters who
    reported all along ("panel") and each type of reporter in that panel; `effect` is the one to
    quote: the panel where there is one. `absences` says who is not in the panel and why.
    `left_out` are the periods in which the event fell; `other_events` the codes of dated events
    in the same series, whose work cannot be told from this one's.
    """

    at: date
    event: str | None
    method: Method
    impact: Impact
    level: float
    points_before: int
    points_after: int
    left_out: tuple[date, ...]
    effects: tuple[Effect, ...]
    control: str | None
    absences: tuple[Absence, ...]
    other_events: tuple[str, ...]
    sentences: tuple[Text, ...]
    notices: tuple[Text, ...]

    @property
    def effect(self) -> Effect:
        """The effect to quote: that on the panel, or on the series where there is none."""
        return next((one for one in self.effects if one.scope == "panel"), self.effects[0])


def interruption(
    frame: pl.DataFrame,
    *,
    at: date | str,
    method: Method = "quasi-poisson",
    impact: Impact = "level",
    harmonics: int = 0,
    transition: int = 0,
    effort: EffortAs = "offset",
    types: Mapping[str, str] | None = None,
    control: str | None = None,
    level: float = 0.95,
    labels: Mapping[str, Text | str] | None = None,
) -> Interruption:
    """What changed at a known event, beside the trend, and in whose reports?

    Everything that happened at the same time is in the answer too: another law, a reporter who
    left, the pandemic. A fall after a privacy rule is a fall of reports, not of victims. Choose
    the event and the terms before looking at the counts.

    Args:
        frame: the columns period (the first day of each week, month, quarter or year; none
            missing) and count; optionally reporter (a reporter without a row for a period sent
            nothing), or effort (what detection cost: capacity, inspections), not both.
        at: the day of the event, or its code in the list of dated events (`AVG_2018`).
        method: "quasi-poisson" unless there is a reason: "poisson" believes in chance alone and
            gives intervals that are far too narrow for reports; "negative-binomial"; "hac" for
            neighbours that go together.
        impact: "level" for one step; "level and slope" when the trend may change too.
        harmonics: pairs of sine and cosine for the season.
        transition: periods after the event that belong to neither side.
        effort: whether counts are proportional to effort ("offset"), or their relation to its
            logarithm is estimated ("covariate").
        types: the type of each reporter; without it, as in the list of reporters.
        control: a type of reporter that the event should not have touched; each other effect is
            also given relative to it.
        level: of the limits.
        labels: how a scope is called in the sentences: "all", "panel", or a type.

    Returns:
        An `Interruption`.

    Raises:
        InputError: a column is missing or wrong, periods are missing, fewer than eight periods on
            a side, no such event, method or control.

    Source: Lopez Bernal, Cummins & Gasparrini (2017, 2018); McCullagh & Nelder (1989) for
        quasi-Poisson; Newey & West (1987).

    """
    require_level(level)
    day, event = day_of_event(at)
    rows = _rows(frame)
    timeline = timeline_of(
        rows["period"], day, impact=impact, harmonics=harmonics, transition=transition
    )
    if method not in METHODS:
        raise InputError(Problem(what="no such method", found=method, allowed=", ".join(METHODS)))
    wanted, absences = _wanted(rows, timeline, types, effort)
    effects = [effect_in(one, timeline, method=method, level=level) for one in wanted]
    effects = _controlled(effects, control, level)
    others = known_events(timeline.periods[0], timeline.periods[-1], event)
    return Interruption(
        at=day,
        event=event,
        method=method,
        impact=impact,
        level=level,
        points_before=int((~timeline.after).sum()),
        points_after=int(timeline.after.sum()),
        left_out=timeline.left_out,
        effects=tuple(effects),
        control=control,
        absences=absences,
        other_events=others,
        sentences=tuple(
            sentence
            for one in effects
            for sentence in effect_sentence(one, day, level, labels or {}, control)
        ),
        notices=notices_on(effects, method, bool(others), absences),
    )


def _rows(frame: pl.DataFrame) -> pl.DataFrame:
    require_frame(frame)
    with_reporter = "reporter" in frame.columns
    if with_reporter and "effort" in frame.columns:
        raise InputError(
            Problem(
                what="effort belongs to one series, and here are several reporters",
                column="effort",
                allowed="the counts of one reporter, or no effort",
            )
        )
    rows = checked(
        frame,
        {"period": "date", "count": "count"},
        optional={"reporter": "text", "effort": "size"},
        key=("period", "reporter") if with_reporter else ("period",),
    )
    return rows.sort("period")


def _wanted(
    rows: pl.DataFrame,
    timeline: Timeline,
    types: Mapping[str, str] | None,
    effort: EffortAs,
) -> tuple[list[Counts], tuple[Absence, ...]]:
    """Give the series to be judged: all, the panel, and each type of reporter in it."""
    kept = rows.filter(pl.col("period").is_in(timeline.periods.to_list()))
    if "reporter" not in rows.columns:
        size = kept["effort"].to_numpy() if "effort" in kept.columns else None
        proportional = effort == "offset"
        whole = Counts(
            scope="all",
            reporters=(),
            counts=kept["count"].to_numpy().astype(float),
            effort=size if proportional else None,
            covariate=None if proportional or size is None else np.log(size),
        )
        return [whole], ()
    sides = (
        timeline.periods.filter(pl.Series(~timeline.after)),
        timeline.periods.filter(pl.Series(timeline.after)),
    )
    panel, absences = constant_reporters(kept, sides, max(1, round(timeline.per_year)))
    kinds = type_of(panel, types)
    members = {"all": tuple(sorted(kept["reporter"].unique())), "panel": panel}
    for kind in sorted(set(kinds.values())):
        members[kind] = tuple(one for one in panel if kinds.get(one) == kind)
    wanted = [
        Counts(scope=scope, reporters=who, counts=_summed(kept, who, timeline))
        for scope, who in members.items()
        if who
    ]
    return wanted, absences


def _summed(rows: pl.DataFrame, who: tuple[str, ...], timeline: Timeline) -> np.ndarray:
    sums = rows.filter(pl.col("reporter").is_in(who)).group_by("period").agg(pl.col("count").sum())
    return (
        pl.DataFrame({"period": timeline.periods})
        .join(sums, on="period", how="left", maintain_order="left")["count"]
        .fill_null(0)
        .to_numpy()
        .astype(float)
    )


def _controlled(effects: list[Effect], control: str | None, level: float) -> list[Effect]:
    if control is None:
        return effects
    beside = next((one for one in effects if one.scope == control), None)
    if beside is None:
        kinds = [one.scope for one in effects if one.scope not in ("all", "panel")]
        raise InputError(
            Problem(
                what="no reporter of this type reported all along, so it is no control",
                found=control,
                allowed=", ".join(kinds) or "give the column reporter",
            )
        )
    return [
        one
        if one.scope in (control, "all", "panel")
        else replace(one, against_control=against_control(one, beside, level))
        for one in effects
    ]
