"""Events that come back: how often on average, how fast, and how long in between."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from slachtoffermonitor.follow._checks import whole_numbers
from slachtoffermonitor.follow._wording import count_question
from slachtoffermonitor.follow.cohort.choosing import each_linkage, grouped, is_histories
from slachtoffermonitor.follow.cohort.definition import (
    CohortDefinition,
    EventChoice,
    choose_event,
)
from slachtoffermonitor.follow.counting.days import Days, Values
from slachtoffermonitor.follow.counting.intervals import count_interval
from slachtoffermonitor.follow.counting.recurrent import Happenings, Spells, mean_count, spell_of
from slachtoffermonitor.follow.curves import Curve, CurveDefinition, CurveValue
from slachtoffermonitor.follow.histories import Histories
from slachtoffermonitor.follow.pooling import pool_curves
from slachtoffermonitor.ground import InputError, Problem, Text

__all__ = ["CountMethod", "MeanCumulativeCount", "count_spells", "mean_cumulative_count"]

CountMethod = Literal["mean-cumulative-count", "ghosh-lin"]

_DAYS_PER_YEAR = 365.25


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MeanCumulativeCount:
    """How many events a person meets on average, over the days since the index day.

    `curves`: the curve of everybody (group "") and of each group, with robust standard errors.
    """

    method: CountMethod
    question: Text
    curves: Mapping[str, Curve]
    event: EventChoice
    by: tuple[str, ...]
    definition: CohortDefinition | None
    level: float
    linkages: int = 1

    def __repr__(self) -> str:
        """Show method and size, never a person."""
        persons = self.curves[""].definition.persons
        return f"MeanCumulativeCount({self.method}, {persons} persons, {len(self.curves)} curves)"

    def curve(self, group: str = "") -> Curve:
        """Give the curve of one group.

        Raises:
            InputError: no such group.

        """
        if group not in self.curves:
            allowed = ", ".join(repr(name) for name in self.curves)
            raise InputError(Problem(what="no such group", found=repr(group), allowed=allowed))
        return self.curves[group]

    def at(self, years: float, *, group: str = "") -> CurveValue:
        """Give the mean number within so many years, with its interval."""
        return self.curve(group).at(int(years * _DAYS_PER_YEAR))

    def table(self, years: Sequence[float] = (1, 3, 5, 7)) -> pl.DataFrame:
        """Give the mean numbers at horizons, one row per group and horizon.

        Returns: group, horizon_years, mean, low, high (Float64; null where the register ends too
            early), at_risk, n (persons) and events (all of them, up to then).
        """
        rows = [
            (group, float(horizon), value.estimate, value.low, value.high, value.at_risk,
             curve.definition.persons, value.events)
            for group, curve in self.curves.items()
            for horizon in years
            for value in (curve.at(int(horizon * _DAYS_PER_YEAR)),)
        ]  # fmt: skip
        names = ("group", "horizon_years", "mean", "low", "high", "at_risk", "n", "events")
        return pl.DataFrame(rows, schema=names, orient="row").with_columns(
            pl.col("mean", "low", "high").fill_nan(None)
        )


def mean_cumulative_count(
    histories: Histories | Sequence[Histories] | npt.ArrayLike | None = None,
    exit: npt.ArrayLike | None = None,  # noqa: A002 (the word of the field)
    event: str | Sequence[str] | EventChoice | npt.ArrayLike = "SLACHTOFFER",
    *,
    person: npt.ArrayLike | None = None,
    entry: npt.ArrayLike | None = None,
    by: str | Sequence[str] | npt.ArrayLike | None = None,
    method: CountMethod = "mean-cumulative-count",
    level: float = 0.95,
) -> MeanCumulativeCount:
    """How many events has a person met on average, counting all and not only the first?

    A mean counts one person's ten events as ten persons' one: give it beside the share to whom it
    happens at all, never instead of it.

    Args:
        histories: from `histories`; a sequence of them (one per imputed linkage) is pooled. Or
            the array of entry days.
        exit: with plain arrays: the last day of each row's stretch at risk.
        event: which event counts, as in `cumulative_incidence`. With plain arrays, per row: 0
            nothing, 1 the event, on the day `exit`; 2 what ends all (for `ghosh-lin`). A row of
            zero length (entry = exit) is one more event of that person on that day.
        person: with plain arrays: who each row is about; without it every row is a person.
        entry: the array of entry days, as a keyword.
        by: a column of the persons to group by; with plain arrays the labels of the rows.
        method: `mean-cumulative-count`: while being followed, as if nobody left. `ghosh-lin`: of
            everybody, where death and the exits that compete end the matter.
        level: of the interval.

    Returns:
        MeanCumulativeCount: events per person, robust standard errors, limits on the log scale.

    Raises:
        InputError: as `cumulative_incidence`; stretches of one person that overlap; an event on a
            day on which its person is not at risk.

    Assumes:
        Leaving tells nothing about events (`mean-cumulative-count`).

    Source:
        Nelson (1988); Lawless & Nadeau (1995); Ghosh & Lin (2000).

    Checked against:
        R survival 3.5-3, tests/reference/follow/recurrent_bladder.json.

    """
    if method not in ("mean-cumulative-count", "ghosh-lin"):
        raise InputError(
            Problem(
                what="no such method", found=str(method), allowed="mean-cumulative-count, ghosh-lin"
            )
        )
    if not is_histories(histories):
        rows = _rows_of_arrays(entry if entry is not None else histories, exit, event, person)
        parts, names = grouped(rows, by)
        curves = {label: _curve(frame, method, level) for label, frame in parts.items()}
        return _result(curves, EventChoice(), names, method, level=level)
    choice = choose_event(event)
    found = []
    for one in each_linkage(histories):
        rows = count_spells(one, choice)
        parts, names = grouped(rows, by)
        found.append({label: _curve(frame, method, level) for label, frame in parts.items()})
    shared = [label for label in found[0] if all(label in curves for curves in found)]
    pooled = {label: pool_curves([curves[label] for curves in found]) for label in shared}
    definition = each_linkage(histories)[0].definition
    return _result(
        pooled, choice, names, method, level=level, definition=definition, linkages=len(found)
    )


def _result(
    curves: Mapping[str, Curve],
    choice: EventChoice,
    by: tuple[str, ...],
    method: CountMethod,
    *,
    level: float,
    definition: CohortDefinition | None = None,
    linkages: int = 1,
) -> MeanCumulativeCount:
    return MeanCumulativeCount(
        method=method,
        question=count_question(method, choice.role),
        curves=curves,
        event=choice,
        by=by,
        definition=definition,
        level=level,
        linkages=linkages,
    )


def count_spells(followed: Histories, choice: EventChoice) -> pl.DataFrame:
    """Cut every history at its events: rows of person, entry, exit and event (0, 1 or 2).

    The last row of a person ends with 2 when the exit is one of those that end the matter. Two
    events on one day give a row of zero length. The columns to group by are repeated.

    Raises:
        InputError: nobody can be followed.

    """
    if followed.persons.is_empty():
        raise InputError("nobody can be followed")
    wanted = choice.counts() & (pl.col("place") == "COUNTED")
    events = followed.events.filter(wanted).select("person", "event_day")
    ends = pl.col("exit_reason").is_in(list(followed.definition.competing)).fill_null(value=False)
    cuts = pl.concat(
        [
            events.select("person", exit="event_day", event=pl.lit(1)),
            followed.persons.select(
                "person", exit="exit_day", event=pl.when(ends).then(2).otherwise(0)
            ),
        ]
    )
    # The exit comes last, also when an event happens on its day; a row of no length and no
    # meaning (the end of observation on the day of an event) is left out.
    ordered = cuts.join(followed.persons, on="person").sort(
        "person", "exit", pl.col("event") != 1, maintain_order=True
    )
    started = pl.col("exit").shift().over("person").fill_null(pl.col("entry_day"))
    return ordered.with_columns(entry=started).filter(
        (pl.col("event") > 0) | (pl.col("exit") > pl.col("entry"))
    )


def _rows_of_arrays(entry: object, exit_day: object, event: object, person: object) -> pl.DataFrame:
    if exit_day is None or isinstance(event, str | EventChoice):
        raise InputError("plain arrays are needed: exit, and event as 0, 1 or 2 per row")
    ends = whole_numbers("exit", exit_day)  # type: ignore[arg-type]
    happened = whole_numbers("event", event)  # type: ignore[arg-type]
    starts = (
        np.full(ends.shape, min(0, int(ends.min(initial=0))) - 1, dtype=np.int64)
        if entry is None
        else whole_numbers("entry", entry)  # type: ignore[arg-type]
    )
    who = np.arange(ends.size) if person is None else np.asarray(person)
    if not ends.shape == happened.shape == starts.shape == who.shape:
        raise InputError("entry, exit, event and person differ in length")
    if ends.size == 0:
        raise InputError("there is nobody to follow: exit is empty")
    if not np.isin(happened, (0, 1, 2)).all():
        raise InputError(Problem(what="no such event", column="event", allowed="0, 1 or 2"))
    if (ends < starts).any():
        raise InputError(Problem(what="a row that ends before it begins", allowed="entry <= exit"))
    codes = np.unique(who, return_inverse=True)[1].astype(np.int64)
    return pl.DataFrame({"person": codes, "entry": starts, "exit": ends, "event": happened})


def _curve(frame: pl.DataFrame, method: CountMethod, level: float) -> Curve:
    person = np.unique(frame["person"].to_numpy(), return_inverse=True)[1].astype(np.int64)
    entry, exit_, event = (frame[name].to_numpy() for name in ("entry", "exit", "event"))
    spells = _joined_spells(person, entry.astype(np.int64), exit_.astype(np.int64))
    events = _happenings(spells, person[event == 1], exit_[event == 1])
    ends = _happenings(spells, person[event == 2], exit_[event == 2])
    ending = ends if method == "ghosh-lin" else None
    estimate, error, happened = mean_count(spells, events, ending)
    at_risk = spells.at_risk()
    low, high = count_interval(estimate, error, at_risk.astype(float), level=level)
    left = np.bincount(spells.exit - spells.first, minlength=spells.length)
    kept = np.flatnonzero((left > 0) | (happened > 0))
    return Curve(
        day=kept + spells.first,
        estimate=estimate[kept],
        standard_error=error[kept],
        low=low[kept],
        high=high[kept],
        at_risk=at_risk[kept],
        events=np.cumsum(happened)[kept],
        last_day=spells.first + spells.length - 1,
        definition=CurveDefinition(
            method=method,
            measures="events per person",
            interval="log",
            level=level,
            persons=int(spells.person.max()) + 1,
        ),
    )


def _joined_spells(person: Days, entry: Days, exit_: Days) -> Spells:
    """Join the rows of a person where one begins as the other ends; refuse rows that overlap."""
    real = exit_ > entry
    person, entry, exit_ = person[real], entry[real], exit_[real]
    if not person.size:
        raise InputError("nobody is at risk on any day: all rows have zero length")
    order = np.lexsort((entry, person))
    person, entry, exit_ = person[order], entry[order], exit_[order]
    same = np.concatenate(([False], person[1:] == person[:-1]))
    overlaps = int((same[1:] & (entry[1:] < exit_[:-1])).sum())
    if overlaps:
        raise InputError(Problem(what="rows of one person that overlap", found=f"{overlaps} rows"))
    touches = np.concatenate(([False], same[1:] & (entry[1:] == exit_[:-1])))
    opens = np.flatnonzero(~touches)
    closes = np.append(opens[1:], person.size) - 1
    return Spells(person=person[opens], entry=entry[opens], exit=exit_[closes])


def _happenings(spells: Spells, person: Days, day: Days) -> Happenings:
    spell = spell_of(spells, person, day.astype(np.int64))
    outside = int((spell < 0).sum())
    if outside:
        raise InputError(Problem(what="events outside the follow-up", found=f"{outside} events"))
    wide = spells.length + 1
    keys, number = np.unique(spell * wide + (day - spells.first), return_counts=True)
    sizes: Values = number.astype(np.float64)
    return Happenings(spell=keys // wide, day=keys % wide, number=sizes)
