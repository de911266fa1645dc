"""Text in Dutch and English from gettext catalogues, one file per room.

The English sentence is the key; `locale/nl/ROOM.po` holds the Dutch ones of each room. Numbers
inside a sentence are `Number`s, so that each language writes them in its own way and a test can
list every number that is shown. Code never asks which language it is in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from io import BytesIO
from typing import Literal, get_args

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

__all__ = ["LANGUAGES", "Language", "Number", "Text", "translate"]

Language = Literal["nl", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


@cache
def _catalogue(language: Language) -> NullTranslations:
    folder = files("slachtoffermonitor").joinpath("locale", language)
    if not folder.is_dir():
        return NullTranslations()
    whole = Catalog(locale=language)
    for part in sorted(folder.iterdir(), key=lambda file: file.name):
        with part.open("rb") as file:
            for message in read_po(file, locale=language):
                if message.id and message.string:
                    whole.add(message.id, message.string)
    compiled = BytesIO()
    write_mo(compiled, whole)
    compiled.seek(0)
    return GNUTranslations(compiled)


def translate(message: str, language: Language) -> str:
    """Give the message in the language; the English message itself where none is catalogued."""
    return _catalogue(language).gettext(message)


@dataclass(frozen=True, slots=True)
class Number:
    """A number to be shown: its value and its CLDR pattern (`#,##0` groups thousands)."""

    value: float
    pattern: str = "#,##0"

    def in_language(self, language: Language) -> str:
        """Write the number as the language does: 5,433.5 in English, 5.433,5 in Dutch."""
        return format_decimal(self.value, format=self.pattern, locale=language)


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence with placeholders: `Text("{n} victims in {year}", {"n": Number(668), …})`.

    A plain int among the values is shown without grouping (a year); a string stands as it is;
    a `Text` is rendered in the same language.
    """

    message: str
    values: Mapping[str, Number | Text | str | int] = field(default_factory=dict)

    def in_language(self, language: Language) -> str:
        """Give the sentence in the language, its numbers written in that language's way."""
        shown = {
            name: value.in_language(language) if isinstance(value, Number | Text) else str(value)
            for name, value in self.values.items()
        }
        message = translate(self.message, language) if self.message else ""
        return message.format(**shown) if shown else message

    def numbers(self) -> tuple[Number, ...]:
        """List the numbers in the sentence, also those of sentences inside it."""
        found: list[Number] = []
        for value in self.values.values():
            if isinstance(value, Number):
                found.append(value)
            elif isinstance(value, Text):
                found.extend(value.numbers())
        return tuple(found)
