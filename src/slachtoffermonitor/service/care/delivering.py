"""What care hands to an edition: requests in the shape of `records`, and nobody's name."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
from django.db import transaction

from slachtoffermonitor.records import CareRequest
from slachtoffermonitor.service.audit import record
from slachtoffermonitor.service.care.models import Need

__all__ = ["care_requests", "deliver"]


def deliver(*, actor: Any) -> dict[str, pl.DataFrame]:
    """Which requests for help does an edition get? `care_requests`, where there are any.

    A row is one type of care of one request. The person is the register's key for whoever the
    request's report is about, empty where the register does not know. A request whose consent was
    withdrawn is not delivered.
    """
    frame = care_requests()
    if frame.is_empty():
        return {}
    with transaction.atomic():
        record(
            "care.delivered", actor=actor, subject="care:requests", detail={"rows": frame.height}
        )
    return {"care_requests": frame}


def care_requests(*, until: date | None = None) -> pl.DataFrame:
    """Give the requests made up to a day as `records.CareRequest`, whoever asks.

    The caller decides what of it may be seen: rows of one person each are for `follow` and
    `trend`, never for a page.
    """
    needs = Need.objects.filter(request__ground__withdrawn_at=None)
    if until is not None:
        needs = needs.filter(request__requested_on__lte=until)
    rows = needs.order_by("pk").values_list(
        "pk",
        "request__report__person_id",
        "request__municipality",
        "care_type",
        "request__requested_on",
        "started_on",
        "ended_on",
    )
    schema = dict(CareRequest.create_empty().schema)
    told = [(f"need-{key}", str(person) if person else None, *rest) for key, person, *rest in rows]
    return pl.DataFrame(told, schema=schema, orient="row")
