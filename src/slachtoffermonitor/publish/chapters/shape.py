"""What a chapter is: a page of sections, each with words, figures, tables and views of them."""

from __future__ import annotations

from dataclasses import dataclass

from slachtoffermonitor.ground import Text

__all__ = ["Chapter", "Section", "View"]


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A view of a table that the table builder opens: `choice` is what stands in its address."""

    label: Text
    table: str
    choice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading, what a reader must know, and the figures, tables and views that follow.

    A section without anything to show is left out, unless its words can stand `alone`. A section
    that says what is `lacking` stands only while the edition has none of those tables.
    """

    key: str
    heading: Text
    words: tuple[Text, ...] = ()
    figures: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    views: tuple[View, ...] = ()
    alone: bool = False
    lacking: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """A page of the site; `slug` is its file name, in English, translated per language."""

    slug: str
    title: Text
    lead: Text
    sections: tuple[Section, ...]
