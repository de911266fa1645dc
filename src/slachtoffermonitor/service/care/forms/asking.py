"""Asking for help: first age and suspects, then everything else; a suspect is no answer there."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from slachtoffermonitor.service.basis import SUSPECTS
from slachtoffermonitor.service.care.acts.asking import Asked
from slachtoffermonitor.service.care.forms.consent import GROUND, GroundFields
from slachtoffermonitor.service.care.forms.fields import DayField, MonthField, ReasonField
from slachtoffermonitor.service.register.forms.asking import consent_forms_to_ask, suspects_field
from slachtoffermonitor.service.register.forms.fields import CodesField, OneCodeField
from slachtoffermonitor.service.register.receiving.checking import same_band
from slachtoffermonitor.service.register.receiving.submission import IDENTITY

__all__ = ["AskForm", "FirstForm"]

_PLACE = r"^GM[0-9]{4}$"


class FirstForm(forms.Form):
    """Codes alone, so that the address may hold the answers."""

    age = OneCodeField("age_bands_consent", label=_("How old is the victim now?"))
    suspects = suspects_field()

    def suspected(self) -> frozenset[str]:
        """Say who is no giver of consent."""
        return frozenset(self.cleaned_data["suspects"]) & frozenset(SUSPECTS)


class HelpFields(forms.Form):
    """What help is asked for, and how urgent it is."""

    needs = CodesField("care_types", label=_("Which help is needed?"))
    municipality = forms.RegexField(
        _PLACE,
        label=_("Which municipality answers for the help?"),
        help_text=_("The code of Statistics Netherlands, such as GM0599."),
    )
    requested_on = DayField(
        label=_("On which day was the help requested?"),
        help_text=_("Today, if you leave it empty."),
        required=False,
    )
    urgency = OneCodeField("urgencies", label=_("How urgent is it, in your judgement?"))
    urgency_reason = ReasonField()
    wanted_place = OneCodeField(
        "wanted_places", label=_("Where should the place be?"), initial="GEEN_VOORKEUR"
    )
    speciality = OneCodeField(
        "care_specialities", label=_("Which speciality is needed?"), initial="ALGEMEEN"
    )
    sex = OneCodeField("sexes", label=_("What is the sex of the victim?"))
    language = OneCodeField(
        "contact_languages",
        label=_("Which language does the victim prefer?"),
        required=False,
        widget=forms.Select,
    )
    turns_18_in = MonthField(
        label=_("In which month does the victim turn 18?"),
        help_text=_("Year and month, such as 2027-01. Only for a child of 16 or 17."),
        required=False,
    )


class IdentityFields(forms.Form):
    """For whom; kept in the vault."""

    given_name = forms.CharField(label=_("Given name"), max_length=100, required=False)
    surname = forms.CharField(label=_("Surname"), max_length=100, required=False)
    birth_date = DayField(label=_("Day of birth"), required=False)
    contact_fragment = forms.CharField(
        label=_("Last four digits of a telephone number"),
        help_text=_("Never a citizen service number."),
        max_length=4,
        required=False,
    )


class AskForm(HelpFields, GroundFields, IdentityFields):
    """All questions about a request on one page."""

    def __init__(
        self,
        *args: Any,
        age: str,
        suspects: frozenset[str],
        has_ground: bool = False,
        is_known: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.age, self.suspects = age, suspects
        consent = self.fields["consent"]
        self.fields["consent"] = OneCodeField(
            "consent_forms",
            codes=consent_forms_to_ask(suspects),
            label=consent.label,
            help_text=consent.help_text,
        )
        self.order_fields([*HelpFields.base_fields, *GROUND, *IDENTITY])
        if has_ground:
            self._leave_out(GROUND)
        if is_known:
            self._leave_out(IDENTITY)

    def _leave_out(self, names: tuple[str, ...]) -> None:
        for name in names:
            del self.fields[name]

    def clean_birth_date(self) -> Any:
        """Refuse a day of birth of another age than was chosen."""
        born, today = self.cleaned_data["birth_date"], timezone.localdate()
        if born and (born > today or not same_band(born, today, self.age)):
            raise forms.ValidationError(_("This day does not agree with the age that you chose."))
        return born

    def asked(self) -> Asked:
        """Give the answers in the shape that the act takes."""
        answers = self.cleaned_data
        identity = {name: str(answers[name]) for name in IDENTITY if answers.get(name)}
        return Asked(
            municipality=answers["municipality"],
            needs=tuple(answers["needs"]),
            urgency=answers["urgency"],
            urgency_reason=answers["urgency_reason"],
            age=self.age,
            sex=answers["sex"],
            language=answers["language"],
            wanted_place=answers["wanted_place"],
            speciality=answers["speciality"],
            turns_18_in=answers["turns_18_in"],
            requested_on=answers["requested_on"],
            consent=self.given_consent(),
            identity=identity,
            suspects=self.suspects,
            decision=self.officers_word(),
        )
