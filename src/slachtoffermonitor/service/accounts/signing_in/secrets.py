"""The secrets of second factors, sealed under the vault's keys and re-wrapped with them."""

from __future__ import annotations

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction

__all__ = ["rotate_second_factors"]

_SEALED = ("secret", "seed")


def rotate_second_factors() -> int:
    """Seal every second factor's secret under the current key; how many were under an older one."""
    adapter, current = get_adapter(), settings.CONFIGURATION.keys.current
    done = 0
    for key in Authenticator.objects.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            row = Authenticator.objects.select_for_update().filter(pk=key).first()
            old = {
                name: row.data[name]
                for name in _SEALED
                if row is not None
                and name in row.data
                and not row.data[name].startswith(f"{current}:")
            }
            if row is None or not old:
                continue
            row.data = {
                **row.data,
                **{name: adapter.encrypt(adapter.decrypt(text)) for name, text in old.items()},
            }
            row.save(update_fields=["data"])
            done += 1
    return done
