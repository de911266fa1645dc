"""What goes over the interface, with the consent rule in its shape.

A report is one of three by `content`: full, without a name, or only a count. A consent is one of
several by `form`: where it is written, its evidence is required. So a client that validates
against the schema cannot send a full report whose written consent lacks its text or day.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict, Field, StringConstraints

from slachtoffermonitor.vocabulary import code_list

__all__ = ["Count", "FullReport", "Problems", "PseudonymisedReport", "Receipt", "Said"]


def _code(name: str) -> Any:
    return Field(
        description=f"A code of the list {name}.", json_schema_extra={"enum": list(code_list(name))}
    )


def _codes(name: str) -> Any:
    return Field(
        description=f"Codes of the list {name}.",
        max_length=20,
        json_schema_extra={"items": {"type": "string", "enum": list(code_list(name))}},
    )


Name = Annotated[str, StringConstraints(max_length=100, pattern=r"^[^\x00-\x1f]*$")]
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class _Strict(Schema):
    model_config = ConfigDict(extra="forbid")


class Identity(_Strict):
    """Who the victim is; sealed in the vault at once. Never a citizen service number."""

    given_name: Name = ""
    surname: Name = ""
    birth_date: date | None = None
    contact_fragment: Name = ""


class ReportFacts(_Strict):
    """What the report says, in codes and dates."""

    main_form: Annotated[str, _code("forms")]
    forms: Annotated[list[str], _codes("forms")] = Field(min_length=1)
    route: Annotated[str, _code("routes")] = "ONB"
    sex: Annotated[str, _code("sexes")] = "ONB"
    citizenship: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] | None = None
    municipality: Annotated[str, StringConstraints(pattern=r"^GM[0-9]{4}$")] | None = None
    exploited_from: date | None = None
    exploited_until: date | None = None
    residence: Annotated[str, _code("residence")] | None = None
    recruiter_relation: Annotated[str, _code("recruiter_relations")] | None = None
    platforms: Annotated[list[str], _codes("platforms")] = Field(default_factory=list)


class NoWrittenConsent(_Strict):
    """No consent, an oral one, or one refused or withdrawn: no evidence goes with it."""

    form: Literal["GEEN", "MONDELING", "INGETROKKEN"]


class _Written(_Strict):
    given_on: date
    text_id: Annotated[str, StringConstraints(max_length=60)] = Field(
        description="Id of the text that was signed, as `consent-texts` gives it."
    )
    document_sha256: Digest | None = Field(
        default=None, description="Digest of the signed document; the document stays with you."
    )
    giver_name: Name = ""


class OwnConsent(_Written):
    """The victim signed."""

    form: Literal["ZELF"]


class ParentConsent(_Written):
    """A parent signed, who is not suspected of the exploitation."""

    form: Literal["OUDER"]
    giver_is_suspect: Literal[False]


class GuardianConsent(_Written):
    """A guardian, curator or mentor signed, who is not suspected of the exploitation."""

    form: Literal["VOOGD"]
    giver_is_suspect: Literal[False]


Consent = Annotated[
    NoWrittenConsent | OwnConsent | ParentConsent | GuardianConsent, Field(discriminator="form")
]


class Decision(_Strict):
    """A named privacy or child-protection officer decided on a vital interest."""

    officer: Annotated[str, StringConstraints(min_length=1, max_length=120)]
    office: Annotated[str, StringConstraints(min_length=1, max_length=120)]
    decided_on: date


class _AboutAPerson(_Strict):
    purpose: Annotated[str, _code("purposes")]
    age: Annotated[str, _code("age_bands_consent")]
    reported_on: date | None = None
    facts: ReportFacts
    consent: Consent
    suspects: list[Literal["OUDER", "VOOGD"]] = Field(
        default_factory=list,
        description="Who may be an offender, and so is never asked for consent.",
    )
    decision: Decision | None = None
    own_reference: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._/-]{0,40}$")] = ""
    tokens: Annotated[str, StringConstraints(max_length=200_000)] = Field(
        default="",
        description="A Parquet file of one row of tokens, in base64: compared with others' tokens.",
    )


class FullReport(_AboutAPerson):
    """A report that says who the victim is."""

    content: Literal["VOLLEDIG"]
    identity: Identity


class PseudonymisedReport(_AboutAPerson):
    """A report without a name; `tokens` is one row of what `slachtoffermonitor tokenise` wrote."""

    content: Literal["PSEUDONIEM"]


class Count(_Strict):
    """A count, where there is no basis for more: nothing of it is about one person."""

    content: Literal["TELLING"]
    month: Annotated[str, StringConstraints(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")]
    age_band: Annotated[str, _code("age_bands")]
    form: Annotated[str, _code("forms")]
    region: Annotated[str, StringConstraints(max_length=40, pattern=r"^[^0-9]*$")] = ""
    persons: int = Field(default=1, ge=1, le=1000)


AnyReport = Annotated[FullReport | PseudonymisedReport | Count, Field(discriminator="content")]


class Said(Schema):
    """A verdict: on which basis, what may be sent, what is missing, and by which rule."""

    question: dict[str, Any]
    policy: dict[str, Any]
    basis: str
    article: str
    may_send: str
    light: Literal["green", "amber", "red"]
    reason: str
    needs: list[dict[str, str]]
    ask: list[str]
    officer_may_decide: bool
    instead: str | None
    rules: dict[str, str]
    sources: list[dict[str, str]]


class Receipt(Schema):
    """What became of a report. `code` is shown this once, when it was asked for."""

    id: UUID
    content: str
    known: bool = False
    code: str | None = None
    verdict: Said | None = None


class Standing(Schema):
    """Where a report stands; nothing of what it says."""

    id: UUID
    status: str
    content: str
    purpose: str
    basis: str
    version: int
    own_reference: str


class Left(Schema):
    """What a withdrawal left: a code of the list report_contents."""

    leaves: str


class Text(Schema):
    """A text of consent, to be signed."""

    text_id: str
    giver: str
    purpose: str
    language: str
    paragraphs: list[str]
    sha256: str


class OneProblem(Schema):
    """One thing that is wrong; never a person's value."""

    column: str
    what: str
    allowed: str = ""


class Problems(Schema):
    """Everything that is wrong with a request."""

    detail: str
    problems: list[OneProblem] = Field(default_factory=list)


class Refusal(Schema):
    """The law lets less be sent; nothing about the person was kept."""

    detail: str
    verdict: Said
