"""What the rules are asked about: who wants to report what, with which consent."""

from __future__ import annotations

from dataclasses import dataclass

from slachtoffermonitor.ground import InputError, Problem
from slachtoffermonitor.vocabulary import CodeList, code_list

__all__ = ["SUSPECTS", "Policy", "Situation", "suspects_of"]

SUSPECTS = ("OUDER", "VOOGD")
_RELATIONS_THAT_CONSENT = {"OUDER": ("OUDER",)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What the jurist of the register chose where the sources differ.

    `minors` is a code of the list `minor_consent`. `contested_ground` turns legitimate interest
    on; lawyers do not agree on it, so it is off unless somebody turns it on.
    """

    minors: str = "TOT_16"
    contested_ground: bool = False

    def __post_init__(self) -> None:
        _require({"minors": (self.minors, "minor_consent")})


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """One question to the rules, in codes of the vocabulary; nothing of it identifies a person.

    `consent` is the consent for this purpose: consent to the registration is none to help.
    `suspects` says who of those that could consent is suspected of the exploitation: parents
    (OUDER), guardian or mentor (VOOGD). `officer_decided` says that a named privacy or
    child-protection officer decided that a vital interest requires the report.

    Raises:
        InputError: a code does not exist; all such codes together.

    """

    reporter: str
    purpose: str = "REGISTER"
    age: str = "ONB"
    consent: str = "GEEN"
    suspects: frozenset[str] = frozenset()
    officer_decided: bool = False

    def __post_init__(self) -> None:
        _require(
            {
                "reporter": (self.reporter, "reporters"),
                "purpose": (self.purpose, "purposes"),
                "age": (self.age, "age_bands_consent"),
                "consent": (self.consent, "consent_forms"),
            }
        )
        strange = sorted(self.suspects - set(SUSPECTS))
        if strange:
            raise InputError(
                Problem(
                    what="is nobody who consents for somebody else",
                    column="suspects",
                    found=", ".join(strange),
                    allowed=", ".join(SUSPECTS),
                )
            )

    @property
    def reporter_class(self) -> str:
        """Give the class of the reporter."""
        return code_list("reporters")[self.reporter].parent or self.reporter

    @property
    def giver(self) -> str:
        """Say who gave the consent (ZELF, OUDER, VOOGD); empty when nobody did."""
        return str(code_list("consent_forms")[self.consent].attributes.get("given_by", ""))


def suspects_of(recruiter_relation: str | None) -> frozenset[str]:
    """Who may not consent, given what a report says of the recruiter's relation to the victim?

    A recruiter who is a parent makes both parents suspect: whom of them the report means is not
    recorded, and one can press the other.
    """
    return frozenset(_RELATIONS_THAT_CONSENT.get(recruiter_relation or "", ()))


def _require(asked: dict[str, tuple[str, str]]) -> None:
    lists: dict[str, CodeList] = {name: code_list(listed) for name, (_, listed) in asked.items()}
    problems = [
        Problem(
            what="is not a code of its list",
            column=name,
            found=repr(code),
            allowed=", ".join(lists[name]),
        )
        for name, (code, _) in asked.items()
        if code not in lists[name]
    ]
    if problems:
        raise InputError(problems)
