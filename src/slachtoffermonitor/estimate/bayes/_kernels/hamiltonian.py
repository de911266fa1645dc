"""Hamiltonian Monte Carlo for a Poisson log-linear model with normal priors.

The sampler moves in coordinates in which the posterior is about standard normal: the mode and the
curvature there are given. A trajectory of about a quarter turn then makes draws nearly
independent.
"""

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

__all__ = ["sample_effects"]

Floats = NDArray[np.float64]

_TARGET = 0.9  # share of accepted trajectories that the step is tuned to
_FIRST_STEP = 0.3
_FEWEST, _MOST = 4, 8  # leapfrog steps; drawn anew each time, so that no trajectory closes
_LARGEST = 700.0  # of an exponent
_BROKEN = 1000.0  # energy lost by a trajectory that left the posterior


@njit(cache=True, nogil=True)
def _energy(  # noqa: PLR0917
    place: Floats,
    design: Floats,
    offset: Floats,
    counts: Floats,
    pull: Floats,
    tension: Floats,
    gradient: Floats,
) -> float:
    """Give minus the log posterior at a place in whitened coordinates, and fill its gradient.

    The prior is a quadratic there: `pull` is its slope at the mode, `tension` its curvature.
    """
    size = place.size
    energy = 0.0
    for i in range(size):
        slope = 0.0
        for j in range(size):
            slope += tension[i, j] * place[j]
        gradient[i] = pull[i] + slope
        energy += place[i] * (pull[i] + 0.5 * slope)
    for cell in range(counts.size):
        predictor = offset[cell]
        for i in range(size):
            predictor += design[cell, i] * place[i]
        mean = math.exp(min(predictor, _LARGEST))
        energy += mean - counts[cell] * predictor
        excess = mean - counts[cell]
        for i in range(size):
            gradient[i] += excess * design[cell, i]
    return energy


@njit(cache=True, nogil=True)
def _travel(  # noqa: PLR0917
    place: Floats,
    momentum: Floats,
    gradient: Floats,
    step: float,
    steps: int,
    design: Floats,
    offset: Floats,
    counts: Floats,
    pull: Floats,
    tension: Floats,
) -> float:
    """Move place, momentum and gradient along a trajectory (leapfrog); give the energy there."""
    energy = 0.0
    for _ in range(steps):
        momentum -= 0.5 * step * gradient
        place += step * momentum
        energy = _energy(place, design, offset, counts, pull, tension, gradient)
        momentum -= 0.5 * step * gradient
    return energy


@njit(cache=True, nogil=True)
def sample_effects(  # noqa: PLR0917
    design: Floats,
    counts: Floats,
    precision: Floats,
    mode: Floats,
    spread: Floats,
    warmup: int,
    draws: int,
    rng: np.random.Generator,
) -> tuple[Floats, float, int]:
    """Run one chain.

    Args:
        design: cells × effects.
        counts: persons per cell.
        precision: of the normal prior of each effect around zero.
        mode: the effects at which the posterior is highest.
        spread: matrix that turns standard normal coordinates into effects around the mode.
        warmup: draws to tune the step and to forget the start; not returned.
        draws: number of draws.
        rng: the source of randomness of this chain alone.

    Returns:
        Effects (draws × effects), share of trajectories accepted, number that broke.

    """
    size = mode.size
    white = design @ spread
    offset = design @ mode
    pull = spread.T @ (precision * mode)
    tension = (spread.T * precision) @ spread
    place = np.empty(size)
    for i in range(size):
        place[i] = 1.5 * rng.standard_normal()
    gradient = np.empty(size)
    energy = _energy(place, white, offset, counts, pull, tension, gradient)
    log_step = math.log(_FIRST_STEP)
    settled = 0.0
    kept = np.empty((draws, size))
    accepted, broken = 0.0, 0
    momentum = np.empty(size)
    for turn in range(warmup + draws):
        for i in range(size):
            momentum[i] = rng.standard_normal()
        step = math.exp(log_step) * (0.9 + 0.2 * rng.random())
        before = energy + 0.5 * (momentum * momentum).sum()
        new_place, new_gradient = place.copy(), gradient.copy()
        steps = _FEWEST + int(rng.random() * (_MOST - _FEWEST + 1))
        new_energy = _travel(
            new_place, momentum, new_gradient, step, steps, white, offset, counts, pull, tension
        )
        loss = new_energy + 0.5 * (momentum * momentum).sum() - before
        chance = math.exp(-max(loss, 0.0)) if math.isfinite(loss) else 0.0
        if rng.random() < chance:
            place, gradient, energy = new_place, new_gradient, new_energy
        if turn < warmup:
            log_step = min(log_step + (chance - _TARGET) / (turn + 1.0) ** 0.6, 0.0)
            settled += log_step if turn >= warmup // 2 else 0.0
            if turn == warmup - 1:
                log_step = settled / (warmup - warmup // 2)
        else:
            accepted += chance
            broken += not loss < _BROKEN
            kept[turn - warmup] = mode + spread @ place
    return kept, accepted / max(draws, 1), broken
