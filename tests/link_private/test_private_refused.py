"""Bad input in private mode: a clear error for each, all of them at once, and nothing written."""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from slachtoffermonitor.cli import root
from slachtoffermonitor.ground import InputError
from slachtoffermonitor.link import TokenParameters, link_reports, new_key, tokenise
from slachtoffermonitor.link.private import read_tokens, write_tokens


@pytest.fixture(scope="module")
def few(nation):
    return nation.clear.head(40)


@pytest.fixture(scope="module")
def files(nation, few, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make one file of each kind that may be given by mistake."""
    folder = tmp_path_factory.mktemp("tokens")
    half, rest = few.head(20), few.tail(20)
    write_tokens(tokenise(half, nation.key), folder / "right.parquet")
    write_tokens(tokenise(rest, new_key()), folder / "other-key.parquet")
    fewer = TokenParameters(bits=256)
    write_tokens(tokenise(rest, nation.key, fewer), folder / "other-parameters.parquet")
    rest.write_csv(folder / "clear.csv")
    rest.write_parquet(folder / "clear.parquet")
    whole = (folder / "right.parquet").read_bytes()
    older = whole.replace(b"tokens.version\x18\x012", b"tokens.version\x18\x019")
    assert older != whole
    (folder / "older.parquet").write_bytes(older)
    (folder / "damaged.parquet").write_bytes(whole[: len(whole) // 2] + whole[-200:])
    pl.read_parquet(folder / "right.parquet").drop("given_filter").write_parquet(
        folder / "stripped.parquet"
    )
    return folder


def linked(out: Path, *asked: object) -> InputError:
    """Run the command, which must refuse and write nothing."""
    before = sorted(out.parent.iterdir())
    result = CliRunner().invoke(root, ["link", *map(str, asked), "--out", str(out)])
    assert isinstance(result.exception, InputError), result.output
    assert sorted(out.parent.iterdir()) == before
    return result.exception


MISTAKES = {
    "mixed key ids": ("other-key.parquet", "tokens of several keys cannot be linked"),
    "two sets of parameters": (
        "other-parameters.parquet",
        "tokens of several parameters cannot be linked",
    ),
    "clear text, CSV": ("clear.csv", "is in clear text, and the private mode takes tokens only"),
    "clear text, Parquet": ("clear.parquet", "is in clear text, and the private mode takes tokens"),
    "another version": ("older.parquet", "of a version that is not known"),
    "a damaged file": ("damaged.parquet", "cannot be read|is damaged|is in clear text"),
    "columns taken out": ("stripped.parquet", "is in clear text"),
    "a file that is not there": ("none.parquet", "does not exist"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_the_command_refuses_and_writes_nothing(files, tmp_path, mistake):
    file, said = MISTAKES[mistake]
    error = linked(tmp_path / "persons.csv", "--private", files / "right.parquet", files / file)
    assert re.search(said, str(error)), str(error)


def test_tokens_are_refused_where_clear_text_is_expected(files, few, tmp_path):
    error = linked(tmp_path / "persons.csv", files / "right.parquet")
    assert "holds tokens, and clear text was expected" in str(error)
    assert "--private" in str(error)
    with pytest.raises(InputError, match="holds tokens, and clear text was expected"):
        link_reports([few, read_tokens(files / "right.parquet")])


def test_the_problems_of_all_files_are_told_together(files, tmp_path):
    error = linked(
        tmp_path / "persons.csv",
        *("--private", files / "right.parquet", files / "clear.csv", files / "none.parquet"),
    )
    told = {Path(problem.file).name for problem in error.problems}
    assert told == {"clear.csv", "none.parquet"}


def test_a_register_of_another_kind_is_refused(files, nation, tmp_path):
    entries = tokenise(nation.population.head(20), nation.key)
    write_tokens(entries, tmp_path / "register.parquet")
    out = tmp_path / "persons.csv"
    as_report = linked(out, "--private", files / "right.parquet", tmp_path / "register.parquet")
    assert "notification_id" in str(as_report)
    report = files / "right.parquet"
    as_register = linked(out, "--private", report, "--population", report)
    assert "person_id" in str(as_register)


@pytest.mark.parametrize("missing", ["surname_filter", "block_birth", "key_id"])
def test_a_table_without_a_column_is_refused_by_its_name(nation, few, missing):
    with pytest.raises(InputError, match="the column is missing") as error:
        link_reports(tokenise(few, nation.key).drop(missing), private=True)
    assert missing in str(error.value)


def test_clear_text_columns_among_tokens_are_refused(nation, few):
    tokens = tokenise(few, nation.key).with_columns(few["surname"])
    with pytest.raises(InputError, match="does not belong in a table of tokens") as error:
        link_reports(tokens, private=True)
    assert not [name for name in few["surname"].drop_nulls() if name in str(error.value)]
    with pytest.raises(InputError, match="does not belong"):
        write_tokens(tokens, Path("never.parquet"))
    assert not Path("never.parquet").exists()


def test_two_versions_of_the_parameters_are_refused(nation, few):
    tokens = tokenise(few, nation.key)
    older = tokens.with_columns(
        pl.col("token_parameters").str.replace('"version": 2', '"version": 0')
    )
    with pytest.raises(InputError, match="tokens of several parameters cannot be linked"):
        link_reports([tokens.head(20), older.tail(20)], private=True)
    with pytest.raises(InputError, match="of a version that is not known"):
        link_reports(older, private=True)


def tokenised(out: Path, *asked: object) -> InputError:
    before = sorted(out.parent.iterdir())
    result = CliRunner().invoke(root, ["tokenise", *map(str, asked), "--out", str(out)])
    assert isinstance(result.exception, InputError), result.output
    assert sorted(out.parent.iterdir()) == before
    return result.exception


def test_tokenise_refuses_what_it_cannot_use_and_writes_nothing(files, nation, few, tmp_path):
    key, open_key = tmp_path / "register.key", tmp_path / "open.key"
    for file in (key, open_key):
        nation.key.write(file)
    open_key.chmod(0o644)
    few.drop("surname").write_csv(tmp_path / "lacking.csv")
    few.write_csv(tmp_path / "few.csv")
    (tmp_path / "few.csv").chmod(0o600)
    out = tmp_path / "tokens.parquet"
    again = tokenised(out, files / "right.parquet", "--key", key)
    assert "holds tokens already" in str(again)
    lacking = tokenised(out, tmp_path / "lacking.csv", "--key", key)
    assert "surname" in str(lacking)
    assert "can be read by others" in str(tokenised(out, tmp_path / "few.csv", "--key", open_key))
    no_key = tokenised(out, tmp_path / "few.csv", "--key", tmp_path / "few.csv")
    assert "is not a key file" in str(no_key)
    edition = tokenised(out, tmp_path / "few.csv", "--key", key, "--edition", "../2024")
    assert "is not a name" in str(edition)
    bits = tokenised(out, tmp_path / "few.csv", "--key", key, "--bits", "3")
    assert "'bits' cannot be used" in str(bits)
    other = tokenised(tmp_path / "tokens.csv", tmp_path / "few.csv", "--key", key)
    assert ".parquet" in str(other)
    names = set(few["surname"].drop_nulls())
    assert not [name for name in names if name in str(lacking) + str(bits) + str(other)]


def test_a_key_is_never_overwritten(nation, tmp_path):
    nation.key.write(tmp_path / "register.key")
    before = (tmp_path / "register.key").read_bytes()
    result = CliRunner().invoke(root, ["tokenise", "--new-key", str(tmp_path / "register.key")])
    assert "never overwritten" in str(result.exception)
    assert (tmp_path / "register.key").read_bytes() == before
    assert (tmp_path / "register.key").stat().st_mode & 0o077 == 0
