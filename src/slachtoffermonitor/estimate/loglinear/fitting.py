"""One fitted model, and the fits of many models to one table."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from os import cpu_count
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln, xlogy

from slachtoffermonitor.estimate._kernels import fitting as kernel
from slachtoffermonitor.estimate._kernels import searching
from slachtoffermonitor.estimate._kernels.lattice import sufficient_statistics
from slachtoffermonitor.estimate._kernels.polyhedron import EXISTS, IDENTIFIABLE, OVERFLOW
from slachtoffermonitor.estimate.capture import CaptureTable
from slachtoffermonitor.estimate.loglinear.enumeration import Candidates
from slachtoffermonitor.estimate.loglinear.existence import decide
from slachtoffermonitor.estimate.model import HierarchicalModel

__all__ = [
    "Criterion",
    "FittedModels",
    "ModelFit",
    "fit_model",
    "fit_models",
    "fitted_cells",
    "penalties",
]

Criterion = Literal["bic", "aic", "aicc"]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFit:
    """What one model says of one table, by maximum likelihood.

    Attributes:
        model: the model.
        observed: persons in the table.
        hidden: estimated number of persons on no list; NaN when the check fails.
        log_hidden_se: standard error of the logarithm of `hidden`.
        log_likelihood: of the Poisson counts, factorials included.
        deviance: twice the distance in log-likelihood to the saturated model.
        exists: the extended maximum likelihood estimate exists.
        identifiable: it is unique.

    """

    model: HierarchicalModel
    observed: int
    hidden: float
    log_hidden_se: float
    log_likelihood: float
    deviance: float
    exists: bool
    identifiable: bool

    @property
    def estimate(self) -> float:
        """Observed and hidden persons together."""
        return self.observed + self.hidden

    @property
    def parameters(self) -> int:
        """Number of parameters; those at minus infinity count, as in the literature."""
        return len(self.model.terms)

    def criterion(self, name: Criterion) -> float:
        """Give −2 log-likelihood with the penalty of the criterion; see `penalties`."""
        penalty = penalties(np.array([self.parameters]), self.observed, name)
        return float(-2.0 * self.log_likelihood + penalty[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class FittedModels:
    """The fits of all candidates to one table, as columns (float64 or bool, one per model).

    `start` holds the parameters of all models, laid out as the terms of the candidates: where to
    begin on a table like this one. `saturated` is the log-likelihood that no model surpasses.
    """

    candidates: Candidates
    observed: int
    log_likelihood: Floats
    saturated: float
    hidden: Floats
    log_hidden_variance: Floats
    exists: NDArray[np.bool_]
    identifiable: NDArray[np.bool_]
    start: Floats

    def __len__(self) -> int:
        """Count the models."""
        return len(self.candidates)

    def __getitem__(self, index: int) -> ModelFit:
        """Give one fit."""
        sound = bool(self.exists[index] and self.identifiable[index])
        likelihood = float(self.log_likelihood[index])
        return ModelFit(
            model=self.candidates[index],
            observed=self.observed,
            hidden=float(self.hidden[index]) if sound else np.nan,
            log_hidden_se=float(np.sqrt(self.log_hidden_variance[index])) if sound else np.nan,
            log_likelihood=likelihood,
            deviance=max(0.0, 2.0 * (self.saturated - likelihood)),
            exists=bool(self.exists[index]),
            identifiable=bool(self.identifiable[index]),
        )

    def criterion(self, name: Criterion) -> Floats:
        """Give the criterion of each model; infinite where the model fails a check."""
        value: Floats = -2.0 * self.log_likelihood + penalties(
            self.candidates.parameters, self.observed, name
        )
        return np.where(self.exists & self.identifiable, value, np.inf)


def penalties(parameters: NDArray[np.int64], observed: int, criterion: Criterion) -> Floats:
    """Give the penalty of each number of parameters p; those at minus infinity count.

    BIC: p log n. AIC: 2p. AICc: 2p + 2p(p + 1) / (n − p − 1). In all, n is the total observed
    number of persons, as in the literature of multiple systems estimation (Silverman, Chan &
    Vincent 2024), not the number of cells.
    """
    p = parameters.astype(np.float64)
    if criterion == "bic":
        return p * math.log(observed)
    if criterion == "aic":
        return 2.0 * p
    room = np.maximum(observed - p - 1.0, 1e-300)  # no room: the penalty becomes infinite
    return 2.0 * p + 2.0 * p * (p + 1.0) / room


def fit_models(
    table: CaptureTable, models: Candidates, *, threads: int | None = None
) -> FittedModels:
    """Fit every candidate to the table and check that its maximum exists and is unique."""
    counts = table.counts.astype(np.float64)
    packed = pack(models, starting_values(counts)[models.terms])
    results = np.empty((len(models), 3))
    verdicts = np.empty(len(models), dtype=np.int64)

    def fit_block(bounds: tuple[int, int]) -> None:
        searching.fit_each(packed, *bounds, counts, results, verdicts)

    blocks = _blocks(len(models))
    if len(blocks) == 1:
        fit_block(blocks[0])
    else:
        with ThreadPoolExecutor(threads or cpu_count()) as pool:
            list(pool.map(fit_block, blocks))
    for index in np.nonzero(verdicts & OVERFLOW)[0]:
        verdicts[index] = decide(models[int(index)], counts)
    constant = float(gammaln(counts + 1.0).sum())
    return FittedModels(
        candidates=models,
        observed=table.observed,
        log_likelihood=results[:, 0] - constant,
        saturated=float((xlogy(counts, counts) - counts).sum()) - constant,
        hidden=results[:, 1],
        log_hidden_variance=results[:, 2],
        exists=(verdicts & EXISTS) > 0,
        identifiable=(verdicts & IDENTIFIABLE) > 0,
        start=packed.start,
    )


def fit_model(table: CaptureTable, model: HierarchicalModel) -> ModelFit:
    """Fit one model to the table; see `fit_models`."""
    return fit_models(table, Candidates.of([model]))[0]


def fitted_cells(table: CaptureTable, model: HierarchicalModel) -> tuple[Floats, Floats]:
    """Give the parameters and the fitted counts of one model.

    Meaningless when the model fails `check_model`: ask that first.

    Returns:
        (parameters, counts): one parameter per term of the model, −inf where nobody is on all
        its lists; one fitted count per capture history, that of history 0 the hidden number.

    """
    counts = table.counts.astype(np.float64)
    margins = sufficient_statistics(counts)
    terms = model.array
    alpha = starting_values(counts)[terms]
    room = kernel.space(counts.size, terms.size)
    kernel.fit(terms, margins, alpha, room, -np.inf, 0.0)
    alpha[margins[terms] <= 0] = -np.inf
    return alpha, room.means.copy()


def starting_values(counts: Floats) -> Floats:
    """Give a start for every subset of the lists.

    The fit of the independence model; for a pair of lists the logarithm of how many times more
    persons are on both than it expects, which is one step of proportional fitting; 0 above.
    """
    margins = sufficient_statistics(counts)
    start = searching.main_effect_start(margins)
    single = 1 << np.arange(counts.size.bit_length() - 1)
    main = np.array([0, *single])
    alpha = start[main]
    room = kernel.space(counts.size, main.size)
    kernel.fit(main, margins, alpha, room, -np.inf, 0.0)
    start[main] = alpha
    for pair in (a | b for a in single for b in single if a > b):
        if margins[pair] > 0:
            start[pair] = math.log(margins[pair] / room.sums[pair])
    return np.asarray(start)


def pack(
    models: Candidates,
    start: Floats,
    rank: NDArray[np.int64] | None = None,
    *,
    complete: bool = False,
) -> searching.Models:
    """Give the models as the kernels take them; see `searching.Models`."""
    return searching.Models(
        models.terms,
        models.offsets,
        models.words,
        start,
        np.arange(len(models)) if rank is None else rank,
        complete,
    )


def _blocks(models: int) -> list[tuple[int, int]]:
    edges = np.linspace(0, models, 1 + max(1, models // 256), dtype=np.int64).tolist()
    return list(pairwise(edges))
