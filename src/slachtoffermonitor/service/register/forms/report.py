"""The questions of a report, one form per page."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from slachtoffermonitor.ground import InputError
from slachtoffermonitor.service.basis import SUSPECTS, consent_text
from slachtoffermonitor.service.register.forms.asking import (
    consent_forms_to_ask,
    suspects_field,
)
from slachtoffermonitor.service.register.forms.fields import CodesField, OneCodeField, RadioField
from slachtoffermonitor.service.register.receiving.checking import same_band
from slachtoffermonitor.service.register.receiving.tokens import read_one_row

__all__ = ["Answers", "StepForm"]

Answers = dict[str, Any]
_LARGEST_DOCUMENT = 10 * 1024 * 1024
_PLACE = r"^GM[0-9]{4}$"


class StepForm(forms.Form):
    """One page: a form that knows what was answered before."""

    def __init__(self, *args: Any, answers: Answers, **options: Any) -> None:
        self.answers = answers
        options.setdefault(
            "initial", {name: answers[name] for name in self.base_fields if name in answers}
        )
        super().__init__(*args, **options)
        self.prepare()

    def prepare(self) -> None:
        """Fit the form to the answers so far."""


class Purpose(StepForm):
    purpose = OneCodeField("purposes", label=_("What do you report for?"))


class Age(StepForm):
    age = OneCodeField(
        "age_bands_consent",
        label=_("How old is the victim now?"),
        help_text=_("Estimate if you do not know. May it be a child? Choose under 16."),
    )


class Suspects(StepForm):
    suspects = suspects_field()


class Consent(StepForm):
    consent = OneCodeField(
        "consent_forms",
        label=_("Is there consent, for this purpose?"),
        help_text=_("Consent to the registration is no consent to help."),
    )

    def prepare(self) -> None:
        suspects = frozenset(self.answers.get("suspects", ())) & frozenset(SUSPECTS)
        self.fields["consent"] = OneCodeField(
            "consent_forms",
            codes=consent_forms_to_ask(suspects),
            label=self.fields["consent"].label,
            help_text=self.fields["consent"].help_text,
        )


class Evidence(StepForm):
    given_on = forms.DateField(
        label=_("On which day was it signed?"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    text_language = RadioField(
        label=_("Which text was signed?"),
        choices=[
            ("nl", _("Dutch")),
            ("en", _("English")),
            ("nl-plain", _("Dutch, plain")),
            ("en-plain", _("English, plain")),
        ],
    )
    giver_name = forms.CharField(label=_("Name of who signed"), max_length=100)
    document = forms.FileField(
        label=_("The signed document"),
        required=False,
        help_text=_("Only a digest of it is kept, as proof. Keep the document yourself."),
    )

    def clean_given_on(self) -> Any:
        day = self.cleaned_data["given_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day has not come yet."))
        return day

    def clean_document(self) -> Any:
        document = self.cleaned_data["document"]
        if document and document.size > _LARGEST_DOCUMENT:
            raise forms.ValidationError(_("The document is larger than 10 MB."))
        return document

    def text_id(self) -> str:
        """Give the id of the text that was signed."""
        answers = self.cleaned_data
        return consent_text(
            self.answers["consent"],
            self.answers["purpose"],
            answers["text_language"],
            on=answers["given_on"],
        ).text_id


class Choice(StepForm):
    go_on = RadioField(label=_("How do you want to go on?"))
    offered: ClassVar[dict[str, Any]] = {
        "REPORT": _("Report this victim"),
        "OFFICER": _("A named officer has decided that a vital interest requires the report"),
        "COUNT": _("Only count: age group, form, region and month"),
    }

    def prepare(self) -> None:
        choices = [
            (code, self.offered[code]) for code in self.answers.get("_offered", self.offered)
        ]
        self.fields["go_on"] = RadioField(label=self.fields["go_on"].label, choices=choices)


class Officer(StepForm):
    officer = forms.CharField(label=_("Name of the officer"), max_length=120)
    office = forms.CharField(label=_("Organisation and task of the officer"), max_length=120)
    decided_on = forms.DateField(
        label=_("On which day was it decided?"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class Forms(StepForm):
    forms = CodesField("forms", label=_("What kind of exploitation was it?"))
    main_form = OneCodeField("forms", label=_("Which was the most important?"))

    def clean(self) -> Any:
        chosen = self.cleaned_data.get("forms", [])
        main = self.cleaned_data.get("main_form")
        if main and chosen and main not in chosen:
            self.add_error("main_form", _("Choose one of the kinds that you ticked."))
        return self.cleaned_data


class CountedForm(StepForm):
    age_band = OneCodeField("age_bands", label=_("How old is the victim now?"))
    main_form = OneCodeField("forms", label=_("What kind of exploitation was it?"))


class Route(StepForm):
    route = OneCodeField("routes", label=_("Did the exploitation cross a border?"))


class Sex(StepForm):
    sex = OneCodeField("sexes", label=_("What is the sex of the victim?"))


class Origin(StepForm):
    citizenship = OneCodeField(
        "countries", label=_("Which nationality does the victim have?"), required=False
    )
    residence = OneCodeField(
        "residence", label=_("On which ground does the victim stay here?"), required=False
    )


class Period(StepForm):
    exploited_from = forms.DateField(
        label=_("When did it begin?"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    exploited_until = forms.DateField(
        label=_("When did it end?"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    municipality = forms.RegexField(
        _PLACE,
        label=_("In which municipality does the victim stay?"),
        help_text=_("The code of Statistics Netherlands, such as GM0599."),
        required=False,
    )

    def clean(self) -> Any:
        begun = self.cleaned_data.get("exploited_from")
        ended = self.cleaned_data.get("exploited_until")
        if begun and begun > timezone.localdate():
            self.add_error("exploited_from", _("This day has not come yet."))
        if begun and ended and ended < begun:
            self.add_error("exploited_until", _("The end lies before the beginning."))
        return self.cleaned_data


class Recruitment(StepForm):
    recruiter_relation = OneCodeField(
        "recruiter_relations", label=_("Who recruited the victim?"), required=False
    )
    platforms = CodesField("platforms", label=_("By which app or site?"), required=False)


class Tokens(StepForm):
    """What is kept of a file goes on from page to page by the id of its key."""

    tokens = forms.FileField(
        label=_("Tokens of this victim"),
        help_text=_(
            "With tokens this report can be compared with reports without a name. Your IT "
            "department makes the file with slachtoffermonitor tokenise: one row, for this victim "
            "alone. You can leave this open."
        ),
        required=False,
        max_length=200,
    )

    def clean_tokens(self) -> Any:
        file = self.cleaned_data["tokens"]
        if not file or file == self.initial.get("tokens"):
            return None
        try:
            return read_one_row(file)
        except InputError:
            raise forms.ValidationError(
                _("This file holds no tokens, or not exactly one row.")
            ) from None


class Identity(Tokens):
    field_order = ("given_name", "surname", "birth_date", "contact_fragment", "tokens")
    given_name = forms.CharField(label=_("Given name"), max_length=100, required=False)
    surname = forms.CharField(label=_("Surname"), max_length=100, required=False)
    birth_date = forms.DateField(
        label=_("Day of birth"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    contact_fragment = forms.CharField(
        label=_("Last four digits of a telephone number"),
        help_text=_("Never a citizen service number."),
        max_length=4,
        required=False,
    )

    def clean_birth_date(self) -> Any:
        born, today = self.cleaned_data["birth_date"], timezone.localdate()
        if born and (born > today or not same_band(born, today, self.answers["age"])):
            raise forms.ValidationError(_("This day does not agree with the age that you chose."))
        return born

    def clean(self) -> Any:
        known = [value for name, value in self.cleaned_data.items() if name != "tokens"]
        if not self.errors and not any(known):
            raise forms.ValidationError(_("Fill in at least one of these, or only count."))
        return self.cleaned_data


class Check(StepForm):
    victim_code = forms.BooleanField(
        label=_("Give me a code for the victim, to see, correct and withdraw the report"),
        required=False,
    )
