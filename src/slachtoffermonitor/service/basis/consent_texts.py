"""The texts that people sign: versioned, and each known by the digest of what was read."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Final

from slachtoffermonitor.ground import InputError, Problem

__all__ = ["CONSENT_LANGUAGES", "ConsentText", "consent_text", "consent_texts", "find_consent_text"]

CONSENT_LANGUAGES: Final = ("nl", "en", "nl-plain", "en-plain")
GIVERS: Final = ("ZELF", "OUDER", "VOOGD")
PURPOSES: Final = ("REGISTER", "ZORG", "STATISTIEK")
_ORDER: Final = ("title", "opening", "purpose", "rights", "statement")


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentText:
    """A text of consent for one giver, purpose and language; `-plain` is easier to read.

    `text_id` is what a consent refers to. `sha256` is the digest of the whole text in UTF-8, so
    that what somebody signed can be held against what was written.
    """

    text_id: str
    version: str
    giver: str
    purpose: str
    language: str
    paragraphs: tuple[str, ...]
    sha256: str

    @property
    def text(self) -> str:
        """Give the whole text, a blank line between paragraphs."""
        return "\n\n".join(self.paragraphs)


@cache
def consent_texts() -> dict[str, ConsentText]:
    """Which texts of consent are there, of all versions?

    Returns:
        The texts by `text_id`, the oldest version first.

    """
    folder = files("slachtoffermonitor.service.basis").joinpath("data", "consent")
    versions = [
        tomllib.loads(file.read_text(encoding="utf-8"))
        for file in folder.iterdir()
        if file.name.endswith(".toml")
    ]
    versions.sort(key=lambda version: (version["valid_from"], version["version"]))
    return {text.text_id: text for version in versions for text in _texts(version)}


def consent_text(giver: str, purpose: str, language: str, *, on: date) -> ConsentText:
    """Which text does this person sign for this purpose?

    Args:
        giver: who consents: ZELF, OUDER or VOOGD.
        purpose: a code of the list `purposes`.
        language: one of `CONSENT_LANGUAGES`.
        on: the day of signing; the newest version that holds then is given.

    Raises:
        InputError: there is no such text.

    """
    _require({"giver": (giver, GIVERS), "purpose": (purpose, PURPOSES)})
    _require({"language": (language, CONSENT_LANGUAGES)})
    wanted = (giver, purpose, language)
    held = [
        text
        for text in consent_texts().values()
        if (text.giver, text.purpose, text.language) == wanted and _valid_from(text.version) <= on
    ]
    if not held:
        raise InputError(Problem(what="no text of consent is known for this day", found=str(on)))
    return held[-1]


def find_consent_text(text_id: str) -> ConsentText:
    """Which text does a consent refer to?

    Raises:
        InputError: no such text.

    """
    found = consent_texts().get(text_id)
    if found is None:
        raise InputError(Problem(what="no such text of consent", allowed="the id of a known text"))
    return found


@cache
def _valid_from(version: str) -> date:
    path = files("slachtoffermonitor.service.basis").joinpath("data", "consent", f"{version}.toml")
    found: date = tomllib.loads(path.read_text(encoding="utf-8"))["valid_from"]
    return found


def _texts(version: dict[str, Any]) -> list[ConsentText]:
    return [
        _text(version, giver, purpose, language)
        for giver in GIVERS
        for purpose in PURPOSES
        for language in CONSENT_LANGUAGES
    ]


def _text(version: dict[str, Any], giver: str, purpose: str, language: str) -> ConsentText:
    words = version[language]
    paragraphs = tuple(
        words[part][purpose if part == "purpose" else giver].strip() for part in _ORDER
    )
    whole = "\n\n".join(paragraphs).encode("utf-8")
    return ConsentText(
        text_id=f"{version['version']}/{giver}/{purpose}/{language}",
        version=version["version"],
        giver=giver,
        purpose=purpose,
        language=language,
        paragraphs=paragraphs,
        sha256=hashlib.sha256(whole).hexdigest(),
    )


def _require(asked: dict[str, tuple[str, tuple[str, ...]]]) -> None:
    problems = [
        Problem(what="is not known", column=name, found=repr(value), allowed=", ".join(allowed))
        for name, (value, allowed) in asked.items()
        if value not in allowed
    ]
    if problems:
        raise InputError(problems)
