"""Everything of one edition that the pages of one language draw on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from babel.dates import format_date
from markupsafe import Markup

from slachtoffermonitor.disclose import ReleasedTable
from slachtoffermonitor.edition import Edition, Finding
from slachtoffermonitor.ground import Language, Number, Text, translate
from slachtoffermonitor.publish._pages import Chapter, chapters_with
from slachtoffermonitor.publish._reading import Grid, read_grid
from slachtoffermonitor.publish.charts import Figure, specification, svg
from slachtoffermonitor.publish.site.citing import Citation, cite, revisions, vintage_words
from slachtoffermonitor.publish.site.claim_words import claim_words
from slachtoffermonitor.publish.site.scripts import json_for_page
from slachtoffermonitor.publish.site.terms import Term, terms_of
from slachtoffermonitor.vocabulary import CodeList, code_list, code_list_names

__all__ = ["WHOLE_FILES", "Shelf", "claims_for_readers"]

_ROWS_ON_PAGE = 250
_EXTENT = re.compile(r'<svg[^>]*? width="([\d.]+)" height="([\d.]+)"')
_LONG_LISTS = frozenset({"countries"})
_TABLE = Text("table").message
_OTHER: Mapping[Language, Language] = {"nl": "en", "en": "nl"}
WHOLE_FILES: tuple[tuple[str, Text], ...] = (
    ("data/edition.xlsx", Text("Excel workbook with all tables and notes")),
    ("factsheet-nl.pdf", Text("Factsheet in Dutch (PDF)")),
    ("factsheet-en.pdf", Text("Factsheet in English (PDF)")),
    ("report-nl.pdf", Text("Full report in Dutch (PDF)")),
    ("report-en.pdf", Text("Full report in English (PDF)")),
    ("data/datapackage.json", Text("Data Package: what every column means, for software")),
    ("data/csv-metadata.json", Text("CSV on the Web: the same, for the web's own standard")),
    ("data/eurostat/thb_victims.csv", Text("Delivery to Eurostat (SDMX-CSV)")),
    ("data/eurostat/structure.xml", Text("Structure of that delivery (SDMX-ML)")),
    ("data/mappings/htcds_2_0.csv", Text("Our codes in HTCDS 2.0")),
    ("data/mappings/ctdc.csv", Text("Our codes in the CTDC Global Synthetic Dataset")),
    ("data/catalogue.jsonld", Text("Entry for a catalogue of open data (DCAT-AP-NL)")),
    ("data/README.md", Text("Reading guide")),
    ("data/provenance.json", Text("Provenance: versions, seed and inputs")),
    ("data/SHA256SUMS", Text("Checksums of all data files")),
)


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """Everything of one edition that pages of one language draw on."""

    edition: Edition
    language: Language
    figures: Mapping[str, Figure]
    sizes: Mapping[str, int]

    @property
    def other(self) -> Language:
        """Give the other language."""
        return _OTHER[self.language]

    @cached_property
    def chapters(self) -> tuple[Chapter, ...]:
        """The chapters that have something to show."""
        return chapters_with(self.figures, self.edition.tables)

    @cached_property
    def drawings(self) -> dict[str, str]:
        """The charts as SVG, by the key of the figure."""
        return {key: svg(figure, self.language) for key, figure in self.figures.items()}

    def extent(self, figure: Figure) -> tuple[int, int]:
        """Give width and height of the drawn chart, so that a page keeps room for it."""
        found = _EXTENT.search(self.drawings[figure.key])
        return (round(float(found[1])), round(float(found[2]))) if found else (0, 0)

    def say(self, message: Text | str, **values: Number | Text | str | int) -> str:
        """Give a sentence in the language of the page."""
        if isinstance(message, Text):
            return message.in_language(self.language)
        return Text(message, values).in_language(self.language)

    def page(self, slug: str, language: Language | None = None) -> str:
        """Give the file name of a page in a language (the page's own by default)."""
        if slug == "index":
            return "index.html"
        kind, _, name = slug.partition(":")
        stem = translate(kind, language or self.language)
        return f"{stem}-{name.replace('_', '-')}.html" if name else f"{stem}.html"

    def grid(self, table: ReleasedTable, figure: Figure | None = None) -> Grid:
        """Give a table, or the rows of a chart, as cells to show."""
        if figure is None:
            return read_grid(table, self.language, limit=_ROWS_ON_PAGE)
        return read_grid(table, self.language, frame=figure.frame, limit=_ROWS_ON_PAGE)

    def figure_of(self, finding: Finding) -> Figure | None:
        """Give the first chart that is drawn from the table of the finding."""
        return next((f for f in self.figures.values() if f.table.name == finding.table), None)

    def place_of(self, name: str) -> str:
        """Where can the table be read: in a chapter if one shows it, else on its own page."""
        keys = {figure.key for figure in self.figures.values() if figure.table.name == name}
        for chapter in self.chapters:
            for section in chapter.sections:
                if name in section.tables or keys & set(section.figures):
                    return f"{self.page(chapter.slug)}#{section.key}"
        return self.page(f"{_TABLE}:{name}")

    def lists(self) -> list[CodeList]:
        """Give the code lists whose words a reader can look up."""
        return [code_list(name) for name in sorted(self.list_names())]

    def spec(self, figure: Figure) -> Markup:
        """Give the live chart as JSON that cannot end the script element that it stands in."""
        return json_for_page(specification(figure, self.language))

    def made_on(self) -> str:
        """Give the day on which the edition was made, written out."""
        return self.day(self.edition.made_on)

    def day(self, day: date) -> str:
        """Give a day written out."""
        return format_date(day, "d MMMM yyyy", locale=self.language)

    def list_names(self) -> frozenset[str]:
        """Give the names of the code lists that the definitions page explains."""
        return frozenset(code_list_names()) - _LONG_LISTS

    def list_title(self, name: str) -> str:
        """Give what a code list is called."""
        return code_list(name).title[self.language]

    def cited(self, table: ReleasedTable) -> Citation:
        """How should the table be cited?"""
        address = f"{self.language}/{self.page(f'{_TABLE}:{table.name}')}"
        return cite(self.edition, table, address, self.language, day=self.made_on())

    def cited_chart(self, figure: Figure) -> Citation:
        """How should the chart be cited?"""
        address = f"{self.language}/{self.address_of_figure(figure)}"
        day = self.made_on()
        return cite(self.edition, figure.table, address, self.language, day=day, chart=figure.title)

    def address_of_figure(self, figure: Figure) -> str:
        """Where does the chart stand for good: in its chapter, else with its table?"""
        for chapter in self.chapters:
            for section in chapter.sections:
                if figure.key in section.figures:
                    return f"{self.page(chapter.slug)}#figure-{figure.key}"
        return self.page(f"{_TABLE}:{figure.table.name}")

    def terms(self, table: ReleasedTable) -> list[Term]:
        """Which words of the table have a definition?"""
        return terms_of(table, self.language, known=self.list_names())

    def vintage(self, table: ReleasedTable) -> str:
        """Of which day are the figures of the table?"""
        return self.say(vintage_words(table, self.made_on()))

    def protections(self) -> list[tuple[str, list[ReleasedTable]]]:
        """How were persons protected, and in which tables each way?"""
        ways: dict[str, list[ReleasedTable]] = {}
        for table in self.edition.tables.values():
            ways.setdefault(self.say(table.explanation), []).append(table)
        return list(ways.items())

    def revised(self, table: ReleasedTable) -> list[str]:
        """Which figures of the table were published more than once, and differed?"""
        return revisions(table, self.language)

    def whole_files(self) -> list[tuple[str, str]]:
        """Which files hold the whole edition, and what are they called?"""
        return [(name, self.say(label)) for name, label in WHOLE_FILES if name in self.sizes]

    def size(self, name: str) -> str:
        """How large is a file of the edition, in words?"""
        size = Number(max(1, round(self.sizes[name] / 1000)))
        return self.say("{size} kB", size=size)


def claims_for_readers(edition: Edition, language: Language) -> list[dict[str, object]]:
    """How do all published figures read in the language?"""
    by_id = {claim.id: claim for claim in edition.claims}
    return [claim_words(claim, by_id, language) for claim in edition.claims]
