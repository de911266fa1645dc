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
from slachtoffermonitor.follow.counting.days import DaysAtRisk, Values, count_days, ratio
from slachtoffermonitor.follow.counting.intervals import (
    Interval,
    binomial_limits,
    share_interval,
)
from slachtoffermonitor.follow.counting.shares import complete_cohort, incidence, survival
from slachtoffermonitor.follow.curves import Curve, CurveDefinition
from slachtoffermonitor.ground import InputError, Problem

__all__ = ["aalen_johansen", "fixed_cohort", "kaplan_meier"]


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
    return step_curve(table, (estimate, error, low, high), definition, ended=estimate[-1] <= 0.0)


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
        curves[number] = step_curve(
            table, (estimate, error, low, high), definition, ended=left_over <= 0.0
        )
    return curves


def fixed_cohort(
    event_day: npt.ArrayLike,
    met: npt.ArrayLike,
    followed_until: npt.ArrayLike,
    *,
    level: float = 0.95,
) -> Curve:
    """Of those who were followed for the whole of a period: to which share did it happen?

    Every day is the end of another period and has another cohort, so that the curve may fall.
    People who died, left or came into view later are not in it: the figure is about who stayed.

    Args:
        event_day: the day of the first event; anything where there was none.
        met: 1 for who met the event, 0 for who did not.
        followed_until: the last day on which the event would have been seen, had it not come
            before. The day of the event itself is not that: using it would leave out everybody
            without an event and keep everybody with one.
        level: of the exact (Clopper-Pearson) interval.

    Returns: a `Curve` of the share with the event; `at_risk` is the cohort of that day.
    Raises: InputError for arrays of different length, other than whole numbers, or an event after
        the last day on which it could have been seen.
    Source: Clopper & Pearson (1934).
    """
    when, happened = whole_numbers("event_day", event_day), whole_numbers("met", met)
    until = whole_numbers("followed_until", followed_until)
    if until.size == 0:
        raise InputError("there is nobody to follow: followed_until is empty")
    if not when.shape == happened.shape == until.shape:
        raise InputError("event_day, met and followed_until differ in length")
    late = int(((happened > 0) & (when > until)).sum())
    if late:
        raise InputError(Problem(what="events outside the follow-up", found=f"{late} events"))
    first, followed, events = complete_cohort(when, happened, until)
    estimate = ratio(events, followed)
    error = np.sqrt(ratio(estimate * (1.0 - estimate), followed))
    low, high = binomial_limits(events, followed, level=level)
    kept = np.flatnonzero(np.diff(followed, prepend=-1) | np.diff(events, prepend=-1))
    return Curve(
        day=kept + first,
        estimate=estimate[kept],
        standard_error=error[kept],
        low=low[kept],
        high=high[kept],
        at_risk=followed[kept],
        events=events[kept],
        last_day=int(until.max()),
        definition=CurveDefinition(
            method="fixed",
            measures="share with event",
            interval="exact",
            level=level,
            persons=until.size,
        ),
    )


def step_curve(
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
