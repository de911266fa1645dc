"""Few hidden: the number that was hidden differs by chance from its expectation too."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np
import polars as pl
import pytest

from slachtoffermonitor.estimate import (
    CaptureTable,
    Selection,
    combine_linkages,
    estimate_population,
)

PERSONS, TABLES = 400, 500
SEEN = np.array([0.40, 0.40, 0.35, 0.30])


@pytest.fixture(scope="module")
def tables() -> list[CaptureTable]:
    rng = np.random.default_rng(11)
    histories = rng.random((TABLES, PERSONS, SEEN.size)) < SEEN
    names = ("A", "B", "C", "D")
    every = pl.DataFrame([*product((0, 1), repeat=4)][1:], schema=list(names), orient="row")
    codes = histories @ (1 << np.arange(SEEN.size)[::-1])
    return [
        CaptureTable.from_counts(
            every.with_columns(count=pl.Series(np.bincount(code, minlength=16)[1:])),
            lists=list(names),
        )
        for code in codes
    ]


def by_linkages(table: CaptureTable) -> tuple[float, float]:
    found = combine_linkages([table, table], selection=Selection(max_order=1), bootstrap=0)
    return found.intervals["95"]


def by_average(table: CaptureTable) -> tuple[float, float]:
    found = estimate_population(table, select="average", max_order=1)
    assert found.intervals is not None
    low, high = found.intervals["95"]
    return low, high


@pytest.mark.parametrize("interval", [by_linkages, by_average])
def test_an_interval_holds_the_persons_and_not_their_expectation_alone(
    tables: list[CaptureTable], interval: Callable[[CaptureTable], tuple[float, float]]
) -> None:
    limits = [interval(table) for table in tables]
    held = np.mean([low <= PERSONS <= high for low, high in limits])
    # Three Monte-Carlo standard errors around 95%.
    assert held == pytest.approx(0.95, abs=3 * (0.95 * 0.05 / TABLES) ** 0.5)
