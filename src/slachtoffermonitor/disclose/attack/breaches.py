"""The attack: every count that a reader can tell more closely than was promised."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slachtoffermonitor.disclose.attack.knowledge import published_pieces
from slachtoffermonitor.disclose.feasible import Need, feasible_intervals
from slachtoffermonitor.disclose.linked import LinkedSet, link_pieces
from slachtoffermonitor.disclose.rules import Rules
from slachtoffermonitor.disclose.tables import ReleasedTable, Table

__all__ = ["Breach", "attack", "attack_set", "unsafe_need"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """A count that is given away.

    `conditions` are the codes that it combines (what is left out is a total). A reader knows that
    it is at least `low` and at most `high`; `width` is how far apart these should have been.
    `tables` give it away together. `decided` is False where time ran out before the interval was
    proven wide enough or too narrow: it counts as broken until then.
    """

    population: str
    conditions: Mapping[str, str]
    low: float
    high: float
    width: float
    tables: tuple[str, ...]
    decided: bool = True

    def __repr__(self) -> str:
        """Name the tables, never the values."""
        return f"Breach(tables={self.tables!r}, decided={self.decided})"


def attack(
    tables: Sequence[Table | ReleasedTable],
    *,
    rules: Rules | None = None,
    method: str = "suppression",
    seed: int = 0,
    watch: Callable[[str], None] = lambda _: None,
) -> list[Breach]:
    """Which small counts can a reader of all these tables tell more closely than was promised?

    What goes wrong if misused: an attack on one table at a time finds nothing of what tables give
    away together. Give everything that was ever published.

    Args:
        tables: released tables, which say how they were protected, or tables in which a hidden
            count is null.
        rules: what was promised.
        method: how tables that do not say so were protected.
        seed: of the random directions in which counts are pushed; the answer does not depend on
            it, the time does.
        watch: told how far the work is.

    Returns:
        A breach for every count that must lie in an interval narrower than `rules.width` and
        could be from 1 to `rules.minimum` - 1. Empty when the promise holds.

    Raises:
        InputError: the method is unknown, or the same count is given in two ways.
        ReleaseError: no counts agree with the tables.

    """
    rules = rules or Rules(method="suppression")
    parameters = {"minimum": rules.minimum, "base": rules.base, "furthest": rules.furthest}
    pieces = published_pieces(tables, method, parameters)
    linked = link_pieces(pieces, joint_limit=rules.joint_limit)
    small = (linked.low < rules.minimum) & (linked.high >= 1) & ~linked.atom
    cells = np.flatnonzero(small)
    need = unsafe_need(rules, cells, np.full(cells.size, np.nan))
    return attack_set(linked, need, rules, seed=seed, watch=watch)


def unsafe_need(rules: Rules, cells: NDArray[np.int64], truth: NDArray[np.float64]) -> Need:
    """How wide must the intervals of these cells be under the rules?"""
    return Need(
        cells=cells,
        lower=np.full(cells.size, float(rules.lower)),
        upper=np.full(cells.size, float(rules.upper)),
        sliding=np.full(cells.size, float(rules.width)),
        truth=truth,
    )


def attack_set(
    linked: LinkedSet,
    need: Need,
    rules: Rules,
    *,
    base: NDArray[np.float64] | None = None,
    seed: int = 0,
    watch: Callable[[str], None] = lambda _: None,
) -> list[Breach]:
    """Which of these cells of a linked set are told more closely than they need?

    Where the true counts are known they are the `base` from which other tables are sought.
    """
    found = feasible_intervals(
        linked,
        need,
        base=base,
        seed=seed,
        seconds=rules.seconds,
        watch=lambda step: watch(f"attack: {step}"),
    )
    unknown = np.isnan(need.truth)
    harmless = unknown & ((found.high < 1) | (found.low >= rules.minimum))
    populations = _populations(linked)
    breaches = []
    for target in np.flatnonzero(~found.safe & ~harmless):
        rows = found.rows_behind.get(int(target), np.empty(0, dtype=np.int64))
        cell = int(need.cells[target])
        behind = {cell, *(int(one) for one in linked.matrix[rows].indices)}
        breaches.append(
            Breach(
                population=populations[int(np.searchsorted(_ends(linked), cell, side="right"))],
                conditions=linked.conditions(cell),
                low=float(found.low[target]),
                high=float(found.high[target]),
                width=float(need.sliding[target]),
                tables=linked.tables_of(sorted(behind)),
                decided=bool(found.broken[target]),
            )
        )
    return breaches


def _ends(linked: LinkedSet) -> NDArray[np.int64]:
    return np.cumsum([keys.height for keys in linked.keys])


def _populations(linked: LinkedSet) -> tuple[str, ...]:
    return tuple(dict.fromkeys(piece.population for piece in linked.pieces))
