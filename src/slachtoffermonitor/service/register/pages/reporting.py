"""A report, one question a page; every answer is kept before the next page is shown."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from slachtoffermonitor.ground import InputError
from slachtoffermonitor.service.accounts.permissions import visible_to
from slachtoffermonitor.service.register.forms.report import Answers, Evidence, StepForm
from slachtoffermonitor.service.register.models import AccessCode, Draft, Report
from slachtoffermonitor.service.register.pages import drafts
from slachtoffermonitor.service.register.pages.asking import told
from slachtoffermonitor.service.register.pages.facts import told_problem
from slachtoffermonitor.service.register.pages.steps import (
    Step,
    asked_steps,
    counted_of,
    first_unanswered,
    next_step,
    step_named,
    submission_of,
    verdict_of,
)
from slachtoffermonitor.service.register.receiving.codes import find_code, make_code
from slachtoffermonitor.service.register.receiving.taking_in import (
    NoBasisError,
    count_only,
    receive,
)

__all__ = ["begin", "question", "save_for_later", "start", "throw_away"]


@never_cache
@require_http_methods(["GET", "POST"])
def start(request: Any) -> HttpResponse:
    """Show what this organisation reported and is writing; take a code to return to."""
    wrong = False
    if request.method == "POST":
        found = find_code(request.POST.get("code", ""), "DRAFT", "REPORTER")
        if found is not None and found.organisation_id == request.user.organisation_id:
            if found.draft_id:
                return redirect("register:question", found.draft_id, "check")
            return redirect("register:report", found.report_id)
        wrong = True
    own = visible_to(request.user, Report.objects.all(), request.scope)[:50]
    begun = visible_to(request.user, Draft.objects.all(), request.scope)[:50]
    return render(
        request, "register/start.html", {"reports": own, "drafts": begun, "wrong_code": wrong}
    )


@require_POST
def begin(request: Any) -> HttpResponse:
    """Begin a report."""
    return redirect("register:question", drafts.begin(request.user).pk, "purpose")


@never_cache
@require_http_methods(["GET", "POST"])
def question(request: Any, draft_id: Any, name: str) -> HttpResponse:
    """Ask one question; keep a good answer and go on to the next."""
    draft = drafts.find_draft(request, draft_id)
    answers = drafts.answers_of(draft, actor=request.user)
    step = step_named(name)
    if step is None or not step.asked(answers):
        return redirect("register:question", draft.pk, asked_steps(answers)[0].name)
    missing = first_unanswered(answers)
    if name == "check" and missing is not None:
        return redirect("register:question", draft.pk, missing.name)
    context = _context_of(step, answers, request.user.organisation)
    if request.method == "POST":
        form = step.form(request.POST, request.FILES, answers=answers)
        if form.is_valid():
            if name == "check":
                return _send(request, draft, answers, form)
            _take(step, form, answers, request.user.organisation)
            drafts.keep(draft, answers, actor=request.user)
            return redirect("register:question", draft.pk, next_step(answers, name).name)
    else:
        form = step.form(answers=answers)
    shown = {"form": form, "draft": draft, "step": step, **context}
    return render(request, "register/question.html", shown)


def _context_of(step: Step, answers: Answers, organisation: Any) -> dict[str, Any]:
    """Say what belongs to a page beside its form; keep which ways lie open."""
    asked = [found.name for found in asked_steps(answers)]
    context: dict[str, Any] = {"number": asked.index(step.name) + 1, "of": len(asked)}
    before = asked[: asked.index(step.name)]
    context["before"] = before[-1] if before else None
    if step.name == "verdict":
        verdict = verdict_of({**answers, "go_on": ""}, organisation.reporter)
        answers["_offered"] = [
            way
            for way, open_now in (
                ("REPORT", verdict.may_send != "TELLING"),
                ("OFFICER", verdict.officer_may_decide),
                ("COUNT", True),
            )
            if open_now
        ]
        context |= told(verdict)
    if step.name == "check":
        context["shown"] = _summary(answers)
    return context


def _summary(answers: Answers) -> list[tuple[str, str, str]]:
    """Give page, question and answer of everything that was answered, to be looked over."""
    found = []
    for page in asked_steps(answers):
        for field in page.form(answers=answers):
            value = answers.get(field.name)
            if page.name != "check" and value:
                choices = dict(getattr(field.field, "choices", ()))
                said = value if isinstance(value, list) else [value]
                text = ", ".join(_in_words(field, choices, one) for one in said)
                found.append((page.name, str(field.label), text))
    return found


def _in_words(field: Any, choices: dict[Any, Any], answer: str) -> str:
    if isinstance(field.field, forms.DateField):
        return date_format(date.fromisoformat(answer), "j F Y")
    return str(choices.get(answer, answer))


def _take(step: Step, form: StepForm, answers: Answers, organisation: Any) -> None:
    """Put the answers of one page beside the others."""
    for name, value in form.cleaned_data.items():
        if name == "document":
            answers["_document_sha256"] = _digest(value) if value else ""
        elif name == "tokens":
            # A page that is answered again without a file keeps the tokens it had.
            if value:
                answers["_tokens"], answers["tokens"] = b64encode(value[0]).decode(), value[1]
        else:
            answers[name] = value.isoformat() if isinstance(value, date) else value
    if isinstance(form, Evidence):
        answers["_text_id"] = form.text_id()
    done = [page for page in answers.get("_done", []) if page != step.name]
    if step.name in ("purpose", "age", "suspects", "consent"):
        # Another question to the rules: what they answered is asked again.
        done = [page for page in done if page not in ("evidence", "verdict", "officer")]
        answers["go_on"] = ""
    answers["_done"] = [*done, step.name]
    answers["_content"] = verdict_of(answers, organisation.reporter).may_send


def _digest(document: Any) -> str:
    found = hashlib.sha256()
    for part in document.chunks():
        found.update(part)
    return found.hexdigest()


def _send(request: Any, draft: Draft, answers: Answers, form: StepForm) -> HttpResponse:
    organisation = request.user.organisation
    try:
        if answers["go_on"] == "COUNT":
            count_only(
                counted_of(answers, organisation.region),
                actor=request.user,
                organisation=organisation,
                origin="PAGE",
            )
            drafts.end(draft, actor=request.user, reason="COUNTED")
            return render(request, "register/sent.html", {"counted": True})
        received = receive(submission_of(answers), actor=request.user, organisation=organisation)
    except NoBasisError as refused:
        return render(request, "register/refused.html", told(refused.verdict), status=409)
    except InputError as error:
        for problem in error.problems:
            form.add_error(None, told_problem(problem))
        shown = {"form": form, "draft": draft, "step": step_named("check")}
        return render(request, "register/question.html", shown, status=422)
    codes = {"code": make_code("REPORTER", organisation=organisation, report=received.report)}
    if form.cleaned_data.get("victim_code"):
        codes["victim_code"] = make_code(
            AccessCode.Kind.VICTIM, organisation=organisation, report=received.report
        )
    drafts.end(draft, actor=request.user, reason="SENT")
    return render(request, "register/sent.html", {**codes, **told(received.verdict)})


@never_cache
@require_POST
def save_for_later(request: Any, draft_id: Any) -> HttpResponse:
    """Give a code by which a colleague, or the writer, goes on later."""
    draft = drafts.find_draft(request, draft_id)
    AccessCode.objects.filter(draft=draft).delete()
    code = make_code("DRAFT", organisation=draft.organisation, draft=draft)
    return render(request, "register/saved.html", {"code": code})


@require_POST
def throw_away(request: Any, draft_id: Any) -> HttpResponse:
    """Destroy a draft."""
    drafts.end(drafts.find_draft(request, draft_id), actor=request.user, reason="THROWN_AWAY")
    messages.success(request, _("The draft was destroyed."))
    return redirect("register:start")


@never_cache
@require_safe
def report(request: HttpRequest, report_id: Any) -> HttpResponse:
    """Show where a report of the own organisation stands, without who it is about."""
    found = visible_to(request.user, Report.objects.all(), request.scope)  # type: ignore[attr-defined]
    shown = found.filter(pk=report_id).first()
    status = 200 if shown is not None else 404
    return render(request, "register/report.html", {"report": shown}, status=status)
