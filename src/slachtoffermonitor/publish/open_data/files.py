"""How a file of open data is written down and told from another."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

__all__ = ["as_json", "digest"]


def as_json(value: object) -> str:
    """Write a value as JSON that people can read too."""
    return json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n"


def digest(path: Path) -> str:
    """Give the SHA-256 of a file, in hexadecimal digits."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
