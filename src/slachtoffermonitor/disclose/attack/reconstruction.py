"""The attack on the whole: which combinations of all traits follow from the published margins?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slachtoffermonitor.disclose.attack.knowledge import published_pieces
from slachtoffermonitor.disclose.feasible import Need, feasible_intervals
from slachtoffermonitor.disclose.linked import LinkedSet, link_pieces
from slachtoffermonitor.disclose.linked.pieces import TOTAL
from slachtoffermonitor.disclose.rules import Rules
from slachtoffermonitor.disclose.tables import ReleasedTable, Table
from slachtoffermonitor.ground import InputError, Problem

__all__ = ["Reconstruction", "reconstruct"]

_BY = "by "


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconstruction:
    """How much of the table of all traits together follows from what was published.

    `combinations` are the cells of that table that could hold anybody; `known` those of them whose
    count follows exactly, empty ones included; `persons` how many people stand in known ones, of
    `at_least` who are in the table for sure; `alone` how many known cells hold one person. Cells
    that could not be decided in time are `undecided`, and may be known too.
    """

    combinations: int
    known: int
    persons: int
    at_least: int
    alone: int
    undecided: int

    @property
    def share(self) -> float:
        """The part of the people whose whole combination follows, from 0 to 1."""
        return self.persons / self.at_least if self.at_least else 0.0


def reconstruct(
    tables: Sequence[Table | ReleasedTable],
    *,
    rules: Rules | None = None,
    method: str = "suppression",
    limit: int = 4000,
    seed: int = 0,
    watch: Callable[[str], None] = lambda _: None,
) -> Reconstruction:
    """How much of the table of all traits together can a reader of these tables rebuild?

    What goes wrong if misused: that nothing can be rebuilt does not say that nothing is told.
    `attack` says which published counts are told too closely.

    Args:
        tables: released tables, which say how they were protected, or tables in which a hidden
            count is null; the count of all traits together need not be among them.
        rules: what was promised; its limit of time holds here too.
        method: how tables that do not say so were protected.
        limit: the largest table of all traits together that is tried, in combinations.
        seed: of the directions in which counts are pushed; decides the time, not the answer.
        watch: told how far the work is.

    Raises:
        InputError: the table of all traits together is larger than `limit`.
        ReleaseError: no counts agree with the tables.

    Source: Dinur and Nissim 2003 (what many margins give away together); Garfinkel, Abowd and
    Martindale 2019 (reconstruction of census tables by solving for the records).

    """
    rules = rules or Rules(method="suppression")
    parameters = {"minimum": rules.minimum, "base": rules.base, "furthest": rules.furthest}
    linked = link_pieces(published_pieces(tables, method, parameters), joint_limit=limit)
    cells = _finest(linked)
    if not linked.joint or not cells.size:
        raise InputError(
            Problem(
                what="the table of all traits together is too large to be rebuilt",
                allowed=f"tables whose traits make at most {limit} combinations",
            )
        )
    need = Need(
        cells=cells,
        lower=np.zeros(cells.size),
        upper=np.zeros(cells.size),
        sliding=np.ones(cells.size),
        truth=np.full(cells.size, np.nan),
    )
    found = feasible_intervals(linked, need, seed=seed, seconds=rules.seconds, watch=watch)
    possible = found.high > 0
    known = found.broken & (found.low == found.high)
    return Reconstruction(
        combinations=int(possible.sum()),
        known=int((known & possible).sum()),
        persons=int(found.low[known].sum()),
        at_least=_at_least(linked, found.low),
        alone=int((known & (found.low == 1)).sum()),
        undecided=int((~found.safe & ~found.broken).sum()),
    )


def _finest(linked: LinkedSet) -> NDArray[np.int64]:
    """Which cells combine all traits, none of them a code that others add up to?"""
    if linked.atom.any():
        return np.flatnonzero(linked.atom)
    parents = {
        name: {code for piece in linked.pieces for code in piece.hierarchies.get(name, ())}
        for piece in linked.pieces
        for name in piece.hierarchies
    }
    found = []
    for keys in linked.keys:
        dimensions = [name for name in keys.columns if name.startswith(_BY)]
        finest = keys
        for name in dimensions:
            sums = [TOTAL, *parents.get(name.removeprefix(_BY), ())]
            finest = finest.filter(~finest[name].is_in(sums))
        found.append(finest["cell"].to_numpy())
    return np.concatenate(found) if found else np.empty(0, dtype=np.int64)


def _at_least(linked: LinkedSet, low: NDArray[np.float64]) -> int:
    """How many people are there for sure: the largest count that is known of anything?"""
    return int(max(float(np.max(linked.low, initial=0.0)), float(low.sum())))
