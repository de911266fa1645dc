"""Reports and the files of a population register, brought together on a database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias

import polars as pl

from slachtoffermonitor.ground import InputError, Problem
from slachtoffermonitor.link.engine import Evidence
from slachtoffermonitor.link.gathering import ColumnNames, Deliveries, gather_clear
from slachtoffermonitor.link.large.duck import DuckStore
from slachtoffermonitor.link.large.files import Population, Store, population_of
from slachtoffermonitor.link.large.score import score_population

__all__ = ["Files", "Workplace", "score_files"]

Files: TypeAlias = Path | str | Sequence[Path | str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Workplace:
    """Where a register that does not fit in memory is worked on.

    Attributes:
        memory_gb: that the database may take; the program around it takes up to 2 GB more.
        folder: in which a folder for the work is made and removed again; that of the system when
            None. It holds identity while the work lasts, and takes about as much room as the
            register as text.

    """

    memory_gb: float = 4.0
    folder: Path | None = None

    def __post_init__(self) -> None:
        """Refuse a place where no work can be done.

        Raises:
            InputError: with every problem.

        """
        problems = []
        if not self.memory_gb >= 1:
            problems.append(
                Problem(
                    what="is too little memory to work in",
                    found=f"{self.memory_gb} GB",
                    allowed="1 GB or more",
                )
            )
        if self.folder is not None and not Path(self.folder).is_dir():
            problems.append(Problem(what="is not a folder", file=str(self.folder)))
        if problems:
            raise InputError(problems)


def score_files(
    deliveries: Deliveries,
    files: Files,
    place: Workplace,
    *,
    columns: ColumnNames | None,
    verdicts: pl.DataFrame | None,
    seed: int,
    threads: int,
) -> Evidence:
    """Compare reports with one another, and with everybody in the files of a register.

    Raises:
        InputError: the reports, the files or the verdicts cannot be used.

    """
    problems: list[Problem] = []
    population = None
    try:
        population = population_of(files, columns)
    except InputError as error:
        problems += error.problems
    if deliveries.mode != "dedupe":
        problems.append(
            Problem(what="a population register goes with the mode dedupe", allowed="no population")
        )
    try:
        gathered = gather_clear(_with_columns_of(deliveries, population), columns)
    except InputError as error:
        problems += error.problems
    if problems or population is None:
        raise InputError(problems)
    with _store(place, threads) as store:
        return score_population(
            gathered, population, store, verdicts=verdicts, seed=seed, threads=threads
        )


@contextmanager
def _store(place: Workplace, threads: int) -> Iterator[Store]:
    """Open a database for the work; nothing of it is left behind."""
    with (
        TemporaryDirectory(dir=place.folder, prefix="linking-") as folder,
        DuckStore(Path(folder), memory_gb=place.memory_gb, threads=threads) as store,
    ):
        yield store


def _with_columns_of(deliveries: Deliveries, population: Population | None) -> Deliveries:
    """Let reports have the columns that the register alone has, as not known.

    So the same features are compared as with the register in memory.
    """
    if population is None or not deliveries.frames:
        return deliveries
    first, *others = deliveries.frames
    missing = set(population.present) - {"person_id"}
    for frame in deliveries.frames:
        missing -= set(frame.columns)
    added = first.with_columns(pl.lit(None, pl.String).alias(name) for name in sorted(missing))
    return replace(deliveries, frames=(added, *others))
