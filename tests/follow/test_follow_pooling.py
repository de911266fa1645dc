"""Doubt about the linkage: Rubin's rules by hand, and pooled figures that hold the truth."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from scipy.stats import t as student

from slachtoffermonitor.follow import (
    cumulative_incidence,
    event_rates,
    gap_times,
    histories,
    kaplan_meier,
    mean_cumulative_count,
    overlap,
    pool,
    pool_curves,
    summarise,
)
from slachtoffermonitor.ground import InputError

START, UNTIL = date(2012, 1, 1), date(2020, 1, 1)


def test_rubins_rules_are_those_by_hand():
    found = pool([1.0, 2.0, 4.0], [0.5, 0.7, 0.6])
    between = np.var([1, 2, 4], ddof=1) * (1 + 1 / 3)
    total = 0.6 + between
    freedom = 2 * (1 + 0.6 / between) ** 2
    assert found.estimate[0] == pytest.approx(7 / 3)
    assert found.standard_error[0] == pytest.approx(np.sqrt(total))
    assert found.linkage[0] == pytest.approx(between / total)
    assert found.freedom[0] == pytest.approx(freedom)
    reach = student.ppf(0.975, freedom) * np.sqrt(total)
    assert (found.low[0], found.high[0]) == pytest.approx((7 / 3 - reach, 7 / 3 + reach))


def test_linkages_that_agree_add_nothing():
    found = pool([2.0, 2.0], [0.5, 0.5], persons=1e9)
    assert found.linkage[0] == 0
    assert found.high[0] == pytest.approx(2 + 1.959964 * np.sqrt(0.5), rel=1e-5)


def test_one_linkage_and_tables_that_do_not_fit_are_refused():
    with pytest.raises(InputError, match="two or more linkages"):
        pool([1.0], [0.5])
    with pytest.raises(InputError, match="one method"):
        pool_curves([kaplan_meier(None, [1, 2], [1, 0]), kaplan_meier(None, [1], [1]).complement()])


def linked(seed, missed, size=600):
    """Twelve percent a year are harmed again; a linkage misses some persons' crimes."""
    chance = np.random.default_rng(3)
    who = [f"p{n}" for n in range(size)]
    when = 1 + (chance.exponential(365.25 / 0.12, size)).astype(int)
    events = pl.DataFrame(
        {"person_id": who, "occurred_on": [START + timedelta(int(min(d, 9000))) for d in when]}
    ).with_columns(event_role=pl.lit("SLACHTOFFER"), event_kind=pl.lit("GEWELD"))
    presence = pl.DataFrame(
        {"person_id": who, "entered_on": [date(2000, 1, 1)] * size}
    ).with_columns(left_on=pl.lit(None, dtype=pl.Date), exit_reason=pl.lit(None, dtype=pl.String))
    persons = pl.DataFrame(
        {"person_id": who, "first_reported_on": [START] * size, "sex": ["V", "M"] * (size // 2)}
    )
    lost = np.random.default_rng(seed).random(size) < missed
    seen = events.filter(~pl.Series(lost))
    return histories(persons, seen, presence, observed_until=UNTIL, clearing_days=0)


@pytest.mark.parametrize("method", ["kaplan-meier", "aalen-johansen", "fixed"])
def test_linkages_that_are_one_give_the_interval_of_that_one(method):
    one = linked(1, 0.0)
    alone = cumulative_incidence(one, method=method).at(5)
    pooled = cumulative_incidence([one, one, one], method=method).at(5)
    assert pooled.estimate == pytest.approx(alone.estimate, abs=1e-12)
    assert pooled.linkage == 0
    assert pooled.low == pytest.approx(alone.low, abs=0.004)
    assert pooled.high == pytest.approx(alone.high, abs=0.004)


def test_doubt_widens_the_interval_and_says_how_much_of_it_is_linkage():
    several = [linked(seed, 0.15) for seed in range(8)]
    pooled = cumulative_incidence(several)
    value = pooled.at(5)
    alone = cumulative_incidence(several[0]).at(5)
    assert pooled.linkages == 8
    assert 0.05 < value.linkage < 0.9
    assert value.high - value.low > alone.high - alone.low
    assert pooled.table((5,))["linkage"][0] == value.linkage
    shares = [cumulative_incidence(one).at(5).estimate for one in several]
    assert min(shares) < value.estimate < max(shares)


def test_every_figure_is_pooled():
    several = [linked(seed, 0.2) for seed in range(4)]
    count = mean_cumulative_count(several)
    assert (count.linkages, count.curve().definition.imputations) == (4, 4)
    assert 0 < count.at(5).linkage < 1
    rates = event_rates(several, by="sex")
    assert rates["group"].to_list() == ["", "M", "V"]
    assert (rates["linkage"] > 0).all()
    assert 0 < gap_times(several, most=1)[1].at(1000).linkage < 1
    found = overlap(several)
    assert found.linkages == 4
    assert found.shares.filter(pl.col("sequence") == "never")["persons"].item() == 600
    victim = found.states.filter(pl.col("state") == "VICTIM_ONLY")
    assert (victim["linkage"] > 0).all()
    assert summarise(several).horizons["linkage"].drop_nulls().max() > 0


def test_histories_under_other_definitions_are_not_pooled():
    one = linked(1, 0.1)
    with pytest.raises(InputError, match="one definition only"):
        cumulative_incidence([one, one.with_clearing(30)])
