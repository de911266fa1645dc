"""Codes in words: `{{ request.urgency|in_words:"urgencies" }}`."""

from __future__ import annotations

from django import template

from slachtoffermonitor.service.register.forms.fields import spoken
from slachtoffermonitor.vocabulary import code_list

__all__ = ["in_words", "register"]

register = template.Library()


@register.filter
def in_words(code: str, listed: str) -> str:
    """Give what a code is called in the reader's language; an unknown one as it is."""
    codes = code_list(listed)
    return codes.label(code, spoken()) if code in codes else code
