"""Replicates whose verdict outgrows 64 bits are decided slowly, by the same choice."""

from __future__ import annotations

import numpy as np
import pytest

from slachtoffermonitor.estimate import CaptureTable, HierarchicalModel, fit_model, search_models
from slachtoffermonitor.estimate._kernels import searching, walking
from slachtoffermonitor.estimate.loglinear.choosing import choose_model
from slachtoffermonitor.estimate.loglinear.enumeration import Candidates
from slachtoffermonitor.estimate.loglinear.fitting import fit_models
from slachtoffermonitor.estimate.loglinear.search import Search
from slachtoffermonitor.estimate.loglinear.stepwise import step_models
from slachtoffermonitor.estimate.uncertainty.averaging import average
from slachtoffermonitor.estimate.uncertainty.replicates import Replicates, repeat, resample

COUNTS = np.array([0, 60, 50, 9, 40, 8, 4, 2, 30, 5, 3, 1, 6, 1, 2, 0])
EMPTY = np.array([0, 10, 12, 0, 9, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0])


def table() -> CaptureTable:
    return CaptureTable.of_counts("ABCD", COUNTS)


def undecided(
    monkeypatch: pytest.MonkeyPatch, search: Search, *, averaged: bool = False
) -> tuple[np.ndarray, Replicates]:
    """Repeat a search with kernels that never come to a verdict, as after an overflow."""

    def give_up(*arguments: object) -> None:
        np.asarray(arguments[-1])[:] = searching.UNDECIDED

    def choose(*arguments: object) -> None:
        np.asarray(arguments[5])[:] = searching.UNDECIDED

    monkeypatch.setattr(searching, "choose_each", choose)
    monkeypatch.setattr(walking, "step_each", give_up)
    monkeypatch.setattr(walking, "walk_each", give_up)
    tables = np.concatenate([resample(COUNTS, 4, np.random.default_rng(1)), [EMPTY]])
    return tables, repeat(search, tables, averaged=averaged)


def of(counts: np.ndarray) -> CaptureTable:
    return CaptureTable.of_counts("ABCD", counts)


def test_one_model_is_refitted_and_no_other_is_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    model = HierarchicalModel.parse("[1,23,4]", "ABCD")
    alone, _ = choose_model(table(), "fixed", 2, model=model, threshold=0.02)
    tables, found = undecided(monkeypatch, alone)
    for counts, chosen, estimate in zip(tables[:-1], found.models, found.estimates, strict=False):
        assert chosen == model
        assert estimate == pytest.approx(fit_model(of(counts), model).estimate, rel=1e-12)
    assert found.models[-1] is None
    assert np.isnan(found.estimates[-1])


def test_the_best_of_the_given_models_is_chosen_again(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = search_models(table(), max_order=3)
    models = [fit.model for fit in whole.top(12)]
    few = Search(
        way="given",
        criterion="bic",
        max_order=3,
        fits=fit_models(table(), Candidates.of(models)),
        ranking=tuple(range(12)),
    )
    tables, found = undecided(monkeypatch, few)
    bests = set()
    for counts, chosen, estimate in zip(tables[:-1], found.models, found.estimates, strict=False):
        values = [fit_model(of(counts), model).criterion("bic") for model in models]
        best = models[int(np.nanargmin(values))]
        assert chosen == best
        assert estimate == pytest.approx(fit_model(of(counts), best).estimate, rel=1e-12)
        bests.add(best)
    assert bests != {models[0]}, "samples too alike to prove anything"


@pytest.mark.parametrize("way", ["all", "neighbours"])
def test_a_search_is_repeated_in_its_own_way(monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    search = search_models(table(), criterion="aic", max_order=3, exhaustive=way == "all")
    tables, found = undecided(monkeypatch, search, averaged=way == "all")
    for counts, chosen, estimate in zip(tables[:-1], found.models, found.estimates, strict=False):
        again = search_models(of(counts), criterion="aic", max_order=3, exhaustive=way == "all")
        assert chosen == again.best.model
        expected = average(again).hidden + counts.sum() if way == "all" else again.best.estimate
        assert estimate == pytest.approx(expected, rel=1e-12)


def test_steps_are_taken_again(monkeypatch: pytest.MonkeyPatch) -> None:
    tables, found = undecided(monkeypatch, step_models(table(), threshold=0.2))
    for counts, chosen in zip(tables[:-1], found.models, strict=False):
        assert chosen == step_models(of(counts), threshold=0.2).best.model
