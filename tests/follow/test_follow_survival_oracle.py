"""The curves against R's survival package on its own public data."""

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from slachtoffermonitor.follow import (
    aalen_johansen,
    cumulative_incidence,
    kaplan_meier,
    mean_cumulative_count,
)

REFERENCE = Path(__file__).parents[1] / "reference" / "follow"
CLOSE = {"rtol": 1e-11, "atol": 1e-14}


def oracle(name):
    return json.loads((REFERENCE / f"{name}.json").read_text())


@pytest.fixture(scope="module")
def colon():
    return pl.read_csv(REFERENCE / "colon_recurrence.csv")


@pytest.fixture(scope="module")
def mgus2():
    return pl.read_csv(REFERENCE / "mgus2.csv")


@pytest.fixture(scope="module")
def bladder():
    rows = pl.read_csv(REFERENCE / "bladder1.csv", infer_schema_length=None)
    return rows.filter(pl.col("stop") > pl.col("start"))


def test_kaplan_meier_equals_r_on_every_day(colon):
    expected = oracle("km_colon")["curve"]
    curve = kaplan_meier(None, colon["time"], colon["status"])
    assert curve.day.tolist() == expected["time"]
    assert curve.at_risk.tolist() == expected["n_risk"]
    assert np.diff(curve.events, prepend=0).tolist() == expected["n_event"]
    np.testing.assert_allclose(curve.estimate, expected["surv"], **CLOSE)
    np.testing.assert_allclose(curve.standard_error, expected["std_err_greenwood"], **CLOSE)


@pytest.mark.parametrize("interval", ["plain", "log", "log-log"])
def test_kaplan_meier_limits_equal_r(colon, interval):
    curve = kaplan_meier(None, colon["time"], colon["status"], interval=interval)
    (expected,) = [part for part in oracle("km_colon")["at_times"] if part["conf_type"] == interval]
    for position, time in enumerate(expected["time"]):
        value = curve.at(int(time))
        assert value.estimate == pytest.approx(expected["surv"][position], rel=1e-12)
        assert value.low == pytest.approx(expected["lower"][position], rel=1e-12)
        assert value.high == pytest.approx(expected["upper"][position], rel=1e-12)
        assert curve.at(int(np.ceil(time))).at_risk == expected["n_risk"][position]


def test_the_median_equals_r_in_every_arm(colon):
    expected = oracle("km_colon")["by_rx"]
    for stratum, median in zip(expected["strata"], expected["median"], strict=True):
        arm = colon.filter(pl.col("rx") == stratum.removeprefix("rx="))
        assert kaplan_meier(None, arm["time"], arm["status"]).first_day_reaching(0.5) == median


def test_aalen_johansen_equals_r_on_every_month(mgus2):
    expected = oracle("competing_mgus2")["aj_curve_pcm"]
    curve = aalen_johansen(None, mgus2["etime"], mgus2["ev"])[1]
    values = [curve.at(month) for month in expected["time"]]
    np.testing.assert_allclose([v.estimate for v in values], expected["pstate"], **CLOSE)
    np.testing.assert_allclose([v.standard_error for v in values], expected["se"], **CLOSE)


def test_both_causes_and_their_log_limits_equal_r(mgus2):
    expected = oracle("competing_mgus2")
    curves = aalen_johansen(None, mgus2["etime"], mgus2["ev"], interval="log")
    for position, month in enumerate(expected["times"]):
        first, second = curves[1].at(month), curves[2].at(month)
        assert first.estimate == pytest.approx(expected["aj"]["pcm"][position], rel=1e-11)
        assert first.low == pytest.approx(expected["aj"]["pcm_lower_log"][position], rel=1e-11)
        assert first.high == pytest.approx(expected["aj"]["pcm_upper_log"][position], rel=1e-11)
        assert second.estimate == pytest.approx(expected["aj"]["death"][position], rel=1e-11)
        assert second.standard_error == pytest.approx(
            expected["aj"]["death_se"][position], rel=1e-11
        )


