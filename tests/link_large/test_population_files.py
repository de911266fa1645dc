"""A register in files gives the linkage that the same register in memory gives."""

from __future__ import annotations

import polars as pl
import pytest

from slachtoffermonitor.ground import InputError
from slachtoffermonitor.link import Linkage, Workplace, link_reports
from slachtoffermonitor.link.engine import blocking
from slachtoffermonitor.link.large import score


@pytest.fixture(scope="module")
def in_memory(country) -> Linkage:
    return link_reports(country.reports, population=country.population, seed=4)


def assert_same_linkage(found: Linkage, expected: Linkage) -> None:
    assert found.persons.equals(expected.persons)
    assert found.threshold == pytest.approx(expected.threshold, abs=1e-9)
    assert found.expected_matches == pytest.approx(expected.expected_matches, rel=1e-9)
    numbers = {"match_probability", "bits", "m", "u", "weight"}
    for mine, theirs in (
        (found.reports, expected.reports),
        (found.pairs, expected.pairs),
        (found.weights, expected.weights),
    ):
        same = [name for name in theirs.columns if name not in numbers]
        assert mine.select(same).equals(theirs.select(same))
        for name in numbers & set(theirs.columns):
            apart = (mine[name] - theirs[name]).abs().max()
            assert apart is None or apart <= 1e-9, name
    assert found.evidence.rules.equals(expected.evidence.rules)
    assert found.evidence.weak_pairs.height == expected.evidence.weak_pairs.height


def test_a_register_in_a_file_links_like_one_in_memory(country, in_memory, tmp_path):
    place = Workplace(memory_gb=1, folder=tmp_path)
    found = link_reports(country.reports, population=country.file, workplace=place, seed=4)
    assert found.persons["register_id"].count() > 100
    assert_same_linkage(found, in_memory)
    assert not list(tmp_path.iterdir())


def test_many_files_and_folders_are_one_register(country, in_memory, tmp_path):
    (tmp_path / "folder").mkdir()
    half = country.population.height // 2
    country.population.head(half).write_parquet(tmp_path / "first.parquet")
    for part, rows in enumerate(country.population[half:].iter_slices(2_000)):
        rows.write_parquet(tmp_path / "folder" / f"{part:02}.parquet")
    files = [tmp_path / "first.parquet", str(tmp_path / "folder")]
    assert_same_linkage(link_reports(country.reports, population=files, seed=4), in_memory)


def test_narrowed_blocks_and_many_chunks_change_nothing(country, monkeypatch):
    monkeypatch.setattr(blocking, "_PAIRS_AT_LEAST", 3_000)
    monkeypatch.setattr(blocking, "_PAIRS_PER_RECORD", 1)
    monkeypatch.setattr(score, "_PAIRS_AT_ONCE", 1_500)
    expected = link_reports(country.reports, population=country.population, seed=4)
    rules = expected.evidence.rules.filter(right_is="register")
    assert rules["pairs_kept"].sum() < rules["pairs"].sum()
    found = link_reports(country.reports, population=country.file, seed=4)
    assert_same_linkage(found, expected)


def test_reviewers_are_heard_about_people_of_the_register(country, in_memory):
    pairs = in_memory.pairs.filter(right_is="register").sort("match_probability")
    told = pl.concat([pairs.head(3), pairs.tail(3)]).select(
        "left", "right", same_person=pl.Series([True] * 3 + [False] * 3)
    )
    unmet = pl.DataFrame(
        {
            "left": [country.reports["notification_id"][0], "NOT-THERE"],
            "right": [country.population["person_id"][-1], country.population["person_id"][0]],
            "same_person": [True, True],
        }
    )
    within = in_memory.pairs.filter(right_is="report").head(1)
    verdicts = pl.concat(
        [told, unmet, within.select("left", "right", same_person=pl.lit(value=False))]
    )
    both = [
        link_reports(country.reports, population=population, verdicts=verdicts, seed=4)
        for population in (country.file, country.population)
    ]
    assert_same_linkage(*both)
    assert both[0].pairs["verdict"].count() == 8


def test_columns_may_bear_other_names_and_others_may_be_there(country, tmp_path):
    names = {"surname": "achternaam", "birth_date": "geboren", "address": ["straat", "plaats"]}
    theirs = country.population.rename({"surname": "achternaam", "birth_date": "geboren"})
    theirs = theirs.with_columns(
        geboren=pl.col("geboren").dt.to_string("%Y%m%d"),
        straat=pl.lit("Dorpsstraat"),
        plaats=pl.col("municipality"),
        remark=pl.lit(1),
    )
    theirs.write_parquet(tmp_path / "register.parquet")
    reports = country.reports.with_columns(
        address=pl.concat_str(pl.lit("Dorpsstraat"), "municipality", separator=" ")
    )
    both = [
        link_reports(reports, population=population, columns=names, seed=4)
        for population in (tmp_path / "register.parquet", theirs)
    ]
    assert "address" in both[0].pairs.columns
    assert_same_linkage(*both)


def test_a_register_of_few_is_enough(country, tmp_path):
    country.population.head(1).write_parquet(tmp_path / "one.parquet")
    both = [
        link_reports(country.reports.head(50), population=population, seed=4)
        for population in (tmp_path / "one.parquet", country.population.head(1))
    ]
    assert_same_linkage(*both)


def test_what_cannot_be_linked_is_told_and_nothing_is_left(country, tmp_path):
    def refused(population, match, **options):
        with pytest.raises(InputError, match=match) as caught:
            link_reports(country.reports, population=population, **options)
        return str(caught.value)

    rows, file = country.population, tmp_path / "register.parquet"
    refused(tmp_path / "none.parquet", "is not there")
    refused(tmp_path, "holds no Parquet file")
    refused([], "no file was given")
    file.write_text("person_id,surname\n")
    refused(file, "is not a Parquet file")
    rows.drop("surname").write_parquet(file)
    refused(file, "missing")
    pl.concat([rows, rows.head(2)]).write_parquet(file)
    refused(file, "2 rows repeat an earlier id")
    rows.with_columns(
        person_id=pl.when(pl.int_range(pl.len()) > 2).then("person_id")
    ).write_parquet(file)
    refused(file, "is empty in 3 rows")
    rows.clear().write_parquet(file)
    refused(file, "holds nobody")
    names = rows.with_columns(birth_date=pl.col("surname"))
    names.write_parquet(file)
    told = refused(file, "is not a date")
    assert not [name for name in rows["surname"].head(500) if len(name) > 4 and name in told]
    rows.write_parquet(file)
    rows.head(5).rename({"surname": "name"}).write_parquet(tmp_path / "other.parquet")
    refused([file, tmp_path / "other.parquet"], "missing")
    refused(file, "tokens in memory", private=True)
    place = tmp_path / "work"
    place.mkdir()
    refused(tmp_path / "none.parquet", "is not there", workplace=Workplace(folder=place))
    assert not list(place.iterdir())


def test_a_place_without_memory_or_folder_is_refused(tmp_path):
    with pytest.raises(InputError, match="too little memory"):
        Workplace(memory_gb=0.1)
    with pytest.raises(InputError, match="is not a folder"):
        Workplace(folder=tmp_path / "none")
