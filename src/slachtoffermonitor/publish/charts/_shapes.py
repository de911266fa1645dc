"""The few shapes that the monitor draws: lines, rows of dots or bars, small panels.

Every shape is readable on a telephone (names stand above their bar, not beside it), tells its
groups apart by form as well as by colour, and draws the interval of whatever is an estimate.
"""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import Any

import altair as alt
import polars as pl

from slachtoffermonitor.publish.charts.figure import INK, PALETTE

__all__ = ["dots", "lines", "panels"]

_SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down")
_DASHES = ((1, 0), (7, 3), (2, 3), (9, 3, 2, 3), (4, 2), (12, 4))
_STEP = 66
_NAME_WIDTH = 24  # signs of a bold name that fit above the smallest panel
_SHORT_YEAR = "'\u2019' + slice(datum.label, 2)"


def lines(
    frame: pl.DataFrame,
    *,
    groups: Sequence[str],
    x_title: str,
    y_title: str,
    number: str = ",.0f",
    height: int = 300,
    whole_x: bool = True,
    points: bool = True,
) -> dict[str, Any]:
    """Draw one line a group over columns `x`, `y`, `group`, with a band where `low`, `high` are.

    A row without a `y` is a gap: nothing is drawn over a year that nobody published. A column
    `hollow`, where it is true, draws the point open (an earlier vintage) and joins no line.
    """
    for name, missing in (("low", None), ("high", None), ("hollow", False), ("note", "")):
        if name not in frame.columns:
            frame = frame.with_columns(pl.lit(missing).alias(name))
    base = alt.Chart(frame).encode(x=_over(frame["x"], x_title, whole=whole_x))
    colour = _colour(groups)
    value = alt.Y(
        "y:Q",
        title=y_title,
        axis=alt.Axis(format=number, tickCount=6),
        scale=alt.Scale(zero=True),
    )
    layers: list[alt.Chart] = []
    if frame["low"].null_count() < frame.height:
        layers.append(
            base.transform_filter("isValid(datum.low)")
            .mark_area(opacity=0.16)
            .encode(y=alt.Y("low:Q", title=y_title), y2="high:Q", color=colour)
        )
    layers.append(
        base.transform_filter("!datum.hollow")
        .mark_line(strokeWidth=2.5, invalid="break-paths-show-domains")
        .encode(y=value, color=colour, strokeDash=_dashes(groups))
    )
    if points:
        marks = _points(base, value, colour, groups, number)
        layers.extend(marks if frame["hollow"].any() else marks[:1])
    return _specified(alt.layer(*layers).properties(height=height))


def _colour(groups: Sequence[str]) -> alt.Color:
    scale = alt.Scale(domain=list(groups), range=list(PALETTE[: len(groups)]))
    return alt.Color("group:N", scale=scale, title=None, legend=_legend(groups))


def _over(values: pl.Series, title: str, *, whole: bool) -> alt.X:
    """Time along the foot of a chart; years are never written twice or in halves."""
    axis = alt.Axis(format=",.0f", tickMinStep=1, grid=False)
    if whole:
        years = list(range(int(values.min()), int(values.max()) + 1))  # type: ignore[arg-type]
        axis = alt.Axis(format="d", values=years, labelOverlap=True, labelSeparation=6, grid=False)
    return alt.X(
        "x:Q", title=title or None, axis=axis, scale=alt.Scale(zero=False, nice=False, padding=20)
    )


def _points(
    base: alt.Chart, value: alt.Y, colour: alt.Color, groups: Sequence[str], number: str
) -> list[alt.Chart]:
    shapes = alt.Scale(domain=list(groups), range=list(_SHAPES[: len(groups)]))
    tooltip = [
        alt.Tooltip("group:N", title=" "),
        alt.Tooltip("x:Q", title="  ", format="d"),
        alt.Tooltip("y:Q", title="   ", format=number),
        alt.Tooltip("note:N", title="    "),
    ]
    seen = base.transform_filter("isValid(datum.y)")
    shape = alt.Shape("group:N", scale=shapes, title=None, legend=_legend(groups))
    closed = (
        seen.transform_filter("!datum.hollow")
        .mark_point(size=62, filled=True, opacity=1)
        .encode(y=value, color=colour, shape=shape, tooltip=tooltip)
    )
    opened = (
        seen.transform_filter("datum.hollow")
        .mark_point(size=70, filled=False, strokeWidth=2, opacity=1)
        .encode(y=value, color=colour, shape=shape, tooltip=tooltip)
    )
    return [closed, opened]


def _dashes(groups: Sequence[str]) -> alt.StrokeDash:
    return alt.StrokeDash(
        "group:N",
        scale=alt.Scale(domain=list(groups), range=[list(dash) for dash in _DASHES[: len(groups)]]),
        title=None,
        legend=_legend(groups),
    )


def _legend(groups: Sequence[str]) -> alt.Legend | None:
    """One line needs no legend: the title of the chart says what it is."""
    return alt.Legend() if len(groups) > 1 else None


