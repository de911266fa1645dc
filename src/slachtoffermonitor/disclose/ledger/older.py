"""What older editions tell of the counts that are to be published now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from slachtoffermonitor.disclose.attack.knowledge import published_pieces
from slachtoffermonitor.disclose.ledger.chain import Ledger
from slachtoffermonitor.disclose.linked import LinkedSet, Piece

__all__ = ["Older", "older_bounds", "older_pieces"]

_Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Older:
    """What readers know from older editions, cell by cell of a linked set.

    `low` to `high` bounds each count; `revised` marks counts of now that differ from what was
    published exactly by so few that showing them would show those few. `rounded` are the rounded
    counts of before (NaN: none).
    """

    low: _Floats
    high: _Floats
    revised: NDArray[np.bool_]
    rounded: _Floats


def older_pieces(ledger: Ledger, pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """Which pieces of older editions tell of the same populations?

    An edition that contradicts the counts of now was revised since: its population gets a name of
    its own, and only the differences matter (see `Older.revised`).
    """
    found = []
    here = {piece.population for piece in pieces}
    for entry in ledger.entries:
        for old in published_pieces(entry.tables, "suppression", {}):
            if old.population not in here:
                continue
            changed = any(
                _contradicts(old, new) for new in pieces if new.population == old.population
            )
            name = f"{old.population} in {entry.edition}" if changed else old.population
            found.append(replace(old, population=name))
    return tuple(found)


def _contradicts(old: Piece, new: Piece) -> bool:
    if set(old.dimensions) != set(new.dimensions):
        return False
    both = (
        old.cells.join(new.cells, on=list(old.dimensions), suffix="_new")
        if (old.dimensions)
        else old.cells.join(new.cells, how="cross", suffix="_new")
    )
    value = pl.col("value_new")
    return bool(
        both.select(((value < pl.col("low")) | (value > pl.col("high"))).any()).item() or False
    )


def older_bounds(linked: LinkedSet, number: int, minimum: int) -> Older:
    """What do the older pieces of a linked set tell of its cells?

    Args:
        linked: pieces of now first, then the older ones.
        number: of pieces of now.
        minimum: a difference with an older edition below this shows people.

    """
    size = linked.value.size
    low, high = np.zeros(size), np.full(size, np.inf)
    revised = np.zeros(size, dtype=bool)
    rounded = np.full(size, np.nan)
    for at, piece in enumerate(linked.pieces[number:], start=number):
        here = linked.appearances.filter(pl.col("piece") == at).sort("row")
        cells = here["cell"].to_numpy()
        bounds = piece.cells.sort("row")
        np.maximum.at(low, cells, bounds["low"].to_numpy())
        np.minimum.at(high, cells, bounds["high"].to_numpy())
        rounded[cells] = bounds["shown"].to_numpy()
        revised |= _few_more(linked, number, piece, minimum)
    exact = low == high
    return Older(low=low, high=high, revised=revised, rounded=np.where(exact, np.nan, rounded))


def _few_more(linked: LinkedSet, number: int, old: Piece, minimum: int) -> NDArray[np.bool_]:
    """Mark the counts of now that differ by few from the exact ones of a revised edition."""
    marked = np.zeros(linked.value.size, dtype=bool)
    exact = old.cells.filter(pl.col("low") == pl.col("high"))
    for at, new in enumerate(linked.pieces[:number]):
        revised = old.population.startswith(f"{new.population} in ")
        if not revised or set(new.dimensions) != set(old.dimensions) or not new.dimensions:
            continue
        both = new.cells.join(exact, on=list(new.dimensions), suffix="_old")
        few = both.filter((pl.col("value") - pl.col("low_old")).abs().is_between(1, minimum - 1))
        here = linked.appearances.filter(
            (pl.col("piece") == at) & pl.col("row").is_in(few["row"].to_list())
        )
        marked[here["cell"].to_numpy()] = True
    return marked
