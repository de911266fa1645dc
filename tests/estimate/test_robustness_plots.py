"""Every chart is a valid Vega-Lite specification that renders, in both languages."""

import json

import numpy as np
import pytest
import vl_convert

from slachtoffermonitor.estimate import CaptureTable, search_models
from slachtoffermonitor.estimate.bayes import average_graphs
from slachtoffermonitor.estimate.plots import model_set_chart, overlap_chart, posterior_chart
from slachtoffermonitor.estimate.robustness import (
    admission_chart,
    assess_robustness,
    intervals_by_models_admitted,
    sensitivity_chart,
    tornado_chart,
    trajectory_chart,
)

COUNTS = np.array([0, 400, 300, 60, 250, 40, 50, 0, 90, 10, 12, 0, 9, 0, 2, 0])


@pytest.fixture(scope="module")
def table():
    return CaptureTable.of_counts(("Politie", "Opvang", "Zorg", "Grens"), COUNTS)


@pytest.fixture(scope="module")
def report(table):
    return assess_robustness(table)


@pytest.fixture(scope="module")
def charts(table, report):
    admitted = intervals_by_models_admitted(table, bootstrap=20, seed=1)
    search, posterior = search_models(table, max_order=3), average_graphs(table, seed=1)
    return {
        "tornado": lambda language: tornado_chart(report, language=language),
        "sensitivity": lambda language: sensitivity_chart(report.sensitivity, language=language),
        "trajectory": lambda language: trajectory_chart(report.trajectories, language=language),
        "admission": lambda language: admission_chart(admitted, language=language),
        "models": lambda language: model_set_chart(search, language=language),
        "overlap": lambda language: overlap_chart(table, language=language),
        "posterior": lambda language: posterior_chart(posterior, language=language),
    }


def rows(spec):
    """All rows that a specification holds."""
    return [row for rows in spec["datasets"].values() for row in rows]


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize(
    "name",
    ["tornado", "sensitivity", "trajectory", "admission", "models", "overlap", "posterior"],
)
def test_every_chart_renders_with_its_title(charts, name, language):
    spec = charts[name](language).to_dict()
    json.dumps(spec, allow_nan=False)
    assert rows(spec)
    drawn = vl_convert.vegalite_to_svg(spec)
    assert drawn.startswith("<svg")
    assert spec["title"]["text"].split(" ")[0] in drawn


@pytest.mark.parametrize("name", ["tornado", "sensitivity", "models", "overlap", "posterior"])
def test_the_words_are_of_the_language(charts, name):
    dutch, english = (charts[name](language).to_dict() for language in ("nl", "en"))
    assert dutch["title"]["text"] != english["title"]["text"]
    assert dutch["config"]["locale"]["number"]["decimal"] == ","
    assert english["config"]["locale"]["number"]["decimal"] == "."


def test_the_overlap_chart_holds_every_filled_cell(charts, table):
    spec = charts["overlap"]("en").to_dict()
    persons = [row["persons"] for row in rows(spec) if "persons" in row]
    assert sum(persons) == table.observed
    assert persons == sorted(persons, reverse=True)
    assert len([row for row in rows(spec) if row.get("on")]) == sum(
        int(history).bit_count() for history in np.nonzero(COUNTS)[0]
    )


def test_the_model_set_marks_models_without_a_sound_estimate(table):
    search = search_models(table, max_order=3)
    assert search.failed_existence + search.failed_identifiability > 0
    drawn = rows(model_set_chart(search, distance=1e6, language="en").to_dict())
    states = [row["state"] for row in drawn]
    assert len(drawn) == len(search.fits)
    assert states.count("no estimate exists") == search.failed_existence
    assert states.count("estimate not unique") == search.failed_identifiability
    for row in drawn:
        assert (row["estimate"] is not None) == (row["state"] == "has an estimate")


def test_the_tornado_shows_only_what_counts_farthest_first(report):
    drawn = rows(tornado_chart(report, rows=5, language="en").to_dict())
    bars = {row["change"]: row["estimate"] for row in drawn}
    far = [abs(np.log(value / report.estimate.estimate)) for value in bars.values()]
    assert far == sorted(far, reverse=True)
    assert len(bars) == 5
    assert not any("heterogeneity" in change for change in bars)


def test_the_posterior_chart_has_a_line_per_chain(charts):
    drawn = rows(charts["posterior"]("en").to_dict())
    shares = {}
    for row in drawn:
        if "chain" in row:
            shares[row["chain"]] = shares.get(row["chain"], 0) + row["share"]
    assert set(shares) == {"1", "2", "3", "4"}
    assert all(0.98 <= share <= 1.0 for share in shares.values())
