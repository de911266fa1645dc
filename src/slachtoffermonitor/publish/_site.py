"""The website: plain pages per language, a style sheet, small scripts, nothing from elsewhere.

Every page can be read without a script: charts are images, tables are tables. The scripts make
the charts live, and let a reader choose, search and check.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from slachtoffermonitor.disclose import explain_synthetic
from slachtoffermonitor.edition import Edition
from slachtoffermonitor.ground import (
    LANGUAGES,
    Language,
    Number,
    Text,
    translate,
    write_bytes,
    write_text,
)
from slachtoffermonitor.publish._units import unit_words
from slachtoffermonitor.publish.charts import Figure, bundle, number_locale, png
from slachtoffermonitor.publish.site import (
    WHOLE_FILES,
    Shelf,
    as_script,
    claims_for_readers,
    json_for_page,
    place_facts,
    search_entries,
    table_to_choose,
    words_for,
)
from slachtoffermonitor.published import check_as_data

__all__ = ["WHOLE_FILES", "claims_for_readers", "write_site"]

_TOOLS: Mapping[str, tuple[Text, str]] = {
    Text("table-builder").message: (Text("Make a table"), "builder.html"),
    Text("municipality").message: (Text("Your municipality"), "places.html"),
    Text("check-a-number").message: (Text("Check a number"), "check.html"),
    Text("search").message: (Text("Search"), "search.html"),
    Text("definitions").message: (Text("Definitions"), "definitions.html"),
    Text("downloads").message: (Text("Downloads"), "downloads.html"),
    Text("method").message: (Text("Method"), "method.html"),
}
_TABLE = Text("table").message


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
        shelf = Shelf(edition=edition, language=language, figures=figures[language], sizes=sizes)
        for key, drawing in shelf.drawings.items():
            write_text(folder / language / "figures" / f"{key}.svg", drawing)
            write_bytes(folder / language / "figures" / f"{key}.png", png(drawing))
        _write_pages(shelf, environment, folder / language)


def _write_pages(shelf: Shelf, environment: Environment, folder: Path) -> None:
    language = shelf.language
    claims = claims_for_readers(shelf.edition, language)
    choices = _choices(shelf)
    places = place_facts(shelf.edition.tables, language)
    for facts in places["tables"]:
        facts["page"] = shelf.page(f"{_TABLE}:{facts['name']}")
    tools = {
        slug: title
        for slug, (title, _) in _TOOLS.items()
        if slug != "municipality" or places["places"]
    }
    for name, choice in choices.items():
        write_text(folder / "tables" / f"{name}.js", as_script("monitorTables", name, choice))
    found = search_entries(shelf, tools, claims)
    write_text(folder / "search-index.js", as_script("monitorSearch", "index", found))
    for slug, template, values in _all_pages(shelf, tools):
        page = environment.get_template(template).render(
            shelf=shelf,
            edition=shelf.edition,
            language=language,
            other=shelf.other,
            slug=slug,
            t=partial(translate, language=language),
            say=shelf.say,
            unit_words=partial(unit_words, language=language),
            number=lambda value, pattern="#,##0", at=language: Number(value, pattern).in_language(
                at
            ),
            locale=json_for_page(number_locale(language)),
            number_of=Number,
            tools=tools,
            claim_rows=claims,
            choices=choices,
            places=places,
            words_for=lambda name, at=language: json_for_page(words_for(name, at)),
            as_json=json_for_page,
            check_as_data=partial(check_as_data, language),
            synthetic_words=explain_synthetic,
            **values,
        )
        write_text(folder / shelf.page(slug), page)


def _choices(shelf: Shelf) -> dict[str, dict[str, Any]]:
    """The tables that a reader can choose from, by name."""
    tables = shelf.edition.tables
    found = {name: table_to_choose(table, tables, shelf.language) for name, table in tables.items()}
    return {name: choice for name, choice in found.items() if choice is not None}


def _all_pages(
    shelf: Shelf, tools: Mapping[str, Text]
) -> Iterator[tuple[str, str, dict[str, object]]]:
    yield "index", "start.html", {}
    for chapter in shelf.chapters:
        yield chapter.slug, "chapter.html", {"chapter": chapter}
    for slug in tools:
        yield slug, _TOOLS[slug][1], {}
    for table in shelf.edition.tables.values():
        yield f"{_TABLE}:{table.name}", "table.html", {"table": table}


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
    for asset in source.iterdir():
        if asset.name.endswith((".css", ".js")):
            write_text(folder / asset.name, asset.read_text("utf-8"))
    write_text(folder / "vega.js", bundle())
