"""A register of tokens: the same answers as a linkage of tokens, and no name in its file."""

from __future__ import annotations

import polars as pl
import pytest

from slachtoffermonitor.ground import InputError
from slachtoffermonitor.link import Key, Linkage, Register, link_reports, new_key, tokenise

KEY = Key(secret=bytes(range(32)))


@pytest.fixture(scope="module")
def tokens(notifications: pl.DataFrame) -> pl.DataFrame:
    return tokenise(notifications, KEY)


@pytest.fixture(scope="module")
def without_names(tokens: pl.DataFrame) -> Linkage:
    return link_reports(tokens, private=True, seed=3)


@pytest.fixture
def private_register(tokens: pl.DataFrame, without_names: Linkage) -> Register:
    return Register.of(tokens, without_names)


def chances(linkage: Linkage, notification_id: str) -> dict[str, float]:
    own = (pl.col("left") == notification_id) | (pl.col("right") == notification_id)
    pairs = linkage.pairs.filter(own).with_columns(
        other=pl.when(pl.col("left") == notification_id).then("right").otherwise("left")
    )
    return dict(zip(pairs["other"], pairs["match_probability"], strict=True))


def test_a_report_without_names_gets_the_probabilities_of_the_linkage(
    private_register, tokens, without_names
):
    asked = without_names.pairs["left"].unique().sort().head(10).to_list()
    for notification_id in asked:
        report = tokens.filter(notification_id=notification_id)
        assert private_register.remove([notification_id]) == 1
        found = private_register.find_candidates(report)
        expected = chances(without_names, notification_id)
        given = dict(zip(found["notification_id"], found["match_probability"], strict=True))
        assert set(given) == set(expected)
        assert given == pytest.approx(expected, abs=1e-9)
        private_register.add(report)


def test_its_file_answers_alike_and_holds_no_name(
    private_register, tokens, notifications, tmp_path
):
    file = tmp_path / "register.parquet"
    private_register.write(file)
    again = Register.read(file)
    for report in tokens.sample(8, seed=1).iter_slices(1):
        assert again.find_candidates(report).equals(private_register.find_candidates(report))
    written = file.read_bytes()
    names = notifications["surname"].drop_nulls().unique()
    assert [name for name in names if len(name) > 4 and name.encode() in written] == []


def test_clear_text_other_keys_and_other_parameters_are_refused(
    private_register, register, tokens, notifications
):
    report = notifications.head(1)
    with pytest.raises(InputError, match="is in clear text"):
        private_register.find_candidates(report)
    with pytest.raises(InputError, match="holds tokens, and the register is of reports in clear"):
        register.find_candidates(tokens.head(1))
    with pytest.raises(InputError, match="of another key or other parameters"):
        private_register.find_candidates(tokenise(report, new_key()))
    with pytest.raises(InputError, match="of another key or other parameters"):
        private_register.add(tokenise(report, KEY.for_edition("2024")))


def test_a_linkage_of_tokens_takes_no_reports_in_clear_text(notifications, without_names):
    with pytest.raises(InputError, match="is in clear text"):
        Register.of(notifications, without_names)
