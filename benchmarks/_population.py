"""A population register as large as a country's, drawn by frequency straight into Parquet.

Nobody in it exists. Citizenships, places and name pools are those of the simulated nation; what a
nation of victims does not need is added: all ages, and a long tail of surnames, since in a country
most surnames are borne by few.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow.parquet as pq

from slachtoffermonitor.simulate._calibration import (
    read_calibration,
    read_municipalities,
)
from slachtoffermonitor.simulate._names import _pool
from slachtoffermonitor.simulate._victims import draw_places

CHUNK = 500_000
POOL = 1000
SKEW = 1.6
TAIL = 150_000
TAIL_SHARE = {"given": 0.15, "surname": 0.55}
REST_OF_WORLD = 0.075
AGES = np.interp(np.arange(100), [0, 60, 95, 99], [1.0, 1.05, 0.05, 0.01])
TODAY = np.datetime64("2024-01-01")
NO_BIRTHDAY = 0.03  # of those without Dutch citizenship: 1 January stands in


@dataclass(frozen=True)
class Stock:
    """All names of one kind in one column, and where the pool of each source begins."""

    names: pl.Series
    starts: np.ndarray


def write_population(file: Path, *, rows: int, seed: int, among: pl.DataFrame) -> None:
    """Write a register of `rows` inhabitants, those of `among` included as they are."""
    if file.exists():
        raise FileExistsError(file)
    stocks = {kind: make_stock(kind) for kind in ("given", "surname")}
    others = rows - among.height
    writer = None
    try:
        for number, start in enumerate(range(0, others, CHUNK)):
            rng = np.random.default_rng([seed, number])
            table = draw(rng, stocks, start, min(CHUNK, others - start)).to_arrow()
            writer = writer or pq.ParquetWriter(file, table.schema)
            writer.write_table(table)
        last = among.select(pl.col(name) for name in table.column_names).to_arrow()
        writer.write_table(last.cast(table.schema))
    finally:
        if writer is not None:
            writer.close()


def sources() -> list[tuple[str, str]]:
    """Give the pairs of locales from which given names and surnames come."""
    locales = read_calibration().value("names.locales")
    return sorted({(given, last) for rows in locales.values() for given, last, _ in rows})


def make_stock(kind: str) -> Stock:
    """Put the pools of all sources, men and women, and their tails into one column."""
    place = 0 if kind == "given" else 1
    columns = [
        pl.Series(with_tail(_pool(pair[place], kind, male, POOL), seed=7))
        for pair in sources()
        for male in (False, True)
    ]
    return Stock(
        names=pl.concat(columns),
        starts=np.concatenate([[0], np.cumsum([len(column) for column in columns])]),
    )


def with_tail(pool: np.ndarray, *, seed: int) -> list[str]:
    """Follow a pool by rare names: the beginning of one and the end of another."""
    rng = np.random.default_rng(seed)
    names = pl.Series(pool.astype(str))
    first, second = (names.gather(rng.integers(0, len(names), TAIL)) for _ in range(2))
    halves = pl.DataFrame({"first": first, "second": second}).select(
        pl.col("first").str.head(pl.col("first").str.len_chars() // 2 + 1)
        + pl.col("second").str.slice(pl.col("second").str.len_chars() // 2)
    )
    return [*pool.tolist(), *halves.to_series().to_list()]


def draw(
    rng: np.random.Generator, stocks: dict[str, Stock], start: int, count: int
) -> pl.DataFrame:
    """Draw inhabitants."""
    locales = read_calibration().value("names.locales")
    countries = sorted(locales)
    foreign = [country for country in countries if country != "NL"]
    country = np.where(rng.random(count) < REST_OF_WORLD, rng.choice(foreign, count), "NL")
    male = rng.random(count) < 0.5
    source = np.zeros(count, dtype=np.int64)
    pairs = sources()
    for name in np.unique(country):
        here = np.flatnonzero(country == name)
        share = np.array([row[2] for row in locales[name]])
        chosen = rng.choice(len(share), len(here), p=share / share.sum())
        source[here] = np.array([pairs.index((row[0], row[1])) for row in locales[name]])[chosen]
    born = born_on(rng, country)
    number = pl.int_range(start, start + count, eager=True).cast(pl.String).str.zfill(9)
    return pl.DataFrame(
        {
            "person_id": "S" + number,
            "given_name": name_of(rng, stocks["given"], "given", 2 * source + male),
            "surname": name_of(rng, stocks["surname"], "surname", 2 * source + male),
            "birth_date": pl.Series(born).cast(pl.Date),
            "sex": pl.Series(np.where(male, "M", "V")),
            "citizenship": pl.Series(country),
            "municipality": read_municipalities()["municipality"].gather(draw_places(rng, count)),
        }
    )


def name_of(rng: np.random.Generator, stock: Stock, kind: str, source: np.ndarray) -> pl.Series:
    """Draw names: some from the pool, its first the commonest, the others from the tail."""
    rank = rng.random(len(source))
    pool = (POOL * rank**SKEW).astype(np.int64)
    tail = POOL + (TAIL * rank**SKEW).astype(np.int64)
    rare = rng.random(len(source)) < TAIL_SHARE[kind]
    return stock.names.gather(stock.starts[source] + np.where(rare, tail, pool))


def born_on(rng: np.random.Generator, country: np.ndarray) -> np.ndarray:
    count = len(country)
    age = rng.choice(len(AGES), count, p=AGES / AGES.sum())
    born = TODAY - (age * 365.25 + rng.integers(1, 366, count)).astype("timedelta64[D]")
    stand_in = (country != "NL") & (rng.random(count) < NO_BIRTHDAY)
    return np.where(stand_in, born.astype("datetime64[Y]").astype("datetime64[D]"), born)
