"""The self-check: the same whatever the order, right where it must be, and its sums add up."""

import doctest
import json
import math
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from slachtoffermonitor.estimate import CaptureTable, search_models
from slachtoffermonitor.estimate.study import (
    METHODS,
    TRUTHS,
    Outcome,
    Share,
    coverage,
    make_truth,
    study_coverage,
)
from slachtoffermonitor.estimate.uncertainty.averaging import average
from slachtoffermonitor.ground import InputError
from slachtoffermonitor.published import capture_table

QUICK = {"populations": 3, "bootstrap": 12, "seed": 7}


def three_lists():
    """Three independent lists that each find about a third of 2,000 persons."""
    return CaptureTable.of_counts("ABC", np.array([0, 300, 290, 150, 310, 145, 155, 75]))


@pytest.fixture(scope="module")
def british():
    return CaptureTable.from_counts(capture_table("united_kingdom").frame)


@pytest.fixture(scope="module")
def report():
    return study_coverage(three_lists(), **QUICK)


def memberships(shares):
    cells = np.arange(shares.size)
    return np.array([shares[cells >> i & 1 == 1].sum() for i in range(int(np.log2(shares.size)))])


def test_the_examples_run():
    assert doctest.testmod(coverage).failed == 0


class TestTruths:
    @pytest.mark.parametrize("name", TRUTHS)
    def test_every_truth_keeps_the_lists_and_their_size(self, british, name):
        search = search_models(british)
        truth = make_truth(british, search, name, np.random.default_rng(3))
        overlaps = british.overlaps().filter(list=british.overlaps()["other"])
        assert truth.shares.sum() == pytest.approx(1.0)
        assert (truth.shares >= 0).all()
        assert truth.total * memberships(truth.shares) == pytest.approx(
            overlaps["persons"].to_numpy(), rel=1e-4
        )

    def test_the_fitted_truth_is_the_best_model(self, british):
        search = search_models(british)
        truth = make_truth(british, search, "fitted", np.random.default_rng(0))
        assert truth.model == search.best.model
        assert truth.total == round(search.best.estimate)
        assert truth.hidden == pytest.approx(search.best.hidden, rel=1e-4)

    def test_stronger_dependence_and_classes_raise_the_overlap(self, british):
        search = search_models(british)
        pairs = np.array([cell.bit_count() >= 2 for cell in range(32)])
        overlap = {
            name: make_truth(british, search, name, np.random.default_rng(0)).shares[pairs].sum()
            for name in TRUTHS
            if name != "plausible"
        }
        assert overlap["fitted"] < overlap["stronger"]
        assert overlap["fitted"] < overlap["classes"]

    def test_stronger_interactions_are_half_as_strong_again(self, british):
        search = search_models(british)
        log_odds = {}
        for name in ("fitted", "stronger"):
            log = np.log(make_truth(british, search, name, np.random.default_rng(0)).shares)
            log_odds[name] = np.array([log[0] - log[a] - log[b] + log[a | b] for a, b in PAIRS])
        assert log_odds["stronger"] == pytest.approx(1.5 * log_odds["fitted"], abs=1e-8)

    def test_plausible_truths_come_by_their_weight(self, british):
        search = search_models(british)
        rng = np.random.default_rng(5)
        drawn = Counter(make_truth(british, search, "plausible", rng).model for _ in range(400))
        weight = average(search).weights[0]
        share = drawn[search.best.model] / 400
        assert share == pytest.approx(weight, abs=4 * math.sqrt(weight * (1 - weight) / 400))

    def test_nobody_unseen_is_in_what_is_drawn(self, british):
        rng = np.random.default_rng(1)
        truth = make_truth(british, search_models(british), "classes", rng)
        counts = truth.draw(rng)
        assert counts[0] == 0
        assert counts.sum() == pytest.approx(truth.total - truth.hidden, rel=0.1)


PAIRS = [(1 << i, 1 << j) for i in range(5) for j in range(i)]


