"""What the pages of the site draw on: one edition as words, addresses and choices."""

from slachtoffermonitor.publish.site.places import place_facts
from slachtoffermonitor.publish.site.scripts import as_script, json_for_page
from slachtoffermonitor.publish.site.search import search_entries
from slachtoffermonitor.publish.site.shelf import WHOLE_FILES, Shelf, claims_for_readers
from slachtoffermonitor.publish.site.views import table_to_choose
from slachtoffermonitor.publish.site.words import words_for

__all__ = [
    "WHOLE_FILES",
    "Shelf",
    "as_script",
    "claims_for_readers",
    "json_for_page",
    "place_facts",
    "search_entries",
    "table_to_choose",
    "words_for",
]
