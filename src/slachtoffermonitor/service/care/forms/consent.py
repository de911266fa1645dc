"""On which ground help is asked for: a consent with its evidence, or an officer's decision."""

from __future__ import annotations

import hashlib
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from slachtoffermonitor.service.basis import consent_text
from slachtoffermonitor.service.care.forms.fields import DayField
from slachtoffermonitor.service.register.forms.fields import OneCodeField, RadioField
from slachtoffermonitor.service.register.receiving.submission import GivenConsent, OfficersWord
from slachtoffermonitor.vocabulary import code_list

__all__ = ["GROUND", "GroundFields"]

_LARGEST_DOCUMENT = 10 * 1024 * 1024
_EVIDENCE = ("given_on", "text_language", "giver_name")
_OFFICER = ("officer", "office", "decided_on")
GROUND = ("consent", *_EVIDENCE, "document", *_OFFICER)


class GroundFields(forms.Form):
    """The questions about the ground."""

    consent = OneCodeField(
        "consent_forms",
        label=_("Is there consent to this help?"),
        help_text=_("Consent to the registration is no consent to help."),
    )
    given_on = DayField(label=_("On which day was it signed?"), required=False)
    text_language = RadioField(
        label=_("Which text was signed?"),
        required=False,
        choices=[
            ("nl", _("Dutch")),
            ("en", _("English")),
            ("nl-plain", _("Dutch, plain")),
            ("en-plain", _("English, plain")),
        ],
    )
    giver_name = forms.CharField(label=_("Name of who signed"), max_length=100, required=False)
    document = forms.FileField(
        label=_("The signed document"),
        required=False,
        help_text=_("Only a digest of it is kept, as proof. Keep the document yourself."),
    )
    officer = forms.CharField(
        label=_("Name of the officer who decided on a vital interest"),
        help_text=_("Only where a named officer has decided that a vital interest requires it."),
        max_length=120,
        required=False,
    )
    office = forms.CharField(
        label=_("Organisation and task of the officer"), max_length=120, required=False
    )
    decided_on = DayField(label=_("On which day was it decided?"), required=False)

    def clean(self) -> Any:
        """Ask for the evidence of a written consent, and for an officer in full."""
        answers, today = self.cleaned_data, timezone.localdate()
        if self._is_written():
            for name in _EVIDENCE:
                if not answers.get(name) and name not in self.errors:
                    self.add_error(name, _("This is needed with a written consent."))
        given = [name for name in _OFFICER if answers.get(name)]
        for name in _OFFICER:
            if given and name in self.fields and not answers.get(name) and name not in self.errors:
                self.add_error(name, _("This is needed with the decision of an officer."))
        for name in ("given_on", "decided_on"):
            if answers.get(name) and answers[name] > today:
                self.add_error(name, _("This day has not come yet."))
        document = answers.get("document")
        if document and document.size > _LARGEST_DOCUMENT:
            self.add_error("document", _("The document is larger than 10 MB."))
        return answers

    def _is_written(self) -> bool:
        form = code_list("consent_forms").get(self.cleaned_data.get("consent", ""))
        return form is not None and form.attributes.get("written") == "yes"

    def given_consent(self) -> GivenConsent:
        """Give the consent as it was answered."""
        answers = self.cleaned_data
        if not self._is_written():
            return GivenConsent(form=answers.get("consent") or "GEEN")
        text = consent_text(
            answers["consent"], "ZORG", answers["text_language"], on=answers["given_on"]
        )
        document = answers.get("document")
        return GivenConsent(
            form=answers["consent"],
            given_on=answers["given_on"],
            text_id=text.text_id,
            document_sha256=_digest(document) if document else "",
            giver_name=answers["giver_name"],
        )

    def officers_word(self) -> OfficersWord | None:
        """Give the officer's decision, if there is one."""
        answers = self.cleaned_data
        if not answers.get("officer"):
            return None
        return OfficersWord(
            officer=answers["officer"], office=answers["office"], decided_on=answers["decided_on"]
        )


def _digest(document: Any) -> str:
    found = hashlib.sha256()
    for part in document.chunks():
        found.update(part)
    return found.hexdigest()
