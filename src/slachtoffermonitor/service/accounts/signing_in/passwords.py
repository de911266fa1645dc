"""Words that no password here may hold: the service's own, and the names of its organisations."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from slachtoffermonitor.service.accounts.models import Organisation

__all__ = ["BARRED_WORDS", "AnotherPassword", "NoWordsOfTheService"]

# Documented in docs/service-security.md: who guesses begins with them.
BARRED_WORDS = (
    "slachtoffer",
    "monitor",
    "meldpunt",
    "mensenhandel",
    "uitbuiting",
    "victim",
    "trafficking",
    "exploitation",
    "reportingpoint",
)
_SHORTEST = 5


class NoWordsOfTheService:
    """Refuses a password that holds a word of the service or of an organisation's name."""

    def validate(self, password: str, user: Any = None) -> None:  # noqa: ARG002
        """Look for each word; capitals, accents and what stands between letters do not hide it.

        Raises:
            ValidationError: A barred word stands in the password; which one is not said.

        """
        letters = _letters_of(password)
        names = Organisation.objects.values_list("name", flat=True)
        own = {_letters_of(word) for name in names for word in re.split(r"[\W_]+", name)}
        if any(word in letters for word in {*BARRED_WORDS, *own} if len(word) >= _SHORTEST):
            raise ValidationError(self.get_help_text(), code="barred_word")

    def get_help_text(self) -> str:
        """Say the rule."""
        return _("The password holds no word of this service and no name of an organisation.")


class AnotherPassword:
    """Refuses the password that somebody has now: a changed one is another one."""

    def validate(self, password: str, user: Any = None) -> None:
        """Compare with the password of now.

        Raises:
            ValidationError: It is the same.

        """
        if user is not None and user.has_usable_password() and user.check_password(password):
            raise ValidationError(self.get_help_text(), code="same_password")

    def get_help_text(self) -> str:
        """Say the rule."""
        return _("The password is another one than you have now.")


def _letters_of(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if letter.isalnum())
