"""From a report or a register entry to the features that the linkage model compares.

Every step is a named function from expressions to expressions, so that the same steps can run at
the reporter, before tokens are made, and here. Nothing is guessed: what is missing stays missing.
"""

from __future__ import annotations

from typing import Final

import polars as pl

__all__ = ["FEATURES", "clear_features"]

FEATURES: Final = (
    "record",
    "given",
    "given_tokens",
    "given_key",
    "surname",
    "surname_tokens",
    "surname_key",
    "name_sorted",
    "birth_full",
    "birth_year",
    "birth_month",
    "birth_day",
    "birth_key",
    "birth_anniversary",
    "sex",
    "citizenship",
    "municipality",
    "contact",
)

# Names as they stand in passports of the countries that most victims come from.
_ROMANISED: Final = (
    "ß:ss ø:o đ:d ł:l æ:ae œ:oe ı:i þ:th ð:d ħ:h ŋ:n ə:e "
    "а:a б:b в:v г:g д:d е:e ж:zh з:z и:i й:i к:k л:l м:m н:n о:o п:p р:r с:s т:t у:u ф:f "
    "х:kh ц:ts ч:ch ш:sh щ:sht ъ:a ы:y ь: э:e ю:yu я:ya і:i ї:i є:e ґ:g "
    "ا:a ب:b ت:t ث:th ج:j ح:h خ:kh د:d ذ:dh ر:r ز:z س:s ش:sh ص:s ض:d ط:t ظ:z ع: غ:gh ف:f "
    "ق:q ك:k ل:l م:m ن:n ه:h و:w ي:y ى:a ة:a ء: أ:a إ:i آ:a ؤ:u ئ:i"
)
_LETTERS: Final = dict(pair.split(":") for pair in _ROMANISED.split())
_PARTICLES: Final = (
    "van|von|der|den|de|het|t|ten|ter|te|s|op|in|zu|zur|el|al|ul|ibn|bin|ben|bint|abu|"
    "da|do|dos|das|di|del|della|la|le|les|du|af|av|y|e"
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


def clear_features(rows: pl.DataFrame, *, first_record: int) -> pl.DataFrame:
    """Give the features of each row, in the order of the rows.

    Args:
        rows: columns of `records.Notification` or `records.PopulationEntry`; a column that the
            register does not have (`birth_year`, `contact_fragment`) counts as missing.
        first_record: number given to the first row; the others follow.

    Returns:
        One row per row, with the columns of `FEATURES`: `record` Int64, the parts of the birth
        date Int32, tokens as lists, all else text; what is not known is null.

    """
    present = rows.with_columns(
        pl.lit(None, dtype=kind).alias(name)
        for name, kind in (("birth_year", pl.Int32), ("contact_fragment", pl.String))
        if name not in rows.columns
    )
    named = present.select(
        _without_particles(_plain(pl.col("given_name"))).alias("given"),
        _without_particles(_plain(pl.col("surname"))).alias("surname"),
        *_birth_parts(),
        pl.when(pl.col("sex") != "ONB").then(pl.col("sex")).alias("sex"),
        "citizenship",
        _plain(pl.col("municipality")).alias("municipality"),
        _solid(pl.col("contact_fragment")).alias("contact"),
    )
    keyed = named.with_columns(
        pl.col("given").str.split(" ").alias("given_tokens"),
        _sound(pl.col("given").str.split(" ").list.first()).alias("given_key"),
        pl.col("surname").str.split(" ").alias("surname_tokens"),
        _sound(pl.col("surname").str.replace_all(" ", "")).alias("surname_key"),
        _sorted_tokens().alias("name_sorted"),
        *_birth_keys(),
    )
    return keyed.with_row_index("record").select(
        pl.col("record").cast(pl.Int64) + first_record, *FEATURES[1:]
    )


def _plain(name: pl.Expr) -> pl.Expr:
    """Write in lower case, Latin letters without accents, one space between words."""
    latin = (
        name.str.normalize("NFC")
        .str.to_lowercase()
        .str.replace_many(list(_LETTERS), list(_LETTERS.values()))
        .str.normalize("NFKD")
        .str.replace_all(r"\p{M}", "")
    )
    spaced = latin.str.replace_all(r"[^\p{L}\p{N}]+", " ").str.strip_chars()
    return pl.when(spaced != "").then(spaced)


def _solid(fragment: pl.Expr) -> pl.Expr:
    solid = fragment.str.to_lowercase().str.replace_all(r"[^\p{L}\p{N}]+", "")
    return pl.when(solid.str.len_chars() >= 2).then(solid)


def _without_particles(name: pl.Expr) -> pl.Expr:
    """Leave out `van der`, `el`, `ibn`, which one reporter writes and the next does not.

    From given names too: a surname may stand in their place. A name of nothing else is kept.
    """
    core = name.str.replace_all(_PARTICLE, " ").str.replace_all(" +", " ").str.strip_chars()
    return pl.when(core != "").then(core).otherwise(name)


def _sorted_tokens() -> pl.Expr:
    """Sort all words of the name, so that given name and surname may have changed places."""
    both = pl.concat_str("given", "surname", separator=" ")
    return both.str.split(" ").list.sort().list.join(" ")


def _sound(name: pl.Expr) -> pl.Expr:
    """Key a name by its consonants as they sound: mohammed, muhamed and mouhamad share one."""
    spoken = name.str.replace_many(list(_SOUNDS), list(_SOUNDS.values()), leftmost=True)
    onset = pl.when(spoken.str.contains("^[aeiou]")).then(pl.lit("a")).otherwise(pl.lit(""))
    consonants = onset + spoken.str.replace_all("[aeiou]", "").str.strip_chars_end("h")
    for letter in "bdfghjklmnprst":
        consonants = consonants.str.replace_all(f"{letter}{letter}+", letter)
    devoiced = consonants.str.replace("d$", "t")
    return pl.when(devoiced != "").then(devoiced).otherwise(name)


def _birth_parts() -> tuple[pl.Expr, ...]:
    """Split the birth date; 1 January stands in for an unknown day and counts as a year only."""
    born = pl.col("birth_date")
    known = born.is_not_null() & ~((born.dt.month() == 1) & (born.dt.day() == 1))
    return (
        pl.when(known).then(born.dt.to_string("%Y-%m-%d")).alias("birth_full"),
        pl.coalesce(born.dt.year(), pl.col("birth_year")).cast(pl.Int32).alias("birth_year"),
        pl.when(known).then(born.dt.month().cast(pl.Int32)).alias("birth_month"),
        pl.when(known).then(born.dt.day().cast(pl.Int32)).alias("birth_day"),
    )


def _birth_keys() -> tuple[pl.Expr, ...]:
    """Key the birth date so that a swapped day and month, or a wrong year, still meet."""
    month, day = pl.col("birth_month"), pl.col("birth_day")
    low, high = pl.min_horizontal(month, day), pl.max_horizontal(month, day)
    return (
        (pl.col("birth_year") * 10_000 + low * 100 + high).alias("birth_key"),
        (month * 100 + day).alias("birth_anniversary"),
    )
