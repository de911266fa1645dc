"""Charts of a robustness report, as Altair charts in one language."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import polars as pl

from slachtoffermonitor.estimate.plots import INK, PALETTE, dress, layered
from slachtoffermonitor.estimate.robustness.admission import AdmittedInterval
from slachtoffermonitor.estimate.robustness.reliability import Trajectory
from slachtoffermonitor.estimate.robustness.report import RobustnessReport
from slachtoffermonitor.estimate.robustness.sensitivity import SensitivityCurve
from slachtoffermonitor.estimate.robustness.variants import Kind
from slachtoffermonitor.ground import Language, Text

__all__ = ["admission_chart", "sensitivity_chart", "tornado_chart", "trajectory_chart"]

_PERSONS = Text("persons, seen and unseen")
_KINDS: dict[Kind, Text] = {
    "criterion": Text("rule that chooses"),
    "order": Text("order of interaction"),
    "model": Text("models near the best"),
    "leave_out": Text("list left out"),
    "merge": Text("lists merged"),
    "drop_small": Text("small lists left out"),
    "heterogeneity": Text("yardsticks, not counted"),
    "prior": Text("priors, not counted"),
}


def tornado_chart(
    report: RobustnessReport, *, rows: int = 30, language: Language = "nl"
) -> alt.LayerChart:
    """Draw how far each variant moves the estimate, the farthest first.

    Args:
        report: the robustness report.
        rows: how many variants to draw.
        language: of the words and numbers.

    """
    middle = report.estimate.estimate
    counted = [row for row in report.variants if row.counts and row.estimate is not None]
    frame = pl.DataFrame(
        [
            (row.change.in_language(language), _KINDS[row.kind].in_language(language), row.estimate)
            for row in counted
        ],
        schema={"change": pl.String, "kind": pl.String, "estimate": pl.Float64},
        orient="row",
    )
    far = (pl.col("estimate") / middle).log().abs()
    frame = frame.sort(far, descending=True, maintain_order=True).head(rows)
    frame = frame.with_columns(middle=pl.lit(middle))
    scale = alt.Scale(type="log", nice=False, padding=12)
    y = alt.Y("change:N", title=None, sort=frame["change"].to_list(), axis=alt.Axis(labelLimit=330))
    x = alt.X(
        "estimate:Q",
        title=_PERSONS.in_language(language),
        scale=scale,
        axis=alt.Axis(format=",.0f", tickCount=6),
    )
    base = alt.Chart(frame).encode(y=y)
    colour = alt.Color("kind:N", title=None, scale=alt.Scale(range=list(PALETTE)))
    bars = base.mark_rule(strokeWidth=7).encode(
        x=x,
        x2="middle:Q",
        color=colour,
        tooltip=[alt.Tooltip("change:N"), alt.Tooltip("estimate:Q", format=",.0f")],
    )
    line = alt.Chart(frame.head(1)).mark_rule(color=INK, strokeDash=[4, 4])
    line = line.encode(x=alt.X("middle:Q", scale=scale))
    chart = layered(bars, line, height=alt.Step(18))
    return dress(chart, report.headline, language)


def sensitivity_chart(curve: SensitivityCurve, *, language: Language = "nl") -> alt.LayerChart:
    """Draw the estimate against the interaction that no table can show."""
    frame = pl.DataFrame(
        [(point.xi, point.estimate, *point.interval) for point in curve.points],
        schema={
            "xi": pl.Float64, "estimate": pl.Float64, "low": pl.Float64, "high": pl.Float64
        },
        orient="row",
    ).with_columns(pl.col("low", "high").replace(float("inf"), None))  # fmt: skip
    x = alt.X(
        "xi:Q",
        title=Text("truly hidden ÷ hidden as the lists suggest (ξ)").in_language(language),
        scale=alt.Scale(type="log", nice=False),
        axis=alt.Axis(format=".2~f", tickCount=7),
    )
    axis = alt.Axis(format=",.0f", tickCount=6)
    title = _PERSONS.in_language(language)
    base = alt.Chart(frame).encode(x=x)
    band = base.mark_area(opacity=0.18, color=PALETTE[0]).encode(
        y=alt.Y("low:Q", title=title, axis=axis), y2="high:Q"
    )
    line = base.mark_line(color=PALETTE[0]).encode(y=alt.Y("estimate:Q", title=title, axis=axis))
    one = alt.Chart(pl.DataFrame({"xi": [1.0]})).mark_rule(strokeDash=[4, 4], color=INK)
    chart = layered(band, line, one.encode(x=x))
    return dress(chart, Text("If all lists together depend on each other"), language)


def trajectory_chart(
    trajectories: Sequence[Trajectory], *, language: Language = "nl"
) -> alt.LayerChart:
    """Draw how the estimate moves as lists are added."""
    frame = pl.DataFrame(
        [
            (" → ".join(each.order), step.lists, step.added, step.estimate)
            for each in trajectories
            for step in each.steps
        ],
        schema={
            "order": pl.String, "lists": pl.Int64, "added": pl.String, "estimate": pl.Float64
        },
        orient="row",
    )  # fmt: skip
    base = (
        alt.Chart(frame)
        .transform_filter("isValid(datum.estimate)")
        .encode(
            x=alt.X("lists:O", title=Text("lists in use").in_language(language)),
            y=alt.Y(
                "estimate:Q",
                title=_PERSONS.in_language(language),
                scale=alt.Scale(type="log", nice=False, padding=10),
                axis=alt.Axis(format=",.0f", tickCount=6),
            ),
            color=alt.Color(
                "order:N",
                title=Text("order of the lists").in_language(language),
                scale=alt.Scale(range=list(PALETTE)),
                legend=alt.Legend(orient="bottom", columns=1, labelLimit=560),
            ),
        )
    )
    chart = layered(
        base.mark_line(),
        base.mark_point(filled=True, size=60),
        base.mark_text(dy=-12, fontSize=10).encode(text="added:N"),
    )
    return dress(chart, Text("The estimate as lists are added"), language)


def admission_chart(
    admitted: Sequence[AdmittedInterval], *, language: Language = "nl"
) -> alt.LayerChart:
    """Draw the interval against the number of models that the bootstrap may choose from."""
    frame = pl.DataFrame(
        [(each.models, each.estimate, *each.limits) for each in admitted],
        schema={
            "models": pl.Int64, "estimate": pl.Float64, "low": pl.Float64, "high": pl.Float64
        },
        orient="row",
    )  # fmt: skip
    title = _PERSONS.in_language(language)
    x = alt.X(
        "models:Q",
        title=Text("models that each sample may choose from").in_language(language),
        scale=alt.Scale(type="log", nice=False, padding=12),
        axis=alt.Axis(format=",.0f", values=frame["models"].to_list()),
    )
    axis = alt.Axis(format=",.0f", tickCount=6)
    scale = alt.Scale(type="log", nice=False, padding=10)
    base = alt.Chart(frame).encode(x=x)
    bars = base.mark_rule(strokeWidth=4, opacity=0.6, color=PALETTE[0]).encode(
        y=alt.Y("low:Q", title=title, axis=axis, scale=scale), y2="high:Q"
    )
    points = base.mark_point(filled=True, size=70, color=PALETTE[0]).encode(
        y=alt.Y("estimate:Q", title=title, axis=axis, scale=scale)
    )
    chart = layered(bars, points)
    return dress(chart, Text("The 95% interval grows with the models admitted"), language)
