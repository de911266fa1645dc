"""Edition: one edition of the monitor, from its settings to released tables and findings."""

from slachtoffermonitor.edition.comparison import (
    Change,
    Comparison,
    OpenedEdition,
    OpenedTable,
    WrittenEdition,
    compare_editions,
    open_edition,
    read_edition,
    reproduce_edition,
)
from slachtoffermonitor.edition.deliveries import DELIVERED_TABLES, Deliveries, read_deliveries
from slachtoffermonitor.edition.memory import Memory
from slachtoffermonitor.edition.results import Edition, Finding, Provenance
from slachtoffermonitor.edition.running import run_edition
from slachtoffermonitor.edition.sections import PublicationSettings
from slachtoffermonitor.edition.settings import Settings, read_settings, render_settings
from slachtoffermonitor.edition.templates import lay_out_edition
from slachtoffermonitor.edition.windows import PUBLISHED_WINDOWS, settings_of_window

__all__ = [
    "DELIVERED_TABLES",
    "PUBLISHED_WINDOWS",
    "Change",
    "Comparison",
    "Deliveries",
    "Edition",
    "Finding",
    "Memory",
    "OpenedEdition",
    "OpenedTable",
    "Provenance",
    "PublicationSettings",
    "Settings",
    "WrittenEdition",
    "compare_editions",
    "lay_out_edition",
    "open_edition",
    "read_deliveries",
    "read_edition",
    "read_settings",
    "render_settings",
    "reproduce_edition",
    "run_edition",
    "settings_of_window",
]
