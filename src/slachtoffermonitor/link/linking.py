"""Reports to persons: the steps in order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import polars as pl

from slachtoffermonitor.ground import InputError, Problem
from slachtoffermonitor.link._arrange import decide
from slachtoffermonitor.link.engine import LOWEST_PROBABILITY, score
from slachtoffermonitor.link.gathering import (
    ColumnNames,
    Deliveries,
    Mode,
    deliveries_of,
    gather_clear,
    with_verdicts,
)
from slachtoffermonitor.link.large import Files, Workplace, score_files
from slachtoffermonitor.link.linkage import Linkage
from slachtoffermonitor.link.private import gather_private, is_tokenised

__all__ = ["DEFAULT_SEED", "link_reports"]

DEFAULT_SEED: Final = 1


def link_reports(
    frames: pl.DataFrame | Sequence[pl.DataFrame] | Mapping[str, pl.DataFrame],
    *,
    private: bool = False,
    mode: Mode = "dedupe",
    duplicate_free: bool | Sequence[bool] | None = None,
    columns: ColumnNames | None = None,
    population: pl.DataFrame | Files | None = None,
    workplace: Workplace | None = None,
    verdicts: pl.DataFrame | None = None,
    seed: int = DEFAULT_SEED,
    threshold: float | None = None,
    threads: int = 2,
) -> Linkage:
    """Which reports are about one person?

    A linkage is never certain. Counting persons without the doubt (`Linkage.quality`,
    `Linkage.pairs`) makes the hidden number too large where pairs were missed and too small where
    strangers were joined.

    Args:
        frames: reports with the columns of `records.Notification`; several deliveries may come as
            a sequence of frames, or by name. The order of rows and frames does not matter. Used
            where they are there: `age` (on the day of the report), `document_fragment`,
            `address`, `house_number`, `postcode`, `region`.
        private: the frames, and the population, are tables of tokens as `tokenise` makes them;
            no name is there or needed.
        mode: `dedupe`: find the reports about one person in all frames together; `link`: find
            for the rows of the first of two frames those of the second.
        duplicate_free: for `link`, whether each frame holds a person once (one answer, or one for
            each); true when None. It makes one row at most the right one.
        columns: for frames with other names: which of their columns holds ours, such as
            `{"notification_id": "id", "surname": "achternaam"}`; several are joined to one text.
            Then only the columns that are there are used.
        population: an extract of the population register with the columns of
            `records.PopulationEntry`; two of its rows are never one person. A register that does
            not fit in memory: the Parquet file, files or folders; see `docs/link-large.md`.
        workplace: for a register in files: how much memory, and which folder.
        verdicts: of reviewers: `left`, `right` (ids of reports, or of a report and an entry of
            the register), `same_person`. Weights learn from them, and they are kept to.
        seed: of the sample of random pairs from which chance agreement is learned.
        threshold: accept pairs from this match probability on; when None, the value from which
            as many pairs are accepted as are expected to be one person, so that wrong and missed
            joins balance and expected precision equals expected recall. No truth is used.
        threads: of the database; they change the time, not the answer.

    Assumes: given whether two records are of one person, features agree independently, except
    that names go with citizenship and sex; the extract holds a person once.

    Returns:
        A `Linkage`, the same for the same reports, population and seed.

    Raises:
        InputError: columns are missing or of another type, an id is empty or occurs twice, there
            are no reports, the mode does not go with the frames, or the threshold is not between
            0.001 and 1.

    Source: Fellegi and Sunter (1969), A theory for record linkage, JASA 64(328).

    """
    problems = list(_threshold_problems(threshold))
    in_memory = population is None or isinstance(population, pl.DataFrame)
    try:
        deliveries = deliveries_of(
            frames,
            mode=mode,
            duplicate_free=duplicate_free,
            population=population if isinstance(population, pl.DataFrame) else None,
        )
        if not private:
            _refuse_tokens(deliveries)
        elif not in_memory:
            raise InputError(_PRIVATE_FILES)
        if in_memory:
            gathered = gather_private(deliveries) if private else gather_clear(deliveries, columns)
            gathered = with_verdicts(gathered, verdicts)
    except InputError as error:
        raise InputError([*error.problems, *problems]) from None
    if problems:
        raise InputError(problems)
    if population is None or isinstance(population, pl.DataFrame):
        return decide(score(gathered, seed=seed, threads=threads), threshold)
    evidence = score_files(
        deliveries,
        population,
        workplace or Workplace(),
        columns=columns,
        verdicts=verdicts,
        seed=seed,
        threads=threads,
    )
    return decide(evidence, threshold)


_PRIVATE_FILES: Final = Problem(
    what="is in files, and the private mode takes tokens in memory",
    file="population",
    allowed="a table of tokens, or reports in clear text",
)


def _refuse_tokens(deliveries: Deliveries) -> None:
    """Refuse tables of tokens where clear text is expected."""
    names = deliveries.names or ("notifications",) * len(deliveries.frames)
    named = [*zip(names, deliveries.frames, strict=True), ("population", deliveries.population)]
    problems = [
        Problem(
            what="holds tokens, and clear text was expected",
            file=file,
            allowed="private=True, or reports in clear text",
        )
        for file, frame in named
        if frame is not None and is_tokenised(frame)
    ]
    if problems:
        raise InputError(problems)


def _threshold_problems(threshold: float | None) -> Iterator[Problem]:
    if threshold is not None and not LOWEST_PROBABILITY <= threshold <= 1:
        yield Problem(
            what="the threshold is not a match probability that can be used",
            found=str(threshold),
            allowed=f"{LOWEST_PROBABILITY} to 1",
        )
