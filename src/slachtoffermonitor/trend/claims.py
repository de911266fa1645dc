"""Change between two published numbers: every number in the sentence belongs to a claim."""

from __future__ import annotations

from dataclasses import dataclass

from slachtoffermonitor.ground import InputError, Number, Problem, Text
from slachtoffermonitor.published import Claim, claim
from slachtoffermonitor.trend._wording import change_sentence, decimal, points
from slachtoffermonitor.trend.rates import RateRatio, rate_ratio

__all__ = ["ClaimChange", "change_of_claims"]

_BASE = (
    "The published {published}% does not name its base; it fits a base of about {implied}. Against "
    "the {base} of {period} it is {change}%."
)
_YEARLY, _COUNT = "{count} a year", "{count}"
_YEARLY_UNITS = frozenset({"persons_per_year"})
_NO_COUNTS = frozenset({"percent", "rank", "one_in"})
_APPROXIMATE = Text("The base is rounded in its source, so the last figures say nothing.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimChange:
    """How one published number differs from another.

    `claims` are the ids behind the sentence: before, after, and the published change if one was
    held against it. `published_change` is that change as a share (-0.60), and `implied_base` the
    number before that it needs; `same_base` is False when this is not the number before, so that
    a page must name the base. `remarks` say so.
    """

    claims: tuple[str, ...]
    rate: RateRatio
    change: float
    published_change: float | None
    implied_base: float | None
    same_base: bool | None
    sentence: Text
    remarks: tuple[Text, ...]


def change_of_claims(
    before: str,
    after: str,
    *,
    subject: Text | str,
    published: str | None = None,
    level: float = 0.95,
) -> ClaimChange:
    """How does a published number differ from an earlier one, and on which base is that?

    A published percentage is worth its base: "60% fewer" is 64% fewer on another one. Numbers of
    two series, or of two kinds, are not compared.

    Args:
        before: the id of the earlier claim; a number per year where the later is of one year.
        after: the id of the later claim.
        subject: what is counted, for the sentence.
        published: the id of a published change in percent, to be held against this one.
        level: of the limits.

    Returns:
        A `ClaimChange`; its limits know chance in the counts, not that a base was rounded.

    Raises:
        InputError: no such claim, a claim without one number, or two claims of another measure,
            group or series.

    Example:
        >>> found = change_of_claims(
        ...     "nr.registered_victims.total.2019",
        ...     "nr.registered_victims.total.2020",
        ...     subject="Registered victims",
        ... )
        >>> found.sentence.in_language("en")[:68]
        'Registered victims: 984 in 2020 against 1,334 in 2019: more than a qu'

    """
    earlier, later = claim(before), claim(after)
    _require_comparable(earlier, later)
    counts = (round(earlier.value or 0), round(later.value or 0))
    spans = (_years(earlier), _years(later))
    rate = rate_ratio(
        counts[0] * spans[0],
        counts[1] * spans[1],
        exposure_before=spans[0],
        exposure_after=spans[1],
        level=level,
    )
    sentence = change_sentence(
        subject,
        (earlier.period, later.period),
        counts,
        (rate.ratio, rate.low, rate.high),
        verdict=rate.verdict,
        level=level,
    )
    told = claim(published) if published else None
    share = None if told is None or told.value is None else told.value / 100
    implied = None if share is None else counts[1] / (1 + share)
    same = None if share is None else round(100 * share) == round(100 * (rate.ratio - 1))
    remarks = []
    if implied is not None and share is not None and not same:
        remarks.append(_base_remark(earlier, counts[0], rate, (share, implied)))
    if earlier.approximate:
        remarks.append(_APPROXIMATE)
    return ClaimChange(
        claims=(before, after, *([published] if published else [])),
        rate=rate,
        change=rate.ratio - 1,
        published_change=share,
        implied_base=implied,
        same_base=same,
        sentence=sentence,
        remarks=tuple(remarks),
    )


def _years(one: Claim) -> int:
    """Give over how many years a yearly level was taken; 1 for a count."""
    return one.last_year - one.first_year + 1 if one.unit in _YEARLY_UNITS else 1


def _base_remark(base: Claim, count: int, rate: RateRatio, told: tuple[float, float]) -> Text:
    share, implied = told
    whole = "+#,##0;-#,##0"
    number = {"count": Number(count)}
    return Text(
        _BASE,
        {
            "published": Number(100 * share, whole) if (100 * share) % 1 == 0 else points(share),
            "implied": decimal(implied, 0),
            "base": Text(_YEARLY, number) if base.unit in _YEARLY_UNITS else Text(_COUNT, number),
            "period": base.period,
            "change": points(rate.ratio - 1),
        },
    )


def _require_comparable(before: Claim, after: Claim) -> None:
    problems = [
        Problem(what="the claim gives no single number", found=one.id)
        for one in (before, after)
        if one.value is None
    ]
    problems += [
        Problem(what="the claim is no count", found=one.id, allowed="persons, reports")
        for one in (before, after)
        if one.unit in _NO_COUNTS
    ]
    for name in ("measure", "group", "series"):
        pair = {getattr(before, name), getattr(after, name)} - {"both"}
        if len(pair) > 1:
            problems.append(
                Problem(
                    what=f"claims of another {name} are not compared",
                    found=f"{before.id} and {after.id}",
                    allowed=f"one {name}",
                )
            )
    if problems:
        raise InputError(problems)
