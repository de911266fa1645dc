"""What the robustness report must say, and what it must never say."""

import ast
import doctest
import json
import re
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from babel.messages.pofile import read_po
from hypothesis import given, settings
from hypothesis import strategies as st

from slachtoffermonitor import ground
from slachtoffermonitor.estimate import CaptureTable, estimate_population, robustness
from slachtoffermonitor.estimate.robustness import (
    Selection,
    assess_robustness,
    hide_each_list,
    sensitivity_curve,
    trace_trajectories,
)
from slachtoffermonitor.estimate.robustness.judgement import judge_robustness, measure_spread
from slachtoffermonitor.estimate.verdict import Verdict
from slachtoffermonitor.ground import LANGUAGES, InputError
from slachtoffermonitor.published import capture_table

WIDE = st.lists(st.integers(3, 200), min_size=7, max_size=7)


def of(counts, names="ABCDEFGH"):
    counts = np.asarray([0, *counts])
    return CaptureTable.of_counts(names[: int(np.log2(counts.size))], counts)


def steady_table():
    """Four lists, independent, each finding half of 20,000 persons."""
    counts = np.full(16, 1250)
    counts[0] = 0
    return CaptureTable.of_counts("ABCD", counts)


@pytest.fixture(scope="module")
def dutch():
    return CaptureTable.from_counts(capture_table("netherlands").frame)


@pytest.fixture(scope="module")
def dutch_report(dutch):
    return assess_robustness(dutch)


@pytest.mark.parametrize(
    "name", ["reliability", "selection", "sensitivity", "report", "linkages.tables"]
)
def test_the_examples_run(name):
    module = import_module(f"slachtoffermonitor.estimate.robustness.{name}")
    assert doctest.testmod(module).failed == 0


def test_the_dutch_six_lists_do_not_carry_a_number(dutch_report):
    assert dutch_report.verdict.judgement == "do not publish"
    assert dutch_report.spread("criterion", "order", "model").ratio > 3
    assert dutch_report.spread("leave_out", "merge").ratio > 3
    said = dutch_report.to_dict()
    assert said["publishable"] == {"estimate": None, "range": None}
    assert "do not carry a number" in said["headline"]["en"]
    assert "geven geen betrouwbaar getal" in said["headline"]["nl"]


def test_the_dutch_headline_is_no_single_number(dutch_report):
    for language in LANGUAGES:
        headline = dutch_report.headline.in_language(language)
        assert not re.search("148.789|116.667|143.603", headline)
        assert "8,234" in headline or "8.234" in headline


def test_the_dutch_five_lists_do_not_carry_148789(dutch):
    five = dutch.merge_lists({"IO": ("I", "O")})
    report = assess_robustness(five, selection=Selection(max_order=4))
    assert report.estimate.estimate == pytest.approx(148_789, abs=1)
    assert report.verdict.judgement == "do not publish"
    assert report.to_dict()["publishable"]["estimate"] is None
    assert "148" not in report.headline.in_language("en")


def test_every_reason_and_row_is_in_dutch_too(dutch_report):
    texts = [
        *dutch_report.verdict.reasons,
        *(row.change for row in dutch_report.variants),
        *(row.note for row in dutch_report.variants if row.note),
    ]
    for text in texts:
        assert text.in_language("nl") != text.in_language("en"), text.message


def test_the_report_of_the_dutch_lists_holds_every_variant(dutch, dutch_report):
    kinds = [row.kind for row in dutch_report.variants]
    assert kinds.count("leave_out") == 6
    assert kinds.count("merge") == 15
    assert kinds.count("drop_small") == 1  # I: 398 of 8,234
    assert kinds.count("criterion") == 4
    assert kinds.count("order") == 3
    assert kinds.count("heterogeneity") == 10
    without = next(row for row in dutch_report.variants if row.kind == "leave_out")
    assert without.lists == ("K", "O", "P", "R", "Z")
    alone = estimate_population(dutch.drop_lists(["I"]))
    assert without.estimate == pytest.approx(alone.estimate, rel=1e-9)
    assert without.observed == alone.observed


def test_models_within_the_distance_span_what_the_search_found(dutch, dutch_report):
    near = [row.estimate for row in dutch_report.variants if row.kind == "model"]
    assert min(near) == pytest.approx(35_999, abs=1)
    assert max(near) == pytest.approx(131_040, abs=1)
    closer = assess_robustness(dutch.marginal("POZ"), delta=0.0)
    assert [row.kind for row in closer.variants].count("model") == 1


def test_yardsticks_are_shown_and_not_counted(dutch_report):
    rows = [row for row in dutch_report.variants if row.kind == "heterogeneity"]
    assert not any(row.counts for row in rows)
    independent = [row for row in dutch_report.variants if "independent" in row.change.message]
    assert [row.counts for row in independent] == [False]
    assert dutch_report.spread("heterogeneity").ratio == 1.0


