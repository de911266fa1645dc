"""What the columns of the Eurostat delivery are, as an SDMX-ML structure message.

Source: SDMX-ML 2.1 (SDMX technical standards, section 3A).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from importlib.resources import files

from jinja2 import Environment, StrictUndefined

from slachtoffermonitor.publish.open_data.exchange.eurostat import (
    DIMENSIONS,
    STATUSES,
    categories,
)

__all__ = ["structure_message"]

_ORIGINS = {
    "published": "Published before",
    "register": "Register",
    "simulated": "Simulated: no real person",
}
_CONCEPTS = {
    "FREQ": "Frequency",
    "REF_AREA": "Reference area",
    "LEGAL_STATUS": "Legal status of the person",
    "SEX": "Sex",
    "AGE": "Age at registration",
    "CITIZENSHIP": "Citizenship",
    "FORM": "Form of exploitation",
    "TIME_PERIOD": "Year",
    "OBS_VALUE": "Persons",
    "OBS_STATUS": "Status of the number",
    "ORIGIN": "Where the number comes from",
}


def structure_message(made_on: date) -> str:
    """What does every column of the delivery mean, for software that knows SDMX?

    Returns:
        XML: code lists, concepts, data structure and dataflow, of which the agency is this
        monitor, not Eurostat.

    """
    lists = {name: categories(name) for name in DIMENSIONS if name != "TIME_PERIOD"}
    source = files("slachtoffermonitor.publish").joinpath("templates", "structure.xml")
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    return environment.from_string(source.read_text("utf-8")).render(
        prepared=datetime.combine(made_on, time(), UTC).isoformat(),
        concepts=_CONCEPTS,
        lists=lists | {"OBS_STATUS": STATUSES, "ORIGIN": _ORIGINS},
        dimensions=[name for name in DIMENSIONS if name != "TIME_PERIOD"],
        attributes=["OBS_STATUS", "ORIGIN"],
    )
