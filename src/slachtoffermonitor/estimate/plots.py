"""Charts of a table, its models and a posterior, as Altair charts in one language.

They draw exact counts: keep them inside, or release the table first (`disclose`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeVar, cast

import altair as alt
import numpy as np
import polars as pl
import vl_convert

from slachtoffermonitor.estimate.bayes.posterior import PosteriorEstimate
from slachtoffermonitor.estimate.capture import CaptureTable
from slachtoffermonitor.estimate.loglinear.fitting import penalties
from slachtoffermonitor.estimate.loglinear.search import Search
from slachtoffermonitor.ground import Language, Number, Text

__all__ = [
    "INK",
    "MUTED",
    "PALETTE",
    "WIDTH",
    "dress",
    "layered",
    "model_set_chart",
    "overlap_chart",
    "posterior_chart",
]

INK, MUTED = "#14202e", "#b9c2ca"
PALETTE = ("#0072b2", "#c44e00", "#007a5a", "#96507f", "#8a6d00", "#3d4a57")
_LOCALES: Mapping[Language, Literal["nl-NL", "en-GB"]] = {"nl": "nl-NL", "en": "en-GB"}
WIDTH = 620
_MOST_POINTS = 2000
_SOUND = Text("has an estimate")
_NO_MAXIMUM = Text("no estimate exists")
_NOT_UNIQUE = Text("estimate not unique")

Chart = TypeVar("Chart", alt.Chart, alt.LayerChart, alt.VConcatChart)


def dress(chart: Chart, title: Text, language: Language) -> Chart:
    """Give a chart its title and write its numbers as the language does."""
    words = alt.TitleParams(title.in_language(language), anchor="start", color=INK, fontSize=14)
    numbers = alt.NumberLocale.from_dict(vl_convert.get_format_locale(_LOCALES[language]))
    styled: Chart = (
        chart.properties(title=words)
        .configure(locale=alt.Locale(number=numbers), font="Arial, Liberation Sans, sans-serif")
        .configure_view(stroke=None)
    )
    return styled


def layered(*charts: alt.Chart, height: int | alt.Step = 280) -> alt.LayerChart:
    """Draw charts on top of each other, as wide as every chart here."""
    # altair types a layer as one that may be facetted; none of these is.
    return cast(alt.LayerChart, alt.layer(*charts).properties(width=WIDTH, height=height))


def model_set_chart(
    search: Search, *, distance: float = 20.0, language: Language = "nl"
) -> alt.VConcatChart:
    """Draw what each model says against how well it describes the lists.

    Models without a sound estimate stand in a strip below, by the check that they fail: how
    well they describe the lists can be told, what they say cannot.

    Args:
        search: the models that were looked at.
        distance: models further behind the best are left out.
        language: of the words and numbers.

    """
    frame = _model_rows(search, distance)
    states = [text.in_language(language) for text in (_SOUND, _NO_MAXIMUM, _NOT_UNIQUE)]
    frame = frame.with_columns(
        pl.col("state").replace_strict(dict(enumerate(states)), return_dtype=pl.String)
    )
    behind = Text("criterion above that of the best sound model").in_language(language)
    lowest = min(0.0, float(np.asarray(frame["behind"].min())))  # unsound models can fit better
    x = alt.X("behind:Q", title=behind, scale=alt.Scale(domain=[lowest, distance]))
    colour = alt.Color(
        "state:N", title=None, scale=alt.Scale(domain=states, range=[PALETTE[0], *PALETTE[1:3]])
    )
    shape = alt.Shape(
        "state:N", title=None, scale=alt.Scale(domain=states, range=["circle", "cross", "square"])
    )
    base = alt.Chart(frame).encode(x=x, color=colour, shape=shape)
    seen = base.transform_filter("isValid(datum.estimate)").mark_point(filled=True, size=45)
    persons = Text("persons, seen and unseen").in_language(language)
    seen = seen.encode(
        y=alt.Y(
            "estimate:Q",
            title=persons,
            scale=alt.Scale(type="log", nice=False, padding=10),
            axis=alt.Axis(format=",.0f", tickCount=6),
        ),
        tooltip=[
            alt.Tooltip("parameters:Q", title=Text("parameters").in_language(language)),
            alt.Tooltip("estimate:Q", title=persons, format=",.0f"),
        ],
    ).properties(width=WIDTH, height=300)
    failed = (
        base.transform_filter("!isValid(datum.estimate)")
        .mark_point(size=40)
        .encode(y=alt.Y("state:N", title=None, scale=alt.Scale(domain=states[1:])))
        .properties(width=WIDTH, height=50)
    )
    title = Text("What {models} models say", {"models": Number(len(search.fits))})
    return dress(alt.vconcat(seen, failed), title, language)


def _model_rows(search: Search, distance: float) -> pl.DataFrame:
    """Give the models near the best: how far behind, the estimate, and the check they fail."""
    fits = search.fits
    value = -2.0 * fits.log_likelihood + penalties(
        fits.candidates.parameters, fits.observed, search.criterion
    )
    sound = fits.exists & fits.identifiable
    behind = value - value[sound].min()
    near = np.nonzero(np.isfinite(behind) & (behind <= distance))[0]
    near = near[np.argsort(behind[near], kind="stable")][:_MOST_POINTS]
    state = np.where(sound, 0, np.where(fits.exists, 2, 1))[near]
    estimate = np.where(sound, fits.observed + fits.hidden, np.nan)[near]
    return pl.DataFrame(
        {
            "behind": behind[near],
            "estimate": estimate,
            "state": state,
            "parameters": fits.candidates.parameters[near],
        },
        schema_overrides={"state": pl.Int64},
    ).with_columns(pl.col("estimate").fill_nan(None))


def overlap_chart(
    table: CaptureTable, *, shown: int = 20, language: Language = "nl"
) -> alt.VConcatChart:
    """Draw how many persons are on exactly which lists, the largest groups first (UpSet).

    Source: Lex, Gehlenborg, Strobelt, Vuillemot & Pfister (2014), IEEE TVCG 20(12).
    """
    counts = table.counts
    filled = np.nonzero(counts)[0]
    order = filled[np.argsort(-counts[filled], kind="stable")][:shown]
    bars = pl.DataFrame({"place": range(order.size), "persons": counts[order]})
    dots = pl.DataFrame(
        [
            (place, name, bool(history >> i & 1))
            for place, history in enumerate(order.tolist())
            for i, name in enumerate(table.lists)
        ],
        schema={"place": pl.Int64, "list": pl.String, "on": pl.Boolean},
        orient="row",
    )
    x = alt.X("place:O", axis=None)
    persons = Text("persons").in_language(language)
    upper = alt.Chart(bars).encode(x=x)
    height = alt.Y("persons:Q", title=persons, axis=alt.Axis(format=",.0f", tickCount=5))
    columns = upper.mark_bar(color=PALETTE[0]).encode(y=height)
    figures = upper.mark_text(dy=-6, fontSize=9, color=INK).encode(
        y=height, text=alt.Text("persons:Q", format=",.0f")
    )
    names = alt.Y("list:N", title=None, sort=list(table.lists))
    lower = alt.Chart(dots).encode(x=x, y=names)
    points = lower.mark_point(filled=True, size=70, opacity=1).encode(
        color=alt.condition("datum.on", alt.value(INK), alt.value(MUTED))
    )
    links = (
        lower.transform_filter("datum.on")
        .mark_line(color=INK, strokeWidth=1.5)
        .encode(detail="place:O")
    )
    chart = alt.vconcat(
        layered(columns, figures, height=220),
        layered(links, points, height=22 * table.size),
        spacing=4,
    )
    title = Text("Who is on which lists ({persons} persons)", {"persons": Number(table.observed)})
    return dress(chart, title, language)


def posterior_chart(
    posterior: PosteriorEstimate, *, bins: int = 60, language: Language = "nl"
) -> alt.LayerChart:
    """Draw the draws of the number of persons, a line per chain, with the 95% limits.

    Chains whose lines differ disagree about the answer: then there is none.
    """
    draws = posterior.draws["population"]
    low, high = np.quantile(draws, [0.001, 0.999])
    edges = np.geomspace(max(low, 1.0), max(high, low * 1.001, 2.0), bins + 1)
    middles = np.sqrt(edges[:-1] * edges[1:])
    frame = pl.concat(
        pl.DataFrame(
            {
                "persons": middles,
                "share": np.histogram(chain, edges)[0] / chain.size,
                "chain": [str(number)] * bins,
            }
        )
        for number, chain in enumerate(draws, start=1)
    )
    x = alt.X(
        "persons:Q",
        title=Text("persons, seen and unseen").in_language(language),
        scale=alt.Scale(type="log", nice=False),
        axis=alt.Axis(format=",.0f", tickCount=6),
    )
    lines = (
        alt.Chart(frame)
        .mark_line(interpolate="monotone")
        .encode(
            x=x,
            y=alt.Y(
                "share:Q",
                title=Text("share of the draws").in_language(language),
                axis=alt.Axis(format=".0%", tickCount=5),
            ),
            color=alt.Color(
                "chain:N",
                title=Text("chain").in_language(language),
                scale=alt.Scale(range=list(PALETTE)),
            ),
        )
    )
    ends = pl.DataFrame({"persons": list(posterior.intervals["95"])})
    rules = alt.Chart(ends).mark_rule(strokeDash=[4, 4], color=INK).encode(x=x)
    chart = layered(lines, rules)
    return dress(chart, Text("What the chains say; the dashes hold 95% of the draws"), language)