def test_steady_lists_may_be_published():
    report = assess_robustness(steady_table())
    assert report.verdict.judgement == "publish"
    assert report.to_dict()["publishable"]["estimate"] == pytest.approx(20_000, rel=1e-6)
    assert "20,000" in report.headline.in_language("en")
    assert all(each.recovered for each in report.consistency)


def test_a_verdict_only_becomes_more_careful():
    report = assess_robustness(steady_table())
    lists, choices = report.spread("merge"), report.spread("order")
    for judgement in ("publish", "publish as range", "do not publish"):
        verdict = Verdict(judgement=judgement, reasons=())
        found = judge_robustness(
            verdict,
            choices,
            lists,
            consistency=report.consistency,
            sensitivity=report.sensitivity,
        )
        assert found.judgement == judgement


def test_lists_that_are_not_found_again_leave_a_range_at_most():
    report = assess_robustness(steady_table())
    lost = [
        type(each)(name=each.name, size=each.size * 9, alone=each.alone, estimate=each.estimate,
                   interval=each.interval)
        for each in report.consistency
    ]  # fmt: skip
    spread = measure_spread(20_000.0, ())
    found = judge_robustness(
        report.estimate.verdict, spread, spread, consistency=lost, sensitivity=report.sensitivity
    )
    assert found.judgement == "publish as range"


def test_the_object_is_json(dutch_report):
    said = json.loads(json.dumps(dutch_report.to_dict(), allow_nan=False))
    assert said["judged"]["observed"] == 8234
    assert {"kind", "change", "estimate", "counts"} <= said["variants"][0].keys()
    assert [each["list"] for each in said["consistency"]] == list("IKOPRZ")


@settings(max_examples=8, deadline=None)
@given(WIDE)
def test_leaving_out_an_empty_list_changes_nothing(counts):
    table = of(counts)
    wide = CaptureTable(lists=("A", "B", "C", "E"), cells=table.cells)
    report, plain = assess_robustness(wide), assess_robustness(table)
    row = next(
        row
        for row in report.variants
        if row.kind == "leave_out" and row.change.values == {"list": "E"}
    )
    assert row.estimate == pytest.approx(report.estimate.estimate, rel=1e-9)
    assert report.estimate.estimate == pytest.approx(plain.estimate.estimate, rel=1e-9)
    assert report.spread("criterion", "order").ratio == pytest.approx(
        plain.spread("criterion", "order").ratio
    )


@settings(max_examples=8, deadline=None)
@given(WIDE)
def test_merging_keeps_every_person_and_leaving_out_never_adds_one(counts):
    report = assess_robustness(of(counts))
    for row in report.variants:
        if row.kind == "merge":
            assert row.observed == sum(counts)
        assert row.observed <= sum(counts)
        if row.estimate is not None:
            assert row.estimate >= row.observed


@settings(max_examples=8, deadline=None)
@given(WIDE)
def test_a_hidden_list_keeps_its_known_size(counts):
    table = of(counts)
    for each, total in zip(
        hide_each_list(table),
        table.overlaps().filter(pl.col("list") == pl.col("other"))["persons"],
        strict=True,
    ):
        assert each.size == total
        assert each.alone == table.counts[1 << table.lists.index(each.name)]
        assert each.estimate is None or each.estimate >= each.size - each.alone
        if each.factor is not None:
            hidden = each.estimate - (each.size - each.alone)
            assert hidden * each.factor == pytest.approx(each.alone)


def test_a_hidden_list_of_independent_lists_is_found_to_the_person():
    for each in hide_each_list(steady_table()):
        assert each.estimate == pytest.approx(10_000, rel=1e-6)
        assert each.factor == pytest.approx(1.0, rel=1e-5)
        assert each.recovered is True


def test_a_list_that_meets_no_other_cannot_be_estimated():
    counts = np.zeros(8, dtype=np.int64)
    counts[[1, 2, 3, 4]] = 40, 30, 10, 25
    third = hide_each_list(CaptureTable.of_counts("ABC", counts))[2]
    assert (third.estimate, third.recovered, third.factor) == (None, None, None)
    assert third.reason is not None


def test_trajectories_end_at_the_estimate_of_all_lists(dutch, dutch_report):
    for each in trace_trajectories(dutch):
        assert [step.lists for step in each.steps] == [2, 3, 4, 5, 6]
        seen = [step.observed for step in each.steps]
        assert seen == sorted(seen)
        assert each.steps[-1].estimate == pytest.approx(dutch_report.estimate.estimate)
    with pytest.raises(InputError, match="does not hold every list once"):
        trace_trajectories(dutch, orders=[("I", "K")])


