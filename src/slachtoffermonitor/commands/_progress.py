"""The stages of a run as lines of JSON in a file, for who watches it from another process."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from slachtoffermonitor.ground import write_text

__all__ = ["Tell", "tell_stages"]

Tell = Callable[[str, str], None]
"""Is told the window and the step, such as `Disclosure control: rounding`, when it begins."""


def tell_stages(file: Path | None) -> Tell:
    """Give what writes one line for each stage; without a file it writes nothing.

    A line holds `at` (UTC, ISO 8601), `window`, `stage` and `detail`, which is what the stage does
    now and replaces what it did before. Who reads the file finds whole lines only.
    """
    lines: list[dict[str, str]] = []

    def tell(window: str, step: str) -> None:
        stage, _, detail = step.partition(": ")
        if not lines or (lines[-1]["window"], lines[-1]["stage"]) != (window, stage):
            now = datetime.now(UTC).isoformat(timespec="seconds")
            lines.append({"at": now, "window": window, "stage": stage})
        lines[-1]["detail"] = detail
        if file is not None:
            write_text(file, "".join(f"{json.dumps(line)}\n" for line in lines))

    return tell
