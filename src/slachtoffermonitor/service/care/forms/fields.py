"""Fields of care: a day, a month, and why that urgent."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from slachtoffermonitor.service.register.forms.fields import spoken
from slachtoffermonitor.vocabulary import code_list

__all__ = ["DayField", "MonthField", "ReasonField"]


class DayField(forms.DateField):
    """A day, asked by the browser's own calendar."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(widget=widget, **options)


class MonthField(forms.DateField):
    """A month of a year."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateInput(attrs={"type": "month", "placeholder": "2027-01"}, format="%Y-%m")
        super().__init__(widget=widget, input_formats=["%Y-%m"], **options)


class ReasonField(forms.ChoiceField):
    """Why that urgent: the reasons stand under the urgency that they are reasons for."""

    def __init__(self) -> None:
        super().__init__(
            choices=_reasons,
            label=_("Why that urgent?"),
            help_text=_("By the written rule each urgency has its own reasons."),
        )


def _reasons() -> list[tuple[str, Any]]:
    language, reasons = spoken(), code_list("urgency_reasons")
    grouped = [
        (
            code_list("urgencies").label(urgency, language),
            [(code, reasons.label(code, language)) for code in reasons.children(urgency)],
        )
        for urgency in code_list("urgencies")
    ]
    return [("", ""), *grouped]
