"""Waiting times of a municipality beside the country, as of the end of last month."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from slachtoffermonitor.ground import ReleaseError
from slachtoffermonitor.service.accounts.permissions import Scope
from slachtoffermonitor.service.accounts.rows import as_service
from slachtoffermonitor.service.care.benchmark import Compared, compare_waiting
from slachtoffermonitor.service.care.delivering import care_requests

__all__ = ["benchmark_page"]

_COUNTRY = "TOTAL"


@never_cache
@require_safe
def benchmark_page(request: Any) -> HttpResponse:
    """Show the own municipality beside the country; the registrar sees all that may be shown.

    The counts are those of a month that is over: what changes from day to day would tell of one
    person.
    """
    until = timezone.localdate().replace(day=1) - timedelta(days=1)
    with as_service("care-benchmark", write=False):
        frame = care_requests(until=until)
    try:
        compared = compare_waiting(frame, on=until)
    except ReleaseError:
        compared = Compared(on=until)
    own = request.user.organisation.municipality
    rows = [
        {**row, "place": place, "note": gettext(str(row["note"])) if row["note"] else ""}
        for place, row in compared.rows.items()
        if request.scope is Scope.ALL or place in (_COUNTRY, own)
    ]
    context = {
        "rows": rows,
        "until": until,
        "said": gettext(compared.said) if compared.said else "",
        "own": own,
        "alone": own and own not in compared.rows,
        "country": _COUNTRY,
    }
    return render(request, "care/benchmark.html", context)
