"""The house's catalogue behind Django's: one `.po` per room, no compiled files to forget."""

from __future__ import annotations

from gettext import NullTranslations

from django.utils.translation import trans_real

from slachtoffermonitor.ground import LANGUAGES, Language, translate

__all__ = ["join_catalogues"]


class _House(NullTranslations):
    """The catalogues in `locale/`, asked for what Django and its libraries do not know."""

    def __init__(self, language: Language) -> None:
        super().__init__()
        self.language = language

    def gettext(self, message: str) -> str:
        return translate(message, self.language)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return translate(msgid1 if n == 1 else msgid2, self.language)


def join_catalogues() -> None:
    """Let Django's translation ask the house for every sentence that it does not know."""
    for language in LANGUAGES:
        trans_real.translation(language).add_fallback(_House(language))
