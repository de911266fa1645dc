"""Codes that are shown once: made, looked up, and guarded against guessing."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib.auth.hashers import check_password, make_password
from django.core.cache import cache

from slachtoffermonitor.service.register.models import AccessCode

__all__ = ["find_code", "make_code"]

# Without I, L, O and U: nothing to misread, and no words.
_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans({"I": "1", "L": "1", "O": "0", "U": "V"})
_SELECTOR, _SECRET = 6, 14
_TRIES, _WHILE_SECONDS = 10, 3600


def make_code(kind: str, **about: Any) -> str:
    """Make a code for a report or a draft; it is shown now and never again.

    Twenty signs: six find the row, fourteen (70 random bits) are kept as a slow digest only.

    Args:
        kind: Whose code it is, of `AccessCode.Kind`.
        about: `organisation`, and `report` or `draft`.

    """
    selector = "".join(secrets.choice(_SIGNS) for _ in range(_SELECTOR))
    secret = "".join(secrets.choice(_SIGNS) for _ in range(_SECRET))
    AccessCode.objects.create(selector=selector, digest=make_password(secret), kind=kind, **about)
    whole = selector + secret
    return "-".join(whole[start : start + 4] for start in range(0, len(whole), 4))


def find_code(written: str, *kinds: str) -> AccessCode | None:
    """Which code did somebody type? None when it is nobody's, or was tried too often.

    Ten tries an hour for one code, by whomever: no address of a caller is kept. A code that does
    not exist takes as long as one that does.
    """
    signs = "".join(sign for sign in written.upper() if sign.isalnum()).translate(_READ_AS)
    selector, secret = signs[:_SELECTOR], signs[_SELECTOR:]
    if not _may_try(selector):
        return None
    found = AccessCode.objects.filter(selector=selector, kind__in=kinds).first()
    if len(signs) != _SELECTOR + _SECRET or found is None:
        make_password(secret or "none")
        return None
    return found if check_password(secret, found.digest) else None


def _may_try(selector: str) -> bool:
    place = f"code-tries-{selector}"
    cache.add(place, 0, _WHILE_SECONDS)
    try:
        return cache.incr(place) <= _TRIES
    except ValueError:
        return True
