"""Values as the scripts of the pages read them, from disk too: no page ever asks a network."""

from __future__ import annotations

import json

from markupsafe import Markup

__all__ = ["as_script", "json_for_page"]


def json_for_page(value: object) -> Markup:
    """Write the value as JSON that cannot end the script element that it stands in."""
    return Markup(_json(value))  # noqa: S704 - every character that could open a tag is escaped


def as_script(shelf: str, name: str, value: object) -> str:
    """Write a script that puts the value on a named shelf: a page can load it from disk.

    A page that is opened from disk may not fetch a file; it may load a script.
    """
    return f'(globalThis["{shelf}"] ??= {{}})["{name}"] = {_json(value)};\n'


def _json(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
