"""What other software gets wrong without saying so, and what we hold against it."""

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from statsmodels.duration.survfunc import CumIncidenceRight, SurvfuncRight

from slachtoffermonitor.follow import (
    aalen_johansen,
    andersen_gill,
    cumulative_incidence,
    kaplan_meier,
    mean_cumulative_count,
)

REFERENCE = Path(__file__).parents[1] / "reference" / "follow"


@pytest.fixture(scope="module")
def tied():
    """Many ties: whole days, two causes, loss."""
    chance = np.random.default_rng(1)
    days = chance.integers(1, 200, 5000)
    return days, chance.integers(0, 3, 5000)


def test_a_grid_of_days_gives_the_curve_itself(tied):
    """A library gives 0.0003 for 0.4632 when it is asked on a grid."""
    days, cause = tied
    found = cumulative_incidence(None, days, cause)
    curve = aalen_johansen(None, days, cause)[1]
    for row in found.curve_table(every_days=25).iter_rows(named=True):
        assert row["share"] == curve.at(row["day"]).estimate
    assert found.curve().at(199).estimate > 0.3


def test_ties_are_not_moved_and_chance_is_not_touched(tied):
    """A library moves ties by chance and seeds everybody's generator."""
    days, cause = tied
    np.random.seed(3)
    before = np.random.get_state()[1].tolist()
    first = aalen_johansen(None, days, cause)[1]
    order = np.random.default_rng(2).permutation(days.size)
    again = aalen_johansen(None, days[order], cause[order])[1]
    assert np.random.get_state()[1].tolist() == before
    assert again.estimate.tolist() == first.estimate.tolist()
    assert first.day.tolist() == np.unique(days).tolist()


def test_a_second_opinion_agrees_where_it_can_speak(tied):
    days, cause = tied
    other = SurvfuncRight(days, (cause == 1).astype(int))
    curve = kaplan_meier(None, days, (cause == 1).astype(int))
    assert [curve.at(int(day)).estimate for day in other.surv_times] == pytest.approx(
        other.surv_prob.tolist(), abs=1e-12
    )
    share = CumIncidenceRight(days, cause)
    ours = aalen_johansen(None, days, cause)[1]
    assert [ours.at(int(day)).estimate for day in share.times] == pytest.approx(
        share.cinc[0].tolist(), abs=1e-12
    )


def test_nobody_is_at_risk_on_the_day_of_entry():
    """A library counts start <= t as at risk; then -0.457 comes out for -0.4647."""
    curve = kaplan_meier([0, 5], [5, 9], [1, 1])
    assert curve.at(5).at_risk == 1
    assert curve.at(5).estimate == 0.0
    rows = pl.read_csv(REFERENCE / "bladder2.csv")
    model = andersen_gill(
        rows["start"],
        rows["stop"],
        rows["event"],
        covariates=rows.select("rx", "size", "number"),
        person=rows["id"],
    )
    assert model.coefficients["coefficient"][0] == pytest.approx(-0.464686952943428, abs=1e-9)
    assert model.coefficients["standard_error"][0] == pytest.approx(0.265560811898887, abs=1e-9)


def test_two_events_of_one_person_on_one_day_can_be_said():
    """Counting rows of zero length are dropped elsewhere."""
    twice = mean_cumulative_count([0, 4, 4], [4, 4, 9], [1, 1, 0], person=[1, 1, 1])
    assert twice.curve().at(4).events == 2


def test_the_error_of_a_share_is_that_of_survfit_and_not_of_cmprsk():
    rows = pl.read_csv(REFERENCE / "mgus2.csv")
    expected = json.loads((REFERENCE / "competing_mgus2.json").read_text())
    value = aalen_johansen(None, rows["etime"], rows["ev"])[1].at(360)
    place = expected["times"].index(360)
    assert value.standard_error == pytest.approx(expected["aj"]["pcm_se"][place], rel=1e-10)
    other = np.sqrt(expected["cuminc"]["var"][0][place])
    assert round(value.standard_error, 4) == 0.0201
    assert round(float(other), 4) == 0.0213


def test_definitions_move_the_figure_as_far_as_the_published_ones_are_apart():
    """Leaving at the rate of 6% a year: five points lie between the two questions."""
    chance = np.random.default_rng(4)
    met = chance.exponential(365.25 / 0.139, 40_000).astype(int) + 1
    left = chance.exponential(365.25 / 0.05, 40_000).astype(int) + 1
    days, cause = np.minimum(met, left), np.where(met <= left, 1, 2)
    share = {
        method: cumulative_incidence(None, days, cause, method=method).at(5).estimate
        for method in ("aalen-johansen", "kaplan-meier")
    }
    assert share["kaplan-meier"] - share["aalen-johansen"] == pytest.approx(0.05, abs=0.012)