@settings(max_examples=8, deadline=None)
@given(WIDE, st.floats(0.05, 20.0))
def test_the_curve_goes_through_the_estimate_and_multiplies_the_hidden(counts, xi):
    estimate = estimate_population(of(counts))
    curve = sensitivity_curve(estimate)
    middle = curve.points[len(curve.points) // 2]
    assert middle.xi == 1.0
    assert middle.estimate == estimate.estimate
    assert curve.at(xi) - curve.observed == pytest.approx(xi * estimate.hidden)
    xis = [point.xi for point in curve.points]
    assert (xis[0], xis[-1]) == (pytest.approx(0.25), pytest.approx(4.0))
    assert xis == sorted(xis)


def test_xi_is_the_highest_order_interaction():
    """Hide the cell that a known odds ratio puts there: ξ gives it back."""
    for xi in (0.5, 1.0, 3.0):
        seen = np.array([0.0, 200.0, 300.0, 60.0])
        truth = xi * seen[1] * seen[2] / seen[3]
        estimate = estimate_population(of(seen[1:].astype(int)))
        assert sensitivity_curve(estimate).at(xi) == pytest.approx(seen.sum() + truth, rel=1e-6)
    three = np.array([0, 80, 90, 20, 70, 15, 25, 10])
    full = estimate_population(of(three[1:]), "fixed", model="[12,13,23]")
    absent, present = 2.0 * (70 * 10) / (15 * 25), (70 * 10) / (15 * 25)  # odds ratios of A and B
    truth = absent * 80 * 90 / 20
    curve = sensitivity_curve(full)
    assert curve.at(absent / present) == pytest.approx(three.sum() + truth, rel=1e-6)


def test_what_the_curve_tolerates():
    curve = sensitivity_curve(estimate_population(steady_table()))
    low, high = curve.tolerated
    assert low is None  # 20,000 / 1.5 is fewer than the persons seen
    assert curve.at(high) == pytest.approx(30_000, rel=1e-6)
    with pytest.raises(InputError, match="no odds ratio"):
        curve.at(0.0)
    with pytest.raises(InputError, match="no range"):
        sensitivity_curve(estimate_population(steady_table()), strongest=1.0)


def test_an_estimate_of_another_table_is_refused():
    table = steady_table()
    with pytest.raises(InputError, match="another table"):
        assess_robustness(table, estimate_population(of([40, 30, 10, 20, 5, 6, 3])))


@pytest.mark.parametrize("method", ["aic", "aicc", "stepwise", "average", "fixed"])
def test_an_estimate_made_before_is_judged_by_its_own_rule(method):
    table = of([400, 300, 60, 250, 40, 50, 30])
    model = "[12,3]" if method == "fixed" else None
    estimate = estimate_population(table, method, model=model)
    report = assess_robustness(table, estimate)
    assert report.estimate is estimate
    assert report.selection.rule == ("bic" if method == "fixed" else method)


def test_two_lists_have_nothing_to_leave_out():
    report = assess_robustness(of([90, 40, 10]))
    assert report.consistency == ()
    assert not {row.kind for row in report.variants} & {"leave_out", "merge", "drop_small"}
    assert report.estimate.estimate == pytest.approx(140 + 360)


def test_a_way_of_choosing_that_is_none_is_refused():
    with pytest.raises(InputError, match="is not a way to choose a model"):
        Selection(rule="luck", max_order=0)


def test_an_interval_without_an_upper_end_is_told_and_stays_json():
    table = of([40, 30, 1, 20, 2, 1, 0])
    endless = replace(
        estimate_population(table), intervals={"95": (200.0, np.inf), "80": (250.0, np.inf)}
    )
    report = assess_robustness(table, endless)
    assert report.range[1] == np.inf
    assert "∞" in report.headline.in_language("nl")
    assert report.verdict.judgement == "do not publish"
    json.dumps(report.to_dict(), allow_nan=False)


def test_priors_are_shown_when_asked_for_and_not_counted(dutch):
    table = dutch.marginal("POZ")
    asked = assess_robustness(table, priors=[0.125, 1.0])
    rows = [row for row in asked.variants if row.kind == "prior"]
    assert [row.change.values["weight"].value for row in rows] == [0.125, 1.0]
    assert all(row.estimate > table.observed and not row.counts for row in rows)
    assert asked.spread() == assess_robustness(table).spread()


def test_the_dutch_catalogue_has_no_sentence_that_nobody_says():
    folder = Path(robustness.__file__).parent
    code = [folder.parent / "plots.py", *folder.rglob("*.py")]
    said = {
        constant.value
        for path in code
        for constant in ast.walk(ast.parse(path.read_text()))
        if isinstance(constant, ast.Constant) and isinstance(constant.value, str)
    }
    po = Path(ground.__file__).parents[1] / "locale" / "nl" / "estimate_robustness.po"
    with po.open("rb") as file:
        catalogue = {message.id for message in read_po(file) if message.id}
    assert catalogue <= said
    assert {"chain", "the estimate itself"} <= catalogue


def test_every_sentence_of_the_code_is_in_dutch():
    folder = Path(robustness.__file__).parent
    for path in [folder.parent / "plots.py", *folder.rglob("*.py")]:
        for call in ast.walk(ast.parse(path.read_text())):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "Text":
                for part in ast.walk(call.args[0]):
                    if isinstance(part, ast.Constant) and isinstance(part.value, str):
                        english = part.value
                        same = english == "parameters" or english in {"BIC", "AIC", "AICc"}
                        assert same or ground.translate(english, "nl") != english, english
