"""What a report says, in the words of the reader; and what is still missing in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy

from slachtoffermonitor.ground import Language
from slachtoffermonitor.records import Notification
from slachtoffermonitor.vocabulary import code_list

__all__ = ["missing_in", "shown_facts"]

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


def _in_words(name: str, value: str, language: Language) -> str:
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
