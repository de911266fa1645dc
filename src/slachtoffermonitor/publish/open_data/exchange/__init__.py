"""The edition as others ask for it: Eurostat's delivery, mappings, a catalogue entry."""

from slachtoffermonitor.publish.open_data.exchange.catalogue import catalogue_entry
from slachtoffermonitor.publish.open_data.exchange.eurostat import eurostat_delivery
from slachtoffermonitor.publish.open_data.exchange.mappings import mapping_table
from slachtoffermonitor.publish.open_data.exchange.structure import structure_message

__all__ = ["catalogue_entry", "eurostat_delivery", "mapping_table", "structure_message"]
