"""Charts that state what they found, with the words and rows for who does not see them."""

from slachtoffermonitor.publish.charts.figure import (
    PAPER,
    PAPER_WIDE,
    SCREEN,
    Figure,
    Look,
    bundle,
    number_locale,
    png,
    specification,
    svg,
)
from slachtoffermonitor.publish.charts.registry import draw_figures

__all__ = [
    "PAPER",
    "PAPER_WIDE",
    "SCREEN",
    "Figure",
    "Look",
    "bundle",
    "draw_figures",
    "number_locale",
    "png",
    "specification",
    "svg",
]
