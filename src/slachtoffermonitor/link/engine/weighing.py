"""From levels of agreement to evidence and probability, with weights that were learned."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from slachtoffermonitor.link.engine.tables import LearnedModel
from slachtoffermonitor.link.model import Comparison, Level, ModelDesign

__all__ = [
    "BACKGROUNDS",
    "Levels",
    "backgrounds",
    "evidence_of",
    "levels_of",
    "prior_odds",
    "probability_of",
    "times_of",
]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Levels = Mapping[str, npt.NDArray[np.int8]]

BACKGROUNDS: Final = ("another group", "group not known", "same group")
_SMALLEST: Final = 1e-7
_IMPOSSIBLE: Final = -900.0  # bits
_ENOUGH: Final = 300.0
_ALL_LISTED: Final = 0.999
_ROUNDS_OF_BELIEF: Final = 16


def times_of(pairs: pl.DataFrame) -> Floats:
    """Say how many pairs each row stands for: one, unless a column `times` says otherwise."""
    if "times" not in pairs.columns:
        return np.ones(pairs.height)
    return pairs["times"].cast(pl.Float64).to_numpy()


def levels_of(design: ModelDesign, pairs: pl.DataFrame) -> Levels:
    """Give the level that each pair reaches in each comparison."""
    return {each.name: pairs[each.name].to_numpy() for each in design.comparisons}


def backgrounds(design: ModelDesign, levels: Levels, size: int) -> Ints:
    """Say of each pair whether its records draw from one stock of names: see `BACKGROUNDS`."""
    other, same = np.zeros(size, dtype=bool), np.ones(size, dtype=bool)
    for name in design.groups:
        other |= levels[name] == 0
        same &= levels[name] == len(design.comparison(name).levels) - 1
    return np.where(other, 0, np.where(same, 2, 1)).astype(np.int64)


def evidence_of(
    design: ModelDesign, pairs: pl.DataFrame, m: Mapping[str, Floats], u: Mapping[str, Floats]
) -> Floats:
    """Add up the weights of each pair in bits; agreement weighs by how rare the value is.

    Args:
        design: what was compared.
        pairs: per comparison the level reached, and what `ModelDesign.pair_weights` names of how
            rare the values are.
        m, u: as in `LearnedModel`.

    """
    levels = levels_of(design, pairs)
    background = backgrounds(design, levels, pairs.height)
    total = np.zeros(pairs.height)
    for each in design.comparisons:
        reached = levels[each.name]
        row = background if u[each.name].shape[0] > 1 else 0
        # Level -1 is the last column: what is not known weighs nothing.
        matched = np.append(m[each.name], 1.0)[reached]
        chance = np.hstack([u[each.name], np.ones((u[each.name].shape[0], 1))])[row, reached]
        kept = {name: pairs[name].to_numpy() for name in _kept(design, each)}
        for place, level in enumerate(reversed(each.levels)):
            if level.chance == "all values alike" or not kept:
                continue
            here = reached == place
            weights = {name: values[here] for name, values in kept.items()}
            chance[here] = _chance_of(each, level, weights, chance[here], m[each.name][place])
        total += np.log2(matched / np.maximum(chance, _SMALLEST))
    if design.never_all_different:
        never = np.logical_and.reduce([levels[name] == 0 for name in design.never_all_different])
        for name in design.unless_same:
            never &= levels[name] < len(design.comparison(name).levels) - 1
        total[never] = _IMPOSSIBLE
    return total


def _kept(design: ModelDesign, comparison: Comparison) -> list[str]:
    """Name what the pairs keep of how rare the values of a comparison are."""
    return [each.name for each in design.pair_weights if each.comparison == comparison.name]


def _chance_of(
    comparison: Comparison, level: Level, kept: Mapping[str, Floats], usual: Floats, m: float
) -> Floats:
    """Say how likely others reach a level, of whom so many bear the value.

    Of two records that bear two values crosswise, a share m / 2 of all has them in the wrong
    order. Each is either written as it is borne, or the wrong way round: Mohamed Ahmed may well
    be another than Ahmed Mohamed, and Okafor Blessing hardly another than Blessing Okafor.
    """
    if level.chance == "bearers":
        return kept[comparison.rarity]
    if level.chance == "slip":
        return usual + kept[comparison.rarity] * m
    once, other = kept[f"{comparison.exchange}_least"], kept[f"{comparison.exchange}_most"]
    wrong = m / 2
    chance: Floats = 2 * (once + wrong * other) * (other + wrong * once) / (once + other)
    return chance


def prior_odds(model: LearnedModel) -> float:
    """Give the odds that a pair is one person, before anything is compared."""
    free = 1.0
    if model.right_once:
        free *= 1 - min(model.share * model.right_records, _ALL_LISTED)
    if model.left_once:
        free *= 1 - min(model.share * model.left_records, _ALL_LISTED)
    if not (model.left_once or model.right_once):
        free = 1 - model.share
    return model.share / free


def probability_of(model: LearnedModel, pairs: pl.DataFrame, evidence: Floats) -> Floats:
    """Turn evidence into probability; where only one can be right, the candidates share it.

    Args:
        model: with the share of matches, and who can be right once only.
        pairs: with `left` and `right`, the record numbers; and `times` where a row stands for
            several pairs.
        evidence: in bits, in the order of the pairs.

    Source: where neither side holds a person twice, belief propagation on matchings: Bayati,
    Gamarnik, Katz, Nair and Tetali (2007), Simple deterministic approximation algorithms for
    counting matchings.
    """
    probability: Floats
    odds = prior_odds(model) * np.exp2(np.minimum(evidence, _ENOUGH))
    if not (model.left_once or model.right_once):
        probability = odds / (1 + odds)
        return probability
    times = times_of(pairs)
    if model.left_once and model.right_once:
        return _matching(odds, pairs["left"].to_numpy(), pairs["right"].to_numpy(), times)
    alone = pairs["left" if model.right_once else "right"].to_numpy()
    together = np.bincount(alone, weights=odds * times)
    probability = odds / (1 + together[alone])
    return probability


def _matching(odds: Floats, left: Ints, right: Ints, times: Floats) -> Floats:
    """Give the probability of each pair among all ways to pair records off, each once at most."""
    open_left, open_right = np.ones_like(odds), np.ones_like(odds)
    for _ in range(_ROUNDS_OF_BELIEF):
        wanted_left, wanted_right = odds * open_right * times, odds * open_left * times
        others_left = np.bincount(left, weights=wanted_left)[left] - wanted_left
        others_right = np.bincount(right, weights=wanted_right)[right] - wanted_right
        open_left = 1 / (1 + np.maximum(others_left, 0))
        open_right = 1 / (1 + np.maximum(others_right, 0))
    both = odds * open_left * open_right
    probability: Floats = both / (1 + both)
    return probability
