"""Small registers of people who do not exist, and their tables."""

import itertools

import numpy as np
import polars as pl
import pytest

from slachtoffermonitor.disclose import Table


def _people(size: int, seed: int, **codes: int) -> pl.DataFrame:
    generator = np.random.default_rng(seed)
    weights = {name: 1 / np.arange(1, number + 1) ** 1.3 for name, number in codes.items()}
    return pl.DataFrame(
        {
            name: [f"{name}{i}" for i in generator.choice(len(w), size, p=w / w.sum())]
            for name, w in weights.items()
        }
    )


def _margins(records: pl.DataFrame, ways: int) -> list[Table]:
    return [
        Table.from_frame(
            records.group_by(by).agg(pl.len().cast(pl.Int64).alias("count")).sort(by),
            name=" × ".join(by),
        )
        for way in range(1, ways + 1)
        for by in itertools.combinations(records.columns, way)
    ]


def _random_set(seed: int) -> list[Table]:
    """Make a set of linked tables of random shape: some margins, some with a hierarchy."""
    generator = np.random.default_rng(seed)
    sizes = {name: int(generator.integers(2, 5)) for name in "abcd"[: generator.integers(2, 5)]}
    records = _people(int(generator.integers(30, 400)), seed, **sizes)
    tables = _margins(records, ways=int(generator.integers(1, 3)))
    kept = [table for table in tables if generator.random() < 0.8] or tables
    if generator.random() < 0.3:
        tree = {"a": {"north": ("a0", "a1"), "south": ("a2", "a3", "a4")}}
        north = records.filter(pl.col("a").is_in(["a0", "a1"])).with_columns(a=pl.lit("north"))
        both = pl.concat([records, north]).group_by("a", "b").len("count").sort("a", "b")
        frame = both.with_columns(pl.col("count").cast(pl.Int64))
        kept.append(Table.from_frame(frame, name="regions", hierarchies=tree))
    return kept


@pytest.fixture(scope="session")
def make_people():
    return _people


@pytest.fixture(scope="session")
def make_margins():
    return _margins


@pytest.fixture(scope="session")
def random_set():
    return _random_set
