"""The questions of administration."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from slachtoffermonitor.ground import InputError, Language, translate
from slachtoffermonitor.service.accounts.models import Organisation
from slachtoffermonitor.service.accounts.roles import Role
from slachtoffermonitor.vocabulary import code_list

__all__ = ["KeyForm", "OrganisationForm", "PersonForm", "RoleForm", "tell"]

_HUMAN = [(role.value, role.label) for role in Role if role is not Role.API_CLIENT]


def tell(form: forms.Form, error: InputError) -> None:
    """Say on the page what the rules of administration refuse."""
    for problem in error.problems:
        form.add_error(None, translate(problem.what, _spoken()))


def _spoken() -> Language:
    return cast(Language, (get_language() or "nl")[:2])


def _reporters() -> list[tuple[str, str]]:
    kinds = code_list("reporters")
    return [("", ""), *((code, kinds.label(code, _spoken())) for code in kinds)]


class OrganisationForm(forms.Form):
    """What an organisation is called, what it is, and where."""

    name = forms.CharField(label=_("Name of the organisation"), max_length=200)
    reporter = forms.ChoiceField(label=_("Kind of reporter"), choices=_reporters)
    municipality = forms.RegexField(
        r"^GM[0-9]{4}$",
        label=_("Municipality"),
        help_text=_("The code of Statistics Netherlands, such as GM0599."),
        required=False,
    )
    region = forms.CharField(label=_("Region"), max_length=40, required=False)


class PersonForm(forms.Form):
    """Who works here, and what for."""

    email = forms.EmailField(label=_("E-mail address to sign in with"), max_length=254)
    name = forms.CharField(label=_("Name"), max_length=120)
    organisation = forms.ModelChoiceField(
        Organisation.objects.filter(active=True), label=_("Organisation")
    )
    roles = forms.MultipleChoiceField(
        label=_("Roles"), choices=_HUMAN, widget=forms.CheckboxSelectMultiple
    )


class RoleForm(forms.Form):
    """A role, and until when."""

    role = forms.ChoiceField(label=_("Role"), choices=[("", ""), *_HUMAN])
    until = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def clean_until(self) -> Any:
        """Refuse a day that has passed: take the role away instead."""
        until = self.cleaned_data["until"]
        if until and until < timezone.localdate():
            raise forms.ValidationError(_("This day has passed."))
        return until


class KeyForm(forms.Form):
    """What a key of a system is for."""

    label = forms.CharField(label=_("Which system is the key for?"), max_length=80)
