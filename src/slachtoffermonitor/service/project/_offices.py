"""Sign-in of offices by OpenID Connect, read from the configuration."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from urllib.parse import urlsplit

__all__ = ["SignInOffice", "read_offices"]

_KEYS = {"id", "name", "server", "client_id", "secret", "domain"}
_MORE = {"acr"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInOffice:
    """An office whose people sign in at its own identity provider.

    `domain` is the part of the e-mail address behind the @ for which alone this provider may
    speak: a provider cannot sign in somebody of another office. `server` is the provider's issuer,
    letter by letter. `acr` is the value by which it promises to say that two factors were shown;
    without it `amr` alone can say so.
    """

    id: str
    name: str
    server: str
    client_id: str
    secret: str = field(repr=False)
    domain: str
    acr: str = ""


def read_offices(text: str) -> tuple[SignInOffice, ...]:
    """Which offices sign in by OpenID Connect? A JSON list; nothing means none.

    Raises:
        ValueError: What is wrong, without the values: they hold secrets.

    """
    if not text:
        return ()
    try:
        entries = json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"is no JSON (line {error.lineno}, column {error.colno})") from None
    if not isinstance(entries, list) or any(not isinstance(entry, dict) for entry in entries):
        raise ValueError("is no JSON list of objects")
    offices = tuple(_office(number, entry) for number, entry in enumerate(entries, 1))
    for attribute in ("id", "domain"):
        if len({getattr(office, attribute) for office in offices}) < len(offices):
            raise ValueError(f"two offices have the same {attribute}")
    return offices


def _office(number: int, entry: dict[str, object]) -> SignInOffice:
    if set(entry) - _MORE != _KEYS or any(
        not isinstance(value, str) or not value for value in entry.values()
    ):
        raise ValueError(
            f"office {number} does not have exactly the texts {sorted(_KEYS)}, and acr"
        )
    texts = {key: str(value) for key, value in entry.items()}
    if urlsplit(texts["server"]).scheme != "https":
        raise ValueError(f"the server of office {number} is not reached by https")
    return SignInOffice(**texts)
