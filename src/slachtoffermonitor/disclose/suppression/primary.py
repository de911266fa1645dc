"""Which counts are unsafe by themselves."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from slachtoffermonitor.disclose.rules import Rules
from slachtoffermonitor.disclose.tables import Column, Table

__all__ = ["unsafe_rows"]


def unsafe_rows(table: Table, count: Column, rules: Rules) -> pl.Series:
    """Which rows of the table have an unsafe count, by any of the rules?

    A table of dimensions that are all public has none. See `Rules` for what is unsafe.

    Returns:
        One boolean per row.

    """
    dimensions = table.classified_by(count)
    if dimensions and set(dimensions) <= set(rules.public):
        return pl.Series([False]).new_from_index(0, table.frame.height)
    value = pl.col(count.name)
    unsafe = value.is_between(1, rules.minimum - 1)
    if rules.zeros:
        unsafe |= value == 0
    for rule in (*_dominated(table, count, rules), *_telling(table, count, rules)):
        unsafe |= rule.fill_null(False) & (value > 0)
    return table.frame.select(unsafe.fill_null(False).alias("unsafe"))["unsafe"]


def _dominated(table: Table, count: Column, rules: Rules) -> Iterator[pl.Expr]:
    """Give the rules on a few units that make up most of the count."""
    largest = [
        column.name
        for column in table.columns
        if column.role == "contribution" and column.rests_on in ("", count.name)
    ]
    value = pl.col(count.name)
    if largest:
        first = pl.sum_horizontal(largest[: rules.dominance_units])
        yield first > rules.dominance_share * value
    if len(largest) > 1:
        rest = value - pl.sum_horizontal(largest[:2])
        yield rest < rules.p_ratio * pl.col(largest[0])


def _telling(table: Table, count: Column, rules: Rules) -> Iterator[pl.Expr]:
    """Give the rules on categories that hold nearly everybody: being there tells what one is."""
    dimensions = table.classified_by(count)
    for sensitive in (name for name in rules.sensitive if name in dimensions):
        others = [name for name in dimensions if name != sensitive]
        value = pl.col(count.name)
        part = pl.col(sensitive).cast(pl.String) != table.total
        parents = table.hierarchies.get(sensitive, {})
        part &= ~pl.col(sensitive).cast(pl.String).is_in(list(parents))
        whole = pl.when(part).then(value).sum()
        of_group = whole.over(others) if others else whole
        yield part & (value > rules.group_share * of_group)
