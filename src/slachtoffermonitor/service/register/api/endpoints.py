"""The calls of the interface."""

from __future__ import annotations

from typing import Annotated, Any, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language_from_request
from ninja import Header, NinjaAPI, Status
from ninja.errors import ValidationError
from pydantic import StringConstraints

from slachtoffermonitor.ground import InputError, Language
from slachtoffermonitor.service.accounts.models import ClientKey
from slachtoffermonitor.service.accounts.permissions import visible_to
from slachtoffermonitor.service.basis import (
    Situation,
    consent_text,
    describe_verdict,
    may_report,
)
from slachtoffermonitor.service.register.api import schemas
from slachtoffermonitor.service.register.api.idempotency import KeyUsedOtherwiseError, once
from slachtoffermonitor.service.register.api.reading import count_of, submission_of
from slachtoffermonitor.service.register.models import AccessCode, Report
from slachtoffermonitor.service.register.receiving.codes import make_code
from slachtoffermonitor.service.register.receiving.taking_in import (
    NoBasisError,
    chosen_policy,
    count_only,
    receive,
)
from slachtoffermonitor.service.register.receiving.withdrawing import withdraw

__all__ = ["api"]

Key = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._:-]{8,80}$")]


def _client(request: HttpRequest) -> Any:
    """Let in a system with a key of its organisation; a signed-in person has the pages."""
    caller: Any = request.user
    return caller if isinstance(caller, ClientKey) else None


api = NinjaAPI(
    title="Slachtoffermonitor: reporting point",
    version="1.0",
    description=(
        "Report presumed victims of human trafficking, lawfully. Each organisation has keys of "
        "its own: `Authorization: Bearer smk_…`. A report that the law does not let you send is "
        "answered with 409, what may be sent instead, and what is missing; nothing of it is kept."
    ),
    urls_namespace="register:register-api",
    docs_url=None,
    auth=_client,
)


@api.exception_handler(InputError)
def _wrong(request: HttpRequest, error: InputError) -> HttpResponse:
    problems = [
        {"column": found.column, "what": found.what, "allowed": found.allowed}
        for found in error.problems
    ]
    return api.create_response(request, {"detail": "not valid", "problems": problems}, status=422)


@api.exception_handler(ValidationError)
def _misshapen(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Say where the shape is wrong, and never what stood there."""
    problems = [
        {"column": ".".join(str(part) for part in found["loc"]), "what": found["type"]}
        for found in error.errors
    ]
    return api.create_response(request, {"detail": "not valid", "problems": problems}, status=422)


@api.exception_handler(NoBasisError)
def _no_basis(request: HttpRequest, error: NoBasisError) -> HttpResponse:
    verdict = describe_verdict(error.verdict, _spoken(request))
    return api.create_response(
        request, {"detail": "no legal basis", "verdict": verdict}, status=409
    )


@api.exception_handler(KeyUsedOtherwiseError)
def _used(request: HttpRequest, error: KeyUsedOtherwiseError) -> HttpResponse:  # noqa: ARG001
    detail = "this Idempotency-Key was used for another request"
    return api.create_response(request, {"detail": detail}, status=422)


def _spoken(request: HttpRequest) -> Language:
    """Give the language that `Accept-Language` asks for, as Django found it."""
    return cast(Language, get_language_from_request(request)[:2])


@api.get(
    "/may-report",
    response={200: schemas.Said, 422: schemas.Problems},
    url_name="may_report",
    summary="May we report this, and on which legal basis?",
)
def ask(
    request: HttpRequest,
    purpose: str = "REGISTER",
    age: str = "ONB",
    consent: str = "GEEN",
    suspects: str = "",
) -> Any:
    """Answer for the organisation of the key; `suspects`: OUDER, VOOGD, or both with a comma."""
    situation = Situation(
        reporter=_client(request).organisation.reporter,
        purpose=purpose,
        age=age,
        consent=consent,
        suspects=frozenset(filter(None, suspects.split(","))),
    )
    verdict = may_report(situation, on=timezone.localdate(), policy=chosen_policy())
    return describe_verdict(verdict, _spoken(request))


@api.get(
    "/consent-texts",
    response={200: schemas.Text, 422: schemas.Problems},
    url_name="consent_text",
    summary="Which text is signed?",
)
def text_of(
    request: HttpRequest,  # noqa: ARG001
    giver: str,
    purpose: str,
    language: str = "nl",
) -> Any:
    """Give the newest text for a giver (ZELF, OUDER, VOOGD), purpose and language."""
    return consent_text(giver, purpose, language, on=timezone.localdate())


@api.post(
    "/reports",
    response={
        200: schemas.Receipt,
        201: schemas.Receipt,
        409: schemas.Refusal,
        422: schemas.Problems,
    },
    url_name="reports",
    summary="Report: full, without a name, or only a count",
)
def report(
    request: HttpRequest,
    sent: schemas.AnyReport,
    idempotency_key: Annotated[Key, Header()],
    with_code: bool = False,
) -> Any:
    """Take in a report. `with_code` gives a code by which a person can return to it."""
    client = _client(request)

    def answer() -> dict[str, Any]:
        if isinstance(sent, schemas.Count):
            tally = count_only(count_of(sent), actor=client, organisation=client.organisation)
            return {"id": str(tally.pk), "content": "TELLING"}
        received = receive(submission_of(sent), actor=client, organisation=client.organisation)
        return {
            "id": str(received.report.pk),
            "content": received.report.content,
            "known": received.known,
            "verdict": describe_verdict(received.verdict, _spoken(request)),
        }

    body = request.get_full_path().encode() + request.body
    said, before = once(client.organisation, idempotency_key, body, answer)
    if with_code and not before and not said.get("known") and "verdict" in said:
        kept = Report.objects.get(pk=said["id"])
        code = make_code(AccessCode.Kind.REPORTER, organisation=client.organisation, report=kept)
        said = {**said, "code": code}
    return Status(200 if before or said.get("known") else 201, said)


def _own(request: HttpRequest, report_id: UUID) -> Report | None:
    found = visible_to(request.user, Report.objects.all(), request.scope)  # type: ignore[attr-defined]
    return found.filter(pk=report_id).first()


@api.get(
    "/reports/{report_id}",
    response={200: schemas.Standing, 404: schemas.Problems},
    url_name="report",
    summary="Where does our report stand?",
)
def standing(request: HttpRequest, report_id: UUID) -> Any:
    """Say where a report of the own organisation stands, and nothing of what it says."""
    found = _own(request, report_id)
    return found if found is not None else Status(404, {"detail": "no such report"})


@api.post(
    "/reports/{report_id}/withdrawal",
    response={200: schemas.Left, 404: schemas.Problems},
    url_name="withdrawal",
    summary="The consent was withdrawn",
)
def withdrawal(request: HttpRequest, report_id: UUID) -> Any:
    """Withdraw the consent of a report of the own organisation; again changes nothing."""
    found = _own(request, report_id)
    if found is None:
        return Status(404, {"detail": "no such report"})
    return {"leaves": withdraw(found, actor=_client(request)).leaves}
