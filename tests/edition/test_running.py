"""A whole run: what it holds, that it is the same twice, and that nothing small leaves."""

from dataclasses import replace

import polars as pl
import pytest

from slachtoffermonitor.edition import Settings, lay_out_edition, read_settings, run_edition
from slachtoffermonitor.ground import LANGUAGES, ReleaseError
from slachtoffermonitor.simulate import simulate_nation


def small(**edition) -> Settings:
    settings = Settings()
    return replace(
        settings,
        edition=replace(settings.edition, **edition),
        deliveries=replace(settings.deliveries, persons=12_000),
        estimate=replace(settings.estimate, bootstrap=50, lists=3),
    )


@pytest.fixture(scope="module")
def edition(tmp_path_factory):
    return run_edition(small(), tmp_path_factory.mktemp("base"))


def test_the_published_figures_are_those_of_the_sources(edition):
    yearly = edition.tables["registered_by_year"].frame
    rapporteur = yearly.filter(pl.col("series") == "NR")
    newest = dict(
        rapporteur.group_by("year", maintain_order=True).last().select("year", "victims").rows()
    )
    assert newest[2018] == 668
    assert newest[2014] == 1255
    assert sum(newest[year] for year in range(2016, 2021)) == 4894
    key = {row["key"]: row for row in edition.tables["key_figures"].frame.iter_rows(named=True)}
    values = sorted(round(row["value"], 1) for row in key.values())
    for figure in (-46.8, -26.2, 17.1, 2.2, 9.4, 5433, 4894, 4858):
        assert figure in values


def test_the_hidden_number_never_stands_alone(edition):
    models = edition.tables["hidden_number_models"].frame
    assert models.height >= 4
    independent = models.filter(pl.col("method") == "MAIN_EFFECTS").row(0, named=True)
    assert independent["estimate"] == pytest.approx(52_823.5, abs=0.05)
    assert models.filter(pl.col("low").is_null() | pl.col("high").is_null()).is_empty()
    assert models["estimate"].max() / models["estimate"].min() > 2


def test_simulated_tables_say_so_and_published_ones_too(edition):
    origins = {name: table.origin for name, table in edition.tables.items()}
    assert origins["registered_by_year"] == "published"
    assert origins["register_by_year_form"] == "simulated"
    assert {"published", "simulated"} == set(origins.values())
    for finding in edition.findings:
        assert finding.simulated == (origins[finding.table] == "simulated")


def test_five_findings_with_all_they_need_in_both_languages(edition):
    assert [finding.key for finding in edition.findings] == [
        "registered",
        "in_view",
        "hidden_number",
        "repeat",
        "change",
    ]
    for finding in edition.findings:
        assert finding.table in edition.tables
        for text in (finding.sentence, finding.how_we_know, finding.recommendation):
            shown = [text.in_language(language) for language in LANGUAGES]
            assert shown[0] != shown[1]
            assert "{" not in "".join(shown)


def test_every_count_that_leaves_is_rounded_and_says_so(edition):
    for table in edition.tables.values():
        if table.origin == "published":
            continue
        assert table.method == "rounding"
        assert "afgerond" in table.explanation.in_language("nl")
        assert not [column for column in table.columns if column.role == "link"]
        for column in table.columns:
            if column.role == "count":
                counts = table.frame[column.name].drop_nulls()
                assert counts.filter(counts % 5 != 0).is_empty()


def test_the_tables_of_the_register_add_up_to_one_another(edition):
    shown = {name: table.frame for name, table in edition.tables.items()}
    by_year = {
        trait: dict(
            shown[f"register_by_year_{trait}"].group_by("year").agg(pl.col("persons").sum()).rows()
        )
        for trait in ("form", "age", "sex", "citizenship")
    }
    assert by_year["form"] == by_year["age"] == by_year["sex"] == by_year["citizenship"]
    for trait in ("age", "sex", "citizenship"):
        finer = shown[f"register_by_year_form_{trait}"]
        summed = finer.group_by("year", "form").agg(pl.col("persons").sum()).sort("year", "form")
        assert summed.equals(shown["register_by_year_form"].sort("year", "form"))
    totals = shown["register_changes"].filter(pl.col("subject") == "REGISTERED")
    for row in totals.iter_rows(named=True):
        assert row["after"] == by_year["form"][int(row["after_period"])]


def tiny(**disclosure) -> Settings:
    settings = small(first_year=2018, last_year=2019)
    return replace(
        settings,
        deliveries=replace(settings.deliveries, persons=3_000),
        estimate=replace(settings.estimate, bootstrap=0, lists=2),
        disclosure=replace(settings.disclosure, **disclosure),
    )


def test_nothing_is_published_while_an_attack_finds_anything(tmp_path):
    settings = tiny(method="cell-key", variance=0.5, furthest=1, sliding=4)
    with pytest.raises(ReleaseError, match="told too closely"):
        run_edition(settings, tmp_path, secret=b"kept inside")


def test_an_edition_is_protected_with_the_memory_of_older_ones(tmp_path):
    settings = tiny(ledger="ledger.jsonl", approvals=("Ann", "Bob"))
    first = run_edition(settings, tmp_path)
    assert [entry.approvals for entry in first.ledger.entries] == [("Ann", "Bob")]
    (tmp_path / "ledger.jsonl").write_text(first.ledger.render(), encoding="utf-8")
    second = run_edition(settings, tmp_path)
    assert len(second.ledger.entries) == 2
    for name, table in first.tables.items():
        counts = [column.name for column in table.columns if column.role == "count"]
        assert second.tables[name].frame.select(counts).equals(table.frame.select(counts)), name


def test_every_table_has_a_title_and_labels_in_dutch(edition):
    for table in edition.tables.values():
        assert table.title.in_language("nl") != table.title.in_language("en"), table.name
        for column in table.columns:
            assert column.label.in_language("nl"), (table.name, column.name)


def test_guardians_are_found_silent(edition):
    silent = edition.tables["silent_reporters"].frame
    assert all(since >= "2018" for since in silent["silent_since"])


def test_the_same_settings_make_the_same_edition(edition, tmp_path):
    again = run_edition(small(), tmp_path)
    assert again.findings == edition.findings
    assert again.provenance.inputs == edition.provenance.inputs
    for name, table in edition.tables.items():
        assert again.tables[name].frame.equals(table.frame), name


def test_an_edition_of_files_is_made_as_one_of_a_simulation(tmp_path):
    folder = tmp_path / "own"
    settings = small(first_year=2016, last_year=2019)
    settings = replace(settings, deliveries=replace(settings.deliveries, source="files"))
    lay_out_edition(folder, settings)
    assert read_settings(folder / "monitor.toml") == settings
    nation = simulate_nation(seed=3, persons=4000, years=range(2016, 2020))
    for name, frame in nation.deliveries.items():
        frame.write_csv(folder / "deliveries" / f"{name}.csv")
    seen = []
    with pytest.raises(ReleaseError, match="two different people"):
        run_edition(settings, folder, approvals=["Ann"])
    edition = run_edition(settings, folder, approvals=["Ann", "Bob"], watch=seen.append)
    assert seen[0] == "Deliveries"
    assert edition.window == (2016, 2019)
    form = edition.tables["register_by_year_form"]
    assert form.origin == "register"
    assert "truth" not in edition.tables["hidden_number_by_year"].frame.columns
    assert set(form.frame["year"].unique()) <= set(range(2016, 2020))
    assert len(edition.provenance.inputs) == len(nation.deliveries)
