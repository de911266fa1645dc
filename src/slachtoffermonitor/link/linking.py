"""Reports to persons: the steps in order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

from slachtoffermonitor.ground import InputError, Problem
from slachtoffermonitor.link._arrange import decide
from slachtoffermonitor.link.engine import LOWEST_PROBABILITY, score
from slachtoffermonitor.link.gathering import ColumnNames, Mode, deliveries_of, gather_clear
from slachtoffermonitor.link.linkage import Linkage

__all__ = ["DEFAULT_SEED", "link_reports"]

DEFAULT_SEED: Final = 1


def link_reports(
    frames: pl.DataFrame | Sequence[pl.DataFrame] | Mapping[str, pl.DataFrame],
    *,
    mode: Mode = "dedupe",
    duplicate_free: bool | Sequence[bool] | None = None,
    columns: ColumnNames | None = None,
    population: pl.DataFrame | None = None,
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
        mode: `dedupe`: find the reports about one person in all frames together; `link`: find
            for the rows of the first of two frames those of the second.
        duplicate_free: for `link`, whether each frame holds a person once (one answer, or one for
            each); true when None. It makes one row at most the right one.
        columns: for frames with other names: which of their columns holds ours, such as
            `{"notification_id": "id", "surname": "achternaam"}`; several are joined to one text.
            Then only the columns that are there are used.
        population: an extract of the population register with the columns of
            `records.PopulationEntry`; two of its rows are never one person.
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
    problems: list[Problem] = []
    try:
        deliveries = deliveries_of(
            frames, mode=mode, duplicate_free=duplicate_free, population=population
        )
        gathered = gather_clear(deliveries, columns)
    except InputError as error:
        problems.extend(error.problems)
    if threshold is not None and not LOWEST_PROBABILITY <= threshold <= 1:
        problems.append(
            Problem(
                what="the threshold is not a match probability that can be used",
                found=str(threshold),
                allowed=f"{LOWEST_PROBABILITY} to 1",
            )
        )
    if problems:
        raise InputError(problems)
    return decide(score(gathered, seed=seed, threads=threads), threshold)