class TestReport:
    def test_the_sums_add_up(self, report):
        assert [(line.truth, line.method) for line in report.lines] == [
            (truth, method) for truth in TRUTHS for method in METHODS
        ]
        assert len(report.outcomes) == 3 * len(TRUTHS) * len(METHODS)
        for line in report.lines:
            assert line.populations == line.answered + line.refused == 3
            for level in ("95", "80"):
                parts = (line.coverage, line.truth_above, line.truth_below)
                assert sum(part[level].share for part in parts) == pytest.approx(1.0)
            assert line.width["80"] <= line.width["95"]
            assert line.quartiles[0] <= line.ratio <= line.quartiles[1]

    def test_lines_are_those_of_the_outcomes(self, report):
        line = report.line("fitted", "profile")
        rows = report.frame().filter(truth="fitted", method="profile")
        held = ((rows["low_95"] <= rows["total"]) & (rows["total"] <= rows["high_95"])).sum()
        assert line.coverage["95"].share == pytest.approx(held / 3)
        assert line.ratio == pytest.approx((rows["estimate"] / rows["total"]).median())
        widths = (rows["high_95"] - rows["low_95"]) / rows["total"]
        assert line.width["95"] == pytest.approx(widths.median())

    def test_methods_see_the_same_populations(self, report):
        frame = report.frame()
        drawn = frame.select("truth", "population", "total", "observed").unique()
        assert drawn.height == 3 * len(TRUTHS)

    def test_it_is_json(self, report):
        said = json.loads(json.dumps(report.to_dict(), allow_nan=False))
        assert said["study"]["populations"] == 3
        assert said["study"]["observed"] == three_lists().observed
        assert len(said["lines"]) == len(report.lines)

    def test_a_share_has_an_error_even_when_certain(self):
        half = Share.of(50, 100)
        assert (half.share, half.error) == (0.5, pytest.approx(0.05, rel=1e-3))
        assert 0.0 < Share.of(100, 100).error < 0.02
        assert math.isnan(Share.of(0, 0).share)


class TestCoverage:
    def test_the_true_model_holds_the_truth_as_often_as_it_says(self):
        found = study_coverage(
            three_lists(), populations=300, methods=["true-model"], truths=["fitted"], seed=2
        )
        line = found.lines[0]
        for level, nominal in (("95", 0.95), ("80", 0.8)):
            assert line.coverage[level].share == pytest.approx(
                nominal, abs=3.5 * math.sqrt(nominal * (1 - nominal) / 300)
            )
        assert line.ratio == pytest.approx(1.0, abs=0.01)
        assert line.refused == 0

    def test_what_no_model_sees_is_missed(self):
        found = study_coverage(
            three_lists(), populations=40, methods=["profile"], truths=["classes"], seed=2
        )
        line = found.lines[0]
        assert line.ratio < 0.95
        assert line.coverage["95"].share < 0.7

    def test_a_table_too_thin_is_refused_and_counted(self):
        thin = CaptureTable.of_counts("ABC", np.array([0, 9, 8, 1, 9, 1, 1, 0]))
        found = study_coverage(
            thin, populations=60, methods=["profile", "log-normal"], truths=["fitted"], seed=3
        )
        for line in found.lines:
            assert 0 < line.refused < 60
            assert line.answered == sum(
                each.answer is not None for each in found.outcomes if each.method == line.method
            )


class TestSeeds:
    def test_the_same_seed_gives_the_same_study(self, report):
        assert study_coverage(three_lists(), **QUICK) == report
        assert study_coverage(three_lists(), **{**QUICK, "seed": 8}).lines != report.lines

    def test_a_population_is_its_own_whatever_else_is_studied(self, report):
        alone = study_coverage(
            three_lists(), **{**QUICK, "populations": 2}, truths=["classes"], methods=["best-10"]
        )
        wanted = [
            each
            for each in report.outcomes
            if (each.truth, each.method) == ("classes", "best-10") and each.population < 2
        ]
        assert list(alone.outcomes) == wanted

    @pytest.mark.slow
    def test_more_cores_change_nothing(self, report):
        assert study_coverage(three_lists(), **QUICK, cores=2) == report


