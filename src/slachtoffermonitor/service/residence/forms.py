"""The short forms of a track."""

from __future__ import annotations

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from slachtoffermonitor.service.care.forms.fields import DayField
from slachtoffermonitor.service.register.forms.fields import OneCodeField

__all__ = ["EndForm", "EventForm"]


class EventForm(forms.Form):
    """What happened, when, by which article, and which last day a decision names."""

    kind = OneCodeField("residence_events", label=_("What happened?"))
    on = DayField(label=_("On which day?"), initial=timezone.localdate)
    until = DayField(
        label=_("Which last day does the decision name?"),
        help_text=_("Such as the last day to appeal, or on which the permit ends."),
        required=False,
    )
    article = forms.RegexField(
        r"^[\w .,:/()-]*$",
        label=_("By which article?"),
        help_text=_("As the decision names it."),
        max_length=60,
        required=False,
    )


class EndForm(forms.Form):
    """Why a track ends."""

    reason = OneCodeField("residence_ends", label=_("Why does it end?"), widget=forms.Select)
