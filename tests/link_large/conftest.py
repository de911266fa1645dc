"""Reports of a small simulated nation and its population register, in memory and as a file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from slachtoffermonitor.simulate import simulate_nation


@dataclass(frozen=True)
class Country:
    """What organisations deliver, and the register as a Parquet file."""

    reports: pl.DataFrame
    population: pl.DataFrame
    file: Path
    truth: pl.DataFrame


@pytest.fixture(scope="session")
def country(tmp_path_factory: pytest.TempPathFactory) -> Country:
    nation = simulate_nation(seed=5, persons=2_500)
    lists = [
        table for name, table in nation.deliveries.items() if name.startswith("notifications-")
    ]
    population = nation.deliveries["population"]
    file = tmp_path_factory.mktemp("register") / "population.parquet"
    # The order of rows in the file is not that of the ids.
    population.sample(fraction=1.0, shuffle=True, seed=3).write_parquet(file)
    return Country(
        reports=pl.concat(lists).sort("notification_id"),
        population=population,
        file=file,
        truth=nation.truth["notification_person"],
    )
