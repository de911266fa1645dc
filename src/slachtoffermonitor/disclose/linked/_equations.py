"""Every equation of a population: codes that add up to codes, and cells that add up to margins."""

from __future__ import annotations

import polars as pl

from slachtoffermonitor.disclose.linked._population import Population

__all__ = ["write_equations"]


def write_equations(population: Population) -> None:
    """Make every equation, from the finest levels up."""
    for level in sorted(population.levels, key=lambda mask: (-mask.bit_count(), mask)):
        for dimension in population.names_of(level):
            _add_parts(population, level, dimension)
        for dimension in population.names_of(level):
            _sum_parts(population, level, dimension)
        for upper in population.directly_above(level):
            population.project(level, upper)


def _add_parts(population: Population, level: int, dimension: str) -> None:
    """Add the unpublished parts that overlapping codes share, as windows share years."""
    tree = population.trees.get(dimension, {})
    frame = population.at(level)
    present = [code for code in frame[dimension].unique().sort().to_list() if code in tree]
    parts = [part for code in present for part in tree[code]]
    shared = {part for part in parts if parts.count(part) > 1}
    sharing = {code: tree[code] for code in present if shared & set(tree[code])}
    if not sharing:
        return
    pairs = pl.DataFrame(
        [(code, part) for code, listed in sharing.items() for part in listed],
        schema={dimension: pl.String, "part": pl.String},
        orient="row",
    )
    keys = frame.join(pairs, on=dimension).with_columns(pl.col("part").alias(dimension))
    population.add(keys.select(*population.dimensions, pl.lit(None, pl.Float64).alias("value")))


def _sum_parts(population: Population, level: int, dimension: str) -> None:
    """Say that each parent code is the sum of its parts, or at most that where codes overlap."""
    frame = population.at(level)
    present = set(frame[dimension].unique().to_list())
    pairs = [
        (code, part)
        for code, parts in population.trees.get(dimension, {}).items()
        if code in present and not present.isdisjoint(parts)
        for part in parts
    ]
    if not pairs:
        return
    known = pl.DataFrame(
        pairs, schema={"parent_code": pl.String, dimension: pl.String}, orient="row"
    )
    overlap = dimension in population.overlapping
    parts = frame.join(known, on=dimension).with_columns(
        pl.col("parent_code").alias(dimension), group=pl.col(dimension) if overlap else pl.lit("")
    )
    population.say_sum(parts, overlap=overlap)
