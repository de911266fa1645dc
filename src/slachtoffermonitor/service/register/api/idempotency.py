"""A request that is sent again gets the answer that it got, and does nothing twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac

from slachtoffermonitor.service.register.models import IdempotencyKey

__all__ = ["KeyUsedOtherwiseError", "once"]


class KeyUsedOtherwiseError(Exception):
    """The key came with another request before."""


def once(
    organisation: Any, key: str, body: bytes, answer: Callable[[], dict[str, Any]]
) -> tuple[dict[str, Any], bool]:
    """Answer a request once: by `answer`, or by what was answered before.

    Of the request only a keyed digest is kept, as it may hold identity. Two at the same time are
    told apart by the database: the later one waits, finds the key used, and gets the first answer.

    Returns:
        The answer, and whether it was given before.

    Raises:
        KeyUsedOtherwiseError: The key was used for another request.

    """
    digest = salted_hmac("register.idempotency", body, algorithm="sha256").hexdigest()
    before = _before(organisation, key, digest)
    if before is not None:
        return before, True
    try:
        with transaction.atomic():
            row = IdempotencyKey.objects.create(
                organisation=organisation, key=key, request_sha256=digest, answer={}
            )
            row.answer = answer()
            row.save(update_fields=["answer"])
    except IntegrityError:
        before = _before(organisation, key, digest)
        if before is None:
            raise
        return before, True
    return row.answer, False


def _before(organisation: Any, key: str, digest: str) -> dict[str, Any] | None:
    row = IdempotencyKey.objects.filter(organisation=organisation, key=key).first()
    if row is None:
        return None
    if row.request_sha256 != digest:
        raise KeyUsedOtherwiseError
    found: dict[str, Any] = row.answer
    return found
