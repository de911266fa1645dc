"""What a report says, in the words of the reader; and what is still missing in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy

from slachtoffermonitor.ground import Language, Problem, translate
from slachtoffermonitor.records import Notification
from slachtoffermonitor.service.register.forms.fields import spoken
from slachtoffermonitor.vocabulary import code_list

__all__ = ["missing_in", "shown_facts", "shown_identity", "told_problem"]

_NAMES = {
    "main_form": gettext_lazy("Most important form"),
    "forms": gettext_lazy("Forms"),
    "route": gettext_lazy("Route"),
    "sex": gettext_lazy("Sex"),
    "age_band": gettext_lazy("Age group"),
    "citizenship": gettext_lazy("Nationality"),
    "citizenship_group": gettext_lazy("Nationality group"),
    "municipality": gettext_lazy("Municipality"),
    "exploited_from": gettext_lazy("Began"),
    "exploited_until": gettext_lazy("Ended"),
    "residence": gettext_lazy("Residence"),
    "recruiter_relation": gettext_lazy("Recruiter"),
    "platforms": gettext_lazy("Apps and sites"),
}
_LISTS = {"age_band": "age_bands", "citizenship_group": "citizenship_groups"}
_IDENTITY = {
    "given_name": gettext_lazy("Given name"),
    "surname": gettext_lazy("Surname"),
    "birth_date": gettext_lazy("Day of birth"),
    "contact_fragment": gettext_lazy("Last four digits of a telephone number"),
    "consent_giver": gettext_lazy("Name of who signed"),
}
_DAYS = ("exploited_from", "exploited_until")
# What the register's tables cannot do without.
_WANTED = ("main_form", "route", "sex", "age_band", "citizenship", "recruiter_relation")
_UNKNOWN = "ONB"


def shown_facts(facts: Mapping[str, Any], language: Language) -> list[tuple[str, str]]:
    """Give what is known, named and in words."""
    return [
        (str(title), _in_words(name, str(facts[name]), language))
        for name, title in _NAMES.items()
        if facts.get(name)
    ]


def shown_identity(known: Mapping[str, str]) -> list[tuple[str, str]]:
    """Give who it is about, named, in the order in which it is asked."""
    order = [*_IDENTITY, *sorted(set(known) - set(_IDENTITY))]
    return [
        (
            str(_IDENTITY.get(name, name)),
            _day(known[name]) if name == "birth_date" else known[name],
        )
        for name in order
        if known.get(name)
    ]


def told_problem(problem: Problem) -> str:
    """Say what is wrong with an answer, by the name that its question has here."""
    name = _NAMES.get(problem.column or "") or _IDENTITY.get(problem.column or "")
    what = translate(problem.what, spoken())
    return f"{name}: {what}" if name else what


def _day(written: str) -> str:
    return date_format(date.fromisoformat(written), "j F Y")


def _in_words(name: str, value: str, language: Language) -> str:
    if name in _DAYS:
        return _day(value)
    column = Notification.columns().get(name)
    listed = _LISTS.get(name) or str((column.metadata or {}).get("codes", "") if column else "")
    if not listed:
        return value
    codes = code_list(listed)
    return ", ".join(
        codes.label(code, language) if code in codes else code for code in value.split(";")
    )


def missing_in(facts: Mapping[str, Any]) -> list[str]:
    """Say what the reporter could still be asked for; nothing of a report that was erased."""
    if not facts:
        return []
    return [str(_NAMES[name]) for name in _WANTED if facts.get(name) in (None, "", _UNKNOWN)]
