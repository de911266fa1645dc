"""The whole table rebuilt from its margins: as much as follows, and nothing that does not."""

import itertools

import numpy as np
import polars as pl
import pytest

from slachtoffermonitor.disclose import Rules, Table, protect, reconstruct, release
from slachtoffermonitor.ground import InputError


def people(size: int, **codes: int) -> pl.DataFrame:
    generator = np.random.default_rng(7)
    return pl.DataFrame(
        {
            name: [f"{name}{i}" for i in generator.integers(0, number, size)]
            for name, number in codes.items()
        }
    )


def margins(everybody: pl.DataFrame, ways: int) -> list[Table]:
    return [
        Table.from_frame(
            everybody.group_by(by).agg(pl.len().cast(pl.Int64).alias("count")).sort(by),
            name=" × ".join(by),
        )
        for way in range(1, ways + 1)
        for by in itertools.combinations(everybody.columns, way)
    ]


def solved(tables: list[Table], cells: list[tuple[str, ...]]) -> dict[tuple[str, ...], set[int]]:
    """Try every count of every combination: what can each be? Slow and obvious."""
    total = next(t for t in tables if len(t.frame.columns) == 2).frame["count"].sum()
    possible: dict[tuple[str, ...], set[int]] = {cell: set() for cell in cells}
    for counts in itertools.product(range(total + 1), repeat=len(cells)):
        if sum(counts) != total:
            continue
        if all(_agrees(table, cells, counts) for table in tables):
            for cell, count in zip(cells, counts, strict=True):
                possible[cell].add(count)
    return possible


def _agrees(table: Table, cells: list[tuple[str, ...]], counts: tuple[int, ...]) -> bool:
    names = [name for name in table.frame.columns if name != "count"]
    for row in table.frame.iter_rows(named=True):
        codes = {row[name] for name in names}
        there = sum(n for cell, n in zip(cells, counts, strict=True) if codes <= set(cell))
        if there != row["count"]:
            return False
    return True


def test_margins_that_leave_one_solution_give_everybody_away():
    everybody = pl.DataFrame({"a": ["a0", "a0", "a1"], "b": ["b0", "b0", "b1"]})
    found = reconstruct(margins(everybody, 2))
    assert (found.persons, found.at_least, found.share) == (3, 3, 1.0)
    assert found.alone == 1 and not found.undecided


@pytest.mark.parametrize("size", [3, 4, 5])
def test_what_is_rebuilt_is_what_trying_all_counts_leaves(size):
    everybody = people(size, a=2, b=2, c=2)
    tables = margins(everybody, 2)
    cells = list(itertools.product(*(everybody[name].unique().sort() for name in "abc")))
    possible = solved(tables, cells)
    found = reconstruct(tables)
    sure = [next(iter(values)) for values in possible.values() if len(values) == 1]
    assert found.persons == sum(sure)
    assert found.alone == sum(count == 1 for count in sure)
    assert found.known == sum(1 for v in possible.values() if len(v) == 1 and v != {0}) + sum(
        1 for v in possible.values() if v == {0}
    ) - (len(cells) - found.combinations)


def test_protected_margins_give_nobody_away_where_naive_ones_do():
    everybody = people(40, form=4, age=3, sex=2, reporter=3)
    tables = margins(everybody, 3)
    naive = [
        Table.from_frame(
            table.frame.with_columns(
                count=pl.when(~pl.col("count").is_between(1, 4)).then(pl.col("count"))
            ),
            name=table.name,
        )
        for table in tables
    ]
    rules = Rules(method="suppression", minimum=5, sliding=3)
    bare, hidden = reconstruct(tables), reconstruct(naive)
    protected = reconstruct(list(release(protect(tables, rules)).values()), rules=rules)
    rounded = Rules(method="rounding", minimum=5)
    additive = reconstruct(list(release(protect(tables, rounded)).values()), rules=rounded)
    assert bare.share == 1.0 and bare.alone > 20
    assert hidden.persons > 10 and hidden.alone > 5
    assert (protected.known, protected.alone) == (0, 0)
    assert (additive.known, additive.alone) == (0, 0)


def test_a_table_that_is_too_large_is_refused_in_words():
    everybody = people(300, a=6, b=6, c=6)
    with pytest.raises(InputError, match="at most 50 combinations"):
        reconstruct(margins(everybody, 2), limit=50)
