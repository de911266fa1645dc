"""Names as they are compared: Latin letters, no particles, a key by sound, full and short forms.

Every step is a named function, so that the same steps can run at the reporter, before tokens are
made, and here. Nothing is guessed: what is missing stays missing.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Final

import polars as pl
from anyascii import anyascii

__all__ = ["full_forms", "plain", "sorted_words", "sound", "without_particles"]

# What one reporter writes and the next does not: `van der`, `el`, `ibn`, Vietnamese `Thi`, and the
# forms of address that end up in the field of a name.
_PARTICLES: Final = (
    "van|von|der|den|de|het|t|ten|ter|te|s|op|in|zu|zur|el|al|ul|ibn|bin|ben|bint|abu|"
    "da|do|dos|das|di|del|della|la|le|les|du|af|av|y|e|thi|"
    "dhr|mevr|mevrouw|mw|mr|mrs|ms|dr|drs|ing|ir"
)
_PARTICLE: Final = rf"\b(?:{_PARTICLES})\b"
_SOUNDS: Final = {
    "tsch": "s",
    "sch": "s",
    "tch": "s",
    "sh": "s",
    "sz": "s",
    "cz": "s",
    "zh": "s",
    "ch": "k",
    "ck": "k",
    "kh": "k",
    "gh": "g",
    "ph": "f",
    "th": "t",
    "dh": "d",
    "dt": "t",
    "ij": "",
    "dj": "j",
    "tj": "j",
    "y": "j",
    "x": "ks",
    "q": "k",
    "c": "k",
    "z": "s",
    "v": "f",
    "w": "f",
}


def plain(names: pl.Series) -> pl.Series:
    """Write in lower case, Latin letters without accents, one space between words.

    Source: letters of other scripts as in AnyAscii (Hunter W. B., 2023), letter by letter.
    """
    letters = _letters(names)
    latin = names.str.normalize("NFC")
    if letters:
        latin = latin.str.replace_many(list(letters), list(letters.values()))
    spaced = latin.str.to_lowercase().str.replace_all(r"[^a-z0-9]+", " ").str.strip_chars()
    return spaced.set(spaced == "", None)


def without_particles(name: pl.Expr) -> pl.Expr:
    """Leave out `van der`, `el`, `ibn`, which one reporter writes and the next does not.

    From given names too: a surname may stand in their place. A name of nothing else is kept.
    """
    core = name.str.replace_all(_PARTICLE, " ").str.replace_all(" +", " ").str.strip_chars()
    return pl.when(core != "").then(core).otherwise(name)


def sorted_words(*names: str) -> pl.Expr:
    """Sort all words of the names, so that given name and surname may have changed places."""
    return pl.concat_str(*names, separator=" ").str.split(" ").list.sort().list.join(" ")


def sound(name: pl.Expr) -> pl.Expr:
    """Key a name by its consonants as they sound: mohammed, muhamed and mouhamad share one."""
    spoken = name.str.replace_many(list(_SOUNDS), list(_SOUNDS.values()), leftmost=True)
    onset = pl.when(spoken.str.contains("^[aeiou]")).then(pl.lit("a")).otherwise(pl.lit(""))
    consonants = onset + spoken.str.replace_all("[aeiou]", "").str.strip_chars_end("h")
    for letter in "bdfghjklmnprst":
        consonants = consonants.str.replace_all(f"{letter}{letter}+", letter)
    devoiced = consonants.str.replace("d$", "t")
    return pl.when(devoiced != "").then(devoiced).otherwise(name)


def full_forms(names: pl.Series) -> pl.Series:
    """Give the first word of a given name, and the full names that it may be short for."""
    known = _full_forms()
    first = names.str.split(" ").list.first()
    place = first.replace_strict(
        known["short"], range(known.height), default=None, return_dtype=pl.UInt32
    )
    longer = known["full"].gather(place)
    forms = pl.DataFrame({"first": first, "longer": longer}).select(
        pl.when(pl.col("longer").is_null())
        .then(pl.concat_list("first"))
        .otherwise(pl.concat_list("first", "longer"))
    )
    return forms.to_series().set(first.is_null(), None)


@cache
def _full_forms() -> pl.DataFrame:
    """Read which short forms stand for which full names; one row for each short form."""
    content = files("slachtoffermonitor.link.features").joinpath("short_forms.csv").read_bytes()
    listed = pl.read_csv(BytesIO(content), comment_prefix="#", schema_overrides={"full": pl.String})
    pairs = listed.select(
        plain(listed["short"]).alias("short"), plain(listed["full"]).str.split(" ").alias("full")
    )
    return pairs.explode("full").group_by("short").agg(pl.col("full").unique().sort()).sort("short")


def _letters(names: pl.Series) -> dict[str, str]:
    """Give the Latin letters for every other letter that occurs in these names."""
    strange = names.drop_nulls().str.normalize("NFC").str.extract_all(r"[^\x00-\x7f]")
    found = strange.filter(strange.list.len() > 0).explode().unique().sort().to_list()
    return {letter: _spelled(letter) for letter in found}


@cache
def _spelled(letter: str) -> str:
    """Spell one letter: a mark or hard sign inside a word vanishes, punctuation parts words."""
    spelled = anyascii(letter)
    if letter.isalpha() or not letter.isprintable():
        return "".join(sign for sign in spelled if sign.isalnum())
    return spelled if any(sign.isalnum() for sign in spelled) else (" " if spelled else "")
