"""One whole nation for all tests that look at figures; it takes some seconds to make."""

from __future__ import annotations

import polars as pl
import pytest

from slachtoffermonitor.simulate import Nation, simulate_nation


@pytest.fixture(scope="session")
def nation() -> Nation:
    return simulate_nation(seed=2024)


@pytest.fixture(scope="session")
def notifications(nation: Nation) -> pl.DataFrame:
    """All notifications with the true person and the year in which they came in."""
    every = pl.concat(
        table for name, table in nation.deliveries.items() if name.startswith("notifications-")
    )
    return every.join(nation.truth["notification_person"], on="notification_id").with_columns(
        year=pl.col("reported_on").dt.year()
    )


@pytest.fixture(scope="session")
def registered(nation: Nation) -> pl.DataFrame:
    """One row per person and list and year of report, with what is true of the person."""
    persons = nation.truth["persons"].drop("year", "first_reported_on")
    return nation.truth["memberships"].join(persons, on="person_id")
