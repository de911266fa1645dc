"""Where the service runs: the demo office of a folder, or what the environment says."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from slachtoffermonitor.ground import InputError, Problem
from slachtoffermonitor.service.project.configuration import read_configuration
from slachtoffermonitor.service.vault.keys import new_key_ring

__all__ = ["as_json", "demo_environment", "replace_secret", "set_up_django", "write_secret"]

_SETTINGS = "slachtoffermonitor.service.project.settings"


def demo_environment(folder: Path) -> dict[str, str]:
    """Give the variables of the demo office in a folder; its keys are made at the first start.

    A `DATABASE_URL` that stands in the environment is kept: the demo runs on PostgreSQL too.

    Raises:
        InputError: The folder cannot be made or written.

    """
    try:
        keys = folder / "keys"
        keys.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        if not (keys / "vault.json").exists():
            write_secret(keys / "vault.json", new_key_ring("demo-1"))
        if not (keys / "secret").exists():
            write_secret(keys / "secret", secrets.token_urlsafe(48))
    except OSError as error:
        raise InputError(
            Problem(what=f"the folder cannot be used ({error.strerror})", file=str(folder))
        ) from None
    here = folder.resolve()
    return {
        "MONITOR_MODE": "demo",
        "MONITOR_HOSTS": "localhost,127.0.0.1",
        "MONITOR_SECRET_KEY_FILE": str(here / "keys" / "secret"),
        "MONITOR_VAULT_KEYS_FILE": str(here / "keys" / "vault.json"),
        "MONITOR_REGISTER_KEY": str(here / "keys" / "register.json"),
        "MONITOR_AUDIT_ANCHORS": str(here / "anchors.jsonl"),
        "DATABASE_URL": os.environ.get("DATABASE_URL") or f"sqlite:///{here / 'monitor.db'}",
    }


def write_secret(path: Path, content: str) -> None:
    """Write a file that only its owner can read, from its first moment on."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(content)


def replace_secret(path: Path, content: str) -> None:
    """Put a new content in a secret file: the old or the new is there, never a part."""
    working = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    path.parent.mkdir(parents=True, exist_ok=True)
    write_secret(working, content)
    working.replace(path)


def set_up_django(environment: Mapping[str, str] | None = None) -> None:
    """Make Django ready for the service of this environment; all that is wrong is said at once.

    Raises:
        InputError: The configuration is incomplete or unsafe.

    """
    os.environ.update(environment or {})
    read_configuration(os.environ)
    os.environ["DJANGO_SETTINGS_MODULE"] = _SETTINGS
    import django  # noqa: PLC0415 - the settings are read when Django is

    django.setup()


def as_json(rows: object) -> str:
    """Write rows as indented JSON with their letters as they are."""
    return json.dumps(rows, indent=1, ensure_ascii=False) + "\n"
