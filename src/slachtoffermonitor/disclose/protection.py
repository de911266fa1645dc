"""Protecting a set of tables that is read together, and proving by attack that it is protected.

What goes wrong when this is misused: tables that are protected in separate calls are not protected
against one another. Give all tables of an edition at once, with the ledger of older editions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from slachtoffermonitor.disclose.attack import Breach, attack_set
from slachtoffermonitor.disclose.attack.breaches import unsafe_need
from slachtoffermonitor.disclose.attack.knowledge import known_of
from slachtoffermonitor.disclose.feasible import Need, completed, feasible_intervals
from slachtoffermonitor.disclose.ledger import Ledger, Older, older_bounds, older_pieces
from slachtoffermonitor.disclose.linked import LinkedSet, exact_pieces, link_pieces
from slachtoffermonitor.disclose.linked.checking import disagreements
from slachtoffermonitor.disclose.methods import Answer, protect_counts
from slachtoffermonitor.disclose.rules import Rules
from slachtoffermonitor.disclose.suppression import unsafe_rows
from slachtoffermonitor.disclose.tables import Table
from slachtoffermonitor.disclose.wording import explain
from slachtoffermonitor.ground import InputError, Problem, Text

__all__ = ["Protected", "ProtectedTable", "protect"]

_Mask = NDArray[np.bool_]
_INSIDE = ("contribution", "key", "link")  # roles of columns that never leave


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtectedTable:
    """One table after protection."""

    table: Table
    frame: pl.DataFrame
    method: str
    parameters: Mapping[str, int | float | str]
    hidden: int
    explanation: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Protected:
    """A set of tables after protection, waiting to be released.

    `breaches` is what an attack on the whole set, with the older editions, still finds; nothing is
    released while there is any. `figures` says what the protection cost: cells, suppressed cells,
    change, the bound on what it must cost, seconds. `epsilon` is what it takes of the budget.
    """

    tables: tuple[ProtectedTable, ...]
    rules: Rules
    breaches: tuple[Breach, ...] = ()
    figures: Mapping[str, float] = field(default_factory=dict)
    epsilon: float = 0.0

    def __repr__(self) -> str:
        """Show the size, never the values."""
        hidden = sum(table.hidden for table in self.tables)
        return f"Protected({len(self.tables)} tables, {hidden} counts hidden)"


def protect(
    tables: Sequence[Table],
    rules: Rules | None = None,
    *,
    ledger: Ledger | None = None,
    secret: bytes = b"",
    watch: Callable[[str], None] = lambda _: None,
) -> Protected:
    """Which counts of these tables must be hidden or changed before they may leave?

    Tables of figures that are already public pass as they are. All others are protected as one
    set by `rules.method`, and attacked. A measure is hidden with the count that it rests on: a
    share would give the count back.

    Args:
        tables: everything that is to be published.
        rules: what is unsafe, and how it is protected.
        ledger: what was released before.
        secret: key of cell keys that come without keys of records; the same in every edition.
        watch: told how far the work is.

    Raises:
        InputError: two tables have the same name, margins do not add up, or a hierarchy does not
            cover its codes; all problems at once.
        ReleaseError: the tables cannot be protected, or the budget is spent.

    """
    rules = rules or Rules()
    _refuse_doubles(tables)
    exact = [table for table in tables if table.origin != "published"]
    linked, older = _linked(exact, rules, ledger or Ledger())
    need = _needs(exact, linked, older, rules)
    answer = protect_counts(
        exact, linked, need, rules=rules, older=older, secret=secret, watch=watch
    )
    if answer.epsilon:
        (ledger or Ledger()).afford(answer.epsilon, rules.budget)
    watch("attack on the protected tables")
    breaches = () if answer.proven else _attacked(linked, need, answer, older, rules, watch=watch)
    of_name = {table.name: number for number, table in enumerate(exact)}
    return Protected(
        tables=tuple(
            _public(table)
            if table.origin == "published"
            else _finish(table, answer.shown[of_name[table.name]], answer, rules)
            for table in tables
        ),
        rules=rules,
        breaches=breaches,
        figures={"cells": float(linked.seen.sum()), **answer.figures},
        epsilon=answer.epsilon,
    )


def _refuse_doubles(tables: Sequence[Table]) -> None:
    names = [table.name for table in tables]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InputError(
            Problem(what="two tables have the same name", found=", ".join(twice), allowed="once")
        )


def _linked(tables: Sequence[Table], rules: Rules, ledger: Ledger) -> tuple[LinkedSet, Older]:
    """Link the tables with one another and with everything that was released before."""
    now = exact_pieces(tables)
    pieces = (*now, *older_pieces(ledger, now))
    linked = link_pieces(pieces, joint_limit=rules.joint_limit)
    if problems := list(disagreements(linked)):
        raise InputError(problems)
    older = older_bounds(linked, len(now), rules.minimum)
    mine = linked.appearances.filter(pl.col("piece") < len(now))["cell"].to_numpy()
    seen = np.zeros(linked.value.size, dtype=bool)
    seen[mine] = True
    return replace(linked, seen=seen), older


def _needs(tables: Sequence[Table], linked: LinkedSet, older: Older, rules: Rules) -> Need:
    """List the unsafe cells: by the rules in any table, or a small margin that nobody shows."""
    unsafe = older.revised.copy()
    number = 0
    public: list[int] = []
    for table in tables:
        for column in (one for one in table.columns if one.role == "count"):
            rows = unsafe_rows(table, column, rules)
            here = linked.appearances.filter(pl.col("piece") == number)
            unsafe[here["cell"].to_numpy()[rows.to_numpy()[here["row"].to_numpy()]]] = True
            if set(table.classified_by(column)) <= set(rules.public):
                public += here["cell"].to_list()
            number += 1
    value = np.nan_to_num(linked.value)
    told = older.low == older.high
    unsafe |= ~linked.seen & ~linked.atom & ~told & (value >= 1) & (value < rules.minimum)
    unsafe |= _told_unseen(linked, rules)
    unsafe[public] = False
    unsafe &= ~told  # what was told cannot be kept any more
    cells = np.flatnonzero(unsafe)
    return unsafe_need(rules, cells, linked.value[cells])


def _told_unseen(linked: LinkedSet, rules: Rules) -> _Mask:
    """Mark counts in no table that the exact tables give away, as two windows give a year."""
    marked = np.zeros(linked.value.size, dtype=bool)
    cells = np.flatnonzero(np.isnan(linked.value) & ~linked.seen & ~linked.atom)
    if cells.size:
        need = unsafe_need(rules, cells, np.full(cells.size, np.nan))
        found = feasible_intervals(linked, need, seed=rules.seed, seconds=rules.seconds)
        few = (found.high >= 1) & (found.low < rules.minimum)
        marked[cells[found.broken & few]] = True
    return marked


def _attacked(
    linked: LinkedSet,
    need: Need,
    answer: Answer,
    older: Older,
    rules: Rules,
    *,
    watch: Callable[[str], None],
) -> tuple[Breach, ...]:
    """Attack the set as a reader will see it, knowing what is to be kept from the reader."""
    known = known_of(answer.method, answer.parameters)
    shown = pl.DataFrame({"value": answer.counts}).with_columns(pl.col("value").fill_nan(None))
    seen = shown.select(low=known.low, high=known.high)
    low = np.where(linked.seen, np.maximum(seen["low"].to_numpy(), older.low), linked.low)
    high = np.where(linked.seen, np.minimum(seen["high"].to_numpy(), older.high), linked.high)
    as_read = replace(linked, low=low, high=high)
    base = completed(linked, seed=rules.seed, seconds=rules.seconds)
    return tuple(attack_set(as_read, need, rules, base=base, seed=rules.seed, watch=watch))


def _public(table: Table) -> ProtectedTable:
    return ProtectedTable(
        table=table,
        frame=table.frame,
        method="public-already",
        parameters={},
        hidden=0,
        explanation=explain("public-already", {}, 0),
    )


def _finish(
    table: Table, shown: Mapping[str, pl.Series], answer: Answer, rules: Rules
) -> ProtectedTable:
    """Put the protected counts in the table, and take out what would give them back."""
    frame = table.frame.with_columns(series.alias(name) for name, series in shown.items())
    gone = {name: _unsafe_to_rest_on(table, name, frame, rules) for name in table.counts}
    any_gone = pl.any_horizontal(*gone.values()) if gone else pl.lit(False)
    frame = frame.with_columns(
        pl.when(~gone.get(column.rests_on, any_gone)).then(pl.col(column.name)).alias(column.name)
        for column in table.columns
        if column.role == "measure"
    )
    left = [column.name for column in table.columns if column.role not in _INSIDE]
    hidden = sum(frame[name].null_count() - table.frame[name].null_count() for name in table.counts)
    return ProtectedTable(
        table=table,
        frame=frame.select(left),
        method=answer.method,
        parameters=answer.parameters,
        hidden=hidden,
        explanation=explain(answer.method, answer.parameters, hidden),
    )


def _unsafe_to_rest_on(table: Table, count: str, frame: pl.DataFrame, rules: Rules) -> pl.Expr:
    small = table.frame[count].is_between(1, rules.minimum - 1).fill_null(True)
    return pl.lit(small | frame[count].is_null())
