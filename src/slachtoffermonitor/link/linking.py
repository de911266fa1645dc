"""Reports to persons: the steps in order."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from slachtoffermonitor.link._arrange import decide
from slachtoffermonitor.link._gather import gather
from slachtoffermonitor.link.engine import score
from slachtoffermonitor.link.linkage import Linkage

__all__ = ["link_reports"]


def link_reports(
    notifications: pl.DataFrame | Sequence[pl.DataFrame],
    *,
    population: pl.DataFrame | None = None,
    seed: int,
    threshold: float | None = None,
    threads: int = 2,
) -> Linkage:
    """Which reports are about one person?

    A linkage is never certain. Counting persons without the doubt (`Linkage.quality`,
    `Linkage.pairs`) makes the hidden number too large where pairs were missed and too small where
    strangers were joined.

    Args:
        notifications: reports with the columns of `records.Notification`; several deliveries may
            come as a sequence of frames. The order of rows and frames does not matter.
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
            are no reports, or the threshold is not between 0.001 and 1.

    Source: Fellegi and Sunter (1969), A theory for record linkage, JASA 64(328).

    """
    gathered = gather(notifications, population, threshold)
    return decide(score(gathered, seed=seed, threads=threads), threshold)
