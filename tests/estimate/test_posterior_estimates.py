"""A posterior comes out as every other estimate does, with what it has not left empty."""

import json

import pytest

from slachtoffermonitor.estimate import CaptureTable, average_graphs, estimate_population
from slachtoffermonitor.ground import InputError
from slachtoffermonitor.published import capture_table


@pytest.fixture(scope="module")
def kosovo() -> CaptureTable:
    return CaptureTable.from_counts(capture_table("kosovo").frame)


def test_graphs_averaged_are_the_posterior_median_with_its_limits(kosovo):
    posterior = average_graphs(kosovo, seed=4)
    result = estimate_population(kosovo, "graphical", seed=4)
    assert result.estimate == posterior.estimate == result.observed + posterior.hidden[0.5]
    assert result.intervals["95"] == posterior.intervals["95"]
    assert result.interval_method == "posterior"
    assert result.exhaustive
    written = json.loads(json.dumps(result.to_dict(), allow_nan=False))
    assert written["method"] == "graphical"
    assert written["criterion"] is None
    assert written["deviance"] is None
    assert {line["bic"] for line in written["models"]} == {None}
    assert written["verdict"] in ("publish", "publish as range", "do not publish")


def test_what_does_not_go_with_a_posterior_is_refused(kosovo):
    with pytest.raises(InputError, match="needs no bootstrap"):
        estimate_population(kosovo, "graphical", bootstrap=100)
    with pytest.raises(InputError, match="only with it"):
        estimate_population(kosovo, "threshold", model="[12,3,4]")


def test_thresholds_give_the_kept_effects_as_the_model(kosovo):
    result = estimate_population(kosovo, "threshold", seed=1)
    assert result.model.startswith("[")
    assert result.intervals["95"][0] < result.estimate < result.intervals["95"][1]
    assert result.max_order == 2
