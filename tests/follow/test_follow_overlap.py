"""Victims who are also suspects."""

from datetime import date

import polars as pl
import pytest
from scipy.stats import binomtest

from slachtoffermonitor.follow import victim_offender_overlap
from slachtoffermonitor.ground import InputError

INDEX, UNTIL = date(2018, 6, 1), date(2022, 1, 1)
PERSONS = pl.DataFrame({"person_id": list("abcdefgh"), "first_reported_on": [INDEX] * 8})
PRESENCE = pl.DataFrame({"person_id": list("abcdefg")})


def crimes(*rows):
    return pl.DataFrame(
        [(who, on, role, kind) for who, on, role, kind in rows],
        schema=["person_id", "occurred_on", "event_role", "event_kind"],
        orient="row",
    )


CRIMES = crimes(
    ("a", date(2017, 1, 1), "VERDACHTE", "VERMOGEN"),
    ("b", date(2019, 1, 1), "VERDACHTE", "VERMOGEN"),
    ("b", date(2020, 1, 1), "VERDACHTE", "GEWELD"),
    ("c", date(2017, 1, 1), "VERDACHTE", "GEWELD"),
    ("c", date(2019, 1, 1), "VERDACHTE", "VERMOGEN"),
    ("d", date(2019, 1, 1), "SLACHTOFFER", "GEWELD"),
    ("e", date(2023, 1, 1), "VERDACHTE", "VERMOGEN"),
    ("h", date(2019, 1, 1), "VERDACHTE", "VERMOGEN"),
    ("stranger", date(2019, 1, 1), "VERDACHTE", "VERMOGEN"),
)


def test_before_after_both_and_never():
    found = victim_offender_overlap(PERSONS, CRIMES, PRESENCE, observed_until=UNTIL)
    assert dict(found.shares.select("sequence", "persons").iter_rows()) == {
        "before": 1,
        "after": 1,
        "before and after": 1,
        "ever": 3,
        "never": 4,
    }
    assert (found.persons, found.not_in_register, found.not_linked) == (7, 1, 0)


def test_the_limits_are_exact():
    found = victim_offender_overlap(PERSONS, CRIMES, PRESENCE, observed_until=UNTIL)
    row = found.shares.row(by_predicate=pl.col("sequence") == "ever", named=True)
    limits = binomtest(3, 7).proportion_ci(method="exact")
    assert (row["low"], row["high"]) == pytest.approx((limits.low, limits.high))
    assert row["share"] == 3 / 7


def test_only_the_asked_kinds_count():
    found = victim_offender_overlap(
        PERSONS, CRIMES, PRESENCE, observed_until=UNTIL, event_kinds=("GEWELD",)
    )
    assert found.shares["persons"].to_list() == [1, 1, 0, 2, 5]


def test_nobody_in_the_register_is_refused():
    with pytest.raises(InputError, match="nobody can be looked up"):
        victim_offender_overlap(PERSONS, CRIMES, PRESENCE.head(0), observed_until=UNTIL)
