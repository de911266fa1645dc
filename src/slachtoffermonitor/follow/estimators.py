"""Curves over whole days from plain arrays of entry, exit and what ended the follow-up.

Used wrongly these say the wrong thing with great precision: a person whom nobody can observe
(abroad, dead, not linked) must leave the risk set on the day that observation ends, and events
before entry must not be counted. `histories` does both; with arrays of your own it is up to you.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from slachtoffermonitor.follow._checks import persons_followed, whole_numbers
from slachtoffermonitor.follow._kernels import (
    DaysAtRisk,
    Interval,
    Values,
    count_days,
    count_interval,
    incidence,
    mean_count,
    share_interval,
    survival,
)
from slachtoffermonitor.follow.curves import Curve, CurveDefinition
from slachtoffermonitor.ground import InputError, Problem

__all__ = ["aalen_johansen", "kaplan_meier", "mean_cumulative_count"]


def kaplan_meier(
    entry_day: npt.ArrayLike | None,
    exit_day: npt.ArrayLike,
    event: npt.ArrayLike,
    *,
    interval: Interval = "log-log",
    level: float = 0.95,
) -> Curve:
    """Which share has not yet met the event, if leaving had nothing to do with it?

    One minus this curve overstates what happens in the world when people die or leave: it says
    what would happen if they stayed. Use `aalen_johansen` for what does happen.

    Assumes: those who leave would have met the event as often as those who stay; days are whole;
        a person is at risk on day t when entry < t <= exit. `entry_day=None`: all from the start.
    Returns: a `Curve` of the share without the event (float64), Greenwood standard errors.
    Raises: InputError for arrays of different length, other than whole numbers, or an exit that
        is not after the entry.
    Source: Kaplan & Meier (1958); Greenwood (1926); Tsai, Jewell & Wang (1987) for late entry.
    Checked against: R survival 3.5-3, tests/reference/follow/km_colon.json.

    >>> round(kaplan_meier(None, [2, 3, 5], [1, 0, 1]).at(3).estimate, 3)
    0.667
    """
    entry, exit_, happened = persons_followed(entry_day, exit_day, event, name="event", most=1)
    table = count_days(entry, exit_, happened, 1)
    estimate, error = survival(table)
    low, high = share_interval(estimate, error, table.at_risk, interval=interval, level=level)
    definition = CurveDefinition(
        method="kaplan-meier",
        measures="share without event",
        interval=interval,
        level=level,
        persons=exit_.size,
    )
    return _curve(table, (estimate, error, low, high), definition, ended=estimate[-1] <= 0.0)


def aalen_johansen(
    entry_day: npt.ArrayLike | None,
    exit_day: npt.ArrayLike,
    cause: npt.ArrayLike,
    *,
    interval: Interval = "log-log",
    level: float = 0.95,
) -> Mapping[int, Curve]:
    """Which share has met each cause, when meeting one makes the others impossible?

    Assumes: 0 says that the follow-up ended without any cause, and that this tells nothing about
        what came after; causes are 1, 2, …; a person is at risk on day t when entry < t <= exit.
    Returns: cause -> `Curve` of the share with that cause. Standard errors as R's `survfit` gives
        them when all enter together (the infinitesimal jackknife; `cmprsk` differs slightly), and
        by Greenwood's sum with late entry. `log-log` limits are those
        of one minus the share, so that with one cause they are those of `kaplan_meier`; `log`
        limits are those of the share itself.
    Raises: InputError as `kaplan_meier`, and for a negative cause.
    Source: Aalen & Johansen (1978); Allignol, Schumacher & Beyersmann (2010) for the variance.
    Checked against: R survival 3.5-3, tests/reference/follow/competing_mgus2.json.

    >>> round(aalen_johansen(None, [2, 3, 5], [1, 2, 1])[1].at(4).estimate, 3)
    0.333
    """
    entry, exit_, ended_by = persons_followed(entry_day, exit_day, cause, name="cause", most=None)
    causes = max(1, int(ended_by.max()))
    table = count_days(entry, exit_, ended_by, causes)
    left_over = survival(table)[0][-1]
    curves: dict[int, Curve] = {}
    for number in range(1, causes + 1):
        estimate, error = incidence(table, number)
        if interval == "log-log":
            rest_low, rest_high = share_interval(
                1.0 - estimate, error, table.at_risk, interval=interval, level=level
            )
            low, high = 1.0 - rest_high, 1.0 - rest_low
        else:
            low, high = share_interval(
                estimate, error, table.at_risk, interval=interval, level=level
            )
        definition = CurveDefinition(
            method="aalen-johansen",
            measures="share with event",
            interval=interval,
            level=level,
            persons=exit_.size,
            cause=number,
        )
        curves[number] = _curve(
            table, (estimate, error, low, high), definition, ended=left_over <= 0.0
        )
    return curves


def mean_cumulative_count(
    entry_day: npt.ArrayLike | None,
    exit_day: npt.ArrayLike,
    *,
    person: npt.ArrayLike,
    event_day: npt.ArrayLike,
    level: float = 0.95,
) -> Curve:
    """How many events has a person met on average, counting all and not only the first?

    Assumes: one stretch of follow-up per person; `person` is the position of the event's person
        in `exit_day`; events lie in (entry, exit]; several on one day count each. Leaving tells
        nothing about events: when death ends them, this is the mean for those alive.
    Returns: a `Curve` of events per person, robust standard errors, limits on the log scale.
    Raises: InputError as `kaplan_meier`, and for an event of nobody or outside the follow-up.
    Source: Nelson (1988); Lawless & Nadeau (1995).
    Checked against: R survival 3.5-3, tests/reference/follow/recurrent_bladder.json.
    """
    nobody = np.zeros(np.shape(exit_day), dtype=np.int64)
    entry, exit_, none = persons_followed(entry_day, exit_day, nobody, name="event", most=1)
    who, when = whole_numbers("person", person), whole_numbers("event_day", event_day)
    if who.shape != when.shape or (who.size and not 0 <= who.min() <= who.max() < exit_.size):
        raise InputError("every event needs a person: a position in the arrays of persons")
    outside = int(((when <= entry[who]) | (when > exit_[who])).sum())
    if outside:
        raise InputError(Problem(what="events outside the follow-up", found=f"{outside} events"))
    table = count_days(entry, exit_, none, 1)
    estimate, error, events = mean_count(table, entry, exit_, who, when)
    counted = DaysAtRisk(
        first=table.first, at_risk=table.at_risk, exits=table.exits, events=events[None, :]
    )
    low, high = count_interval(estimate, error, level=level)
    definition = CurveDefinition(
        method="mean-cumulative-count",
        measures="events per person",
        interval="log",
        level=level,
        persons=exit_.size,
    )
    return _curve(counted, (estimate, error, low, high), definition, ended=False)


def _curve(
    table: DaysAtRisk,
    values: tuple[Values, Values, Values, Values],
    definition: CurveDefinition,
    *,
    ended: bool,
) -> Curve:
    """Keep the days on which something happened."""
    own = table.events[definition.cause - 1]
    kept = np.flatnonzero((table.exits > 0) | (own > 0))
    estimate, error, low, high = (column[kept] for column in values)
    return Curve(
        day=kept + table.first,
        estimate=estimate,
        standard_error=error,
        low=low,
        high=high,
        at_risk=table.at_risk[kept],
        events=np.cumsum(own)[kept],
        last_day=None if ended else table.first + table.at_risk.size - 1,
        definition=definition,
    )
