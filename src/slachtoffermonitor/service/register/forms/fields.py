"""Fields whose answers are codes of the vocabulary, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from slachtoffermonitor.ground import Language
from slachtoffermonitor.vocabulary import code_list

__all__ = ["CodesField", "OneCodeField", "choices_of", "spoken"]

# What was sent is not said again: it may be anything that somebody typed.
_NO_ANSWER = _("Choose one of the answers.")


class _Radios(forms.RadioSelect):
    """Radio buttons; a link to the question goes to the first of them."""

    def id_for_label(self, id_: str, index: str | None = None) -> str:
        """Give the id of an answer, or of the first one."""
        return super().id_for_label(id_, index or "0")


class _Boxes(forms.CheckboxSelectMultiple):
    """Check boxes; a link to the question goes to the first of them."""

    def id_for_label(self, id_: str, index: str | None = None) -> str:
        """Give the id of an answer, or of the first one."""
        return super().id_for_label(id_, index or "0")


def spoken() -> Language:
    """Which language does the reader of this page have?"""
    return cast(Language, (get_language() or "nl")[:2])


def choices_of(listed: str, codes: Iterable[str] | None = None) -> list[tuple[str, str]]:
    """Give the codes of a list with what they are called here; those of countries by name."""
    found = code_list(listed)
    named = [(code, found.label(code, spoken())) for code in (codes or found)]
    return sorted(named, key=lambda pair: pair[1]) if listed == "countries" else named


class OneCodeField(forms.ChoiceField):
    """One answer out of a code list: radio buttons, or a list to choose from when it is long."""

    def __init__(self, listed: str, *, codes: Sequence[str] | None = None, **options: Any) -> None:
        long = len(codes if codes is not None else code_list(listed)) > 16
        options.setdefault("widget", forms.Select if long else _Radios)
        # A list begins with nothing: an answer that nobody gave is worse than none.
        empty = [("", "")] if options["widget"] is forms.Select else []
        options.setdefault("error_messages", {"invalid_choice": _NO_ANSWER})
        super().__init__(choices=lambda: [*empty, *choices_of(listed, codes)], **options)


class CodesField(forms.MultipleChoiceField):
    """Several answers out of a code list."""

    def __init__(self, listed: str, **options: Any) -> None:
        options.setdefault("error_messages", {"invalid_choice": _NO_ANSWER})
        super().__init__(choices=lambda: choices_of(listed), widget=_Boxes, **options)


class RadioField(forms.ChoiceField):
    """One answer out of choices that belong to one page."""

    widget = _Radios
