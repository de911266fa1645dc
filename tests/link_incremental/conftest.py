"""Reports of a small simulated nation, linked once for all tests."""

from __future__ import annotations

import polars as pl
import pytest

from slachtoffermonitor.link import Linkage, Register, link_reports
from slachtoffermonitor.simulate import simulate_nation


@pytest.fixture(scope="session")
def notifications() -> pl.DataFrame:
    nation = simulate_nation(seed=11, persons=4_000)
    lists = [
        table for name, table in nation.deliveries.items() if name.startswith("notifications-")
    ]
    return pl.concat(lists).sort("notification_id")


@pytest.fixture(scope="session")
def linkage(notifications: pl.DataFrame) -> Linkage:
    return link_reports(notifications, seed=3)


@pytest.fixture
def register(notifications: pl.DataFrame, linkage: Linkage) -> Register:
    return Register.of(notifications, linkage)
