"""Two editions side by side: what differs, and why."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from slachtoffermonitor.ground import InputError
from slachtoffermonitor.service.desk.folders import find_edition, list_editions

__all__ = ["compare"]


def _made() -> list[tuple[str, str]]:
    return [("", ""), *((one.name, one.name) for one in list_editions() if one.made)]


class CompareForm(forms.Form):
    """Which edition beside which."""

    before = forms.ChoiceField(label=_("Edition before"), choices=_made)
    after = forms.ChoiceField(label=_("Edition after"), choices=_made)


@never_cache
@require_safe
def compare(request: Any) -> HttpResponse:
    """Show what changed from one edition to another, table by table."""
    form = CompareForm(request.GET or None)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        try:
            context["comparison"] = _compared(**form.cleaned_data)
        except InputError:
            form.add_error(None, _("One of these editions cannot be read."))
    return render(request, "desk/compare.html", context)


def _compared(before: str, after: str) -> Any:
    from slachtoffermonitor.edition import (  # noqa: PLC0415 - loads the analysis rooms
        compare_editions,
        read_edition,
    )

    found = [find_edition(name) for name in (before, after)]
    first, second = (
        read_edition(one.made) for one in found if one is not None and one.made is not None
    )
    return compare_editions(first, second)
