"""Edition: one edition of the monitor, from its settings to released tables and findings."""

from slachtoffermonitor.edition.deliveries import DELIVERED_TABLES, Deliveries, read_deliveries
from slachtoffermonitor.edition.results import Edition, Finding, Provenance
from slachtoffermonitor.edition.running import run_edition
from slachtoffermonitor.edition.settings import Settings, read_settings, render_settings
from slachtoffermonitor.edition.templates import lay_out_edition

__all__ = [
    "DELIVERED_TABLES",
    "Deliveries",
    "Edition",
    "Finding",
    "Provenance",
    "Settings",
    "lay_out_edition",
    "read_deliveries",
    "read_settings",
    "render_settings",
    "run_edition",
]
