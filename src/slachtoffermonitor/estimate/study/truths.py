"""Populations like that of a table, whose size is known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from slachtoffermonitor.estimate.capture import CaptureTable
from slachtoffermonitor.estimate.loglinear.fitting import ModelFit, fitted_cells
from slachtoffermonitor.estimate.loglinear.search import Search
from slachtoffermonitor.estimate.model import HierarchicalModel
from slachtoffermonitor.estimate.uncertainty.averaging import average

__all__ = ["CLASS_ODDS", "CLASS_SHARE", "STRONGER", "TRUTHS", "Truth", "TruthName", "make_truth"]

TruthName = Literal["fitted", "plausible", "stronger", "classes"]
TRUTHS: tuple[TruthName, ...] = get_args(TruthName)

STRONGER = 1.5  # every interaction of the fitted model times this
CLASS_SHARE = 0.2  # of the persons are easily found
CLASS_ODDS = 5.0  # by which the odds of each list differ between the two classes

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """A population of known size, and how likely each capture history is in it.

    Attributes:
        total: persons, seen and unseen.
        shares: probability per capture history (float64, length 2^lists, sums to 1).
        model: the model that the population was made from.

    """

    total: int
    shares: Floats
    model: HierarchicalModel

    @property
    def hidden(self) -> float:
        """Expected number of persons on no list."""
        return float(self.total * self.shares[0])

    def draw(self, rng: np.random.Generator) -> NDArray[np.int64]:
        """Let the lists find persons: counts per capture history, those on no list left out."""
        counts = rng.multinomial(self.total, self.shares).astype(np.int64)
        counts[0] = 0
        return counts


def make_truth(
    table: CaptureTable, search: Search, name: TruthName, rng: np.random.Generator
) -> Truth:
    """Make a population like that of the table.

    Every population keeps the table's lists and each list's expected number of persons:

    - `fitted`: the best model of the search, as fitted.
    - `plausible`: a model drawn by its BIC weight, as fitted: what the table leaves open.
    - `stronger`: the best model with all its interactions 1.5 times as strong.
    - `classes`: the best model within two classes of persons, a fifth of whom have five times
      the odds of each list; no model of the search is true.

    Args:
        table: the table that the population is to resemble.
        search: a search of it; only its sound models are used.
        name: which population.
        rng: draws the model of `plausible`.

    """
    fit = _drawn(search, rng) if name == "plausible" else search.best
    alpha, means = fitted_cells(table, fit.model)
    total = round(fit.estimate)
    shares = means / means.sum()
    if name == "stronger":
        shares = _with_margins(_interactions(fit, alpha, STRONGER), list_shares(shares), _alike)
    if name == "classes":
        shares = _with_margins(_interactions(fit, alpha, 1.0), list_shares(shares), _in_classes)
    return Truth(total=total, shares=shares / shares.sum(), model=fit.model)


def list_shares(shares: Floats) -> Floats:
    """Give the probability of being on each list."""
    return _membership(shares.size) @ shares


def _drawn(search: Search, rng: np.random.Generator) -> ModelFit:
    weights = average(search).weights
    return search.fits[search.ranking[int(rng.choice(weights.size, p=weights))]]


def _membership(cells: int) -> Floats:
    """Mark which capture histories are on each list: lists × histories."""
    lists = np.arange(cells.bit_length() - 1)
    return ((np.arange(cells) >> lists[:, None]) & 1).astype(np.float64)


def _interactions(fit: ModelFit, alpha: Floats, times: float) -> Floats:
    """Give the weight of each history by the interactions alone, each made so much stronger."""
    histories = np.arange(1 << fit.model.size)
    log_weights = np.zeros(histories.size)
    for term, value in zip(fit.model.terms, alpha, strict=True):
        if term.bit_count() > 1:
            log_weights[(histories & term) == term] += times * value
    return np.exp(log_weights)


def _alike(weights: Floats) -> Floats:
    return np.asarray(weights / weights.sum())


def _in_classes(weights: Floats) -> Floats:
    """Mix two classes of persons, the second with higher odds of each list."""
    found = _membership(weights.size).sum(axis=0)
    easy = weights * CLASS_ODDS**found
    return np.asarray(
        (1.0 - CLASS_SHARE) * weights / weights.sum() + CLASS_SHARE * easy / easy.sum()
    )


def _with_margins(
    weights: Floats, wanted: Floats, mix: Callable[[Floats], Floats], rounds: int = 2000
) -> Floats:
    """Give each list the odds by which it holds the wanted share of all persons.

    Proportional fitting: each list's odds are multiplied by how far they are off, in turn.
    """
    on = _membership(weights.size)
    asked = wanted / (1.0 - wanted)
    for _ in range(rounds):
        for which, odds in zip(on, asked, strict=True):
            share = float(which @ mix(weights))
            weights = weights * np.where(which > 0, odds * (1.0 - share) / share, 1.0)
        if np.allclose(on @ mix(weights), wanted, rtol=1e-10, atol=0.0):
            break
    return mix(weights)
