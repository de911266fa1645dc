"""The website: plain pages in every language, one style sheet, two scripts, nothing from elsewhere.

Every page can be read without a script: charts are images, tables are tables. The scripts make
the charts live and let a reader check a number.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial
from importlib.resources import files
from pathlib import Path

from babel.dates import format_date
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from slachtoffermonitor.disclose import ReleasedTable
from slachtoffermonitor.edition import Edition, Finding
from slachtoffermonitor.ground import LANGUAGES, Language, Number, Text, translate, write_text
from slachtoffermonitor.publish._pages import Chapter, chapters_with
from slachtoffermonitor.publish._reading import Grid, claim_words, read_grid
from slachtoffermonitor.publish.charts import Figure, bundle, number_locale, specification, svg
from slachtoffermonitor.published import check_as_data
from slachtoffermonitor.vocabulary import CodeList, code_list, code_list_names

__all__ = ["claims_for_readers", "write_site"]

_ROWS_ON_PAGE = 250
_EXTENT = re.compile(r'<svg[^>]*? width="([\d.]+)" height="([\d.]+)"')
_SCRIPTS = ("monitor.css", "monitor.js", "check-engine.js", "check.js")
_LONG_LISTS = frozenset({"countries"})
_CHECK, _TABLE = Text("check-a-number").message, Text("table").message
_TOOLS: Mapping[str, str] = {
    Text("definitions").message: "definitions.html",
    Text("downloads").message: "downloads.html",
    Text("method").message: "method.html",
}
_CHECK_WORDS: Mapping[str, Text] = {
    "match": Text("Agrees with what was published"),
    "other_definition": Text("Fits another definition"),
    "contradiction": Text("Contradicts what was published"),
    "unknown": Text("Unknown"),
    "disputed": Text("Printed, but disputed"),
    "other_year": Text("Fits another year"),
    "context": Text("To compare"),
    "source": Text("Source"),
    "none": Text(
        "No published figure speaks to this. That does not make it wrong: we do not know."
    ),
    "ask": Text("Type a figure or a sentence first."),
}
WHOLE_FILES: tuple[tuple[str, Text], ...] = (
    ("data/edition.xlsx", Text("Excel workbook with all tables and notes")),
    ("factsheet-nl.pdf", Text("Factsheet in Dutch (PDF)")),
    ("factsheet-en.pdf", Text("Factsheet in English (PDF)")),
    ("data/datapackage.json", Text("Data Package: what every column means, for software")),
    ("data/csv-metadata.json", Text("CSV on the Web: the same, for the web's own standard")),
    ("data/README.md", Text("Reading guide")),
    ("data/provenance.json", Text("Provenance: versions, seed and inputs")),
    ("data/SHA256SUMS", Text("Checksums of all data files")),
)
_OTHER: Mapping[Language, Language] = {"nl": "en", "en": "nl"}


@dataclass(frozen=True, kw_only=True)
class _Shelf:
    """Everything of one edition that pages of one language draw on."""

    edition: Edition
    language: Language
    figures: Mapping[str, Figure]
    sizes: Mapping[str, int]

    @cached_property
    def chapters(self) -> tuple[Chapter, ...]:
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
        return _json_for_page(specification(figure, self.language))

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

    def citation(self, table: ReleasedTable) -> str:
        """How should the table be cited?"""
        return self.say(
            "{edition}, table {table}, {day}. {source}",
            edition=self.edition.title,
            table=table.title,
            day=self.made_on(),
            source=table.source,
        )

    def whole_files(self) -> list[tuple[str, str]]:
        """Which files hold the whole edition, and what are they called?"""
        return [(name, self.say(label)) for name, label in WHOLE_FILES if name in self.sizes]

    def check_data(self) -> Markup:
        """Give the rules and figures by which the page checks a number."""
        return _json_for_page(check_as_data(self.language))

    def check_words(self) -> Markup:
        """Give the sentences that the script of check-a-number writes into the page."""
        return _json_for_page({key: self.say(message) for key, message in _CHECK_WORDS.items()})

    def size(self, name: str) -> str:
        """How large is a file of the edition, in words?"""
        size = Number(max(1, round(self.sizes[name] / 1000)))
        return self.say("{size} kB", size=size)


def write_site(
    edition: Edition,
    folder: Path,
    *,
    figures: Mapping[Language, Mapping[str, Figure]],
    sizes: Mapping[str, int],
) -> None:
    """Write the whole site into `folder`; the downloads page links the files that have a size."""
    environment = _environment()
    _write_assets(folder / "assets")
    write_text(
        folder / "index.html", environment.get_template("choose.html").render(edition=edition)
    )
    for language in LANGUAGES:
        shelf = _Shelf(edition=edition, language=language, figures=figures[language], sizes=sizes)
        for key, drawing in shelf.drawings.items():
            write_text(folder / language / "figures" / f"{key}.svg", drawing)
        for slug, template, values in _all_pages(shelf):
            page = environment.get_template(template).render(
                shelf=shelf,
                edition=edition,
                language=language,
                other=_OTHER[language],
                slug=slug,
                t=partial(translate, language=language),
                say=shelf.say,
                number=lambda value, pattern="#,##0", at=language: Number(
                    value, pattern
                ).in_language(at),
                locale=_json_for_page(number_locale(language)),
                number_of=Number,
                **values,
            )
            write_text(folder / language / shelf.page(slug), page)


def _all_pages(shelf: _Shelf) -> Iterator[tuple[str, str, dict[str, object]]]:
    yield "index", "start.html", {}
    for chapter in shelf.chapters:
        yield chapter.slug, "chapter.html", {"chapter": chapter}
    for slug, template in _TOOLS.items():
        yield slug, template, {}
    claims = claims_for_readers(shelf.edition, shelf.language)
    yield _CHECK, "check.html", {"claim_rows": claims}
    for table in shelf.edition.tables.values():
        yield f"{_TABLE}:{table.name}", "table.html", {"table": table}


def claims_for_readers(edition: Edition, language: Language) -> list[dict[str, object]]:
    """How do all published figures read in the language?"""
    by_id = {claim.id: claim for claim in edition.claims}
    return [claim_words(claim, by_id, language) for claim in edition.claims]


def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("slachtoffermonitor.publish"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _write_assets(folder: Path) -> None:
    source = files("slachtoffermonitor.publish").joinpath("assets")
    for name in _SCRIPTS:
        write_text(folder / name, source.joinpath(name).read_text("utf-8"))
    write_text(folder / "vega.js", bundle())


def _json_for_page(value: object) -> Markup:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    safe = text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return Markup(safe)  # noqa: S704 - every character that could open a tag is escaped above
