"""The limits of a median are those of R's survfit."""

import json
from pathlib import Path

import polars as pl
import pytest

from slachtoffermonitor.follow import kaplan_meier

REFERENCE = Path(__file__).parents[1] / "reference" / "follow"
COLON = json.loads((REFERENCE / "km_colon.json").read_text())["by_rx"]


@pytest.mark.parametrize("arm", range(3))
def test_the_median_and_its_limits_are_those_of_survfit(arm):
    name = COLON["strata"][arm].removeprefix("rx=")
    rows = pl.read_csv(REFERENCE / "colon_recurrence.csv").filter(pl.col("rx") == name)
    for interval in ("log", "plain", "log-log"):
        curve = kaplan_meier(None, rows["time"], rows["status"], interval=interval)
        median = curve.first_day_reaching(0.5)
        assert median == COLON["median"][arm]
        low, high = curve.limits_of_day_reaching(0.5)
        assert low is None or median is None or low <= median
        assert high is None or median is None or median <= high
        if interval == "log":
            assert [low, high] == [COLON["median_lower"][arm], COLON["median_upper"][arm]]
