"""What can be searched for: every page, section, chart, table, definition and published figure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from slachtoffermonitor.ground import Text
from slachtoffermonitor.publish.site.shelf import Shelf

__all__ = ["fold", "search_entries"]

_KINDS: Mapping[str, Text] = {
    "page": Text("Page"),
    "chart": Text("Chart"),
    "table": Text("Table"),
    "definition": Text("Definition"),
    "claim": Text("Published figure"),
}


def fold(words: str) -> str:
    """Write words without accents and capitals, as the script in the page does with a question."""
    apart = unicodedata.normalize("NFD", words)
    return "".join(sign for sign in apart if not unicodedata.combining(sign)).lower()


def search_entries(
    shelf: Shelf, pages: Mapping[str, Text], claims: list[dict[str, object]]
) -> dict[str, Any]:
    """What can a reader find in the language of the shelf?

    Args:
        shelf: of the edition in one language.
        pages: titles of the pages that are no chapter, by slug.
        claims: the published figures as they read in that language.

    Returns:
        `kinds` in words, and `entries`: kind, title, words below the title, address.

    """
    entries = [
        *_pages(shelf, pages),
        *_figures(shelf),
        *_definitions(shelf),
        *_claims(shelf, claims),
    ]
    return {
        "kinds": {kind: shelf.say(name) for kind, name in _KINDS.items()},
        "entries": entries,
    }


def _entry(kind: str, title: str, words: str, address: str) -> dict[str, str]:
    return {"kind": kind, "title": title, "words": words, "address": address}


def _pages(shelf: Shelf, pages: Mapping[str, Text]) -> Iterator[dict[str, str]]:
    for slug, title in pages.items():
        yield _entry("page", shelf.say(title), "", shelf.page(slug))
    for chapter in shelf.chapters:
        address = shelf.page(chapter.slug)
        yield _entry("page", shelf.say(chapter.title), shelf.say(chapter.lead), address)
        for section in chapter.sections:
            said = " ".join(shelf.say(words) for words in section.words)
            heading = f"{shelf.say(chapter.title)}: {shelf.say(section.heading)}"
            yield _entry("page", heading, said, f"{address}#{section.key}")


def _figures(shelf: Shelf) -> Iterator[dict[str, str]]:
    for figure in shelf.figures.values():
        words = shelf.say(figure.alternative)
        yield _entry("chart", shelf.say(figure.title), words, shelf.address_of_figure(figure))
    for table in shelf.edition.tables.values():
        columns = ", ".join(shelf.say(column.label) for column in table.columns)
        address = shelf.page(f"table:{table.name}")
        yield _entry("table", shelf.say(table.title), columns, address)


def _definitions(shelf: Shelf) -> Iterator[dict[str, str]]:
    page = shelf.page("definitions")
    for one in shelf.lists():
        for code in one.values():
            title = code.label[shelf.language]
            words = f"{code.definition[shelf.language]} ({code.label[shelf.other]}; {code.code})"
            yield _entry("definition", title, words, f"{page}#{one.name}-{code.code}")


def _claims(shelf: Shelf, claims: list[dict[str, object]]) -> Iterator[dict[str, str]]:
    page = shelf.page("check-a-number")
    for claim in claims:
        title = f"{claim['what']}, {claim['period']}: {claim['shown']}"
        words = f"{claim['series']}. {claim['source']}"
        yield _entry("claim", title, words, f"{page}#{claim['id']}")
