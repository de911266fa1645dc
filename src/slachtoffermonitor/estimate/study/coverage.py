"""The study itself: populations drawn, every method tried on each, on every core."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from contextlib import closing
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from slachtoffermonitor.estimate.capture import CaptureTable
from slachtoffermonitor.estimate.loglinear.search import Search, search_models
from slachtoffermonitor.estimate.robustness.selection import filled_lists
from slachtoffermonitor.estimate.study.methods import METHODS, Method, Trial, answer
from slachtoffermonitor.estimate.study.outcomes import Outcome, Settings
from slachtoffermonitor.estimate.study.report import StudyReport, summarize
from slachtoffermonitor.estimate.study.store import StudyFolder
from slachtoffermonitor.estimate.study.truths import TRUTHS, TruthName, make_truth
from slachtoffermonitor.ground import InputError, Problem

__all__ = ["study_coverage"]

_Task = tuple[TruthName, int]
_ORDER = 2


def study_coverage(
    table: CaptureTable,
    *,
    populations: int = 100,
    methods: Sequence[Method] = METHODS,
    truths: Sequence[TruthName] = TRUTHS,
    bootstrap: int = 200,
    max_order: int | None = None,
    seed: int = 1,
    folder: Path | None = None,
    watch: Callable[[int, int], None] | None = None,
    cores: int | None = 1,
) -> StudyReport:
    """How often would the intervals be right, if the truth were like this table?

    A good report is no proof for the table itself: the populations are made from models of it,
    so that a method that shares a wrong assumption with all of them still passes. A bad report is
    a reason not to publish.

    Assumes: the populations described in `make_truth`; lists find persons independently of each
    other person.

    Args:
        table: persons per capture history; strata are taken together.
        populations: how many of each kind to draw.
        methods: on trial; see `methods.answer`.
        truths: kinds of population; see `make_truth`.
        bootstrap: samples of each bootstrap.
        max_order: largest interaction, of the populations and of the methods; 2 when not given.
        seed: every population has its own, whatever the order, the cores, the other methods and
            the number of populations.
        folder: where to keep what is done; the same study goes on where it was stopped, and more
            populations are added to it. Nothing is kept when not given.
        watch: called with (done, all) at the start and after each population.
        cores: processes to use; None for every core, 1 for this process alone. A script that
            uses more must be importable (`if __name__ == "__main__":`).

    Returns:
        Bias, coverage with Monte-Carlo error, width and refusals per kind and method.

    Raises:
        InputError: no sound model of the table, an unknown method or population, no populations
            or samples, or a folder with a study of other settings.

    Source: Silverman, Chan & Vincent (2024), Statistics and Computing 34; Morris, White & Crowther
    (2019), Statistics in Medicine 38(11), for the measures and their Monte-Carlo error.

    Example:
        >>> table = CaptureTable.of_counts("ABC", np.array([0, 90, 80, 30, 70, 20, 20, 10]))
        >>> report = study_coverage(table, populations=3, methods=["profile"], truths=["fitted"])
        >>> report.lines[0].populations
        3

    """
    if populations < 1 or (cores is not None and cores < 1):
        raise InputError(
            Problem(
                what="a study needs populations and a core",
                found=f"{populations} populations, {cores} cores",
                allowed="1 or more",
            )
        )
    table = filled_lists(table)
    settings = Settings(
        lists=table.lists,
        cells=Settings.cells_of(table),
        truths=tuple(dict.fromkeys(truths)),
        methods=tuple(dict.fromkeys(methods)),
        bootstrap=bootstrap,
        max_order=min(_ORDER, table.size - 1) if max_order is None else max_order,
        seed=seed,
    )
    _searched(settings)  # a table without sound model is refused before a folder is made
    store = StudyFolder.open(folder, settings) if folder else None
    outcomes = store.outcomes() if store else []
    done = {(each.truth, each.population) for each in outcomes}
    tasks = [(truth, number) for number in range(populations) for truth in settings.truths]
    left = [task for task in tasks if task not in done]
    tell = watch or (lambda *_: None)
    tell(len(tasks) - len(left), len(tasks))
    with closing(_run(settings, left, cores)) as run:
        for count, found in enumerate(run, start=len(tasks) - len(left) + 1):
            if store:
                store.keep(found)
            outcomes.extend(found)
            tell(count, len(tasks))
    return summarize(settings, populations, outcomes)


def _run(
    settings: Settings, tasks: Sequence[_Task], cores: int | None
) -> Generator[tuple[Outcome, ...], None, None]:
    """Give the outcomes of each population as they come in."""
    if cores == 1 or not tasks:
        trial = _Study(settings)
        yield from (trial.outcomes(task) for task in tasks)
        return
    with ProcessPoolExecutor(
        cores, mp_context=get_context("spawn"), initializer=_begin, initargs=(settings,)
    ) as pool:
        waiting = [pool.submit(_outcomes, task) for task in tasks]
        try:
            yield from (each.result() for each in as_completed(waiting))
        finally:
            _forget(waiting)


def _forget(waiting: Iterable[Future[tuple[Outcome, ...]]]) -> None:
    """Do not begin what nobody waits for any more."""
    for each in waiting:
        each.cancel()


class _Study:
    """What every population of a study is made from."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.table, self.search = _searched(settings)

    def outcomes(self, task: _Task) -> tuple[Outcome, ...]:
        """Draw one population and try every method on it."""
        name, number = task
        asked = self.settings
        source = np.random.SeedSequence([asked.seed, TRUTHS.index(name), number])
        rng = np.random.default_rng(source)
        truth = make_truth(self.table, self.search, name, rng)
        counts = truth.draw(rng)
        seed = int(source.spawn(1)[0].generate_state(1)[0])

        def tried(method: Method) -> Outcome:
            made = None
            if counts.any():
                trial = Trial(
                    table=CaptureTable.of_counts(self.table.lists, counts),
                    model=truth.model,
                    max_order=asked.max_order,
                    bootstrap=asked.bootstrap,
                    seed=seed,
                )
                made = answer(trial, method)
            return Outcome(
                truth=name,
                population=number,
                method=method,
                total=truth.total,
                observed=int(counts.sum()),
                answer=made,
            )

        return tuple(tried(method) for method in asked.methods)


def _searched(settings: Settings) -> tuple[CaptureTable, Search]:
    """Make the table of the settings again, and search it."""
    counts = np.zeros(1 << len(settings.lists), dtype=np.int64)
    for cell, persons in settings.cells:
        counts[cell] = persons
    table = CaptureTable.of_counts(settings.lists, counts)
    return table, search_models(table, max_order=settings.max_order)


_studies: list[_Study] = []  # of a worker process: one


def _begin(settings: Settings) -> None:
    """Prepare a worker: its bootstraps draw no bars, and who begins the study ends it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ["TTY_COMPATIBLE"] = "0"
    _studies[:] = [_Study(settings)]


def _outcomes(task: _Task) -> tuple[Outcome, ...]:
    return _studies[0].outcomes(task)
