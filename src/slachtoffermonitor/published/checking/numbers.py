"""Numbers as people write them: digits of either country, words, one in so many, with hedges."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from slachtoffermonitor.published.checking.rules import check_rules, compiled, tolerance

__all__ = ["NumberKind", "QuotedNumber", "masked", "number_from", "quoted_numbers"]

NumberKind = Literal["count", "percent", "change", "difference", "rate"]

_DIGITS = r"(?<![\d.,_])(?P<digits>\d{1,3}(?:[.,_]\d{3})+(?!\d)(?:[.,]\d+)?|\d+(?:[.,]\d+)?)"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotedNumber:
    """A number as somebody wrote it: what was written, and the range that this stands for.

    11% stands for 10.5 to 11.5, "about" widens it. `kind` says what sort of number it is;
    a change is negative when something fell.
    """

    written: str
    kind: NumberKind
    value: float
    low: float
    high: float


def masked(text: str, start: int, end: int) -> str:
    """Blank out a part of a text without moving the rest."""
    return text[:start] + "|" * (end - start) + text[end:]


def quoted_numbers(text: str, rest: str) -> Iterator[QuotedNumber]:
    """Which numbers does the text hold: in words, as one in so many, in digits?

    `rest` is the same text without the words that the rules understood, of the same length; it
    says whether a number is a change.
    """
    keywords = check_rules()["keywords"]
    hedge = "|".join(
        rf"(?P<{name}>{keywords['words'][name]})" for name in ("about", "more", "less")
    )
    hedge = rf"(?:\b(?:{hedge})\s+(?:de\s+|the\s+)?)?"
    for entry in keywords["number"]:
        for pattern in entry["patterns"]:
            for match in list(compiled(hedge + pattern).finditer(text)):
                change = entry["kind"] == "change"
                kind = _kind(percent=True, change=change or bool(_direction(rest, match.span())))
                sign = 1.0 if change else _direction(rest, match.span()) or 1.0
                yield _number(match, sign * entry["value"], entry["spread"], kind)
                text = masked(text, *match.span())
    yield from _ratios(text, hedge, rest)
    text = compiled(hedge + _ratio_pattern()).sub(lambda m: "|" * len(m[0]), text)
    yield from _written(text, hedge, rest)


def _ratio_pattern() -> str:
    words = check_rules()["keywords"]["words"]
    small = "|".join(words["small"])
    return (
        rf"\b(?:{words['one_in']}(?P<n>\d{{1,3}}(?:[.,]\d+)?|{small})\b(?![.,]?\d)"
        rf"|(?P<top>\d{{1,2}})\s+(?:op\s+de|out\s+of|van\s+de)\s+(?P<of>100?)\b(?![.,]?\d))"
    )


def _ratios(text: str, hedge: str, rest: str) -> Iterator[QuotedNumber]:
    small = check_rules()["keywords"]["words"]["small"]
    for match in compiled(hedge + _ratio_pattern()).finditer(text):
        sign = _direction(rest, match.span())
        kind = _kind(percent=True, change=bool(sign))
        if match["of"]:
            of = float(match["of"])
            yield _number(match, (sign or 1) * 100 * float(match["top"]) / of, 50 / of, kind)
            continue
        n = float(small.get(match["n"], 0) or match["n"].replace(",", "."))
        if n >= 1:
            half = 0.5 * 10.0 ** -_decimals(match["n"])
            value, low, high = 100 / n, 100 / (n + half), 100 / max(n - half, 1)
            yield _number(match, (sign or 1) * value, (value - low, high - value), kind)


def _written(text: str, hedge: str, rest: str) -> Iterator[QuotedNumber]:
    words = check_rules()["keywords"]["words"]
    pattern = (
        rf"{hedge}(?P<sign>(?<![\w|])[+-]\s?)?{_DIGITS}(?:\s+(?P<thousand>{words['thousand']})\b)?"
        rf"(?:\s*(?P<percent>{words['percent']})(?![a-z])|\s+(?P<rate>{words['rate']})\b)?"
    )
    for match in compiled(pattern).finditer(text):
        percent = bool(match["percent"])
        value, decimals = _value(match["digits"], fraction=percent)
        if match["thousand"]:
            value, decimals = value * 1000, 0
        sign = {"+": 1.0, "-": -1.0}.get((match["sign"] or " ")[0], 0.0)
        sign = sign or _direction(rest, match.span(), near=not percent)
        kind = _kind(percent=percent, rate=bool(match["rate"]), change=bool(sign))
        spread = 0.5 * 10.0**-decimals if kind in {"percent", "change", "rate"} else 0.0
        spread = spread or _round_spread(value, hedged=_hedge(match) is not None)
        yield _number(match, (sign or 1.0) * value, spread, kind)


def _kind(*, percent: bool, change: bool, rate: bool = False) -> NumberKind:
    if rate:
        return "rate"
    if percent:
        return "change" if change else "percent"
    return "difference" if change else "count"


def _direction(rest: str, span: tuple[int, int], *, near: bool = False) -> float:
    """Say whether the words around a number speak of less (-1), of more (+1), or of neither (0).

    Only the words of its own part of the sentence count, or (`near`) the one just after it.
    """
    words = check_rules()["keywords"]["words"]
    before, after = rest[: span[0]], rest[span[1] :]
    if compiled(words["level"]).search(before):
        return 0.0
    if near:
        here = " ".join(after.split()[:1])
    else:
        stop = r"[,;:.()](?:\s|$)"
        here = compiled(stop).split(before)[-1] + " # " + compiled(stop).split(after)[0]
    if compiled(words["fewer"]).search(here):
        return -1.0
    return 1.0 if compiled(words["larger"]).search(here) else 0.0


def _value(digits: str, *, fraction: bool) -> tuple[float, int]:
    """Read digits in either way of writing; of a share a separator is always a decimal one."""
    marks = [letter for letter in digits if letter in ".,_"]
    grouped = not fraction and compiled(r"\d{1,3}(?:[.,_]\d{3})+(?:[.,]\d+)?").fullmatch(digits)
    if not marks:
        return float(digits), 0
    if not grouped or (len(marks) > 1 and marks[-1] != marks[0]):
        last = max(digits.rfind("."), digits.rfind(","))
        if last < 0:
            return float(digits.replace("_", "")), 0
        whole = "".join(letter for letter in digits[:last] if letter.isdigit())
        return float(f"{whole}.{digits[last + 1 :]}"), len(digits) - last - 1
    return float("".join(letter for letter in digits if letter.isdigit())), 0


def _decimals(digits: str) -> int:
    return len(digits.replace(",", ".").partition(".")[2])


def _round_spread(value: float, *, hedged: bool) -> float:
    unit = 10 ** int(tolerance("round_zeros"))
    rounded = value >= unit and value % unit == 0
    return tolerance("round") * value if rounded and not hedged else 0.0


def _hedge(match: Any) -> str | None:
    return next((name for name in ("about", "more", "less") if match[name]), None)


def _number(
    match: Any, value: float, spread: float | tuple[float, float], kind: NumberKind
) -> QuotedNumber:
    low, high = spread if isinstance(spread, tuple) else (spread, spread)
    return _ranged(match[0].strip().replace("_", " "), kind, value, (low, high), _hedge(match))


def _ranged(
    written: str,
    kind: NumberKind,
    value: float,
    spread: tuple[float, float],
    hedge: str | None,
) -> QuotedNumber:
    size, (below, above) = abs(value), spread
    if hedge == "about":
        below, above = (max(side, tolerance("about") * size) for side in spread)
    elif hedge == "more":
        below, above = 0.0, max(above, tolerance("more") * size)
    elif hedge == "less":
        below, above = max(below, tolerance("less") * size), 0.0
    ends = (size - below, size + above) if value >= 0 else (-size - above, -size + below)
    return QuotedNumber(written=written, kind=kind, value=value, low=ends[0], high=ends[1])


def number_from(value: float, kind: NumberKind) -> QuotedNumber:
    """What does a bare number stand for, when its kind is known?

    11 as a percentage stands for 10.5 to 11.5, as a count for 11.
    """
    written = f"{value:g}" if value == round(value, 4) else repr(value)
    if kind in {"count", "difference"}:
        written = f"{value:.0f}" if value == int(value) else repr(value)
        spread = _round_spread(abs(value), hedged=False)
    else:
        spread = 0.5 * 10.0 ** -_decimals(written)
    return _ranged(written, kind, value, (spread, spread), None)
