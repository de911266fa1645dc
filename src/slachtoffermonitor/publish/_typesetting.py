"""From words in a template to a tagged PDF, without a network and with its fonts inside."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from importlib.resources import as_file, files

import typst

__all__ = ["typeset"]


def typeset(
    template: str, content: Mapping[str, object], made_on: date, *, pages: int = 0
) -> bytes | None:
    """What is the PDF/UA-1 file of this content?

    Args:
        template: the file in `templates/`, which reads its content from `sys.inputs`.
        content: plain values.
        made_on: stands in the file as the day on which it was made.
        pages: the most that it may have; 0 for any number.

    Returns:
        The bytes, or None where it has more pages than it may.

    """
    room = files("slachtoffermonitor.publish")
    # the typeface has no arrow; a dash between two years reads as well
    inputs = {"content": json.dumps(content, ensure_ascii=False).replace("→", "–")}
    with (
        as_file(room.joinpath("assets", "fonts")) as fonts,
        as_file(room.joinpath("templates", template)) as path,
    ):
        compiler = typst.Compiler(path, font_paths=[fonts], ignore_system_fonts=True)
        if pages:
            drawn = compiler.compile(format="svg", sys_inputs=inputs)
            if not isinstance(drawn, list) or len(drawn) > pages:
                return None
        pdf = compiler.compile(
            format="pdf",
            sys_inputs=inputs,
            pdf_standards=["ua-1"],
            timestamp=datetime.combine(made_on, time(), UTC),
        )
    return pdf if isinstance(pdf, bytes) else None
