"""What a chart is, and how it becomes an SVG or a live figure in one language.

Source: M. Okabe and K. Ito, Color Universal Design (2008), for the palette; darkened here until
each colour stands out 3 to 1 from white (WCAG 2.2, 1.4.11).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import as_file, files
from typing import Any, Literal

import polars as pl
import vl_convert

from slachtoffermonitor.disclose import ReleasedTable
from slachtoffermonitor.ground import Language, Text

__all__ = [
    "INK",
    "MUTED",
    "PALETTE",
    "PAPER",
    "PAPER_WIDE",
    "SCREEN",
    "Figure",
    "Look",
    "bundle",
    "number_locale",
    "png",
    "specification",
    "svg",
]

INK, MUTED, GRID, WARNING = "#14202e", "#46535f", "#dde2e7", "#8a4b00"
PALETTE = ("#0072b2", "#c44e00", "#007a5a", "#96507f", "#8a6d00", "#3d4a57")
_PADDING = {"left": 5, "right": 16, "top": 5, "bottom": 5}
_TITLE_ABOVE = {
    "titleAngle": 0,
    "titleAlign": "left",
    "titleAnchor": "end",
    "titleX": 0,
    "titleY": -12,
    "titlePadding": 0,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Where a chart is drawn: the typefaces to ask for and the width in pixels."""

    font: str
    width: int
    panel: int
    stretch: float = 1.0


SCREEN = Look(font='Arial, "Liberation Sans", Helvetica, sans-serif', width=700, panel=225)
PAPER = Look(font="Public Sans", width=350, panel=145, stretch=1.6)
PAPER_WIDE = Look(font="Public Sans", width=720, panel=140, stretch=2.4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A chart that says what it found, with the words and the rows for who does not see it.

    `frame` holds the rows that are drawn, of the columns of `table`, the released table that they
    come from, with its origin and source. `chart` is its Vega-Lite specification in
    one language, without size and typeface.
    """

    key: str
    title: Text
    alternative: Text
    table: ReleasedTable
    frame: pl.DataFrame
    chart: Mapping[str, Any]
    notes: tuple[Text, ...] = field(default=())

    @property
    def simulated(self) -> bool:
        """Was it computed from a nation that does not exist?"""
        return self.table.origin == "simulated"


def specification(figure: Figure, language: Language, look: Look = SCREEN) -> dict[str, Any]:
    """Give the Vega-Lite specification of the chart in one look, marked when it is simulated."""
    spec = dict(figure.chart)
    if "facet" in spec:
        columns = max(1, look.width // look.panel)
        inner = dict(spec["spec"])
        inner["width"] = look.width // columns - 50
        inner["height"] = round(inner["height"] * look.stretch)
        spec |= {"spec": inner, "columns": columns}
    else:
        spec |= {"width": look.width, "height": round(spec["height"] * look.stretch)}
    if figure.simulated:
        mark = Text("Simulated nation: these are not real persons").in_language(language)
        spec["title"] = {
            "text": mark,
            "anchor": "start",
            "fontSize": 12,
            "color": WARNING,
            "offset": 10,
        }
    spec["description"] = figure.alternative.in_language(language)
    spec["config"] = _config(look)
    spec |= {"background": "white", "padding": _PADDING}
    return spec


def svg(figure: Figure, language: Language, look: Look = SCREEN) -> str:
    """Draw the chart as SVG text in the language's way of writing numbers."""
    _know_fonts()
    drawn: str = vl_convert.vegalite_to_svg(
        json.dumps(specification(figure, language, look)), format_locale=number_locale(language)
    )
    return drawn


def png(drawing: str) -> bytes:
    """Give the drawn chart as an image of dots, twice as fine as it is drawn."""
    _know_fonts()
    drawn: bytes = vl_convert.svg_to_png(drawing, scale=2)
    return drawn


@cache
def number_locale(language: Language) -> dict[str, Any]:
    """How does Vega write numbers in this language? (decimal sign, thousands)."""
    names: Mapping[Language, Literal["nl-NL", "en-GB"]] = {"nl": "nl-NL", "en": "en-GB"}
    return vl_convert.get_format_locale(names[language])


@cache
def bundle() -> str:
    """Give Vega, Vega-Lite and Vega-Embed as one script without any address in it to fetch from."""
    script: str = vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;")
    return script


@cache
def _know_fonts() -> None:
    with as_file(files("slachtoffermonitor.publish").joinpath("assets", "fonts")) as folder:
        vl_convert.register_font_directory(str(folder))


def _header(look: Look) -> dict[str, object]:
    return {
        "title": None,
        "labelAnchor": "start",
        "labelFontWeight": "bold",
        "labelFontSize": 12 if look.panel > 200 else 10.5,
        "labelColor": INK,
        "labelLimit": look.panel,
        "labelPadding": 7,
    }


def _config(look: Look) -> dict[str, object]:
    words = {"labelFont": look.font, "titleFont": look.font}
    small: dict[str, object] = {"labelFontSize": 12, "titleFontSize": 12}
    axis: dict[str, object] = {
        "labelColor": MUTED,
        "titleColor": MUTED,
        "titleFontWeight": "normal",
        "gridColor": GRID,
        "domainColor": MUTED,
        "tickColor": MUTED,
    }
    legend: dict[str, object] = {
        "orient": "top",
        "columns": 2,
        "labelColor": INK,
        "labelFontSize": 12,
        "labelLimit": 320,
        "symbolSize": 90,
        "symbolOpacity": 1,
        "title": None,
        "offset": 26,
    }
    return {
        "font": look.font,
        "aria": False,  # the chart as a whole has its text alternative; its marks have none
        "view": {"stroke": None},
        "axis": words | small | axis,
        "axisY": {"domain": False, "ticks": False} | _TITLE_ABOVE,
        "legend": words | legend,
        "header": words | _header(look),
        "text": {"fontSize": 12, "font": look.font},
        "title": {"font": look.font},
    }
