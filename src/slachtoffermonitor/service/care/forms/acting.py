"""The short forms under a request, one per act."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from slachtoffermonitor.service.accounts.models import Organisation
from slachtoffermonitor.service.accounts.roles import Role
from slachtoffermonitor.service.care.forms.fields import DayField, MonthField, ReasonField
from slachtoffermonitor.service.care.models import HelpRequest
from slachtoffermonitor.service.care.supply import Free, fits
from slachtoffermonitor.service.register.forms.fields import OneCodeField, spoken
from slachtoffermonitor.vocabulary import code_list

__all__ = [
    "AnswerForm",
    "DayForm",
    "EndForm",
    "HandOverForm",
    "OfferForm",
    "SupplyForm",
    "Turns18Form",
    "UrgencyForm",
    "WaitingForm",
]

_MOST = 500


class UrgencyForm(forms.Form):
    """How urgent a professional judges it, by the written rule."""

    urgency = OneCodeField("urgencies", label=_("How urgent is it, in your judgement?"))
    urgency_reason = ReasonField()


class WaitingForm(forms.Form):
    """Why a request waits now."""

    waiting_reason = OneCodeField("waiting_reasons", label=_("Why does it wait?"))


class Turns18Form(forms.Form):
    """In which month the victim turns 18."""

    turns_18_in = MonthField(label=_("In which month does the victim turn 18?"), required=False)


class OfferForm(forms.Form):
    """Which provider is asked, of those that have such places."""

    supply = forms.TypedChoiceField(label=_("Which provider do you ask?"), coerce=int)

    def __init__(
        self, *args: Any, request: HelpRequest, supplies: Sequence[Free], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        fitting = [one for one in supplies if fits(one.supply, request)]
        self.fields["supply"].choices = [  # type: ignore[attr-defined]
            ("", ""),
            *((one.supply.pk, _named(one)) for one in fitting),
        ]


def _named(one: Free) -> str:
    language = spoken()
    parts = [one.provider, code_list("care_types").label(one.supply.care_type, language)]
    parts.append(code_list("care_specialities").label(one.supply.speciality, language))
    free = gettext("%(free)d of %(places)d free") % {"free": one.free, "places": one.places}
    return f"{', '.join(parts)} ({free})"


class AnswerForm(forms.Form):
    """Yes, or no with a reason."""

    reason = OneCodeField(
        "decline_reasons",
        label=_("If no: why?"),
        required=False,
        widget=forms.Select,
    )


class DayForm(forms.Form):
    """On which day something began."""

    on = DayField(label=_("On which day did the help begin?"), initial=timezone.localdate)


class EndForm(forms.Form):
    """Why something ends."""

    reason = OneCodeField("care_ends", label=_("Why does it end?"), widget=forms.Select)


class HandOverForm(forms.Form):
    """To whom a request is offered, and why; only where somebody can receive it."""

    hand_over_reason = OneCodeField("hand_over_reasons", label=_("Why a hand-over?"))
    receiver = forms.ChoiceField(label=_("To whom?"), choices=lambda: _receivers())  # noqa: PLW0108 - it stands below

    def receivers(self) -> dict[str, Any]:
        """Give the receiver as the act takes it."""
        kind, key = self.cleaned_data["receiver"].split(":", 1)
        if kind == "place":
            return {"municipality": key}
        return {"organisation": Organisation.objects.get(pk=key)}


def _receivers() -> list[tuple[str, Any]]:
    """Say where care coordinators work: what nobody could accept is not offered."""
    at = (
        Organisation.objects.filter(
            active=True, people__is_active=True, people__assignments__role=Role.CARE_COORDINATOR
        )
        .distinct()
        .order_by("name")
    )
    places: dict[str, list[str]] = {}
    for one in at:
        if one.municipality:
            places.setdefault(one.municipality, []).append(one.name)
    return [
        ("", ""),
        (
            gettext("A municipality"),
            [(f"place:{code}", f"{code} ({', '.join(names)})") for code, names in places.items()],
        ),
        (gettext("An organisation"), [(f"organisation:{one.pk}", one.name) for one in at]),
    ]


class SupplyForm(forms.Form):
    """How many places of a kind there are from a day on."""

    care_type = OneCodeField("care_types", label=_("Type of care"), widget=forms.Select)
    speciality = OneCodeField("care_specialities", label=_("Speciality"), widget=forms.Select)
    age = OneCodeField(
        "age_bands_consent",
        codes=("L00_15", "L16_17", "L18_PLUS"),
        label=_("For which age? Leave open for all."),
        required=False,
        widget=forms.Select,
    )
    sex = OneCodeField(
        "sexes",
        codes=("V", "M", "X"),
        label=_("For whom? Leave open for everybody."),
        required=False,
        widget=forms.Select,
    )
    on = DayField(label=_("From which day?"), initial=timezone.localdate)
    places = forms.IntegerField(label=_("How many places are there?"), min_value=0, max_value=_MOST)
    taken = forms.IntegerField(
        label=_("How many of them are taken by others?"),
        help_text=_("Do not count placements that were made here."),
        min_value=0,
        max_value=_MOST,
        initial=0,
    )

    def clean(self) -> Any:
        """Refuse more taken than there are."""
        answers = self.cleaned_data
        if answers.get("taken", 0) > answers.get("places", _MOST):
            self.add_error("taken", _("There are not so many places."))
        return answers
