"""Waiting for help in one municipality beside the country: uncertain, and never a small count.

What is shown is what an edition would let out: the same table, protected by the same rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from slachtoffermonitor.ground import ReleaseError

__all__ = ["COUNTRY", "Compared", "compare_waiting"]

COUNTRY = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Rows by municipality (`COUNTRY` for all together), as they may be seen, until a day.

    A row has requests, waiting, median_days, low, high and note; what is hidden is None.
    """

    on: date
    rows: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    said: str = ""


def compare_waiting(requests: pl.DataFrame, *, on: date) -> Compared:
    """How long is the wait for help, by municipality and in the country?

    Assumes:
        `requests` are rows of `records.CareRequest`, of all municipalities.

    Raises:
        ReleaseError: The counts cannot be protected: nothing is shown then.

    """
    from slachtoffermonitor.disclose import Rules, protect  # noqa: PLC0415 - heavy to load
    from slachtoffermonitor.edition.sections import DeliverySettings  # noqa: PLC0415
    from slachtoffermonitor.edition.settings import Settings  # noqa: PLC0415
    from slachtoffermonitor.edition.tables.following import waiting_table  # noqa: PLC0415
    from slachtoffermonitor.edition.tables.places import waiting_spread  # noqa: PLC0415

    if requests.filter(pl.col("requested_on") <= on).is_empty():
        return Compared(on=on)
    settings = Settings(deliveries=DeliverySettings(observed_until=on))
    protected = protect([waiting_table(requests, settings, "register")], Rules())
    if protected.breaches:
        raise ReleaseError("the counts of these municipalities cannot be shown together")
    rows = protected.tables[0].frame.to_dicts()
    spread = waiting_spread(requests, settings, "register")
    return Compared(
        on=on,
        rows={str(row["municipality"]): row for row in rows},
        said="" if spread is None else str(spread.frame["note"][0]),
    )
