"""Many linkages combined: Rubin's rules, mixed replicates, and intervals by models admitted."""

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import t as student

from slachtoffermonitor.estimate import CaptureTable, estimate_population
from slachtoffermonitor.estimate.robustness import (
    Selection,
    combine_linkages,
    intervals_by_models_admitted,
)
from slachtoffermonitor.ground import InputError

COUNTS = np.array([0, 400, 300, 60, 250, 40, 50, 30])
WIDE = st.lists(st.integers(5, 200), min_size=7, max_size=7)


def of(counts):
    return CaptureTable.of_counts("ABC", np.asarray([0, *counts]))


def linkages(number, seed=3):
    """Linkages that miss some links: a person on A and B becomes one on A and one on B."""
    rng = np.random.default_rng(seed)
    tables = []
    for _ in range(number):
        missed = rng.binomial(60, 0.3)
        tables.append(of((COUNTS + missed * np.array([0, 1, 1, -1, 0, 0, 0, 0]))[1:]))
    return tables


@settings(max_examples=8, deadline=None)
@given(WIDE, st.integers(2, 6), st.sampled_from([0, 20]))
def test_identical_linkages_have_no_linkage_uncertainty(counts, number, bootstrap):
    table = of(counts)
    found = combine_linkages([table] * number, bootstrap=bootstrap, seed=1)
    assert found.linkage_share == 0.0
    assert found.between == 0.0
    assert found.widening == 1.0
    assert found.degrees == math.inf
    assert found.estimate == pytest.approx(estimate_population(table).estimate)


def test_rubins_rules_by_hand():
    tables = linkages(5)
    found = combine_linkages(tables, bootstrap=0)
    logs = np.array([math.log(each.hidden) for each in found.linkages])
    within = np.mean([each.log_hidden_variance for each in found.linkages])
    added = 1.2 * np.var(logs, ddof=1)
    assert found.hidden == pytest.approx(math.exp(logs.mean()))
    assert found.linkage_share == pytest.approx(added / (within + added))
    degrees = 4 * (1 + within / added) ** 2
    assert found.degrees == pytest.approx(degrees)
    reach = student.ppf(0.975, degrees) * math.sqrt(within + added)
    assert found.intervals["95"][1] == pytest.approx(found.observed + math.exp(logs.mean() + reach))
    assert found.observed == pytest.approx(np.mean([table.observed for table in tables]))
    assert found.mixed == {}
    assert "bootstrap" in found.notices[0].in_language("en")


def test_missed_links_raise_the_estimate_and_widen_the_interval():
    alone = combine_linkages([of(COUNTS[1:])] * 5, bootstrap=100, seed=2)
    found = combine_linkages(linkages(5), bootstrap=100, seed=2)
    assert found.estimate > alone.estimate
    assert 0 < found.linkage_share < 1
    assert found.widening > 1
    for levels in (found.intervals, found.mixed):
        assert levels["95"][0] < levels["80"][0] < levels["80"][1] < levels["95"][1]
    low, high = found.mixed["95"]
    assert low < found.estimate < high


def test_the_same_seed_gives_the_same_answer_in_any_order():
    tables = linkages(4)
    first, again = (combine_linkages(tables, bootstrap=30, seed=9) for _ in range(2))
    assert first == again
    turned = combine_linkages(tables[::-1], bootstrap=0)
    assert turned.hidden == pytest.approx(combine_linkages(tables, bootstrap=0).hidden)


def test_averaging_counts_what_the_models_disagree_about():
    tables = linkages(3)
    best = combine_linkages(tables, bootstrap=0)
    averaged = combine_linkages(tables, selection=Selection(rule="average"), bootstrap=0)
    assert averaged.within > best.within


def test_a_linkage_without_a_sound_model_is_left_out_and_told():
    hopeless = of([40, 30, 0, 20, 0, 0, 0])
    found = combine_linkages([*linkages(3), hopeless], bootstrap=0)
    assert found.refused == 1
    assert found.linkages[-1].hidden is None
    assert any("left out" in notice.in_language("en") for notice in found.notices)
    assert any("weggelaten" in notice.in_language("nl") for notice in found.notices)
    with pytest.raises(InputError, match="fewer than two linkages have a sound model"):
        combine_linkages([hopeless, hopeless])


def test_linkages_that_do_not_go_together_are_refused_all_at_once():
    other = CaptureTable.of_counts("ACB", COUNTS)
    with pytest.raises(InputError) as caught:
        combine_linkages([of(COUNTS[1:]), other], bootstrap=-1)
    assert "other lists" in str(caught.value)
    assert "negative" in str(caught.value)
    with pytest.raises(InputError, match="linkages to combine are missing"):
        combine_linkages([other])


def test_the_result_is_json_without_infinities():
    said = combine_linkages([of(COUNTS[1:])] * 2, bootstrap=0).to_dict()
    assert said["linkage"]["degrees"] is None
    assert said["linkage"]["share"] == 0.0
    assert said["linkage"]["widening"] == 1.0
    assert len(said["linkage"]["estimates"]) == 2
    assert json.dumps(said, allow_nan=False)


def test_the_interval_grows_to_that_of_the_whole_choice():
    table = of(COUNTS[1:])
    admitted = intervals_by_models_admitted(table, bootstrap=150, seed=4)
    assert [each.models for each in admitted] == sorted({each.models for each in admitted})
    assert [each.every for each in admitted] == [False] * (len(admitted) - 1) + [True]
    width = [each.limits[1] - each.limits[0] for each in admitted]
    assert width[-1] >= width[0]
    whole = estimate_population(table, bootstrap=150, seed=4, interval="percentile")
    assert admitted[-1].limits == pytest.approx(whole.intervals["95"])
    assert {each.estimate for each in admitted} == {whole.estimate}


@pytest.mark.parametrize(
    "asked", [{"bootstrap": 0}, {"numbers": [0]}, {"selection": Selection(rule="stepwise")}]
)
def test_what_cannot_be_admitted_is_refused(asked):
    with pytest.raises(InputError, match="cannot be told"):
        intervals_by_models_admitted(of(COUNTS[1:]), **asked)
