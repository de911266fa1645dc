"""Nothing of a person can be read in tokens, and only tokens of one key agree."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from slachtoffermonitor.cli import root
from slachtoffermonitor.ground import InputError
from slachtoffermonitor.link import Key, TokenParameters, link_reports, new_key, tokenise
from slachtoffermonitor.link.private import read_tokens, write_tokens

READABLE = (
    "notification_id",
    "reporter",
    "reported_on",
    "main_form",
    "forms",
    "route",
    "age_band",
    "citizenship_group",
    "sex",
)
HIDDEN = (
    "given_name",
    "surname",
    "birth_date",
    "birth_year",
    "citizenship",
    "municipality",
    "contact_fragment",
    "document_fragment",
)


def values_of(frame: pl.DataFrame) -> Iterator[str]:
    """Give every value and every word of at least three signs, in several ways of writing."""
    for name in set(frame.columns) - set(READABLE):
        for value in frame[name].drop_nulls().unique().cast(pl.String):
            for part in {value, *value.split(), value.replace("-", ""), value.replace(" ", "")}:
                yield from {way for way in (part, part.lower(), part.upper()) if len(way) > 2}


def searched(file: Path) -> bytes:
    """Give the bytes of a file, and those of all its columns one after another."""
    table = pq.read_table(file)
    columns = (
        part for column in table.columns for chunk in column.chunks for part in chunk.buffers()
    )
    return file.read_bytes() + b"".join(part.to_pybytes() for part in columns if part is not None)


@pytest.mark.parametrize(
    "parameters",
    [TokenParameters(), TokenParameters(epsilon=None), TokenParameters(balanced=True, salt="sex")],
    ids=["as usual", "without hardening", "balanced and salted"],
)
def test_no_value_of_a_report_stands_in_its_file_of_tokens(nation, tmp_path, parameters):
    # Ids of letters, so that no digits of theirs are taken for a year or a telephone number.
    letters = (
        pl.int_range(pl.len())
        .cast(pl.String)
        .str.replace_many(list("0123456789"), list("bcdfghjkmn"))
    )
    rows = nation.clear.with_columns(notification_id=letters, document_fragment=pl.lit("X93417"))
    blank = rows.with_columns(pl.lit(None).cast(rows.schema[name]).alias(name) for name in HIDDEN)
    for name, frame in (("told", rows), ("blank", blank)):
        write_tokens(tokenise(frame, nation.key, parameters), tmp_path / f"{name}.parquet")
    told, known = searched(tmp_path / "told.parquet"), searched(tmp_path / "blank.parquet")
    # What is found in a file about nobody, such as "Ken" in "token", tells of nobody.
    values = {value for value in values_of(rows) if value.encode() not in known}
    assert len(values) > 2_000
    assert [value for value in values if value.encode() in told] == []


def test_the_command_writes_what_holds_no_value_either(nation, tmp_path):
    rows = nation.clear.filter(pl.col("reporter") == "POL")
    rows.write_csv(tmp_path / "reports.csv")
    run = CliRunner()
    key, out = tmp_path / "register.key", tmp_path / "tokens.parquet"
    assert run.invoke(root, ["tokenise", "--new-key", str(key)]).exit_code == 0
    asked = ["tokenise", str(tmp_path / "reports.csv"), "--key", str(key), "--out", str(out)]
    result = run.invoke(root, asked)
    assert result.exit_code == 0, result.output
    names = {
        value
        for column in ("given_name", "surname", "municipality")
        for value in rows[column].drop_nulls().unique()
        if len(value) > 4
    }
    written = searched(out)
    assert len(names) > 300
    assert [name for name in names if name.encode() in written] == []
    secret = key.read_text().split('"secret": "')[1].split('"')[0]
    assert secret.encode() not in written
    assert secret not in result.output
    assert read_tokens(out).height == rows.height


def test_the_same_reports_and_key_give_the_same_tokens(nation):
    assert nation.tokens().equals(nation.tokens())


def hidden_part(tokens: pl.DataFrame) -> list[pl.Series]:
    return [tokens[name] for name in tokens.columns if name.endswith(("_token", "_filter"))]


@pytest.mark.parametrize("how", ["another key", "another edition", "another purpose"])
def test_tokens_of_two_keys_have_nothing_in_common_and_are_refused_together(nation, how):
    other = {
        "another key": new_key(),
        "another edition": nation.key.for_edition("2024"),
        "another purpose": Key(secret=nation.key.secret, purpose="care"),
    }[how]
    ours, theirs = nation.tokens(), tokenise(nation.clear, other)
    assert ours["key_id"][0] != theirs["key_id"][0]
    for mine, yours in zip(hidden_part(ours), hidden_part(theirs), strict=True):
        assert not set(mine.drop_nulls()) & set(yours.drop_nulls()), mine.name
    with pytest.raises(InputError, match="tokens of several keys cannot be linked") as error:
        link_reports(
            [ours.head(600), theirs.tail(600)],
            private=True,
        )
    assert ours["key_id"][0] in str(error.value)
    assert theirs["key_id"][0] in str(error.value)


def test_rotation_makes_all_tokens_anew_and_links_as_before(nation):
    def parts(tokens: pl.DataFrame) -> set[frozenset[str]]:
        found = link_reports(tokens, private=True, seed=1).reports
        groups = found.group_by("person_id").agg("notification_id")["notification_id"]
        return {frozenset(group) for group in groups}

    plain = TokenParameters(epsilon=None)  # flipped bits hang on the key, so hard cases may too
    old, new = (
        tokenise(nation.clear, key, plain) for key in (nation.key, nation.key.for_edition("2025"))
    )
    before, after = parts(old), parts(new)
    assert len(before ^ after) <= 0.02 * len(before)


def test_the_key_of_an_edition_leads_neither_back_nor_to_another(nation):
    first, second = nation.key.for_edition("2024"), nation.key.for_edition("2025")
    assert len({nation.key.secret, first.secret, second.secret}) == 3
    assert first.for_edition("2024") == first
    with pytest.raises(InputError, match="cannot give that of another"):
        first.for_edition("2025")
    assert nation.key.secret.hex() not in repr(nation.key)
    assert str(nation.key.secret) not in repr(nation.key)


def test_fields_do_not_share_tokens(nation):
    """A year of birth that is also a house number cannot be seen to be one."""
    tokens = nation.tokens()
    seen: set[int] = set()
    # Names share a key, so that it shows when they changed places.
    names = {"given_token", "surname_token"}
    for name in sorted(set(tokens.columns) - names):
        if name.endswith("_token"):
            here = set(tokens[name].drop_nulls())
            assert not seen & here, name
            seen |= here


def test_an_id_that_tells_the_name_is_refused_without_saying_it(nation):
    rows = nation.clear.head(3).with_columns(
        given_name=pl.lit("Blessing"), notification_id=pl.Series(["A1", "zaak-Blessing-7", "A3"])
    )
    with pytest.raises(InputError, match="the id holds the name") as error:
        tokenise(rows, nation.key)
    assert "Blessing" not in str(error.value)
    assert [problem.row for problem in error.value.problems] == [2]
