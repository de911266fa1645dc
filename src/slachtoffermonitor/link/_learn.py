"""What agreement weighs, learned from the reports themselves, without known matches.

Splink's own training learns inside blocks that agree on a name or a birth date, and there it
cannot tell two bearers of one name from one person with two birth dates. Here expectation-
maximisation runs over the whole space of pairs instead: pairs that met in no block count as
different persons, so that all features speak together and the share of matches is learned too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from slachtoffermonitor.link._model import COMPARISONS, NEVER_ALL_DIFFERENT, Comparison
from slachtoffermonitor.link._score import Compared

__all__ = ["Belief", "learn"]

Floats = npt.NDArray[np.float64]
Levels = npt.NDArray[np.int8]

# The starting weights count as so many matched, and so many random, pairs.
_WORTH_MATCHED: Final = 20.0
_WORTH_RANDOM: Final = 100.0
_SMALLEST: Final = 1e-7
_IMPOSSIBLE: Final = -900.0  # bits
_STEPS: Final = 200
_CLOSE: Final = 1e-6
_BACKGROUNDS: Final = ("other citizenship or sex", "not known", "same citizenship and sex")


@dataclass(frozen=True, slots=True, kw_only=True)
class Belief:
    """How likely each pair is one person, and the weights behind it.

    `probability` and `evidence` (bits, before any prior) are in the order of the pairs;
    `weights` has comparison, level, among, m, u, weight; `matches` is the expected number of
    matched pairs.
    """

    probability: Floats
    evidence: Floats
    weights: pl.DataFrame
    matches: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reached:
    """Levels reached, and for each pair whose chance counts: the row of u."""

    levels: Mapping[str, Levels]
    background: npt.NDArray[np.int64]


def learn(compared: Compared) -> Belief:
    """Learn m, u and the share of matches from compared pairs.

    Assumes: given whether two records are of one person, the features agree independently of one
    another, except that names go with citizenship and sex; nearly all matches met in a block.

    Source: Fellegi and Sunter (1969), A theory for record linkage, JASA 64; Winkler (1988), Using
    the EM algorithm for weight computation in the Fellegi-Sunter model.
    """
    met, drawn = _reached(compared.pairs), _counted(_reached(compared.random_pairs))
    m = {each.name: _start(each, "m") for each in COMPARISONS}
    probability = np.zeros(compared.pairs.height)
    share = 0.1 / max(1, compared.possible // max(1, compared.left_records))
    sampled = compared.random_pairs.height / max(1, compared.possible)
    for _ in range(_STEPS):
        matched = np.bincount(
            met.background, weights=probability, minlength=len(_BACKGROUNDS)
        ).astype(np.float64)
        u = {
            each.name: _chance(each, drawn[each.name], m[each.name], matched * sampled)
            for each in COMPARISONS
        }
        evidence = _evidence(compared, met, m, u)
        probability = _probability(compared, evidence, share)
        renewed = {
            each.name: _matched(each, met.levels[each.name], probability) for each in COMPARISONS
        }
        share = (float(probability.sum()) + 0.5) / (compared.possible + 1)
        change = max(float(np.abs(renewed[name] - m[name]).max()) for name in m)
        m = renewed
        if change < _CLOSE:
            break
    return Belief(
        probability=probability,
        evidence=evidence,
        weights=_weights(m, u),
        matches=float(probability.sum()),
    )


def _reached(pairs: pl.DataFrame) -> _Reached:
    citizenship, sex = pairs["citizenship"].to_numpy(), pairs["sex"].to_numpy()
    background = np.where(
        (citizenship == 0) | (sex == 0), 0, np.where((citizenship == 1) & (sex == 1), 2, 1)
    )
    return _Reached(
        levels={each.name: pairs[each.name].to_numpy() for each in COMPARISONS},
        background=background.astype(np.int64),
    )


def _start(comparison: Comparison, which: str) -> Floats:
    """Give the starting weights with `different` first, as Splink numbers the levels."""
    values = np.array([getattr(level, which) for level in reversed(comparison.levels)])
    shares: Floats = values / values.sum()
    return shares


def _matched(comparison: Comparison, levels: Levels, probability: Floats) -> Floats:
    """Renew m: how often matched pairs reach each level."""
    known = levels >= 0
    found = np.bincount(levels[known], weights=probability[known], minlength=len(comparison.levels))
    counts = found + _WORTH_MATCHED * _start(comparison, "m")
    shares: Floats = np.maximum(counts / counts.sum(), _SMALLEST)
    return shares


def _counted(drawn: _Reached) -> dict[str, Floats]:
    """Count how often random pairs reach each level: one row, or for names one per background."""
    everywhere = np.ones(drawn.background.size, dtype=bool)
    counts = {}
    for each in COMPARISONS:
        levels = drawn.levels[each.name]
        among = [everywhere]
        if each.rarity:  # where the background is not known, chance is that among all
            among = [drawn.background == 0, everywhere, drawn.background == 2]
        counts[each.name] = np.vstack(
            [
                np.bincount(levels[here & (levels >= 0)], minlength=len(each.levels))
                for here in among
            ]
        ).astype(np.float64)
    return counts


def _chance(comparison: Comparison, drawn: Floats, m: Floats, matched: Floats) -> Floats:
    """Renew u: agreement of random pairs, less what the matched among them add to it.

    `matched` is how many of the random pairs are expected to be matched, by background.
    """
    expected = np.array([matched.sum()])
    if comparison.rarity:
        expected = np.array([matched[0], matched.sum(), matched[2]])
    counts = np.maximum(drawn - expected[:, None] * m, 0.0)
    counts = counts + _WORTH_RANDOM * _start(comparison, "u")
    shares: Floats = np.maximum(counts / counts.sum(axis=1, keepdims=True), _SMALLEST)
    return shares


def _evidence(
    compared: Compared, met: _Reached, m: Mapping[str, Floats], u: Mapping[str, Floats]
) -> Floats:
    """Add up the weights in bits; sharing a name weighs by how rare the name is."""
    total = np.zeros(compared.pairs.height)
    for each in COMPARISONS:
        reached = met.levels[each.name]
        row = met.background if each.rarity else 0
        # Level -1 is the last column: what is not known weighs nothing.
        matched = np.append(m[each.name], 1.0)[reached]
        chance = np.hstack([u[each.name], np.ones((u[each.name].shape[0], 1))])[row, reached]
        for place, level in enumerate(reversed(each.levels)):
            if level.chance == "all names alike":
                continue
            here = reached == place
            bearers = compared.pairs[f"{each.name}_rarity"].to_numpy()[here]
            if level.chance == "bearers":
                chance[here] = bearers
            else:
                chance[here] += bearers * m[each.name][place]
        total += np.log2(matched / np.maximum(chance, _SMALLEST))
    different = [met.levels[name] == 0 for name in NEVER_ALL_DIFFERENT]
    total[np.logical_and.reduce(different)] = _IMPOSSIBLE
    return total


def _probability(compared: Compared, evidence: Floats, share: float) -> Floats:
    """Turn evidence into probability; where only one can be right, the candidates share it."""
    likelier = np.exp2(np.minimum(evidence, -_IMPOSSIBLE))
    probability: Floats
    if not compared.one_to_one:
        odds = share / (1 - share) * likelier
        probability = odds / (1 + odds)
        return probability
    others = max(1, compared.possible // max(1, compared.left_records))
    listed = min(share * others, 0.999)
    odds = listed / (others * (1 - listed)) * likelier
    left = compared.pairs["left"].to_numpy()
    together = np.bincount(left, weights=odds, minlength=compared.left_records)
    probability = odds / (1 + together[left])
    return probability


def _weights(m: Mapping[str, Floats], u: Mapping[str, Floats]) -> pl.DataFrame:
    """Write the weights as a table, most agreeing level first."""
    rows = [
        (
            each.name,
            level.label,
            _BACKGROUNDS[place] if each.rarity else "all",
            float(m[each.name][-1 - position]),
            float(chance[-1 - position]),
        )
        for each in COMPARISONS
        for place, chance in enumerate(u[each.name])
        for position, level in enumerate(each.levels)
    ]
    names = ("comparison", "level", "among", "m", "u")
    kinds = (pl.String, pl.String, pl.String, pl.Float64, pl.Float64)
    table = pl.DataFrame(rows, schema=dict(zip(names, kinds, strict=True)), orient="row")
    return table.with_columns((pl.col("m") / pl.col("u")).log(2).alias("weight"))
