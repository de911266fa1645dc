"""Upload of many reports: the template, the check of every row, and the file given back."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from slachtoffermonitor.ground import InputError, Problem, translate
from slachtoffermonitor.service.register.forms.fields import spoken
from slachtoffermonitor.service.register.receiving.taking_in import chosen_policy
from slachtoffermonitor.service.register.uploads.guarding import LARGEST
from slachtoffermonitor.service.register.uploads.rows import Sheet, read_sheet
from slachtoffermonitor.service.register.uploads.taking import take_in
from slachtoffermonitor.service.register.uploads.writing import give_back, template

__all__ = ["template_file", "upload"]

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SHOWN = 200
# All columns of the template stand in the template: here they would hide what is wrong.
_LONGEST_ALLOWED = 80


class UploadForm(forms.Form):
    """A file, and what to do with rows that cannot be taken in as they stand."""

    file = forms.FileField(label=_("File (CSV, Excel, or tokens)"), max_length=200)
    count_others = forms.BooleanField(
        label=_("Count the rows for which there is no basis for more"), required=False
    )
    leave_faulty = forms.BooleanField(
        label=_("Take in the good rows and give the others back to me"), required=False
    )

    def clean_file(self) -> Any:
        """Refuse a file that is too large before it is read."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError(_("the file is too large"))
        return file


@never_cache
@require_http_methods(["GET", "POST"])
def upload(request: Any) -> HttpResponse:
    """Check a file; take it in, or tell everything that is wrong with it at once."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "register/upload.html", {"form": form})
    file, policy = form.cleaned_data["file"], chosen_policy()
    organisation = request.user.organisation
    content = file.read()
    try:
        sheet = read_sheet(content, file.name, reporter=organisation.reporter, policy=policy)
    except InputError as error:
        for problem in error.problems:
            form.add_error("file", _whole(problem))
        return render(request, "register/upload.html", {"form": form}, status=422)
    if "give_back" in request.POST:
        return _attachment(give_back(sheet, spoken()), "reports-checked.xlsx")
    wishes = {name: form.cleaned_data[name] for name in ("count_others", "leave_faulty")}
    shown: dict[str, Any] = {"form": UploadForm(), "wrong": _wrong(sheet)[:_SHOWN]}
    status = 200
    try:
        shown["taken"] = take_in(
            sheet, content, actor=request.user, organisation=organisation, policy=policy, **wishes
        )
    except InputError:
        status = 422
    return render(request, "register/upload.html", shown, status=status)


def _whole(problem: Problem) -> str:
    """Say what is wrong with the file as a whole, and what is allowed."""
    what = translate(problem.what, spoken())
    most = re.fullmatch(r"up to ([0-9]+)( signs)?", problem.allowed)
    allowed = gettext("at most %(count)s") % {"count": most[1]} if most else problem.allowed
    if len(allowed) > _LONGEST_ALLOWED:
        allowed = ""
    column = f"{problem.column}: " if problem.column not in ("", "file") else ""
    return f"{column}{what}" + (f" ({translate(allowed, spoken())})" if allowed else "")


def _wrong(sheet: Sheet) -> list[tuple[int, list[str]]]:
    """Say per row what is wrong, or why it may only be counted; never what stood there."""
    language = spoken()
    told = []
    for row in sheet.rows:
        if row.problems:
            words = [f"{each.column}: {translate(each.what, language)}" for each in row.problems]
            told.append((row.number, words))
        elif row.may_be_counted and row.verdict is not None:
            told.append((row.number, [row.verdict.reason[language]]))
    return told


@require_safe
def template_file(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Give the workbook to fill in."""
    return _attachment(template(spoken()), "reports-template.xlsx")


def _attachment(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=_XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer
