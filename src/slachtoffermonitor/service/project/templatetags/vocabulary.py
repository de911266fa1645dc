"""Codes of the vocabulary in the words of the reader."""

from __future__ import annotations

from typing import cast

from django import template
from django.utils.translation import get_language

from slachtoffermonitor.ground import Language
from slachtoffermonitor.vocabulary import code_list

__all__ = ["called", "register"]

register = template.Library()


@register.filter
def called(code: str, listed: str) -> str:
    """Give what a code of a list is called here; a code that is not in it as it stands."""
    codes = code_list(listed)
    return (
        codes.label(code, cast(Language, (get_language() or "nl")[:2])) if code in codes else code
    )
