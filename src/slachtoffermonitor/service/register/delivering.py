"""What the register hands to an edition: frames of `records`, and no object of the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

import polars as pl
from django.db import transaction
from django.db.models import QuerySet

from slachtoffermonitor.records import Tally
from slachtoffermonitor.service.audit import record
from slachtoffermonitor.service.register import models
from slachtoffermonitor.service.register.matching.frames import (
    named_frame,
    nameless_frame,
    token_frame,
)

__all__ = ["Delivered", "count_table", "deliver", "delivered_reports"]

# Rooms that keep more that an edition gets: each has `delivering.deliver(actor=…)`.
_BESIDE = ("care",)
_PURPOSE: Final = "STATISTIEK"
_OPEN = (models.Report.Status.NEW, models.Report.Status.ACCEPTED)


def deliver(*, actor: Any) -> Mapping[str, pl.DataFrame]:
    """Which reports and counts does the register hold for an edition?

    What goes wrong if misused: the first frame holds identity, which was opened for this and
    stands in the audit trail report by report. It goes to `link`, in this process, and to no file
    that others read. A report that was withdrawn is in none of the frames of reports; it is in
    the counts.

    Returns:
        `notifications` and `tallies`, with the columns of `records.Notification` and
        `records.Tally`; a report without a name, or past its time, has no identity in it. And
        for each key `tokens:KEY`, the reports that came with tokens of that key alone. And
        `care_requests`, as `records.CareRequest`, once help was asked for.

    """
    found = delivered_reports(actor=actor)
    frames = {"notifications": found.readable, "tallies": count_table()}
    for key in sorted(set(found.tokened.values_list("tokens__key_id", flat=True))):
        frames[f"tokens:{key}"] = token_frame(found.tokened.filter(tokens__key_id=key))
    with transaction.atomic():
        record(
            "register.delivered",
            actor=actor,
            subject="register:reports",
            detail={"reports": frames["notifications"].height, "tallies": frames["tallies"].height},
        )
    for room in _BESIDE:
        name = f"slachtoffermonitor.service.{room}.delivering"
        if find_spec(name):
            frames.update(import_module(name).deliver(actor=actor))
    return frames


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Delivered:
    """Reports that go to an edition: those that can be read, and those that came as tokens only.

    `readable` holds identity, which was opened for this: its `repr` shows counts only.
    """

    readable: pl.DataFrame
    tokened: QuerySet[models.Report]

    def __repr__(self) -> str:
        return f"Delivered({self.readable.height} readable reports)"


def delivered_reports(*, actor: Any) -> Delivered:
    """Which reports go to an edition? Names are opened for it, each opening in the trail.

    None that was withdrawn; those that are past their time without a person.
    """
    reports = models.Report.objects.select_related("identity", "tokens").order_by("pk")
    open_now = reports.filter(status__in=_OPEN)
    named = open_now.filter(identity__isnull=False, identity__destroyed_at=None)
    nameless = open_now.filter(identity=None, tokens=None)
    expired = reports.filter(status=models.Report.Status.EXPIRED)
    frames = [
        named_frame(named, actor=actor, purpose=_PURPOSE),
        nameless_frame([*nameless, *expired]),
    ]
    return Delivered(
        readable=pl.concat(frames),
        tokened=open_now.filter(identity=None).exclude(tokens=None),
    )


def count_table() -> pl.DataFrame:
    """Give the counts that stand in the place of reports, as `records.Tally`."""
    columns = ("reporter", "month", "age_band", "form", "region", "persons")
    rows = [
        dict(zip(("tally_id", *columns), (str(row[0]), *row[1:]), strict=True))
        for row in models.Tally.objects.order_by("pk").values_list("pk", *columns)
    ]
    return pl.DataFrame(rows, schema=dict(Tally.create_empty().schema)).with_columns(
        pl.col("region").replace("", None)
    )
