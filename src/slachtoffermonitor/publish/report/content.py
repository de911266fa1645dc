"""What stands in the full report, in which order, and what each table and figure is called."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from babel.dates import format_date

from slachtoffermonitor.disclose import ReleasedTable
from slachtoffermonitor.edition import Edition, Finding
from slachtoffermonitor.ground import Language, ReleaseError, Text
from slachtoffermonitor.publish._pages import Chapter, Section, chapters_with
from slachtoffermonitor.publish._typesetting import typeset
from slachtoffermonitor.publish.charts import Figure, Look, svg
from slachtoffermonitor.publish.report.annexes import (
    definitions,
    left_out,
    method,
    provenance,
    revisions,
)
from slachtoffermonitor.publish.report.printing import Sources, printable, printed

__all__ = ["report", "report_content"]

_WORDS: Mapping[str, Text] = {
    "kind": Text("Full report"),
    "contents": Text("Contents"),
    "tables_title": Text("Tables"),
    "figures_title": Text("Figures"),
    "table_word": Text("Table"),
    "figure_word": Text("Fig."),
    "findings_title": Text("Main findings"),
    "how_word": Text("How do we know?"),
    "recommendation_word": Text("Recommendation"),
    "simulated_word": Text("Simulated"),
    "source_word": Text("Source:"),
    "annex_word": Text("Annex"),
    "more_title": Text("More tables"),
    "more_lead": Text("Tables of the register and of published figures that no chapter shows."),
    "method_title": Text("Method"),
    "revisions_title": Text("Revisions"),
    "revisions_lead": Text(
        "Published figures that a later edition changed. Each value stands with the edition that "
        "published it; the monitor shows the newest."
    ),
    "no_revisions": Text("No published figure of these years was revised."),
    "definitions_title": Text("Definitions"),
    "sources_title": Text("Sources"),
    "left_title": Text("Tables in the open data only"),
    "left_lead": Text("Too long for paper. Each is a file of the open data of this edition."),
    "provenance_title": Text("How this edition was made"),
}
_LOOK = Look(font="Public Sans", width=720, panel=150, stretch=1.15)
_TALLEST = 1.05  # height of a chart as a share of its width, for it to stand on a page with words
_SIZE = re.compile(r'<svg[^>]*? width="([\d.]+)" height="([\d.]+)"')
_WARNING = Text(
    "Part of this report comes from a nation that does not exist. Every such table, figure and "
    "finding is marked as simulated: it shows how the monitor works and says nothing about real "
    "people. Published figures are real, and have their source."
)
_READING = Text(
    "A figure that the monitor estimates stands with its interval. A hidden count stands in words. "
    "A number in square brackets is a source in the list at the end."
)


@dataclass(slots=True)
class _Press:
    """Everything that the pages of one report in one language draw on."""

    edition: Edition
    figures: Mapping[str, Figure]
    language: Language
    draw: Callable[[Figure, Language], str]
    sources: Sources = field(default_factory=Sources)
    shown: set[str] = field(default_factory=set)

    def say(self, text: Text) -> str:
        return text.in_language(self.language)

    def vintage(self) -> str:
        day = format_date(self.edition.made_on, "d MMMM yyyy", locale=self.language)
        return self.say(Text("Edition of {day}.", {"day": day}))

    def source(self, table: ReleasedTable) -> str:
        return f"{self.say(table.source).rstrip('.')}. {self.vintage()}"


def report(edition: Edition, figures: Mapping[str, Figure], language: Language) -> bytes:
    """What does the whole edition say, for who reads on paper or keeps it in a library?

    Returns:
        The PDF: A4, tagged (PDF/UA-1), fonts embedded, with contents and lists of its numbered
        tables and figures.

    Raises:
        ReleaseError: the pages could not be set.

    """
    pdf = typeset("report.typ", report_content(edition, figures, language), edition.made_on)
    if pdf is None:
        raise ReleaseError(f"the report in '{language}' could not be set")
    return pdf


def report_content(
    edition: Edition,
    figures: Mapping[str, Figure],
    language: Language,
    *,
    draw: Callable[[Figure, Language], str] | None = None,
) -> dict[str, object]:
    """What stands in the report, as plain values in the order of its pages?"""
    press = _Press(edition, figures, language, draw or _drawn)
    chapters = [_chapter(press, one) for one in chapters_with(figures, edition.tables)]
    others = [table for name, table in edition.tables.items() if name not in press.shown]
    more = [_table(press, table) for table in others if printable(table)]
    left = [table for table in edition.tables.values() if not printable(table)]
    simulated = any(table.origin == "simulated" for table in edition.tables.values())
    return {name: press.say(text) for name, text in _WORDS.items()} | {
        "lang": language,
        "title": press.say(edition.title),
        "window": f"{edition.window[0]}–{edition.window[1]}",
        "made_on": press.vintage(),
        "warning": press.say(_WARNING) if simulated else "",
        "reading": press.say(_READING),
        "findings": [_finding(press, one) for one in edition.findings],
        "chapters": chapters,
        "more": more,
        "method": method(edition, language),
        "revisions": revisions(edition, language),
        "definitions": definitions(edition, language),
        "left": left_out(left, language),
        "provenance": provenance(edition, language),
        "sources": list(press.sources.numbers),
    }


def _drawn(figure: Figure, language: Language) -> str:
    """Draw a chart as wide as the page, and flatter where it would not stand on one."""
    drawn = svg(figure, language, _LOOK)
    width, height = _extent(drawn)
    if height <= _TALLEST * width:
        return drawn
    return svg(figure, language, replace(_LOOK, stretch=_LOOK.stretch * _TALLEST * width / height))


def _extent(drawn: str) -> tuple[float, float]:
    size = _SIZE.search(drawn)
    return (float(size[1]), float(size[2])) if size else (_LOOK.width, _LOOK.width)


def _finding(press: _Press, finding: Finding) -> dict[str, object]:
    return {
        "headline": press.say(finding.headline),
        "sentence": press.say(finding.sentence),
        "how": press.say(finding.how_we_know),
        "recommendation": press.say(finding.recommendation),
        "simulated": finding.simulated,
    }


def _chapter(press: _Press, chapter: Chapter) -> dict[str, object]:
    return {
        "title": press.say(chapter.title),
        "lead": press.say(chapter.lead),
        "sections": [_section(press, one) for one in chapter.sections],
    }


def _section(press: _Press, section: Section) -> dict[str, object]:
    drawn = [press.figures[key] for key in section.figures]
    behind = [figure.table.name for figure in drawn]
    names = [name for name in dict.fromkeys((*section.tables, *behind)) if name not in press.shown]
    tables = [press.edition.tables[name] for name in names]
    return {
        "heading": press.say(section.heading),
        "words": [press.say(text) for text in section.words],
        "advice": [press.say(one.recommendation) for one in press.edition.findings]
        if section.key == "recommendations"
        else [],
        "figures": [_figure(press, figure) for figure in drawn],
        "tables": [_table(press, table) for table in tables if printable(table)],
    }


def _figure(press: _Press, figure: Figure) -> dict[str, object]:
    drawn = press.draw(figure, press.language)
    width, height = _extent(drawn)
    return {
        "title": press.say(figure.title),
        "alternative": press.say(figure.alternative),
        "svg": drawn,
        "width": min(1.0, width / _LOOK.width, _TALLEST * width / height),
        "source": press.source(figure.table),
        "notes": [press.say(note) for note in figure.notes],
        "simulated": figure.simulated,
    }


def _table(press: _Press, table: ReleasedTable) -> dict[str, object]:
    press.shown.add(table.name)
    found = printed(table, press.language, press.sources)
    return found | {
        "title": press.say(table.title),
        "source": press.source(table),
        "notes": [press.say(note) for note in table.notes],
        "simulated": table.origin == "simulated",
    }
