"""Which organisations fell silent? Asked of `trend`; here only shown."""

from __future__ import annotations

from typing import Any

import polars as pl
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from slachtoffermonitor.ground import InputError
from slachtoffermonitor.service.accounts.permissions import visible_to
from slachtoffermonitor.service.register.forms.fields import spoken
from slachtoffermonitor.service.register.models import Report

__all__ = ["silent_reporters"]


@never_cache
@require_safe
def silent_reporters(request: Any) -> HttpResponse:
    """Show the alarms that are on, and after how many weeks each silence would be noticed."""
    from slachtoffermonitor.trend import silence  # noqa: PLC0415 - loads compiled kernels

    reports = visible_to(request.user, Report.objects.all(), request.scope).order_by()
    rows = list(reports.values_list("organisation__name", "reported_on"))
    frame = pl.DataFrame(rows, schema={"reporter": pl.String, "reported_on": pl.Date}, orient="row")
    try:
        found = silence(frame, until=timezone.localdate())
    except InputError:
        return render(request, "register/silence.html", {"too_short": True})
    context = {
        "alarms": [alarm.sentence.in_language(spoken()) for alarm in found.now],
        "reporters": list(
            found.reporters.select("reporter", "watched", "weeks_to_notice").iter_rows()
        ),
    }
    return render(request, "register/silence.html", context)
