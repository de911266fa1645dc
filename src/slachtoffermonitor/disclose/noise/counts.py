"""Counts with discrete Laplace noise, drawn by OpenDP.

Source: Ghosh, Roughgarden and Sundararajan (2012), Universally utility-maximizing privacy
mechanisms, SIAM Journal on Computing 41, 1673-1693 (the geometric mechanism).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import opendp.prelude as dp
from numpy.typing import NDArray

from slachtoffermonitor.disclose.linked import Piece
from slachtoffermonitor.disclose.linked.pieces import TOTAL
from slachtoffermonitor.disclose.tables import Hierarchy

__all__ = ["NoisyCounts", "noisy_counts", "sensitivity"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NoisyCounts:
    """Counts with noise; `epsilon` is what the release of all of them takes of the budget."""

    counts: NDArray[np.int64] = field(repr=False)
    epsilon: float
    scale: float


def sensitivity(pieces: Sequence[Piece]) -> int:
    """In how many of these counts does one record stand at most?

    Once per table and combination of dimensions; in a dimension whose categories overlap a record
    can stand in every category, and in a hierarchy on every level above it.
    """
    return sum(_of_piece(piece) for piece in pieces)


def _of_piece(piece: Piece) -> int:
    most = 0
    shown = piece.cells.select(piece.dimensions)
    levels = shown.select((shown[d] != TOTAL).alias(d) for d in piece.dimensions).unique()
    for level in levels.iter_rows(named=True):
        places = 1
        for dimension in (d for d, inside in level.items() if inside):
            codes = shown[dimension].n_unique()
            tree = piece.hierarchies.get(dimension, {})
            if dimension in piece.overlapping:
                places *= codes
            elif tree:
                places *= 1 + max(_above(code, tree) for code in shown[dimension].unique())
        most += places
    return max(most, 1)


def _above(code: str, tree: Hierarchy) -> int:
    parents = [parent for parent, parts in tree.items() if code in parts]
    return len(parents) + sum(_above(parent, tree) for parent in parents)


def noisy_counts(counts: NDArray[np.int64], *, epsilon: float, reach: int) -> NoisyCounts:
    """Which counts may be published under differential privacy of this epsilon?

    What goes wrong if misused: the promise is about one record. Somebody with several records is
    protected by epsilon divided among them. The noise comes from the secure generator of OpenDP:
    no seed repeats it, on purpose, because who repeats it can take it off.

    Args:
        counts: all counts that are released together.
        epsilon: what the release may take of the budget.
        reach: in how many of the counts one record stands (see `sensitivity`).

    Returns:
        Counts of 0 or more that do not add up.

    """
    scale = reach / epsilon
    space = dp.vector_domain(dp.atom_domain(T=int)), dp.l1_distance(T=int)
    dp.enable_features("contrib")
    mechanism = dp.m.make_laplace(*space, scale=scale)
    drawn = np.asarray(mechanism([int(count) for count in counts]), dtype=np.int64)
    taken = mechanism.map(d_in=reach)  # type: ignore[no-untyped-call]
    return NoisyCounts(counts=np.maximum(drawn, 0), epsilon=float(taken), scale=scale)
