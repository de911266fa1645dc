"""Which groups drive a change: published figures, sums that add up, rates against mix."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slachtoffermonitor.ground import InputError
from slachtoffermonitor.published import claim
from slachtoffermonitor.trend import drivers, rate_ratio

REPORTERS = ("police", "care_coordination", "labour_inspectorate", "border_police")


def two_years(before, after, sizes=None):
    frame = pl.DataFrame(
        {
            "year": [2017] * len(before) + [2018] * len(after),
            "group": [*before, *after],
            "count": [*before.values(), *after.values()],
        }
    )
    return frame if sizes is None else frame.with_columns(size=pl.Series(sizes))


def published(year, reporters=REPORTERS):
    return {one: round(claim(f"nr.reported_victims.{one}.{year}").value) for one in reporters}


def test_while_reports_fell_in_2018_the_police_rose():
    found = drivers(two_years(published(2017), published(2018)))
    assert (found.total.before, found.total.after, found.difference) == (811, 708, -103)
    assert (found.driver, found.driving) == ("care_coordination", "only")
    assert "police" in found.against
    said = [sentence.in_language("en") for sentence in found.sentences]
    assert said[0].startswith("The fall is only in care_coordination. Without it there were more:")
    assert "617 in 2018 against 491 in 2017" in said[0]
    assert "While the total fell, police rose: 530 against 432." in said


def test_the_rise_of_those_who_must_report_in_2018_is_mostly_one_group_the_police():
    must = ("police", "labour_inspectorate", "border_police")
    found = drivers(two_years(published(2017, must), published(2018, must)))
    assert (found.driver, found.driving) == ("police", "mostly")
    assert found.contributions[0].of_change == pytest.approx(98 / 126)
    assert "mostly in police: 98 of 126" in found.sentences[0].in_language("en")
    assert "vooral bij police: 98 van 126" in found.sentences[0].in_language("nl")


def test_the_total_of_2019_rose_only_because_of_one_citizenship():
    def counts(year, total):
        one = round(claim(f"nr.registered_victims.citizenship_NG.{year}").value)
        return {"NG": one, "all others": round(claim(total).value) - one}

    found = drivers(
        two_years(
            counts("2017.v2018", "nr.registered_victims.total.2017.v2018"),
            counts("2019", "nr.registered_victims.total.2019"),
        )
    )
    assert (found.driver, found.driving) == ("NG", "only")
    first = found.contributions[0]
    assert first.turns
    assert first.of_change > 1
    assert first.without.verdict == "fewer"


def test_a_total_that_stays_can_hide_two_groups():
    found = drivers(two_years({"A": 200, "B": 400}, {"A": 400, "B": 205}))
    assert not found.total.beyond_chance
    assert found.driver is None
    assert set(found.against) == {"A", "B"}
    assert found.sentences[0].in_language("en").startswith("The total hides that")


def test_a_change_of_all_groups_has_no_driver():
    found = drivers(two_years({"A": 400, "B": 380}, {"A": 300, "B": 290}))
    assert found.driver is None
    assert "in no single group" in found.sentences[0].in_language("en")


table = st.lists(st.tuples(st.integers(0, 600), st.integers(0, 600)), min_size=2, max_size=6)


@settings(max_examples=60, deadline=None)
@given(counts=table)
def test_contributions_add_up_and_leave_the_rest(counts):
    before = {f"g{n}": pair[0] for n, pair in enumerate(counts)}
    after = {f"g{n}": pair[1] for n, pair in enumerate(counts)}
    found = drivers(two_years(before, after))
    assert sum(one.difference for one in found.contributions) == found.difference
    for one in found.contributions:
        assert one.low <= one.difference <= one.high
        assert one.without == rate_ratio(
            found.total.before - one.before, found.total.after - one.after
        )
        assert one.turns == ((one.without.after - one.without.before) * found.difference < 0)


def test_limits_of_a_contribution_hold_the_truth():
    chance = np.random.default_rng(4)
    inside = 0
    for _ in range(300):
        counts = chance.poisson([40, 70], (2, 2))
        found = drivers(
            two_years(
                dict(zip("AB", counts[0], strict=True)), dict(zip("AB", counts[1], strict=True))
            )
        )
        inside += all(one.low <= 0 <= one.high for one in found.contributions)
    assert inside / 300 >= 0.93


sized = st.lists(
    st.tuples(st.integers(0, 300), st.integers(0, 300), st.integers(50, 900), st.integers(50, 900)),
    min_size=2,
    max_size=5,
)


@settings(max_examples=60, deadline=None)
@given(rows=sized)
def test_rates_and_mix_add_up_to_the_change_of_the_rate(rows):
    names = [f"g{n}" for n in range(len(rows))]
    before, after = ({n: row[i] for n, row in zip(names, rows, strict=True)} for i in (0, 1))
    sizes = [[row[2] for row in rows], [row[3] for row in rows]]
    mix = drivers(two_years(before, after, sizes[0] + sizes[1])).rate_and_mix
    change = sum(after.values()) / sum(sizes[1]) - sum(before.values()) / sum(sizes[0])
    assert mix.change.value == pytest.approx(change, abs=1e-12)
    assert mix.by_rates.value + mix.by_mix.value == pytest.approx(change, abs=1e-12)
    assert mix.groups["by_rate"].sum() == pytest.approx(mix.by_rates.value, abs=1e-12)
    assert mix.groups["by_mix"].sum() == pytest.approx(mix.by_mix.value, abs=1e-12)
    assert mix.by_rates.low <= mix.by_rates.value <= mix.by_rates.high


def test_a_rate_that_falls_only_because_the_mix_changed():
    """Both groups keep their rate; more people in the group with the low rate."""
    found = drivers(
        two_years({"A": 100, "B": 10}, {"A": 50, "B": 15}, sizes=[500, 500, 250, 750])
    ).rate_and_mix
    assert found.by_rates.value == pytest.approx(0)
    assert found.by_mix.value == pytest.approx(found.change.value)


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (pl.DataFrame({"year": [1], "count": [2]}), "column 'group'"),
        (two_years({"A": 1}, {"B": 1}), "without a count"),
        (two_years({"A": 1}, {"A": 2}, sizes=[0, 1]), "not above 0"),
        (two_years({"A": 1}, {"A": 2}).head(1), "two years"),
        (pl.concat([two_years({"A": 1}, {"A": 2})] * 2), "more than once"),
    ],
)
def test_what_cannot_be_taken_apart_is_refused(frame, said):
    with pytest.raises(InputError, match=said):
        drivers(frame)


@pytest.mark.parametrize(("before", "after"), [(2016, 2018), (2018, 2017), (2018, 2018)])
def test_years_that_are_not_there_or_run_backwards_are_refused(before, after):
    with pytest.raises(InputError, match=r"no counts of this year|backwards"):
        drivers(two_years({"A": 1, "B": 2}, {"A": 2, "B": 3}), before=before, after=after)
