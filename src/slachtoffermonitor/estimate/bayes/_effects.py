"""The posterior of the effects of one log-linear model: mode, curvature and chains."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from slachtoffermonitor.estimate.bayes._chains import run_chains
from slachtoffermonitor.estimate.bayes._kernels.hamiltonian import sample_effects
from slachtoffermonitor.estimate.bayes.convergence import effective_size
from slachtoffermonitor.estimate.bayes.posterior import Effect
from slachtoffermonitor.estimate.model import term_names
from slachtoffermonitor.ground import Text

Floats = NDArray[np.float64]

MAIN_SD = 100.0  # prior standard deviation of intercept and main effects: flat for all purposes

_DOUBT = 3.0  # Monte-Carlo standard errors from the threshold within which a seed may decide
_ITERATIONS = 200
_TOLERANCE = 1e-10
_LARGEST_STEP = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainLengths:
    """How many chains, how long."""

    chains: int
    draws: int
    warmup: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectChains:
    """The draws of one model.

    Attributes:
        terms: the terms with a parameter of their own, as bitmasks; the intercept (0) first.
        infinite: terms at minus infinity, which only an improper prior has.
        draws: chains × draws × terms.
        accepted: share of trajectories accepted.
        broken: trajectories that left the posterior.

    """

    terms: tuple[int, ...]
    infinite: tuple[int, ...]
    draws: Floats
    accepted: float
    broken: int

    @property
    def hidden(self) -> Floats:
        """The hidden number, chains × draws: the fitted mean of the cell that nobody sees."""
        return np.exp(self.draws[:, :, 0])


def sample_model(
    counts: NDArray[np.int64],
    terms: Sequence[int],
    *,
    interaction_sd: float | None,
    lengths: ChainLengths,
    seed: int,
) -> EffectChains:
    """Sample the effects of a model that holds these interactions.

    With an improper prior (`interaction_sd` is None) an interaction of lists without a common
    person goes to minus infinity: it takes its cells with it, and the rest is sampled.

    Args:
        counts: persons per capture history.
        terms: all terms of the model, from 0.
        interaction_sd: prior standard deviation of interactions; None for the improper prior.
        lengths: of the chains.
        seed: of the chains.

    """
    cells = np.arange(1, counts.size)
    infinite = _without_persons(counts, terms) if interaction_sd is None else ()
    for term in infinite:
        cells = cells[(cells & term) != term]
    finite = tuple(term for term in terms if term not in infinite)
    design = np.array([[(cell & term) == term for term in finite] for cell in cells]).astype(float)
    precision = np.array([_precision(term, interaction_sd) for term in finite])
    persons = counts[cells].astype(np.float64)
    mode, spread = find_mode(design, persons, precision)
    chain = partial(
        sample_effects, design, persons, precision, mode, spread, lengths.warmup, lengths.draws
    )
    results = run_chains(chain, lengths.chains, seed)
    return EffectChains(
        terms=finite,
        infinite=infinite,
        draws=np.stack([draws for draws, _, _ in results]),
        accepted=float(np.mean([accepted for _, accepted, _ in results])),
        broken=sum(broken for _, _, broken in results),
    )


def weigh_effects(
    chains: EffectChains, terms: Sequence[int], lists: Sequence[str], threshold: float
) -> tuple[tuple[int, ...], tuple[Effect, ...], list[Text]]:
    """Compare each effect with the threshold, and say which are a matter of chance.

    The error of mean / standard deviation is that of normal draws, √((1 + strength² / 2) / ess).
    """
    effects = []
    for term in terms:
        name = term_names(term, lists)
        if term in chains.infinite:
            effects.append(Effect(lists=name, strength=math.inf, error=0.0, kept=True))
            continue
        values = chains.draws[:, :, chains.terms.index(term)]
        strength = abs(float(values.mean())) / float(values.std(ddof=1))
        size = min(effective_size(values), values.size)
        error = math.sqrt((1.0 + strength**2 / 2.0) / size)
        kept = strength >= threshold
        effects.append(Effect(lists=name, strength=strength, error=error, kept=kept))
    near = [each.lists for each in effects if abs(each.strength - threshold) < _DOUBT * each.error]
    message = (
        "With this seed the effects {effects} come out on one side of the threshold, with another "
        "seed they may come out on the other, and the estimate with them. Draw more, or compare "
        "both models."
    )
    notices = [Text(message, {"effects": ", ".join(near)})] if near else []
    kept_terms = tuple(term for term, each in zip(terms, effects, strict=True) if each.kept)
    return kept_terms, tuple(effects), notices


def find_mode(design: Floats, counts: Floats, precision: Floats) -> tuple[Floats, Floats]:
    """Find where the posterior is highest, and a matrix that whitens it there.

    Newton's method on a concave function, halving a step that does not rise.

    Returns:
        The effects at the mode, and a matrix whose product with its transpose is the inverse
        curvature.

    Source: Nelder & Wedderburn (1972), JRSS A 135(3), with the prior as a penalty.
    """
    effects = np.zeros(design.shape[1])
    effects[0] = math.log(max(float(counts.mean()), 0.5))
    height = _log_posterior(effects, design, counts, precision)
    for _ in range(_ITERATIONS):
        means = np.exp(np.minimum(design @ effects, 700.0))
        slope = design.T @ (counts - means) - precision * effects
        curvature = (design.T * means) @ design + np.diag(precision)
        step = np.linalg.solve(curvature, slope)
        gain = float(slope @ step)
        step *= min(1.0, _LARGEST_STEP / float(np.abs(step).max(initial=1e-300)))
        higher = _log_posterior(effects + step, design, counts, precision)
        while higher < height - 1e-9 and float(np.abs(step).max()) > _TOLERANCE:
            step /= 2.0
            higher = _log_posterior(effects + step, design, counts, precision)
        effects, height = effects + step, higher
        if gain < _TOLERANCE:
            break
    means = np.exp(np.minimum(design @ effects, 700.0))
    curvature = (design.T * means) @ design + np.diag(precision)
    root = np.linalg.cholesky(curvature)
    return effects, np.ascontiguousarray(np.linalg.inv(root).T)


def _log_posterior(effects: Floats, design: Floats, counts: Floats, precision: Floats) -> float:
    predictor = design @ effects
    with np.errstate(over="ignore"):
        likelihood = float((counts * predictor - np.exp(predictor)).sum())
    return likelihood - 0.5 * float((precision * effects**2).sum())


def _precision(term: int, interaction_sd: float | None) -> float:
    """Give the prior precision of a term: next to nothing for intercept and main effects."""
    if interaction_sd is None:
        return 0.0
    return 1.0 / (MAIN_SD if term.bit_count() < 2 else interaction_sd) ** 2


def _without_persons(counts: NDArray[np.int64], terms: Sequence[int]) -> tuple[int, ...]:
    cells = np.arange(counts.size)
    return tuple(
        term for term in terms if term.bit_count() > 1 and counts[(cells & term) == term].sum() == 0
    )