class TestFolder:
    def stop_after(self, tasks: int, folder: Path):
        def watch(done: int, _: int) -> None:
            if done >= tasks:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            study_coverage(three_lists(), **QUICK, folder=folder, watch=watch)

    def test_a_stopped_study_goes_on(self, report, tmp_path):
        self.stop_after(5, tmp_path / "study")
        seen = []
        found = study_coverage(
            three_lists(),
            **QUICK,
            folder=tmp_path / "study",
            watch=lambda *state: seen.append(state),
        )
        assert found == report
        assert seen == [(done, 12) for done in range(5, 13)]

    def test_a_line_cut_short_is_done_again(self, report, tmp_path):
        self.stop_after(5, tmp_path / "study")
        file = tmp_path / "study" / "outcomes.jsonl"
        file.write_bytes(file.read_bytes()[:-40])
        seen = []
        found = study_coverage(
            three_lists(),
            **QUICK,
            folder=tmp_path / "study",
            watch=lambda *state: seen.append(state),
        )
        assert found == report
        assert seen[0] == (4, 12)
        assert len(file.read_text().splitlines()) == 12

    def test_a_study_that_is_done_is_read_and_can_grow(self, report, tmp_path):
        kept = tmp_path / "study"
        small = study_coverage(three_lists(), **{**QUICK, "populations": 1}, folder=kept)
        assert small.lines[0].populations == 1
        assert study_coverage(three_lists(), **QUICK, folder=kept) == report
        again = study_coverage(three_lists(), **{**QUICK, "populations": 1}, folder=kept)
        assert again == small

    def test_other_settings_are_refused(self, tmp_path):
        study_coverage(three_lists(), **QUICK, truths=["fitted"], folder=tmp_path / "study")
        with pytest.raises(InputError, match="other settings") as error:
            study_coverage(
                three_lists(),
                **{**QUICK, "bootstrap": 13},
                truths=["fitted"],
                folder=tmp_path / "study",
            )
        assert "bootstrap" in str(error.value)

    def test_a_folder_of_something_else_is_left_alone(self, tmp_path):
        (tmp_path / "letter.txt").write_text("mine")
        with pytest.raises(InputError, match="not the folder of a study"):
            study_coverage(three_lists(), **QUICK, folder=tmp_path)
        assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]

    def test_a_line_of_something_else_is_refused_by_number(self, tmp_path):
        self.stop_after(2, tmp_path / "study")
        file = tmp_path / "study" / "outcomes.jsonl"
        file.write_text(file.read_text() + '{"truth": 1}\n')
        with pytest.raises(InputError, match="not a line of a study") as error:
            study_coverage(three_lists(), **QUICK, folder=tmp_path / "study")
        assert error.value.problems[0].row == 3

    def test_an_outcome_survives_the_folder(self, report):
        for each in report.outcomes:
            assert Outcome.from_dict(json.loads(json.dumps(each.to_dict()))) == each

    def test_an_interval_without_upper_limit_survives_the_folder(self, report):
        first = report.outcomes[0]
        limits = {level: (low, math.inf) for level, (low, _) in first.answer.limits.items()}
        endless = replace(first, answer=replace(first.answer, limits=limits))
        line = json.dumps(endless.to_dict(), allow_nan=False)
        assert Outcome.from_dict(json.loads(line)) == endless
        assert endless.width("95") == math.inf
        assert endless.side("95") in ("held", "below")


class TestRefusals:
    @pytest.mark.parametrize(
        "wrong",
        [
            {"populations": 0},
            {"bootstrap": 0},
            {"seed": -1},
            {"methods": ["guess"]},
            {"methods": []},
            {"truths": ["wishful"]},
            {"cores": 0},
        ],
    )
    def test_a_study_that_can_say_nothing_is_refused(self, wrong):
        with pytest.raises(InputError):
            study_coverage(three_lists(), **{**QUICK, **wrong})

    def test_a_table_without_sound_model_makes_no_folder(self, tmp_path):
        apart = CaptureTable.of_counts("ABC", np.array([0, 9, 8, 0, 9, 0, 0, 0]))
        with pytest.raises(InputError):
            study_coverage(apart, **QUICK, folder=tmp_path / "study")
        assert not (tmp_path / "study").exists()
