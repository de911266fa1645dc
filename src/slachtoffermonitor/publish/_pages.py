"""What stands on which page of this edition: the chapters and sections that have something to show.

A section without anything in this edition is left out, a chapter without a section too; so a small
edition makes a small site. A table that no section names still gets its own page.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from slachtoffermonitor.publish.chapters import CHAPTERS, Chapter, Section, View

__all__ = ["CHAPTERS", "Chapter", "Section", "View", "chapters_with"]


def chapters_with(figures: Collection[str], tables: Collection[str]) -> tuple[Chapter, ...]:
    """Which chapters and sections have something to show in this edition?"""
    chapters = []
    for chapter in CHAPTERS:
        sections = tuple(
            filled
            for section in chapter.sections
            if _stands(filled := _filled(section, figures, tables), tables)
        )
        if sections:
            chapters.append(replace(chapter, sections=sections))
    return tuple(chapters)


def _stands(section: Section, tables: Collection[str]) -> bool:
    if not set(section.lacking).isdisjoint(tables):
        return False
    return bool(section.alone or section.figures or section.tables or section.views)


def _filled(section: Section, figures: Collection[str], tables: Collection[str]) -> Section:
    return replace(
        section,
        figures=tuple(key for key in section.figures if key in figures),
        tables=tuple(name for name in section.tables if name in tables),
        views=tuple(view for view in section.views if view.table in tables),
    )
