"""Protecting tables, and letting the protected ones leave.

What goes wrong when this is misused: rounding each table by itself, as here, does not protect a
cell that follows from the margins of several tables read together. Linked protection and the
attacks that test it replace `_hide_and_round` without a change for those who call `protect`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from slachtoffermonitor.disclose.rules import Rules
from slachtoffermonitor.disclose.tables import _SEAL, ReleasedTable, Table
from slachtoffermonitor.ground import InputError, Number, Problem, ReleaseError, Text

__all__ = ["Protected", "protect", "release"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _ProtectedTable:
    table: Table
    frame: pl.DataFrame
    method: str
    parameters: Mapping[str, int | float | str]
    hidden: int
    explanation: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Protected:
    """A set of tables after protection, waiting to be released."""

    tables: tuple[_ProtectedTable, ...]
    rules: Rules

    def __repr__(self) -> str:
        """Show the size, never the values."""
        hidden = sum(table.hidden for table in self.tables)
        return f"Protected({len(self.tables)} tables, {hidden} counts hidden)"


def protect(tables: Sequence[Table], rules: Rules | None = None) -> Protected:
    """Which counts of these tables must be hidden or rounded before they may leave?

    Tables of figures that are already public pass as they are. In all others a count below the
    minimum is hidden, every other count rounded, and a measure is hidden with the count that it
    rests on: a share would give the count back.

    Raises:
        InputError: two tables have the same name.

    """
    rules = rules or Rules()
    names = [table.name for table in tables]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InputError(
            Problem(what="two tables have the same name", found=", ".join(twice), allowed="once")
        )
    return Protected(tables=tuple(_protect_one(table, rules) for table in tables), rules=rules)


def release(protected: Protected) -> Mapping[str, ReleasedTable]:
    """Let the protected tables leave: by name, as the only kind of table that is ever published.

    Raises:
        ReleaseError: a count that the rules hide still stands in a table.

    """
    return {one.table.name: _seal(one, protected.rules) for one in protected.tables}


def _protect_one(table: Table, rules: Rules) -> _ProtectedTable:
    if table.origin == "published":
        return _ProtectedTable(
            table=table,
            frame=table.frame,
            method="public-already",
            parameters={},
            hidden=0,
            explanation=Text(
                "These figures were published before by the source that is named; nothing is "
                "hidden or changed."
            ),
        )
    frame, hidden = _hide_and_round(table, rules)
    return _ProtectedTable(
        table=table,
        frame=frame,
        method="minimum-and-rounding",
        parameters={"minimum": rules.minimum, "base": rules.base},
        hidden=hidden,
        explanation=_explain(rules, hidden),
    )


def _explain(rules: Rules, hidden: int) -> Text:
    values = {"minimum": Number(rules.minimum), "base": Number(rules.base)}
    if not hidden:
        return Text(
            "Counts are rounded to multiples of {base}, so that nobody can be seen.", values
        )
    return Text(
        "Counts from 1 to {last} are hidden and the others are rounded to multiples of {base}, so "
        "that nobody can be seen. Hidden here: {hidden}.",
        values | {"last": Number(rules.minimum - 1), "hidden": Number(hidden)},
    )


def _hide_and_round(table: Table, rules: Rules) -> tuple[pl.DataFrame, int]:
    """Hide small counts and round the others; measures of a row with a hidden count go too."""
    counts = table.counts
    small = {name: pl.col(name).is_between(1, rules.minimum - 1) for name in counts}
    hidden = sum(int(table.frame.select(small[name].sum()).item() or 0) for name in counts)
    any_small = pl.any_horizontal(*small.values()) if small else pl.lit(False)
    rounded = [
        pl.when(~small[name])
        .then(((pl.col(name) / rules.base).round() * rules.base).cast(pl.Int64))
        .alias(name)
        for name in counts
    ]
    measures = [
        pl.when(~small.get(column.rests_on, any_small)).then(pl.col(column.name)).alias(column.name)
        for column in table.columns
        if column.role == "measure"
    ]
    return table.frame.with_columns(*rounded, *measures), hidden


def _seal(one: _ProtectedTable, rules: Rules) -> ReleasedTable:
    table = one.table
    if table.origin != "published":
        for name in table.counts:
            below = one.frame.select(pl.col(name).is_between(1, rules.minimum - 1).any()).item()
            if below:
                raise ReleaseError(
                    f"table '{table.name}', column '{name}': a count below {rules.minimum} "
                    "would leave; protect the table first"
                )
    return ReleasedTable(
        name=table.name,
        title=table.title,
        frame=one.frame,
        columns=table.columns,
        origin=table.origin,
        source=table.source,
        notes=table.notes,
        method=one.method,
        parameters=one.parameters,
        hidden=one.hidden,
        explanation=one.explanation,
        seal=_SEAL,
    )