def test_one_minus_kaplan_meier_is_the_naive_figure_of_r(mgus2):
    expected = oracle("competing_mgus2")
    curve = kaplan_meier(None, mgus2["etime"], mgus2["ev"] == 1)
    naive = [1 - curve.at(month).estimate for month in expected["times"]]
    np.testing.assert_allclose(naive, expected["naive_one_minus_km_pcm"], **CLOSE)


def test_aalen_johansen_equals_r_for_each_sex(mgus2):
    expected = oracle("competing_mgus2")["aj_by_sex"]
    for stratum, month, share, error in zip(
        expected["strata"], expected["time"], expected["pcm"], expected["pcm_se"], strict=True
    ):
        part = mgus2.filter(pl.col("sex") == stratum.removeprefix("sex="))
        value = aalen_johansen(None, part["etime"], part["ev"])[1].at(month)
        assert value.estimate == pytest.approx(share, rel=1e-11)
        assert value.standard_error == pytest.approx(error, rel=1e-11)


def counted(rows, method="mean-cumulative-count"):
    event = rows["status"].clip(0, 2)
    found = mean_cumulative_count(
        rows["start"], rows["stop"], event, person=rows["id"], method=method
    )
    return found.curve()


def test_the_mean_cumulative_count_equals_r(bladder):
    expected = oracle("recurrent_bladder")["mcf"]
    values = [counted(bladder).at(month) for month in expected["time"]]
    assert [value.at_risk for value in values] == expected["n_risk"]
    np.testing.assert_allclose([v.estimate for v in values], expected["mcf"], **CLOSE)
    np.testing.assert_allclose([v.standard_error for v in values], expected["robust_se"], **CLOSE)


def test_the_mean_cumulative_count_equals_r_in_every_arm(bladder):
    expected = oracle("recurrent_bladder")["mcf_by_treatment"]
    for stratum, month, mean, error in zip(
        expected["strata"], expected["time"], expected["mcf"], expected["robust_se"], strict=True
    ):
        arm = stratum.removeprefix("treatment=")
        value = counted(bladder.filter(pl.col("treatment") == arm)).at(month)
        assert value.estimate == pytest.approx(mean, rel=1e-10)
        assert value.standard_error == pytest.approx(error, rel=1e-10)


def test_the_mean_count_of_everybody_equals_ghosh_and_lin(bladder):
    expected = oracle("recurrent_bladder")["terminal_event"]
    curve = counted(bladder, "ghosh-lin")
    values = [curve.at(month).estimate for month in expected["time"]]
    np.testing.assert_allclose(values, expected["ghosh_lin"], **CLOSE)


def test_the_restricted_mean_equals_r_in_every_arm(colon):
    expected = oracle("km_colon")["by_rx"]
    for place, stratum in enumerate(expected["strata"]):
        arm = colon.filter(pl.col("rx") == stratum.removeprefix("rx="))
        mean, error = kaplan_meier(None, arm["time"], arm["status"]).restricted_mean(5 * 365.25)
        assert mean == pytest.approx(expected["rmst_5y"][place], rel=1e-11)
        assert error == pytest.approx(expected["rmst_5y_se"][place], rel=1e-11)


@pytest.mark.parametrize("method", ["kaplan-meier", "aalen-johansen"])
def test_plain_arrays_give_the_same_by_the_one_public_door(mgus2, method):
    found = cumulative_incidence(None, mgus2["etime"], mgus2["ev"], method=method, by=mgus2["sex"])
    by_name = cumulative_incidence(exit=mgus2["etime"], event=mgus2["ev"], method=method)
    expected = oracle("competing_mgus2")
    shares = (
        expected["naive_one_minus_km_pcm"] if method == "kaplan-meier" else expected["aj"]["pcm"]
    )
    for month, share in zip(expected["times"], shares, strict=True):
        assert found.curve().at(month).estimate == pytest.approx(share, rel=1e-11)
        assert by_name.curve().at(month).estimate == pytest.approx(share, rel=1e-11)
    if method == "aalen-johansen":
        sexes = expected["aj_by_sex"]
        for stratum, month, share in zip(sexes["strata"], sexes["time"], sexes["pcm"], strict=True):
            curve = found.curve(stratum.removeprefix("sex="))
            assert curve.at(month).estimate == pytest.approx(share, rel=1e-11)
