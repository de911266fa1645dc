"""95% intervals hold the truth in 93 to 97 of 100 populations, each under its own definition."""

import importlib.util
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "follow_coverage.py"


@pytest.fixture(scope="module")
def study():
    spec = importlib.util.spec_from_file_location("follow_coverage", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_study_that_was_stopped_goes_on(study, tmp_path):
    first = study.coverage("direct", 3, tmp_path)
    assert len(list(tmp_path.iterdir())) == 3
    kept = (tmp_path / "direct-00001.json").read_bytes()
    more = study.coverage("direct", 5, tmp_path)
    assert (tmp_path / "direct-00001.json").read_bytes() == kept
    assert more["populations"].unique().to_list() == [5]
    assert study.coverage("direct", 3, tmp_path).equals(first)
    assert study.coverage("direct", 5).equals(more)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["direct", "ratios", "nation"])
def test_intervals_hold_the_truth_as_often_as_they_say(study, kind):
    found = study.coverage(kind, 500)
    assert found.height == {"direct": 11, "ratios": 2, "nation": 10}[kind]
    for row in found.iter_rows(named=True):
        assert 0.93 <= row["coverage"] <= 0.97, row
