"""Problems said at the question that they belong to, in the reader's language."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.utils.translation import gettext

from slachtoffermonitor.ground import InputError

__all__ = ["add_problems", "tell_problems"]

_ASKED_AS = {
    "consent_given_on": "given_on",
    "consent_text_id": "text_language",
    "consent_document_sha256": "document",
    "decision": "officer",
}


def add_problems(form: Any, error: InputError) -> None:
    """Put each problem under its question, and the others above the form."""
    for problem in error.problems:
        name = _ASKED_AS.get(problem.column or "", problem.column)
        form.add_error(name if name in form.fields else None, gettext(problem.what))


def tell_problems(request: Any, error: InputError) -> None:
    """Say above the next page why nothing was done."""
    for problem in error.problems:
        messages.error(request, gettext(problem.what).capitalize() + ".")
