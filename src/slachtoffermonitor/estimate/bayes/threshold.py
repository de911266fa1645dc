"""Thresholding: all pairs of lists at first, then only those whose dependence is plain."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from time import perf_counter

import numpy as np

from slachtoffermonitor.estimate.bayes._chains import check_lengths
from slachtoffermonitor.estimate.bayes._effects import (
    MAIN_SD,
    ChainLengths,
    EffectChains,
    sample_model,
    weigh_effects,
)
from slachtoffermonitor.estimate.bayes.posterior import (
    QUANTILES,
    Effect,
    PosteriorEstimate,
    WeightedModel,
    convergence_notices,
    summarise_chains,
)
from slachtoffermonitor.estimate.capture import CaptureTable
from slachtoffermonitor.estimate.loglinear.existence import ModelCheck, check_model
from slachtoffermonitor.estimate.model import HierarchicalModel, term_names
from slachtoffermonitor.ground import InputError, Number, Problem, Text

__all__ = ["threshold_effects"]

Settings = dict[str, float | int | str]

_MOST_LISTS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    """The table, the prior and the chains: what stays the same from fit to fit."""

    table: CaptureTable
    threshold: float
    interaction_sd: float | None
    lengths: ChainLengths
    seeds: tuple[int, ...]

    def sample(self, interactions: Sequence[int], stage: int) -> EffectChains:
        size = self.table.size
        return sample_model(
            self.table.counts,
            (0, *(1 << i for i in range(size)), *interactions),
            interaction_sd=self.interaction_sd,
            lengths=self.lengths,
            seed=self.seeds[stage],
        )

    def check(self, interactions: Sequence[int]) -> ModelCheck | None:
        """Say why an improper prior has no posterior under this model; None when it has one."""
        if self.interaction_sd is not None:
            return None
        model = HierarchicalModel.closure(self.table.size, interactions)
        answer = check_model(self.table, model)
        return None if answer.exists and answer.identifiable else answer


def threshold_effects(
    table: CaptureTable,
    *,
    max_order: int = 2,
    threshold: float = 2.0,
    interaction_sd: float | None = 1.0,
    chains: int = 4,
    draws: int = 5000,
    warmup: int = 500,
    seed: int = 0,
) -> PosteriorEstimate:
    """How many are hidden when only the plain dependences between lists are kept?

    Fits the model with every pair of lists, drops the pairs whose posterior mean is less than
    `threshold` posterior standard deviations from zero, and fits again. The choice is made once:
    the interval says nothing of the uncertainty of what was dropped. A pair close to the threshold
    makes the answer a matter of chance, which a notice says.

    Assumes: persons are alike and independent; no interaction above `max_order`; with the proper
    prior, that an interaction seldom multiplies a count by more than e² (for a prior standard
    deviation of 1). Two-list effects are few and either plain or absent.

    Args:
        table: the capture table; strata are taken together.
        max_order: 2, or 3 to also try three lists of which all pairs were kept.
        threshold: posterior standard deviations.
        interaction_sd: prior standard deviation of every interaction; None for the improper flat
            prior, under which pairs without a common person are at minus infinity and stay.
        chains: at least 2.
        draws: draws per chain, after the warm-up.
        warmup: turns to tune the sampler, not kept.
        seed: of all chains.

    Returns:
        The posterior of exp(intercept). `draws` holds every effect too, by names of lists joined
        with a colon; `intercept` is the logarithm of the hidden number.

    Raises:
        InputError: more than 10 lists; `max_order` not 2 or 3; a threshold below zero; too few
            chains or draws; or an improper prior on a table that gives it no posterior.

    Source: Silverman (2020), JRSS A 183(3), 691-736, section 4; Neal (2011), Handbook of Markov
    Chain Monte Carlo, chapter 5, for the sampler; Forster (2010), Statistical Methodology 7(3), for
    which priors have a posterior.
    Checked against: MultipleSystemsEstimation 1.2.0, tests/reference/mse/mcmc_*.json.

    Example:
        >>> import polars as pl
        >>> rows = {"A": [1, 0, 0, 1, 1], "B": [0, 1, 0, 1, 0], "C": [0, 0, 1, 0, 1]}
        >>> frame = pl.DataFrame({**rows, "count": [90, 80, 70, 30, 9]})
        >>> posterior = threshold_effects(CaptureTable.from_counts(frame), draws=500)
        >>> posterior.converged
        True

    """
    started = perf_counter()
    _refuse(table, max_order, threshold, interaction_sd)
    check_lengths(chains=chains, draws=draws, warmup=warmup)
    states = np.random.SeedSequence(seed).generate_state(4, np.uint64)
    question = _Question(
        table=table,
        threshold=threshold,
        interaction_sd=interaction_sd,
        lengths=ChainLengths(chains=chains, draws=draws, warmup=warmup),
        seeds=tuple(int(state) for state in states),
    )
    kept, effects, final, notices = _choose_pairs(question)
    if max_order > 2:
        kept, effects, final, more = _choose_triples(question, kept, effects, final)
        notices += more
    settings: Settings = {
        "max_order": max_order,
        "threshold": threshold,
        "interaction_sd": "improper" if interaction_sd is None else interaction_sd,
        "main_sd": "improper" if interaction_sd is None else MAIN_SD,
        "chains": chains,
        "draws": draws,
        "warmup": warmup,
        "seed": seed,
        "accepted": final.accepted,
    }
    return _result(question, kept, effects, final, notices=notices, settings=settings, at=started)


def _refuse(
    table: CaptureTable, max_order: int, threshold: float, interaction_sd: float | None
) -> None:
    problems = []
    if table.size > _MOST_LISTS:
        problems.append(
            Problem(
                what="too many lists for all pairs together; merge or drop lists",
                found=str(table.size),
                allowed=f"2 to {_MOST_LISTS}",
            )
        )
    if max_order not in (2, 3):
        problems.append(Problem(what="the largest order", found=str(max_order), allowed="2 or 3"))
    if not 0 <= threshold < math.inf:
        problems.append(Problem(what="the threshold", found=str(threshold), allowed="0 or more"))
    if interaction_sd is not None and not 0 < interaction_sd < math.inf:
        problems.append(
            Problem(
                what="the prior standard deviation",
                found=str(interaction_sd),
                allowed="above zero",
            )
        )
    if problems:
        raise InputError(problems)


def _choose_pairs(
    question: _Question,
) -> tuple[tuple[int, ...], tuple[Effect, ...], EffectChains, list[Text]]:
    """Fit all pairs, drop the faint ones and fit again."""
    pairs = [1 << i | 1 << j for j in range(question.table.size) for i in range(j)]
    failure = question.check(pairs)
    if failure:
        raise InputError(
            Problem(
                what="the improper prior has no posterior on this table; use a proper one. "
                + failure.reason.in_language("en"),
                found=failure.model,
            )
        )
    kept, effects, notices = weigh_effects(
        question.sample(pairs, 0), pairs, question.table.lists, question.threshold
    )
    return kept, effects, question.sample(kept, 1), notices


def _choose_triples(
    question: _Question,
    pairs: tuple[int, ...],
    effects: tuple[Effect, ...],
    two: EffectChains,
) -> tuple[tuple[int, ...], tuple[Effect, ...], EffectChains, list[Text]]:
    """Try every three lists of which all pairs were kept; the pairs stay whatever happens."""
    triples = [
        a | b | c
        for a, b, c in combinations([1 << i for i in range(question.table.size)], 3)
        if {a | b, a | c, b | c} <= set(pairs)
    ]
    if not triples:
        return pairs, effects, two, []
    failure = question.check([*pairs, *triples])
    if failure:
        notice = Text(
            "Three-list effects were not tried, because the improper prior has no posterior with "
            "them. {reason}",
            {"reason": failure.reason},
        )
        return pairs, effects, two, [notice]
    kept, more, notices = weigh_effects(
        question.sample([*pairs, *triples], 2), triples, question.table.lists, question.threshold
    )
    if not kept:
        return pairs, (*effects, *more), two, notices
    terms = (*pairs, *kept)
    return terms, (*effects, *more), question.sample(terms, 3), notices


def _result(
    question: _Question,
    kept: tuple[int, ...],
    effects: tuple[Effect, ...],
    final: EffectChains,
    *,
    notices: list[Text],
    settings: Settings,
    at: float,
) -> PosteriorEstimate:
    table = question.table
    hidden = final.hidden
    draws = {"hidden": hidden, "population": hidden + table.observed}
    for i, term in enumerate(final.terms):
        draws[term_names(term, table.lists) or "intercept"] = final.draws[:, :, i]
    convergence = summarise_chains(draws)
    if final.broken:
        notices = [
            *notices,
            Text(
                "{broken} trajectories of the sampler left the posterior.",
                {"broken": Number(final.broken)},
            ),
        ]
    quantiles = np.quantile(hidden, QUANTILES)
    model = HierarchicalModel.closure(table.size, kept)
    return PosteriorEstimate(
        method="threshold",
        lists=table.lists,
        observed=table.observed,
        hidden={p: float(value) for p, value in zip(QUANTILES, quantiles, strict=True)},
        hidden_mean=float(hidden.mean()),
        draws=draws,
        convergence=convergence,
        models=(
            WeightedModel(
                model=model.notation(table.lists),
                probability=1.0,
                estimate=table.observed + float(hidden.mean()),
            ),
        ),
        effects=effects,
        settings=settings,
        notices=(*table.notices, *notices, *convergence_notices(convergence)),
        seconds=perf_counter() - at,
    )