def dots(
    frame: pl.DataFrame,
    *,
    x_title: str,
    log: bool = False,
    number: str = ",.0f",
    reference: float | None = None,
    reference_words: str = "",
) -> dict[str, Any]:
    """Draw one row per `name`: a dot at `value` and its interval from `low` to `high`.

    `words` stands at the right end of the row: the figure as it is written, or why there is none
    (a hidden count). A vertical rule stands at `reference`.
    """
    order = frame["name"].to_list()
    y = alt.Y("name:N", sort=order, axis=None, scale=alt.Scale(paddingInner=0, paddingOuter=0))
    scale = alt.Scale(type="log", nice=False, padding=14) if log else alt.Scale(zero=True)
    axis = alt.Axis(format=number, tickCount=5, labelOverlap=True)
    x = alt.X("value:Q", title=x_title, scale=scale, axis=axis)
    base = alt.Chart(frame).encode(y=y)
    seen = base.transform_filter("isValid(datum.value)").encode(x=x, tooltip=_row_tips())
    layers: list[alt.Chart] = []
    if reference is not None:
        layers.append(_reference(reference, reference_words, x_title))
    if {"low", "high"} <= set(frame.columns):
        layers.append(
            base.transform_filter("isValid(datum.low) && isValid(datum.high)")
            .mark_rule(strokeWidth=3, opacity=0.55, color=PALETTE[0])
            .encode(x=alt.X("low:Q", title=x_title, scale=scale), x2="high:Q", tooltip=_row_tips())
        )
        layers.append(seen.mark_point(filled=True, size=95, opacity=1, color=PALETTE[0]))
    else:
        layers.append(seen.mark_bar(size=13, color=PALETTE[0]))
    chart = alt.layer(*layers, *_row_words(base))
    return _specified(chart.properties(height=_STEP * frame.height + 8))


def _row_words(base: alt.Chart) -> list[alt.Chart]:
    """The name of a row and its figure, above the mark: room for both on a telephone.

    Each stands on a white shadow of itself, so that no grid line runs through the letters.
    """
    x = alt.value(0)
    halo: dict[str, Any] = {"stroke": "white", "strokeWidth": 4, "strokeJoin": "round"}
    plain: dict[str, Any] = {}
    marks: list[alt.Chart] = []
    for shade in (halo, plain):
        name = base.mark_text(
            align="left", baseline="bottom", dy=-27, color=INK, limit=alt.expr("width"), **shade
        )
        figure = base.mark_text(
            align="left", baseline="bottom", dy=-11, color=INK, fontWeight="bold", **shade
        )
        marks += [name.encode(x=x, text="name:N"), figure.encode(x=x, text="words:N")]
    return marks


def _row_tips() -> list[alt.Tooltip]:
    return [alt.Tooltip("name:N", title=" "), alt.Tooltip("words:N", title="  ")]


def _reference(value: float, name: str, x_title: str) -> alt.Chart:
    rule: alt.Chart = (
        alt.Chart(pl.DataFrame({"value": [float(value)], "name_of_line": [name]}))
        .mark_rule(strokeDash=[4, 4], strokeWidth=1.5, color=INK)
        .encode(
            x=alt.X("value:Q", title=x_title), tooltip=[alt.Tooltip("name_of_line:N", title=" ")]
        )
    )
    return rule


def panels(
    frame: pl.DataFrame,
    *,
    groups: Sequence[str],
    hidden: str = "",
    height: int = 92,
    columns: int = 3,
) -> dict[str, Any]:
    """Draw a small bar chart over years (`x`, `y`) for every `group`, all on the same scale.

    A row whose `withheld` is true gets the words `hidden` in place of a bar.
    """
    if "withheld" not in frame.columns:
        frame = frame.with_columns(withheld=pl.lit(value=False))
    wrapped = {group: _wrapped(group) for group in groups}
    frame = frame.with_columns(pl.col("group").replace_strict(wrapped))
    years = alt.Axis(labelAngle=0, labelOverlap=True, ticks=False, labelExpr=_SHORT_YEAR)
    base = alt.Chart().encode(x=alt.X("x:O", title=None, axis=years))
    bars = (
        base.transform_filter("isValid(datum.y)")
        .mark_bar(color=PALETTE[0])
        .encode(
            y=alt.Y("y:Q", title=None, axis=alt.Axis(format=",.0f", tickCount=3)),
            tooltip=[
                alt.Tooltip("group:N", title=" "),
                alt.Tooltip("x:O", title="  "),
                alt.Tooltip("y:Q", title="   ", format=",.0f"),
            ],
        )
    )
    words = (
        base.transform_filter("datum.withheld")
        .mark_text(baseline="bottom", fontSize=9.5, color=INK, dy=-2, text=hidden)
        .encode(y=alt.datum(0))
    )
    layers = alt.layer(bars, words, data=frame).properties(height=height)
    header = alt.Header(title=None, labelExpr="split(datum.label, '\\n')")
    facet = alt.Facet("group:N", title=None, sort=list(map(_wrapped, groups)), header=header)
    return _specified(layers.facet(facet=facet, columns=columns))


def _wrapped(name: str) -> str:
    """A long name of a panel stands on two lines."""
    return "\n".join(wrap(name, _NAME_WIDTH))


def _specified(chart: alt.TopLevelMixin) -> dict[str, Any]:
    """The specification without a check against the schema: the tests hold every chart to it."""
    specified: dict[str, Any] = chart.to_dict(validate=False)
    return specified
