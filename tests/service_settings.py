"""The settings that tests and type checks run with: the real ones, on keys worth nothing."""

import os

_WORTHLESS = (
    '{"current": "k1", "keys": {"k1": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="}, '
    '"audit": "YXVkaXQgYXVkaXQgYXVkaXQgYXVkaXQgYXVkaXQgYXU="}'
)
os.environ.update(
    {
        "MONITOR_MODE": "production",
        "MONITOR_HOSTS": "testserver,localhost",
        "MONITOR_SECRET_KEY": "a key of tests alone, 0123456789 and worth nothing at all",
        "MONITOR_VAULT_KEYS": _WORTHLESS,
        "MONITOR_AUDIT_ANCHORS": "anchors.jsonl",
        "DATABASE_URL": os.environ.get("MONITOR_TEST_DATABASE", "sqlite://:memory:"),
    }
)

from slachtoffermonitor.service.project.settings import *  # noqa: E402, F403

# Hashing a password slowly is what is wanted of it everywhere but here.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
