"""Latent classes: persons of unknown kinds, each kind found by the lists in its own way."""

from __future__ import annotations

import math
from functools import partial
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from slachtoffermonitor.estimate.bayes._chains import check_lengths, run_chains
from slachtoffermonitor.estimate.bayes._kernels.cutting import NO_LIMIT
from slachtoffermonitor.estimate.bayes._kernels.tempering import sample_classes
from slachtoffermonitor.estimate.bayes.posterior import (
    QUANTILES,
    PosteriorEstimate,
    WeightedModel,
    convergence_notices,
    summarise_chains,
)
from slachtoffermonitor.estimate.capture import CaptureTable
from slachtoffermonitor.ground import InputError, Problem

__all__ = ["sample_latent_classes"]

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

_MOST_CLASSES = 100
_MOST_LEVELS = 200
_SHOWN = 20


def sample_latent_classes(
    table: CaptureTable,
    *,
    classes: int = 10,
    shape: float = 0.25,
    rate: float = 0.25,
    largest_hidden: int | None = None,
    levels: int = 12,
    chains: int = 4,
    draws: int = 2000,
    warmup: int = 16_000,
    thinning: int = 20,
    seed: int = 0,
) -> PosteriorEstimate:
    """How many are hidden if persons differ in kind, and lists are independent within a kind?

    Lists that send persons to each other, or that exclude each other, break the model. With few
    overlaps several answers fit about equally well, and a plain Gibbs sampler stays with one of
    them for tens of thousands of turns. So each chain runs at several levels that hold ever fewer
    of the persons and trade places (parallel tempering), and slides along the ridge on which a
    class is larger and found less. Look at `converged` all the same.

    Assumes: given the unknown class of a person the lists find this person independently; chance
    of each list in each class uniform beforehand; shares of classes by a stick-breaking prior cut
    off at `classes`, its concentration gamma distributed; population size with prior 1 / N.

    Args:
        table: the capture table; strata are taken together.
        classes: the largest number of classes; more than are filled is enough.
        shape: of the gamma prior of the concentration.
        rate: of that prior.
        largest_hidden: hidden number at which the prior is cut off; not at all when not given.
            LCMCR cuts off at 20 times the observed number without saying so.
        levels: from nobody to all persons; 1 is the plain sampler. More levels take more time
            and let more trades succeed.
        chains: at least 2, each from its own random start.
        draws: draws per chain.
        warmup: turns before the first draw.
        thinning: turns per draw.
        seed: of all chains.

    Returns:
        The posterior. `draws` holds `concentration` and the number of `classes` with a member too;
        `models` are the numbers of classes by probability.

    Raises:
        InputError: classes outside 1 to 100 or levels outside 1 to 200; shape or rate not above
            zero; too few chains or draws.

    Source: Manrique-Vallier (2016), Biometrics 72(4), 1246-1254; Ishwaran & James (2001), JASA
    96(453), for the sticks; Papaspiliopoulos & Roberts (2008), Biometrika 95(1), for the exchange
    of neighbouring classes; Geyer (1991), Computing Science and Statistics 23, and Syed et al.
    (2022), JRSS B 84(2), for the levels, their trades and how far they lie apart.
    Checked against: sums over all allocations of small tables, draws of the prior weighted by the
    likelihood, and LCMCR 0.4.14 (tests/reference/mse/mcmc_*.json).

    Example:
        >>> import polars as pl
        >>> rows = {"A": [1, 0, 0, 1, 1], "B": [0, 1, 0, 1, 0], "C": [0, 0, 1, 0, 1]}
        >>> frame = pl.DataFrame({**rows, "count": [90, 80, 70, 30, 9]})
        >>> table = CaptureTable.from_counts(frame)
        >>> short = {"levels": 4, "draws": 200, "warmup": 200, "thinning": 1}
        >>> sample_latent_classes(table, **short).estimate > table.observed
        True

    """
    started = perf_counter()
    _refuse(classes, levels, shape, rate, largest_hidden)
    check_lengths(chains=chains, draws=draws, warmup=warmup, thinning=thinning)
    counts = table.counts
    cells = np.nonzero(counts)[0].astype(np.int64)
    chain = partial(
        sample_classes,
        cells,
        counts[cells],
        (levels, table.size, classes),
        (float(shape), float(rate)),
        NO_LIMIT if largest_hidden is None else largest_hidden,
        (warmup, draws, thinning),
    )
    settings: dict[str, float | int | str] = {
        "classes": classes,
        "shape": shape,
        "rate": rate,
        "largest_hidden": "none" if largest_hidden is None else largest_hidden,
        "levels": levels,
        "chains": chains,
        "draws": draws,
        "warmup": warmup,
        "thinning": thinning,
        "seed": seed,
    }
    return _result(table, run_chains(chain, chains, seed), settings, started)


def _result(
    table: CaptureTable,
    results: list[tuple[Counts, Floats, Counts]],
    settings: dict[str, float | int | str],
    started: float,
) -> PosteriorEstimate:
    hidden, concentration, filled = (
        np.stack([result[i] for result in results]).astype(np.float64) for i in range(3)
    )
    convergence = summarise_chains({"hidden": hidden, "concentration": concentration})
    quantiles = np.quantile(hidden, QUANTILES)
    return PosteriorEstimate(
        method="latent-class",
        lists=table.lists,
        observed=table.observed,
        hidden={p: float(value) for p, value in zip(QUANTILES, quantiles, strict=True)},
        hidden_mean=float(hidden.mean()),
        draws={
            "hidden": hidden,
            "population": hidden + table.observed,
            "concentration": concentration,
            "classes": filled,
        },
        convergence=convergence,
        models=_by_classes(hidden, filled, table.observed),
        settings=settings,
        notices=(*table.notices, *convergence_notices(convergence)),
        seconds=perf_counter() - started,
    )


def _refuse(
    classes: int, levels: int, shape: float, rate: float, largest_hidden: int | None
) -> None:
    problems = []
    if not 1 <= levels <= _MOST_LEVELS:
        problems.append(
            Problem(what="the number of levels", found=str(levels), allowed=f"1 to {_MOST_LEVELS}")
        )
    if not 1 <= classes <= _MOST_CLASSES:
        problems.append(
            Problem(
                what="the number of classes", found=str(classes), allowed=f"1 to {_MOST_CLASSES}"
            )
        )
    if largest_hidden is not None and largest_hidden < 1:
        problems.append(
            Problem(
                what="the largest hidden number", found=str(largest_hidden), allowed="1 or more"
            )
        )
    problems += [
        Problem(what=f"the {name} of the prior", found=str(value), allowed="above zero")
        for name, value in (("shape", shape), ("rate", rate))
        if not 0 < value < math.inf
    ]
    if problems:
        raise InputError(problems)


def _by_classes(hidden: Floats, filled: Floats, observed: int) -> tuple[WeightedModel, ...]:
    """Give the posterior by number of classes with a member."""
    numbers, times = np.unique(filled, return_counts=True)
    best = np.argsort(-times, kind="stable")[:_SHOWN]
    return tuple(
        WeightedModel(
            model="",
            classes=int(numbers[i]),
            probability=float(times[i] / filled.size),
            estimate=observed + float(hidden[filled == numbers[i]].mean()),
        )
        for i in best
    )
