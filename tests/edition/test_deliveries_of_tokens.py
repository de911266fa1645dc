"""Reports that come as tokens: read, refused beside names, and counted as by name."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from slachtoffermonitor.edition import Settings, read_deliveries, run_edition
from slachtoffermonitor.ground import InputError
from slachtoffermonitor.link.private import new_key, tokenise, write_tokens
from slachtoffermonitor.records import Notification
from slachtoffermonitor.simulate import simulate_nation

IDENTITY = ("given_name", "surname", "birth_date", "contact_fragment")
ALSO = ("birth_year", "citizenship", "municipality", "exploited_from", "exploited_until")


@pytest.fixture(scope="module")
def reports():
    nation = simulate_nation(seed=5, persons=1000, years=range(2016, 2018))
    every = [f for name, f in nation.deliveries.items() if name.startswith("notifications")]
    return pl.concat(every)


@pytest.fixture(scope="module")
def tokens(reports):
    return tokenise(reports, new_key())


def nameless(reports):
    return reports.with_columns(pl.lit(None).alias(name) for name in (*IDENTITY, *ALSO))


def test_tokens_alone_become_notifications_without_identity(tmp_path, reports, tokens):
    write_tokens(tokens, tmp_path / "tokens-register.parquet")
    found = read_deliveries(tmp_path)
    assert found.by_tokens
    told = found.get("notifications")
    assert dict(told.schema) == dict(Notification.create_empty().schema)
    assert told.select(IDENTITY).null_count().row(0) == (reports.height,) * len(IDENTITY)
    assert told["notification_id"].equals(tokens["notification_id"])
    assert told["sex"].equals(tokens["sex"])
    assert set(found.inputs) == {"tokens-register.parquet"}


def test_what_a_notification_says_besides_goes_before_its_tokens(tmp_path, reports, tokens):
    write_tokens(tokens, tmp_path / "tokens-register.parquet")
    nameless(reports).head(20).write_csv(tmp_path / "notifications-register.csv")
    told = read_deliveries(tmp_path).get("notifications")
    assert told.height == reports.height
    first = told.filter(
        pl.col("notification_id").is_in(reports["notification_id"].head(20).to_list())
    )
    assert first["residence"].equals(reports["residence"].head(20))
    assert told["residence"].null_count() == reports["residence"].head(20).null_count() + (
        reports.height - 20
    )


def test_names_beside_tokens_are_refused_and_never_shown(tmp_path, reports, tokens):
    write_tokens(tokens.slice(1), tmp_path / "tokens-register.parquet")
    reports.head(3).write_csv(tmp_path / "notifications-POL.csv")
    people = reports.filter(pl.col("birth_date").is_not_null()).head(2)
    people.select(
        pl.col("notification_id").alias("person_id"),
        *("given_name", "surname", "birth_date", "sex"),
        pl.lit("NL").alias("citizenship"),
        pl.lit(None, pl.String).alias("municipality"),
    ).write_csv(tmp_path / "population.csv")
    with pytest.raises(InputError) as refused:
        read_deliveries(tmp_path)
    said = [problem.what for problem in refused.value.problems]
    assert said == [
        "holds tokens, and a population register in clear text",
        "3 notifications hold identity, beside tokens",
        "1 notifications have no row of tokens",
    ]
    assert not [name for name in reports["surname"].head(3) if name in str(refused.value)]


def test_a_file_of_tokens_in_clear_text_and_an_id_twice_are_refused(tmp_path, reports, tokens):
    reports.write_csv(tmp_path / "tokens-POL.csv")
    with pytest.raises(InputError, match="no file of tokens"):
        read_deliveries(tmp_path)
    (tmp_path / "tokens-POL.csv").unlink()
    for name in ("one", "two"):
        write_tokens(tokens.head(5), tmp_path / f"tokens-{name}.parquet")
    with pytest.raises(InputError, match="share an id across files"):
        read_deliveries(tmp_path)


def settings(**disclosure):
    whole = Settings()
    return replace(
        whole,
        edition=replace(whole.edition, first_year=2016, last_year=2017),
        deliveries=replace(whole.deliveries, source="files"),
        estimate=replace(whole.estimate, bootstrap=0),
        disclosure=replace(whole.disclosure, approvals=("Ann", "Bob"), **disclosure),
    )


def test_synthetic_records_are_not_made_of_tokens(tmp_path, tokens):
    folder = tmp_path / "deliveries"
    folder.mkdir()
    write_tokens(tokens, folder / "tokens-register.parquet")
    asked = settings(synthetic_epsilon=1.0, ledger="ledger.jsonl")
    with pytest.raises(InputError, match="synthetic_epsilon = 0"):
        run_edition(asked, tmp_path)


@pytest.fixture(scope="module")
def registered(tmp_path_factory, reports, tokens):
    """Give the released tables of persons, linked by name and by token, with the same verdicts."""
    found = {}
    pairs = reports["notification_id"]
    verdicts = pl.DataFrame(
        {"left": [pairs[0]], "right": [pairs[1]], "same_person": [True]},
    )
    for way in ("names", "tokens"):
        base = tmp_path_factory.mktemp(way)
        folder = base / "deliveries"
        folder.mkdir()
        verdicts.write_csv(folder / "verdicts-register.csv")
        if way == "names":
            reports.write_csv(folder / "notifications.csv")
        else:
            write_tokens(tokens, folder / "tokens.parquet")
            nameless(reports).write_csv(folder / "notifications.csv")
        found[way] = run_edition(settings(), base).tables
    return found


def total(tables, name, known):
    shown = tables[name].frame
    return shown.filter(pl.col(known) != "ONB")["persons"].sum()


def test_ages_and_citizenship_are_counted_from_tokens_as_from_names(registered):
    for name, column in (
        ("register_by_year_age", "age_band"),
        ("register_by_year_citizenship", "citizenship_group"),
        ("register_by_year_sex", "sex"),
    ):
        by_name, by_token = (total(registered[way], name, column) for way in ("names", "tokens"))
        assert by_token > 100
        assert by_token == pytest.approx(by_name, rel=0.05)
