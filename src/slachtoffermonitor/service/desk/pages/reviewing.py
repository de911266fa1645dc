"""Grey pairs, judged one after the other, each by two people."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from slachtoffermonitor.ground import InputError
from slachtoffermonitor.service.desk.folders import EditionFolder, find_edition, list_editions
from slachtoffermonitor.service.desk.reviewing import judge_pair, pairs_to_judge

__all__ = ["judge", "review", "reviews"]

# What the linkage calls what it compares; a name that is new stays itself.
_COMPARED = {
    "given": later("given name"),
    "given_name": later("given name"),
    "surname": later("surname"),
    "birth": later("day of birth"),
    "birth_date": later("day of birth"),
    "sex": later("sex, as reported"),
    "citizenship": later("nationality, as reported"),
    "municipality": later("municipality, as reported"),
    "contact": later("part of a telephone number"),
    "contact_fragment": later("part of a telephone number"),
    "document": later("number of a document"),
    "address": later("address, as reported"),
    "house_number": later("house number"),
    "postcode": later("postal code"),
    "region": later("region, as reported"),
}
_VERDICTS = ("same", "different", "unsure")


@never_cache
@require_safe
def reviews(request: Any) -> HttpResponse:
    """Show which editions have pairs that this person has not judged."""
    rows = []
    for edition in list_editions():
        if (edition.path / "review" / "pairs.csv").is_file():
            rows.append((edition, *_counts(edition, request.user)))
    return render(request, "desk/reviews.html", {"rows": rows})


def _counts(edition: EditionFolder, user: Any) -> tuple[int | None, int | None]:
    try:
        waiting, settled = pairs_to_judge(edition, reviewer=user.audit_name)
    except InputError:
        return None, None
    return len(waiting), settled


@never_cache
@require_safe
def review(request: Any, edition: str) -> HttpResponse:
    """Show the next pair, as how its features agree."""
    found = _edition(edition)
    try:
        waiting, settled = pairs_to_judge(found, reviewer=request.user.audit_name)
    except InputError as error:
        problems = [_(problem.what) for problem in error.problems]
        context: dict[str, Any] = {"edition": found, "problems": problems}
        return render(request, "desk/review.html", context, status=422)
    context = {"edition": found, "left": len(waiting), "settled": settled}
    if waiting:
        context["pair"] = waiting[0]
        context["agreement"] = [
            (_COMPARED.get(name, name), _(said)) for name, said in waiting[0].agreement
        ]
    return render(request, "desk/review.html", context)


def _edition(name: str) -> EditionFolder:
    found = find_edition(name)
    if found is None:
        raise Http404
    return found


@require_POST
def judge(request: Any, edition: str) -> HttpResponse:
    """Take a verdict on a pair."""
    found, verdict = _edition(edition), request.POST.get("verdict", "")
    if verdict in _VERDICTS:
        try:
            judge_pair(found, request.POST.get("pair", ""), verdict, actor=request.user)
            messages.success(request, _("Your verdict is kept."))
        except InputError as error:
            for problem in error.problems:
                messages.error(request, _(problem.what))
    return redirect("desk:review", edition)
