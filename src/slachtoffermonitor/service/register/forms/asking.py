"""May I report? Three questions, answered in codes, so that the address may hold the answers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from slachtoffermonitor.service.basis import SUSPECTS, Situation
from slachtoffermonitor.service.register.forms.fields import CodesField, OneCodeField
from slachtoffermonitor.vocabulary import code_list

__all__ = ["AskForm", "suspects_field"]


def suspects_field() -> forms.MultipleChoiceField:
    """Ask who may be an offender, before anybody is asked for consent."""
    field = CodesField(
        "consent_forms",
        label=_("Who of these may be involved in the exploitation?"),
        help_text=_("Do not ask them anything. They are not asked for consent."),
        required=False,
    )
    field.choices = [
        ("OUDER", _("A parent")),
        ("VOOGD", _("The guardian or mentor")),
    ]
    return field


class AskForm(forms.Form):
    """Who reports for what, about whom, and with which consent."""

    reporter = OneCodeField(
        "reporters", label=_("1. Who reports?"), widget=forms.Select, required=True
    )
    purpose = OneCodeField("purposes", label=_("What for?"), initial="REGISTER")
    age = OneCodeField("age_bands_consent", label=_("2. How old is the victim now?"))
    suspects = suspects_field()
    consent = OneCodeField("consent_forms", label=_("3. Is there consent?"), initial="GEEN")

    def __init__(self, *args: Any, reporter: str = "", **options: Any) -> None:
        super().__init__(*args, **options)
        if reporter:
            del self.fields["reporter"]
        self.known_reporter = reporter

    def situation(self) -> Situation:
        """Give the question in the shape that the rules take."""
        answers = self.cleaned_data
        return Situation(
            reporter=self.known_reporter or answers["reporter"],
            purpose=answers["purpose"],
            age=answers["age"],
            consent=answers["consent"],
            suspects=frozenset(answers["suspects"]) & frozenset(SUSPECTS),
        )


def consent_forms_to_ask(suspects: frozenset[str]) -> tuple[str, ...]:
    """Which forms of consent are offered as an answer? None of a suspect."""
    forms_known = code_list("consent_forms")
    return tuple(
        code
        for code, entry in forms_known.items()
        if entry.attributes.get("given_by") not in suspects
    )
