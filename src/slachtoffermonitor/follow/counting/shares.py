"""Shares over days: product limit, Aalen-Johansen, and the fixed cohort."""

from __future__ import annotations

import numpy as np

from slachtoffermonitor.follow.counting.days import (
    Days,
    DaysAtRisk,
    Values,
    count_days,
    earlier_days,
    greenwood_terms,
    ratio,
)

__all__ = [
    "complete_cohort",
    "count_days_of_causes",
    "incidence",
    "incidence_influence",
    "survival",
    "survival_before",
]


def survival(table: DaysAtRisk) -> tuple[Values, Values]:
    """Give the product-limit survival per day and its Greenwood standard error."""
    events = table.events.sum(axis=0)
    estimate: Values = np.cumprod(1.0 - ratio(events, table.at_risk), dtype=np.float64)
    greenwood = np.cumsum(greenwood_terms(events, table.at_risk))
    error: Values = estimate * np.sqrt(greenwood)
    return estimate, error


def survival_before(table: DaysAtRisk) -> Values:
    """Give the survival just before each day."""
    steps = np.cumprod(1.0 - ratio(table.events.sum(axis=0), table.at_risk))
    return np.concatenate(([1.0], steps[:-1]))


def incidence(table: DaysAtRisk, cause: int) -> tuple[Values, Values]:
    """Give the Aalen-Johansen incidence of one cause per day and its standard error.

    When all enter together the variance is the infinitesimal jackknife, whose terms on different
    days are orthogonal; with late entry it is Greenwood's sum. Both are a sum over days s <= t of

        S(s-)² p(1 - p) / Y  -  2 (P(t) - P(s)) S(s-) p / Y  +  (P(t) - P(s))² d / (Y (Y - d))

    with p the hazard of the cause, d the events of all causes, Y at risk and P the incidence.
    """
    everyone = table.events.sum(axis=0)
    before = survival_before(table)
    hazard = ratio(table.events[cause - 1], table.at_risk)
    estimate = np.cumsum(before * hazard)
    own = ratio(before * before * hazard * (1.0 - hazard), table.at_risk)
    cross = ratio(before * hazard, table.at_risk)
    greenwood = greenwood_terms(everyone, table.at_risk)
    variance = (
        np.cumsum(own)
        - 2.0 * (estimate * np.cumsum(cross) - np.cumsum(cross * estimate))
        + estimate**2 * np.cumsum(greenwood)
        - 2.0 * estimate * np.cumsum(greenwood * estimate)
        + np.cumsum(greenwood * estimate**2)
    )
    return estimate, np.sqrt(np.maximum(variance, 0.0))


def incidence_influence(
    entry: Days, exit_: Days, cause: Days, *, of: int, day: int
) -> tuple[float, Values]:
    """Give the incidence of a cause on a day and how much each person moves it.

    The squares of the influences add up to the jackknife variance; summed within clusters first
    they give the variance for clustered persons.
    """
    table = count_days_of_causes(entry, exit_, cause, of)
    last = min(max(day - table.first, 0), table.at_risk.size - 1)
    everyone, own = table.events.sum(axis=0), table.events[of - 1]
    before = survival_before(table)
    estimate = np.cumsum(before * ratio(own, table.at_risk))
    reached = float(estimate[last])
    room = np.where(table.at_risk > everyone, table.at_risk - everyone, 0)
    first_step, any_step = ratio(before, table.at_risk), ratio(np.ones_like(before), room)
    to_come = reached - estimate
    drift = np.cumsum(
        first_step * ratio(own, table.at_risk) - to_come * any_step * ratio(everyone, table.at_risk)
    )
    start = np.minimum(entry - table.first, last)
    end = np.minimum(exit_ - table.first, last)
    here = exit_ - table.first <= last
    jump = np.where(here & (cause == of), first_step[end], 0.0)
    jump -= np.where(here & (cause > 0), to_come[end] * any_step[end], 0.0)
    influence: Values = jump - (drift[end] - drift[start])
    return reached, influence


def count_days_of_causes(entry: Days, exit_: Days, cause: Days, at_least: int) -> DaysAtRisk:
    """Count the days for as many causes as there are, and at least so many."""
    return count_days(entry, exit_, cause, max(at_least, int(cause.max(initial=0))))


def complete_cohort(event_day: Days, met: Days, followed_until: Days) -> tuple[int, Days, Days]:
    """Count, per day, who was followed up to that day, and to how many of them it had happened.

    `met` is 1 for persons with an event, on `event_day`. Returns the first day and two counts.
    """
    days = event_day[met > 0]
    first = min(0, int(followed_until.min()), int(days.min(initial=0)))
    length = int(followed_until.max()) - first + 1
    ends = np.bincount(followed_until - first, minlength=length)
    happened = np.bincount(days - first, minlength=length)
    gone = np.bincount(followed_until[met > 0] - first, minlength=length)
    followed = followed_until.size - earlier_days(ends)
    return first, followed, np.cumsum(happened) - earlier_days(gone)
