"""Which sentences a room of the service says, so that its catalogue can be held to them."""

from __future__ import annotations

import re
from pathlib import Path


def sentences_in(room: Path) -> set[str]:
    """Give what the pages, the code and the entrances of a room say to people."""
    found: set[str] = set()
    for path in room.rglob("*.html"):
        found |= set(re.findall(r"{%\s*translate \"([^\"]+)\"", path.read_text("utf-8")))
    for path in room.rglob("*.py"):
        said = path.read_text("utf-8")
        found |= set(re.findall(r"(?:\b_|gettext|later)\(\s*\"([^\"]+)\"", said))
        found |= set(re.findall(r"Problem\(\s*what=\"([^\"]+)\"", said))
    for path in room.glob("*.toml"):
        found |= set(re.findall(r"^entrance = \"([^\"]+)\"", path.read_text("utf-8"), re.M))
    return found
