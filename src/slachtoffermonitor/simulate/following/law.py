"""Solving the law of repeat victimisation for one way of counting."""

from __future__ import annotations

from functools import cache

import numpy as np
from scipy.optimize import root

from slachtoffermonitor.ground import InputError, Problem
from slachtoffermonitor.simulate import _crimes as crimes
from slachtoffermonitor.simulate import _nation as nation
from slachtoffermonitor.simulate._calibration import Size, read_calibration, stream
from slachtoffermonitor.simulate._register import exit_rates
from slachtoffermonitor.simulate.following.shares import (
    ESTIMANDS,
    Estimand,
    Lives,
    RepeatLaw,
    true_shares,
)

__all__ = ["lives_of", "solve_repeat_law"]

_FIRST_GUESS = (9.5, 0.7)
_COARSE = 7


@cache
def lives_of(seed: int, persons: int, years: tuple[int, ...]) -> Lives:
    """Draw a population and give the lives of its registered residents."""
    calibration = read_calibration()
    size = Size.of(list(years), persons)
    population = nation.draw_inhabitants(seed, calibration, size)
    rows = np.flatnonzero(
        population["registered"].to_numpy() & population["form"].is_not_null().to_numpy()
    )
    chosen = population[rows]
    rng = stream(seed, "repeat_law")
    start, stop = crimes.waits_of(chosen)
    return Lives(
        factor=crimes.multipliers_of(rng, calibration, chosen),
        waits_from=start,
        waits_until=stop,
        leaving=exit_rates(calibration, chosen).sum(axis=1),
    )


@cache
def solve_repeat_law(
    estimand: Estimand = "aalen-johansen",
    *,
    seed: int = 1,
    persons: int = 60_000,
    years: tuple[int, ...] = tuple(range(2014, 2024)),
) -> RepeatLaw:
    """Which law gives the published 45% and 50%, counted in this way?

    A nation of any size can then be drawn under it (`simulate_nation(repeat_law=...)`): its
    shares differ from the true ones by chance alone, as a sample does.

    Args:
        estimand: the way of counting for which the published shares are solved.
        seed: of the population on whose lives the law is solved.
        persons: how many true victims that population has; about 8 in 100 are registered and
            resident.
        years: the years over which they come into view.

    Returns:
        RepeatLaw with the true shares under every way of counting.

    Raises:
        InputError: no such way of counting, or one under which the shares cannot be reached.

    """
    if estimand not in ESTIMANDS:
        raise InputError(
            Problem(
                what="no such way of counting", found=str(estimand), allowed=", ".join(ESTIMANDS)
            )
        )
    calibration = read_calibration()
    leaf = calibration.leaf("crimes.targets")
    horizons = [float(one) for one in leaf["horizon_years"]]
    target = np.array([float(one) for one in leaf["value"]])
    waiting = calibration.number("crimes.waiting_factor")
    lives = lives_of(seed, persons, years)

    def miss(log_law: np.ndarray) -> np.ndarray:
        law = (float(np.exp(log_law[0])), float(np.exp(log_law[1])))
        shares = true_shares(lives, law, waiting, horizons, step_days=_COARSE)
        missed: np.ndarray = np.array([shares[estimand, one] for one in horizons]) - target
        return missed

    solved = root(miss, np.log(_FIRST_GUESS), method="hybr", options={"xtol": 1e-8})
    scale, shape = (float(one) for one in np.exp(solved.x))
    shares = true_shares(lives, (scale, shape), waiting, horizons)
    if max(abs(shares[estimand, h] - t) for h, t in zip(horizons, target, strict=True)) > 0.005:
        raise InputError("no law gives the published shares when they are counted in this way")
    return RepeatLaw(estimand=estimand, scale=scale, shape=shape, shares=shares)
