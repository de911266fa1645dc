"""Synthetic records of the people in an edition's window: rows of nobody, with their counts."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from slachtoffermonitor.disclose import SyntheticRecords, synthesise, to_ctdc, try_synthesis
from slachtoffermonitor.edition.settings import Settings

__all__ = ["synthetic_records"]


def synthetic_records(
    reports: pl.DataFrame,
    notifications: pl.DataFrame,
    settings: Settings,
    *,
    simulated: bool,
    watch: Callable[[str], None],
) -> SyntheticRecords:
    """Which records, of nobody, have about the counts of the people in the window?

    Each person stands for one record, that of the first notification in the window: the promise
    of differential privacy is about one record. Before records of a real register leave, a
    synthesis of four fifths of them is attacked, with the others as control.

    Args:
        reports: of a linkage, `notification_id`, `person_id` and `reported_on`.
        notifications: as delivered.
        settings: of the edition.
        simulated: whether the notifications are of a simulated nation, where nobody can be harmed.
        watch: is told what is being done.

    Raises:
        InputError: the package `mbi` is not installed.
        ReleaseError: there are too few records, or an attack on the trial stands.

    """
    years = settings.years
    first = (
        reports.filter(pl.col("reported_on").dt.year().is_between(years[0], years[-1]))
        .sort("reported_on", "notification_id")
        .unique("person_id", keep="first", maintain_order=True)
    )
    records = to_ctdc(notifications.join(first.select("notification_id"), on="notification_id"))

    def make(part: pl.DataFrame) -> SyntheticRecords:
        return synthesise(
            part,
            epsilon=settings.disclosure.synthetic_epsilon,
            source="simulated" if simulated else "real",
            seed=settings.edition.seed,
            watch=watch,
        )

    if not simulated:
        try_synthesis(records, make, seed=settings.edition.seed)
    return make(records)
