"""The partial likelihood of a hazard regression, its slope and its curvature, from cells.

Several events on one day are tied: their order within the day is unknown. Efron's way takes the
l-th of d tied events against everybody at risk less l/d of those with an event; Breslow's takes
each against everybody. All sums over the tied events are taken as they are, in closed form.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from slachtoffermonitor.follow.counting.days import Days, Values, weigh
from slachtoffermonitor.follow.regression.cells import Layer, RiskCells

__all__ = ["DaySums", "Likelihood", "Ties", "day_sums", "evaluate", "information_by_day", "summed"]

Ties = Literal["efron", "breslow"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DaySums:
    """Per event day: sums over those at risk and over those with an event, and of the ties.

    With f the share of the tied events that went before and D = risk - f × met: `a` = sum 1/D,
    `b` = sum f/D, `c` = sum 1/D², `d` = sum f/D², `e` = sum f²/D², `log` = sum log D.
    """

    risk: Values
    risk_x: Values  # day × term
    met: Values
    met_x: Values
    a: Values
    b: Values
    c: Values
    d: Values
    e: Values
    log: Values


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Likelihood:
    """The value, slope (score) and curvature (information) at some coefficients."""

    value: float
    score: Values
    information: Values
    sums: DaySums


def evaluate(cells: RiskCells, coefficients: Values, ties: Ties) -> Likelihood:
    """Give value, score and information of the partial likelihood."""
    x = cells.covariates
    hazard = np.exp(x @ coefficients)
    sums = day_sums(cells, hazard, ties)
    own = x[cells.met_pattern] * cells.met_number[:, None]
    observed = own.sum(axis=0)
    expected = sums.a @ sums.risk_x - sums.b @ sums.met_x
    value = float(observed @ coefficients - sums.log.sum())
    spent = _spent(cells, sums.a) * hazard
    tied = weigh(cells.met_pattern, cells.met_persons * sums.b[cells.met_day], hazard.size) * hazard
    squares = (x * (spent - tied)[:, None]).T @ x
    cross = (sums.risk_x * sums.d[:, None]).T @ sums.met_x
    squares -= (sums.risk_x * sums.c[:, None]).T @ sums.risk_x - cross - cross.T
    squares -= (sums.met_x * sums.e[:, None]).T @ sums.met_x
    return Likelihood(value=value, score=observed - expected, information=squares, sums=sums)


def day_sums(cells: RiskCells, hazard: Values, ties: Ties) -> DaySums:
    """Sum over those at risk, and over those with an event, on every event day."""
    days, x = cells.events.size, cells.covariates
    at_risk = np.stack([summed(cells, hazard)] + [summed(cells, hazard * column) for column in x.T])
    weight = cells.met_persons * hazard[cells.met_pattern]
    met = np.stack(
        [weigh(cells.met_day, weight, days)]
        + [weigh(cells.met_day, weight * column[cells.met_pattern], days) for column in x.T]
    )
    risk, tied = at_risk[0], met[0] if ties == "efron" else np.zeros(days)
    terms = _tie_sums(cells.events, risk, tied, ties)
    return DaySums(risk=risk, risk_x=at_risk[1:].T, met=met[0], met_x=met[1:].T, **terms)


def _tie_sums(events: Days, risk: Values, tied: Values, ties: Ties) -> dict[str, Values]:
    """Take the sums over the tied events of every day."""
    if ties == "breslow":
        zero = np.zeros(risk.size)
        once = events / risk
        return {
            "a": once, "b": zero, "c": once / risk, "d": zero, "e": zero,
            "log": np.asarray(events * np.log(risk)),
        }  # fmt: skip
    days = np.repeat(np.arange(events.size), events)
    opening = np.cumsum(events) - events
    share = (np.arange(days.size) - opening[days]) / events[days]
    rest = risk[days] - share * tied[days]
    once = 1.0 / rest
    twice = once * once

    def per_day(values: Values) -> Values:
        return np.asarray(np.add.reduceat(values, opening), dtype=np.float64)

    return {
        "a": per_day(once),
        "b": per_day(share * once),
        "c": per_day(twice),
        "d": per_day(share * twice),
        "e": per_day(share * share * twice),
        "log": per_day(np.log(rest)),
    }


def summed(cells: RiskCells, value: Values) -> Values:
    """Sum a value per pattern over those at risk, on every event day."""
    days = cells.events.size
    total = np.zeros(days)
    for layer in cells.layers:
        part = value[layer.pattern] * layer.weight
        change = weigh(layer.start, part, days + 1) - weigh(layer.stop, part, days + 1)
        running = np.cumsum(change)[:days]
        total += running if layer.factor is None else running * layer.factor
    return total


def _spent(cells: RiskCells, per_day: Values) -> Values:
    """Sum a value per event day over the days at risk, for each pattern."""
    total = np.zeros(cells.covariates.shape[0])
    for layer in cells.layers:
        total += weigh(layer.pattern, layer.weight * through(layer, per_day), total.size)
    return total


def through(layer: Layer, per_day: Values) -> Values:
    """Sum a value per event day over the days of each cell."""
    weighted = per_day if layer.factor is None else per_day * layer.factor
    passed = np.concatenate(([0.0], np.cumsum(weighted)))
    between: Values = passed[layer.stop] - passed[layer.start]
    return between


def information_by_day(cells: RiskCells, coefficients: Values, ties: Ties) -> Values:
    """Give the information of each event day (day × term × term)."""
    x = cells.covariates
    hazard = np.exp(x @ coefficients)
    sums, terms, days = day_sums(cells, hazard, ties), x.shape[1], cells.events.size
    found = np.zeros((days, terms, terms))
    weight = cells.met_persons * hazard[cells.met_pattern]
    for one in range(terms):
        for other in range(one + 1):
            product = x[:, one] * x[:, other]
            value = sums.a * summed(cells, hazard * product)
            value -= sums.b * weigh(cells.met_day, weight * product[cells.met_pattern], days)
            value -= sums.c * sums.risk_x[:, one] * sums.risk_x[:, other]
            value += sums.d * (
                sums.risk_x[:, one] * sums.met_x[:, other]
                + sums.met_x[:, one] * sums.risk_x[:, other]
            )
            value -= sums.e * sums.met_x[:, one] * sums.met_x[:, other]
            found[:, one, other] = found[:, other, one] = value
    return found
