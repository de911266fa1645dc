"""What the register hands to an edition: frames of `records`, and no object of the database."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import polars as pl
from django.db import transaction

from slachtoffermonitor.records import Tally
from slachtoffermonitor.service.audit import record
from slachtoffermonitor.service.register import models
from slachtoffermonitor.service.register.matching.frames import (
    named_frame,
    nameless_frame,
    token_frame,
)

__all__ = ["deliver"]

# Rooms that keep more that an edition gets: each has `delivering.deliver(actor=…)`.
_BESIDE = ("care",)
_WITH_A_NAME = (models.Report.Status.NEW, models.Report.Status.ACCEPTED)


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
    reports = models.Report.objects.select_related("identity", "tokens").order_by("pk")
    open_now = reports.filter(status__in=_WITH_A_NAME)
    named = open_now.filter(identity__isnull=False, identity__destroyed_at=None)
    nameless = open_now.filter(identity=None, tokens=None)
    expired = reports.filter(status=models.Report.Status.EXPIRED)
    frames = {
        "notifications": pl.concat(
            [named_frame(named, actor=actor), nameless_frame([*nameless, *expired])]
        ),
        "tallies": _tallies(),
    }
    tokened = open_now.filter(identity=None).exclude(tokens=None)
    for key in sorted(set(tokened.values_list("tokens__key_id", flat=True))):
        frames[f"tokens:{key}"] = token_frame(tokened.filter(tokens__key_id=key))
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


def _tallies() -> pl.DataFrame:
    columns = ("reporter", "month", "age_band", "form", "region", "persons")
    rows = [
        dict(zip(("tally_id", *columns), (str(row[0]), *row[1:]), strict=True))
        for row in models.Tally.objects.order_by("pk").values_list("pk", *columns)
    ]
    return pl.DataFrame(rows, schema=dict(Tally.create_empty().schema)).with_columns(
        pl.col("region").replace("", None)
    )
