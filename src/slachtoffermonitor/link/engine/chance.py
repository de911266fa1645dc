"""How often strangers agree: counted in random pairs, each as far as it is of strangers.

In a small register a third and more of the random pairs with one birth date are one person. What
is believed to be matched among them must not be subtracted as a number: when that belief is a
little too high, nothing is left, agreement by chance looks impossible, and every pair of strangers
who were born on one day is believed to be one person, which raises the belief again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from slachtoffermonitor.link.engine.weighing import (
    BACKGROUNDS,
    Levels,
    backgrounds,
    evidence_of,
    levels_of,
)
from slachtoffermonitor.link.model import Comparison, ModelDesign

__all__ = ["Strangers", "chance_of", "smoothed", "strangers_among"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

# The starting weights count as so many random pairs.
_WORTH: Final = 100.0
_SMALLEST: Final = 1e-7
# A random pair with less evidence (bits) than this is of strangers, whatever is learned.
_NEVER_NEAR: Final = -5.0


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Strangers:
    """Random pairs: those that may be one person one by one, and the others counted.

    `far` has per comparison the counts by background and level; `near` the pairs themselves, with
    their `levels` and `background`.
    """

    design: ModelDesign
    near: pl.DataFrame
    levels: Levels
    background: Ints
    far: Mapping[str, Floats]


def strangers_among(
    design: ModelDesign, random_pairs: pl.DataFrame, m: Mapping[str, Floats]
) -> Strangers:
    """Set apart the random pairs that may be one person."""
    levels = levels_of(design, random_pairs)
    background = backgrounds(design, levels, random_pairs.height)
    ones = np.ones(random_pairs.height)
    u = {
        each.name: smoothed(each, _counted(each, design, levels[each.name], background, ones))
        for each in design.comparisons
    }
    near = evidence_of(design, random_pairs, m, u) > _NEVER_NEAR
    far = {
        each.name: _counted(each, design, levels[each.name][~near], background[~near], ones[~near])
        for each in design.comparisons
    }
    return Strangers(
        design=design,
        near=random_pairs.filter(near),
        levels={name: level[near] for name, level in levels.items()},
        background=background[near],
        far=far,
    )


def chance_of(
    strangers: Strangers, m: Mapping[str, Floats], u: Mapping[str, Floats], odds: float
) -> dict[str, Floats]:
    """Renew u, given how likely each random pair is one person by what was believed so far.

    Args:
        strangers: the random pairs.
        m, u: as in `LearnedModel`; without u all pairs are taken to be of strangers.
        odds: that a pair is one person before anything was compared.

    """
    design, alone = strangers.design, np.ones(strangers.near.height)
    if u:
        evidence = evidence_of(design, strangers.near, m, u)
        alone = 1 / (1 + odds * np.exp2(np.minimum(evidence, 1000.0)))
    return {
        each.name: smoothed(
            each,
            strangers.far[each.name]
            + _counted(each, design, strangers.levels[each.name], strangers.background, alone),
        )
        for each in design.comparisons
    }


def smoothed(comparison: Comparison, counts: Floats) -> Floats:
    """Turn counts into shares, one row for each background; the starting weights count too."""
    start = np.array([level.u for level in reversed(comparison.levels)])
    counts = counts + _WORTH * start / start.sum()
    shares: Floats = np.maximum(counts / counts.sum(axis=1, keepdims=True), _SMALLEST)
    return shares


def _counted(
    comparison: Comparison,
    design: ModelDesign,
    levels: npt.NDArray[np.int8],
    background: Ints,
    weight: Floats,
) -> Floats:
    """Count how often pairs reach each level: one row, or for names one per background."""
    size = len(comparison.levels)
    told = levels >= 0
    place = background[told] * size + levels[told]
    counts = np.bincount(place, weights=weight[told], minlength=len(BACKGROUNDS) * size).reshape(
        len(BACKGROUNDS), size
    )
    everywhere = counts.sum(axis=0)
    if not (comparison.grouped and design.groups):
        alone: Floats = everywhere.reshape(1, size)
        return alone
    # Where the group is not known, chance is that among all.
    rows: Floats = np.vstack([counts[0], everywhere, counts[2]])
    return rows
