"""On the simulated nation, whose truth is known: 45% in five years and 50% in seven."""

from datetime import date

import polars as pl
import pytest

from slachtoffermonitor.follow import follow_up
from slachtoffermonitor.simulate import simulate_nation


@pytest.mark.slow
def test_the_true_shares_lie_within_the_limits_under_their_own_definition():
    nation = simulate_nation(seed=1)
    events = nation.deliveries["events"].join(nation.truth["event_origin"], on="event_id")
    found = follow_up(
        nation.truth["persons"].filter("registered"),
        events.filter(pl.col("origin") != "ECHO").drop("origin"),
        nation.deliveries["presence"],
        observed_until=date(2023, 12, 31),
        id_column="resident_id",
        clearing_days=0,
        competing=("OVERLEDEN", "EMIGRATIE", "ONBEKEND"),
        horizons_years=(5, 7),
    )
    for row in nation.truth["repeat_victimisation"].iter_rows(named=True):
        value = found.horizons.row(
            by_predicate=(pl.col("method") == "aalen-johansen")
            & (pl.col("horizon_years") == row["horizon_years"]),
            named=True,
        )
        assert value["low"] < row["share"] < value["high"]
