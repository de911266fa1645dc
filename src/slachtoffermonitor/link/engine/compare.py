"""Comparison of pairs by Splink on DuckDB: which pairs meet, and how far they agree."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import duckdb
import numpy as np
import polars as pl
from splink import DuckDBAPI, Linker

from slachtoffermonitor.link.engine.blocking import block
from slachtoffermonitor.link.model import ModelDesign, level_sql, splink_settings

__all__ = ["NO_PAIRS", "SAMPLED_PAIRS", "Compared", "compare"]

NO_PAIRS: Final = pl.DataFrame(schema={"left": pl.Int64, "right": pl.Int64})

# Agreement by chance (u) is learned from so many random pairs.
SAMPLED_PAIRS: Final = 500_000
_TABLE: Final = "records_{}"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Compared:
    """The pairs that met in a block, a sample of random pairs, and how far each agrees.

    Both frames have per comparison the level reached (Int8; 0 different, higher is closer, -1 not
    known) and what they keep of how rare values are (`ModelDesign.pair_weights`); `pairs` has
    `left` < `right` (record numbers) too, and may have `times`: how many pairs with this left
    record and all else alike a row stands for, and `met` (absent: all did): false for pairs that
    met in no block and were looked at all the same. `within` one table, or from a left to a right
    table.
    `rules` counts the pairs of each blocking rule.
    """

    pairs: pl.DataFrame
    random_pairs: pl.DataFrame
    left_records: int
    right_records: int
    within: bool
    rules: pl.DataFrame | None = None

    @property
    def possible(self) -> int:
        """Count all pairs that could have met."""
        if self.within:
            return self.left_records * (self.left_records - 1) // 2
        return self.left_records * self.right_records


def compare(
    tables: tuple[pl.DataFrame, ...],
    design: ModelDesign,
    *,
    seed: int,
    threads: int,
    asked: pl.DataFrame = NO_PAIRS,
) -> Compared:
    """Compare all blocked pairs within one table, or between two, and a sample of random pairs.

    Within a small table the sample is every pair, so that what met in no block is known too.

    Args:
        tables: one frame of features to find its duplicates, or two to link; with rarity.
        design: what is compared.
        seed: of the sample of random pairs.
        threads: of DuckDB; they change the time, not the answer.
        asked: pairs `left` < `right` to compare also where they met in no block.

    """
    whole = len(tables) == 1 and _possible(tables) <= SAMPLED_PAIRS
    drawn = _all(tables[0]) if whole else _draw(tables, np.random.default_rng(seed))
    blocked = block(tables, design)
    with (
        _silence(),
        duckdb.connect(":memory:", config={"threads": threads}) as connection,
    ):
        connection.execute("SET enable_progress_bar = false")  # it draws on standard output
        for macro in design.macros:
            connection.execute(macro)
        names = [
            _store(connection, table, design, _TABLE.format(place))
            for place, table in enumerate(blocked.tables)
        ]
        ends = (names[0], names[-1])
        random_pairs = _levels_of_pairs(connection, drawn, ends, design)
        pairs = _blocked_pairs(connection, names, design, blocked.columns)
        unmet = asked.select("left", "right").join(pairs, on=["left", "right"], how="anti")
        if not unmet.is_empty():
            pairs = pl.concat([pairs, _levels_of_pairs(connection, unmet, ends, design)])
    if whole:
        others = random_pairs.join(pairs, on=["left", "right"], how="anti")
        pairs = pl.concat([pairs.with_columns(met=True), others.with_columns(met=False)])
    return Compared(
        pairs=pairs.sort("left", "right"),
        random_pairs=random_pairs.drop("left", "right"),
        left_records=tables[0].height,
        right_records=tables[-1].height,
        within=len(tables) == 1,
        rules=blocked.rules,
    )


def _store(connection: Any, table: pl.DataFrame, design: ModelDesign, name: str) -> str:
    """Hand a table to the database, with the features that the database itself derives."""
    derived = "".join(f", {sql} AS {column}" for column, sql in design.derived.items())
    connection.register("handed_over", table.to_arrow())
    connection.execute(f"CREATE TABLE {name} AS SELECT *{derived} FROM handed_over")  # noqa: S608
    connection.unregister("handed_over")
    return name


def _blocked_pairs(
    connection: Any, names: list[str], design: ModelDesign, blocks: tuple[str, ...]
) -> pl.DataFrame:
    """Let Splink bring the pairs together and compare them; no column of identity leaves."""
    api = DuckDBAPI(connection=connection)
    linker = Linker(
        [api.register(name, table_name=name) for name in names],
        splink_settings(design, "dedupe_only" if len(names) == 1 else "link_only", blocks=blocks),
        log_level=None,
        validate_settings=False,
    )
    found = linker.inference.predict(warning_mode="never")
    kept = [
        'least(record_l, record_r) AS "left"',
        'greatest(record_l, record_r) AS "right"',
        *(f"gamma_{each.name}::TINYINT AS {each.name}" for each in design.comparisons),
        *(
            f"{each.sql(f'{each.column}_l', f'{each.column}_r')} AS {each.name}"
            for each in design.pair_weights
        ),
    ]
    frame: pl.DataFrame = found.as_duckdbpyrelation().project(", ".join(kept)).pl()
    return frame


def _levels_of_pairs(
    connection: Any, pairs: pl.DataFrame, sides: tuple[str, str], design: ModelDesign
) -> pl.DataFrame:
    """Compare given pairs on the same levels."""
    used = sorted({name for each in design.comparisons for name in each.uses})
    both = ", ".join(f"{side}.{name} AS {name}_{side}" for name in used for side in ("l", "r"))
    levels = ", ".join(
        f"({level_sql(each)})::TINYINT AS {each.name}" for each in design.comparisons
    )
    rarities = "".join(
        f", {each.sql(f'l.{each.column}', f'r.{each.column}')} AS {each.name}"
        for each in design.pair_weights
    )
    kept = "".join(f", {each.name}" for each in design.pair_weights)
    connection.register("asked", pairs.to_arrow())
    found: pl.DataFrame = connection.sql(  # the design's own SQL, no input of a user
        f'SELECT "left", "right", {levels}{kept} FROM (SELECT asked."left", asked."right", {both}'  # noqa: S608
        f'{rarities} FROM asked JOIN {sides[0]} l ON l.record = asked."left" '
        f'JOIN {sides[1]} r ON r.record = asked."right")'
    ).pl()
    connection.unregister("asked")
    return found


@contextmanager
def _silence() -> Iterator[None]:
    """Keep Splink quiet: it tells of its own steps, and our answer says what it found."""
    logger = logging.getLogger("splink")
    before = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(before)


def _possible(tables: tuple[pl.DataFrame, ...]) -> int:
    """Count all pairs that could meet."""
    if len(tables) == 1:
        return tables[0].height * (tables[0].height - 1) // 2
    return tables[0].height * tables[1].height


def _all(table: pl.DataFrame) -> pl.DataFrame:
    """List every pair of records."""
    record = table["record"].sort()
    left, right = np.triu_indices(table.height, 1)
    return pl.DataFrame({"left": record.gather(left), "right": record.gather(right)})


def _draw(tables: tuple[pl.DataFrame, ...], rng: np.random.Generator) -> pl.DataFrame:
    """Draw pairs of records at random, with replacement."""
    sides = (tables[0], tables[-1])
    count = min(SAMPLED_PAIRS, _possible(tables))
    drawn = [side["record"].gather(rng.integers(0, side.height, count)) for side in sides]
    pairs = pl.DataFrame({"left": drawn[0], "right": drawn[1]}).filter(
        pl.col("left") != pl.col("right")
    )
    return pairs
