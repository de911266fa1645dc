"""Shares: one with its limits, two compared, and a registered number against an estimated one."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, inf, log, sqrt
from typing import Literal

from slachtoffermonitor.ground import InputError, Number, Problem, Text
from slachtoffermonitor.trend._intervals import count_limits, exact_limits, score_limits
from slachtoffermonitor.trend._wording import percent, points

__all__ = [
    "InView",
    "Share",
    "ShareChange",
    "ratio_in_view",
    "share_change",
    "share_interval",
]

ShareVerdict = Literal["higher", "lower", "about the same", "no conclusion"]

_SAME = 0.02  # limits within two percentage points either way: about the same

_SHARE = {
    "higher": "{subject}: {after}% against {before}%, a higher share ({change} percentage points; "
    "{level}% interval {low} to {high}). Of this, {others} points because the others changed.",
    "lower": "{subject}: {after}% against {before}%, a lower share ({change} percentage points; "
    "{level}% interval {low} to {high}). Of this, {others} points because the others changed.",
    "about the same": "{subject}: {after}% against {before}%, about the same share ({change} "
    "percentage points; {level}% interval {low} to {high}).",
    "no conclusion": "{subject}: {after}% against {before}%, no conclusion about the share, the "
    "difference can be chance ({change} percentage points; {level}% interval {low} to {high}).",
}
_IN_VIEW = (
    "{subject}: {registered} of an estimated {estimate} are in view: {share}% ({level}% interval "
    "{low}% to {high}%), one in {one_in}."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A part of a whole with its limits."""

    part: int
    whole: int
    share: float
    low: float
    high: float
    level: float
    method: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareChange:
    """How a share changed, in differences of shares (0.26 is 26 percentage points).

    `by_itself` is what the group's own change of number did, `by_others` what the change of all
    others did; together they are `change`. Which of the two is said to come first matters: they
    are the average of both orders, and `by_others_range` gives both.
    """

    before: Share
    after: Share
    change: float
    low: float
    high: float
    level: float
    by_itself: float
    by_others: float
    by_others_range: tuple[float, float]
    verdict: ShareVerdict

    def statement(self, subject: Text | str) -> Text:
        """Say it in a sentence about the subject."""
        return Text(
            _SHARE[self.verdict],
            {
                "subject": subject,
                "before": percent(self.before.share),
                "after": percent(self.after.share),
                "change": points(self.change),
                "low": points(self.low),
                "high": points(self.high),
                "others": points(self.by_others),
                "level": Number(100 * self.level, "#,##0.#"),
            },
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class InView:
    """Which share of an estimated number is registered; `one_in` is one over that share."""

    registered: int
    estimate: float
    share: float
    low: float
    high: float
    one_in: float
    one_in_low: float
    one_in_high: float
    level: float
    estimate_uncertain: bool

    def statement(self, subject: Text | str) -> Text:
        """Say it in a sentence about the subject."""
        return Text(
            _IN_VIEW,
            {
                "subject": subject,
                "registered": Number(self.registered),
                "estimate": Number(self.estimate),
                "share": percent(self.share),
                "low": percent(self.low),
                "high": percent(self.high),
                "one_in": Number(self.one_in, "#,##0.0"),
                "level": Number(100 * self.level, "#,##0.#"),
            },
        )


def share_interval(
    part: int, whole: int, *, level: float = 0.95, method: Literal["exact", "score"] = "exact"
) -> Share:
    """Which share, and within which limits?

    Returns: a `Share`; "exact" (Clopper-Pearson) holds the truth at least as often as `level`
        says, "score" (Wilson) about as often.
    Raises: InputError unless 0 <= part <= whole and whole > 0.
    Source: Clopper & Pearson (1934); Wilson (1927).

    >>> round(share_interval(29, 1300).share, 4)
    0.0223
    """
    if not 0 <= part <= whole or whole == 0:
        raise InputError(
            Problem(
                what="not a part of a whole",
                found=f"{part} of {whole}",
                allowed="0 <= part <= whole, whole above 0",
            )
        )
    limits = exact_limits if method == "exact" else score_limits
    low, high = limits(part, whole, level)
    return Share(
        part=part, whole=whole, share=part / whole, low=low, high=high, level=level, method=method
    )


def share_change(
    part_before: int, whole_before: int, part_after: int, whole_after: int, *, level: float = 0.95
) -> ShareChange:
    """How many points did a share change, and how much of that is because the others changed?

    A share rises when the group grows, and also when all others shrink: a rising share is no
    rising number. Look at `by_others` before writing that something grows.

    Assumes: both wholes are independent counts of different persons.
    Returns: a `ShareChange`, limits by Newcombe's hybrid score method; "about the same" when they
        lie within two points, "no conclusion" when chance may explain the difference.
    Raises: InputError as `share_interval`.
    Source: Newcombe (1998), method 10; Shapley (1953) for the two orders of the parts.

    >>> round(100 * share_change(228, 1334, 423, 984).change, 1)
    25.9
    """
    before = share_interval(part_before, whole_before, level=level, method="score")
    after = share_interval(part_after, whole_after, level=level, method="score")
    change = after.share - before.share
    low = change - sqrt((after.share - after.low) ** 2 + (before.high - before.share) ** 2)
    high = change + sqrt((after.high - after.share) ** 2 + (before.share - before.low) ** 2)
    rest_before, rest_after = whole_before - part_before, whole_after - part_after
    others_first = _share(part_before, rest_after, before.share) - before.share
    others_last = after.share - _share(part_after, rest_before, after.share)
    by_others = (others_first + others_last) / 2
    return ShareChange(
        before=before,
        after=after,
        change=change,
        low=low,
        high=high,
        level=level,
        by_itself=change - by_others,
        by_others=by_others,
        by_others_range=(min(others_first, others_last), max(others_first, others_last)),
        verdict=_verdict(low, high),
    )


def _verdict(low: float, high: float) -> ShareVerdict:
    if low > 0:
        return "higher"
    if high < 0:
        return "lower"
    return "about the same" if low >= -_SAME and high <= _SAME else "no conclusion"


def _share(part: int, rest: int, otherwise: float) -> float:
    return part / (part + rest) if part + rest else otherwise


def ratio_in_view(
    registered: int,
    estimate: float,
    *,
    estimate_low: float | None = None,
    estimate_high: float | None = None,
    level: float = 0.95,
) -> InView:
    """Which share of an estimated number of victims is in view?

    Without the limits of the estimate the interval knows only the chance in the registered number
    and is too narrow; `estimate_uncertain` tells which of the two it is.

    Assumes: the registered number is a Poisson count and independent of the estimate, whose
        limits are of the same level.
    Returns: an `InView`. The two uncertainties are joined on the log scale.
    Raises: InputError for a negative count, or an estimate that is not above 0 within its limits.
    Source: Garwood (1936); Zou & Donner (2008) for the ratio of two uncertain numbers.

    >>> found = ratio_in_view(29, 1300)
    >>> round(100 * found.share, 1), round(100 * found.low, 1), round(100 * found.high, 1)
    (2.2, 1.5, 3.2)
    """
    below = estimate if estimate_low is None else estimate_low
    above = estimate if estimate_high is None else estimate_high
    if registered < 0 or not 0 < below <= estimate <= above:
        raise InputError(
            Problem(
                what="a registered number cannot be held against this estimate",
                found=f"{registered} of {estimate} ({below} to {above})",
                allowed="a count from 0; 0 < low <= estimate <= high",
            )
        )
    count_low, count_high = count_limits(registered, level)
    share = registered / estimate
    low, high = 0.0, count_high / below
    if registered:
        down = sqrt(log(registered / count_low) ** 2 + log(above / estimate) ** 2)
        up = sqrt(log(count_high / registered) ** 2 + log(estimate / below) ** 2)
        low, high = share * exp(-down), share * exp(up)
    return InView(
        registered=registered,
        estimate=estimate,
        share=share,
        low=low,
        high=high,
        one_in=1 / share if share else inf,
        one_in_low=1 / high,
        one_in_high=1 / low if low else inf,
        level=level,
        estimate_uncertain=below < above,
    )
