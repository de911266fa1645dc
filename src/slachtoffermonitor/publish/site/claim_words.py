"""How a published claim is read by people: what it counts, of what, and where it stands."""

from __future__ import annotations

from collections.abc import Mapping

from slachtoffermonitor.ground import Language, Number, Text, translate
from slachtoffermonitor.published import Claim
from slachtoffermonitor.vocabulary import code_list

__all__ = ["claim_words"]

_MISSING = "–"
_EXACT = "#,##0.##"


def claim_words(claim: Claim, others: Mapping[str, Claim], language: Language) -> dict[str, object]:
    """How does a published claim read in the language?

    Returns:
        `id`, `what`, `period`, `shown` (the figure with its unit), `of` (the denominator),
        `series`, `standing`, `source`, `wording`, `note`.

    """
    base = others.get(claim.denominator)
    series = _label("published_series", claim.series, language)
    vintage = Text("vintage").in_language(language)
    return {
        "id": claim.id,
        "what": _what(claim, language),
        "period": claim.period,
        "shown": _shown(claim, language),
        "of": _what_and_when(base, language) if base else _translated(claim.denominator, language),
        "series": f"{series}, {vintage} {claim.vintage}" if claim.vintage else series,
        "standing": _STANDING[claim.standing].in_language(language)
        if claim.standing in _STANDING
        else "",
        "source": claim.source,
        "wording": claim.wording,
        "note": _translated(claim.note, language),
    }


_STANDING: Mapping[str, Text] = {
    "computed": Text("computed here from published figures"),
    "other_base": Text("published against a base that was not published"),
    "disputed": Text("disputed: conflicts with the register"),
    "unreliable": Text("called unreliable by the National Rapporteur"),
}


def _translated(words: str, language: Language) -> str:
    return translate(words, language) if words else ""


def _label(name: str, code: str, language: Language) -> str:
    codes = code_list(name)
    return codes.label(code, language) if code in codes else code


def _what(claim: Claim, language: Language) -> str:
    measure = _label("published_measures", claim.measure, language)
    group = _label("published_groups", claim.group, language)
    return measure if claim.group == "total" else f"{measure}: {group}"


def _what_and_when(claim: Claim, language: Language) -> str:
    return f"{_what(claim, language)}, {claim.period} ({_shown(claim, language)})"


def _shown(claim: Claim, language: Language) -> str:
    about = Text("about").in_language(language) + " " if claim.approximate else ""
    if claim.unit == "one_in" and claim.value is not None:
        one_in = Text("1 in {n}", {"n": Number(claim.value, _EXACT)})
        return about + one_in.in_language(language)
    if claim.value is not None:
        figure = Number(claim.value, _EXACT).in_language(language)
    elif claim.low is not None and claim.high is not None:
        limits = {"low": Number(claim.low, _EXACT), "high": Number(claim.high, _EXACT)}
        figure = Text("{low} to {high}", limits).in_language(language)
    else:
        figure = claim.wording or _MISSING
    if claim.unit == "percent":
        return f"{about}{figure}%"
    return f"{about}{figure} {_label('published_units', claim.unit, language)}"
