"""The finest cross-classification that all tables of a population are margins of.

Nobody publishes it, but counts in it are 0 or more, and that alone can tell what a margin hides.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from slachtoffermonitor.disclose.linked._population import Population
from slachtoffermonitor.disclose.linked.pieces import TOTAL

__all__ = ["add_joint"]


def add_joint(population: Population, limit: int) -> bool:
    """Add the finest cross-classification that all tables are margins of, if within limit.

    Returns:
        Whether the system now holds it (also when it needed no adding).

    """
    finest = [
        mask
        for mask in population.levels
        if not any(mask & other == mask and mask != other for other in population.levels)
    ]
    if len(finest) < 2:
        return True
    whole = 0
    for mask in finest:
        whole |= mask
    named = population.names_of(whole)
    if population.overlapping & set(named) or _mixed(population, finest):
        return False
    atoms = _support(population, finest, limit)
    if atoms is None:
        return False
    population.coarse = population.cells.height
    population.add(atoms.select(*population.dimensions, pl.lit(None, pl.Float64).alias("value")))
    for mask in sorted(finest):
        population.project(whole, mask)
    return True


def _mixed(population: Population, finest: Sequence[int]) -> bool:
    """Say whether tables classify one dimension more and less finely."""
    for dimension, tree in population.trees.items():
        leaves = [
            set(population.leaves(mask, [dimension])[dimension].to_list())
            for mask in finest
            if mask & population.bits[dimension]
        ]
        every = set().union(*leaves) if leaves else set()
        if any(not every.isdisjoint(tree.get(code, ())) for code in every):
            return True
    return False


def _support(population: Population, finest: Sequence[int], limit: int) -> pl.DataFrame | None:
    """Combine all cells that may be above 0; None when they are too many."""
    left = {
        mask: population.leaves(mask, population.names_of(mask))
        .filter(pl.col("high") > 0)
        .select(population.names_of(mask))
        for mask in finest
    }
    mask = max(left, key=lambda one: (left[one].height, one))
    atoms, covered = left.pop(mask), mask
    while left:
        mask = max(left, key=lambda one: ((one & covered).bit_count(), -left[one].height, one))
        other = left.pop(mask)
        shared = population.names_of(mask & covered)
        if _joined_rows(atoms, other, shared) > 20 * limit:
            return None
        atoms = atoms.join(other, on=shared) if shared else atoms.join(other, how="cross")
        covered |= mask
    if atoms.height > limit:
        return None
    return atoms.with_columns(
        pl.lit(TOTAL).alias(d) for d in population.dimensions if d not in atoms.columns
    ).sort(population.dimensions)


def _joined_rows(one: pl.DataFrame, other: pl.DataFrame, shared: list[str]) -> int:
    if not shared:
        return one.height * other.height
    counts = one.group_by(shared).len("n").join(other.group_by(shared).len("m"), on=shared)
    return int((counts["n"].cast(pl.Int64) * counts["m"].cast(pl.Int64)).sum())
