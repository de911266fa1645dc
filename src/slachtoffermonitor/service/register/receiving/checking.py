"""What is wrong with a submission: the rules of `records.Notification` for one report at a time.

A file goes through `records.check`; one report by page or interface would wait for a frame to be
made. `tests/service_register` holds both to the same answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache

from slachtoffermonitor.ground import InputError, Problem
from slachtoffermonitor.records import Notification
from slachtoffermonitor.service.basis import find_consent_text
from slachtoffermonitor.service.register.receiving.submission import (
    IDENTITY,
    CountedReport,
    Submission,
)
from slachtoffermonitor.vocabulary import age_band, code_list

__all__ = ["FACTS", "age_on", "looks_like_bsn", "problems_of", "problems_of_count", "same_band"]

# Columns of a notification that are codes and dates of the report itself.
FACTS = (
    "sex",
    "citizenship",
    "municipality",
    "main_form",
    "forms",
    "route",
    "exploited_from",
    "exploited_until",
    "residence",
    "recruiter_relation",
    "platforms",
)
_DATES = ("exploited_from", "exploited_until")
_REQUIRED = ("sex", "main_form", "forms", "route")
_LONGEST = {"given_name": 100, "surname": 100, "contact_fragment": 100, "municipality": 6}
_REFERENCE = re.compile(r"[A-Za-z0-9._/-]{0,40}")
_WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)
_EARLIEST = date(1900, 1, 1)


def problems_of(submission: Submission, *, today: date) -> list[Problem]:
    """What keeps this report from being taken in, apart from its legal basis?"""
    return [
        *_fact_problems(submission),
        *_date_problems(submission, today),
        *_identity_problems(submission),
        *_reference_problems(submission),
        *_content_problems(submission),
        *_consent_problems(submission, today),
    ]


def _fact_problems(submission: Submission) -> Iterator[Problem]:
    facts = submission.facts
    for name in sorted(set(facts) - set(FACTS)):
        yield Problem(what="is no column of a report", column=name)
    for name in FACTS:
        value = facts.get(name)
        if not value:
            if name in _REQUIRED:
                yield Problem(what="must not be empty", column=name)
            continue
        metadata = _metadata()[name]
        if "codes" in metadata:
            yield from _code_problems(name, value, metadata, submission.reported_on)
        if len(value) > _LONGEST.get(name, 200):
            yield Problem(what="is too long", column=name)
    forms = (facts.get("forms") or "").split(";")
    main = facts.get("main_form")
    if main and main not in forms:
        yield Problem(what="is not among the forms", column="main_form", found=repr(main))


@cache
def _metadata() -> Mapping[str, Mapping[str, object]]:
    return {name: column.metadata or {} for name, column in Notification.columns().items()}


def _code_problems(
    name: str, value: str, metadata: Mapping[str, object], on: date
) -> Iterator[Problem]:
    codes = code_list(str(metadata["codes"]))
    for code in value.split(";") if metadata.get("many") else [value]:
        if code not in codes:
            yield Problem(
                what="is not a code of its list",
                column=name,
                found=repr(code[:20]),
                allowed=", ".join(list(codes)[:16]),
            )
        elif metadata.get("clock") and not codes[code].is_valid(on):
            yield Problem(
                what="the code was not valid on the day of the report",
                column=name,
                found=repr(code),
            )


def _date_problems(submission: Submission, today: date) -> Iterator[Problem]:
    days = {name: _day(submission.facts.get(name)) for name in _DATES}
    for name in _DATES:
        if submission.facts.get(name) and days[name] is None:
            yield Problem(
                what="is not a date that exists", column=name, allowed="YYYY-MM-DD from 1900"
            )
    begun, ended = days["exploited_from"], days["exploited_until"]
    if begun and ended and ended < begun:
        yield Problem(what="lies before the beginning", column="exploited_until")
    if begun and begun > submission.reported_on:
        yield Problem(what="lies after the report", column="exploited_from")
    if submission.reported_on > today:
        yield Problem(what="lies in the future", column="reported_on")


def _identity_problems(submission: Submission) -> Iterator[Problem]:
    identity = submission.identity
    for name in sorted(set(identity) - set(IDENTITY)):
        yield Problem(what="is no field of identity", column=name)
    for name in IDENTITY:
        if len(identity.get(name, "")) > _LONGEST.get(name, 100):
            yield Problem(what="is too long", column=name)
    for name in ("given_name", "surname", "contact_fragment"):
        if any(ord(sign) < 32 for sign in identity.get(name, "")):
            yield Problem(what="holds signs that are no text", column=name)
    if not identity.get("birth_date"):
        return
    born = _day(identity["birth_date"])
    if born is None or born > submission.reported_on:
        yield Problem(what="is not a day of birth", column="birth_date", allowed="YYYY-MM-DD")
    elif not same_band(born, submission.reported_on, submission.age):
        yield Problem(what="does not agree with the day of birth", column="age")


def _reference_problems(submission: Submission) -> Iterator[Problem]:
    if not _REFERENCE.fullmatch(submission.own_reference):
        yield Problem(
            what="is no reference",
            column="own_reference",
            allowed="up to 40 letters, digits, dots, slashes and hyphens",
        )
    texts = {"own_reference": submission.own_reference, **submission.identity}
    for name, text in texts.items():
        if name != "birth_date" and looks_like_bsn(text):
            yield Problem(what="may be a citizen service number, which is not kept", column=name)


def looks_like_bsn(text: str) -> bool:
    """Whether a text holds nine digits that pass the check of a citizen service number."""
    return any(
        sum(int(digit) * weight for digit, weight in zip(found, _WEIGHTS, strict=True)) % 11 == 0
        for found in re.findall(r"(?<!\d)\d{9}(?!\d)", re.sub(r"(?<=\d)[ .-](?=\d)", "", text))
    )


def _content_problems(submission: Submission) -> Iterator[Problem]:
    if submission.content not in ("VOLLEDIG", "PSEUDONIEM"):
        yield Problem(
            what="is nothing that a report about a person can hold",
            column="content",
            allowed="VOLLEDIG, PSEUDONIEM",
        )
    if submission.content == "PSEUDONIEM" and any(submission.identity.values()):
        yield Problem(what="a report without a name holds no identity", column="content")
    if submission.content == "VOLLEDIG" and not any(submission.identity.values()):
        yield Problem(what="a full report says who the victim is", column="content")
    decision = submission.decision
    if decision is not None and not (decision.officer.strip() and decision.office.strip()):
        yield Problem(what="the officer who decided is not named", column="decision")


def _consent_problems(submission: Submission, today: date) -> Iterator[Problem]:
    consent = submission.consent
    form = code_list("consent_forms").get(consent.form)
    if form is None:
        yield Problem(what="is not a code of its list", column="consent")
        return
    if form.attributes.get("written") != "yes":
        return
    if consent.given_on is None or consent.given_on > submission.reported_on:
        yield Problem(what="consent is given before the report", column="consent_given_on")
    elif consent.given_on > today:
        yield Problem(what="lies in the future", column="consent_given_on")
    yield from _text_problems(submission)
    if consent.document_sha256 and not _is_digest(consent.document_sha256):
        yield Problem(
            what="is no SHA-256 digest", column="consent_document_sha256", allowed="64 hex digits"
        )


def _text_problems(submission: Submission) -> Iterator[Problem]:
    consent = submission.consent
    try:
        text = find_consent_text(consent.text_id)
    except InputError:
        yield Problem(what="no such text of consent", column="consent_text_id")
        return
    if (text.giver, text.purpose) != (consent.form, submission.purpose):
        yield Problem(
            what="the text is for another giver or purpose",
            column="consent_text_id",
            allowed=f"a text for {consent.form} and {submission.purpose}",
        )


def problems_of_count(counted: CountedReport, *, today: date) -> list[Problem]:
    """What keeps a count from being taken in?"""
    found = []
    for name, value, listed in (
        ("age_band", counted.age_band, "age_bands"),
        ("form", counted.form, "forms"),
    ):
        if value not in code_list(listed):
            found.append(Problem(what="is not a code of its list", column=name))
    if counted.month.replace(day=1) > today:
        found.append(Problem(what="lies in the future", column="month"))
    if not 1 <= counted.persons <= 1000:
        found.append(Problem(what="is no count of persons", column="persons", allowed="1 to 1000"))
    if len(counted.region) > 40 or any(sign.isdigit() for sign in counted.region):
        found.append(Problem(what="is no region", column="region", allowed="a name in 40 letters"))
    return found


def age_on(born: date, on: date) -> int:
    """How many completed years after birth is the day?"""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def same_band(born: date, on: date, band: str) -> bool:
    """Whether somebody born then is in this band of ages of consent on the day."""
    return age_band("age_bands_consent", age_on(born, on)) == band


def _day(written: str | None) -> date | None:
    try:
        found = date.fromisoformat(written or "")
    except ValueError:
        return None
    return found if found >= _EARLIEST and len(written or "") == 10 else None


def _is_digest(written: str) -> bool:
    return len(written) == 64 and set(written) <= set("0123456789abcdef")
