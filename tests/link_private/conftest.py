"""The reports of a small simulated nation, and the tokens of them by one key."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
import pytest

from slachtoffermonitor.link import Key, TokenParameters, tokenise
from slachtoffermonitor.simulate import simulate_nation


@dataclass(frozen=True)
class Reports:
    """Reports in clear text, who is whom, and the population register."""

    clear: pl.DataFrame
    truth: pl.DataFrame
    population: pl.DataFrame
    key: Key

    def tokens(self, parameters: TokenParameters | None = None) -> pl.DataFrame:
        """Give the tokens of the reports."""
        return tokenise(self.clear, self.key, parameters)

    def f1(self, found: pl.DataFrame) -> float:
        """Give F1 over pairs of reports."""
        both = found.select("notification_id", "person_id").join(
            self.truth.select("notification_id", true="person_id"), on="notification_id"
        )

        def pairs(*by: str) -> float:
            size = both.group_by(by).len()["len"].cast(pl.Float64)
            return float((size * (size - 1) / 2).sum())

        return 2 * pairs("person_id", "true") / (pairs("person_id") + pairs("true"))


@pytest.fixture(scope="session")
def nation() -> Reports:
    """Simulate some 1,200 reports."""
    made = simulate_nation(seed=2024, persons=6_250)
    return Reports(
        clear=pl.concat(
            frame for name, frame in made.deliveries.items() if name.startswith("notifications-")
        ),
        truth=made.truth["notification_person"],
        population=made.deliveries["population"],
        key=Key(secret=bytes(range(32))),
    )
