"""The options of the command `link`, as somebody new to it would use them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from click.testing import CliRunner, Result

from slachtoffermonitor.cli import root
from slachtoffermonitor.ground import InputError
from slachtoffermonitor.link import ReviewTrail

IDENTITY = ("given_name", "surname", "contact_fragment")


def run(command: str, *arguments: object) -> Result:
    return CliRunner().invoke(root, [command, *map(str, arguments)])


def told(result: Result) -> dict[str, Any]:
    assert result.exit_code == 0, result.output or result.exception
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


@pytest.fixture(scope="module")
def made(register: Any) -> Any:
    return register(persons=150, bystanders=0, seed=11)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, made: Any) -> Path:
    """Write the reports in clear text, under other names, as tokens, and as two lists."""
    place = tmp_path_factory.mktemp("options")
    rows = made.notifications
    rows.write_csv(place / "reports.csv")
    rows.select(
        nr="notification_id",
        voornaam="given_name",
        tussen=pl.lit("van"),
        achternaam="surname",
        geboren="birth_date",
        gemeld="reported_on",
    ).write_csv(place / "eigen.csv")
    first = made.truth.unique("true_person", keep="first", maintain_order=True)["notification_id"]
    one = pl.col("notification_id").is_in(first.implode())
    rest = rows.filter(~one)
    second = made.truth.filter(
        pl.col("notification_id").is_in(rest["notification_id"].implode())
    ).unique("true_person", keep="first")["notification_id"]
    rows.filter(one).write_csv(place / "first.csv")
    rest.filter(pl.col("notification_id").is_in(second.implode())).write_csv(place / "second.csv")
    assert run("tokenise", "--new-key", place / "register.key").exit_code == 0
    key = ("--key", place / "register.key")
    tokens = run("tokenise", place / "reports.csv", *key, "--out", place / "tokens.parquet")
    assert tokens.exit_code == 0, tokens.output
    return place


NAMED = [
    part
    for pair in (
        "notification_id=nr",
        "given_name=voornaam",
        "surname=tussen+achternaam",
        "birth_date=geboren",
        "reported_on=gemeld",
    )
    for part in ("--columns", pair)
]


def test_files_under_other_names_are_linked_and_are_lists_of_their_own(made, folder, tmp_path):
    out = tmp_path / "p.csv"
    asked = run("link", folder / "eigen.csv", *NAMED, "--out", out, "--json", "-")
    assert told(asked)["reports"] == made.notifications.height
    found = pl.read_csv(tmp_path / "p-reports.csv")
    assert set(found["reporter"]) == {"eigen"}
    precision, recall = made.pairs_of(found)
    assert precision > 0.9
    assert recall > 0.8


def test_files_under_other_names_become_tokens(folder, tmp_path):
    key, out = ("--key", folder / "register.key"), tmp_path / "t.parquet"
    answer = told(run("tokenise", folder / "eigen.csv", *NAMED, *key, "--out", out, "--json", "-"))
    assert answer["rows"] == pl.read_csv(folder / "eigen.csv").height
    assert pl.read_parquet(out)["surname_token"].null_count() == 0


def test_missing_columns_point_to_the_option_for_other_names(folder, tmp_path):
    result = run("link", folder / "eigen.csv", "--out", tmp_path / "p.csv")
    assert isinstance(result.exception, InputError)
    assert "--columns ours=theirs" in str(result.exception)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["--columns", "nr"], "is no pair of names"),
        (["--columns", "surname=a", "--columns", "surname=b"], "is named more than once"),
        (["--mode", "link"], "takes two files"),
        (["--mode", "link", "--population", "none.csv"], "goes with --mode dedupe"),
        (["--review-identity"], "goes with --review"),
        (["--seed", "-1"], "below zero"),
        (["--trail", "none.jsonl"], "does not exist"),
        (["--review", "pairs.txt"], "of a kind that is not written"),
    ],
)
def test_options_that_make_no_sense_are_refused_and_nothing_is_written(
    folder, tmp_path, asked, said
):
    result = run("link", folder / "reports.csv", *asked, "--out", tmp_path / "p.csv")
    assert isinstance(result.exception, InputError), result.output
    assert said in str(result.exception)
    assert list(tmp_path.iterdir()) == []


def test_two_lists_are_linked_one_to_one(made, folder, tmp_path):
    files, out = (folder / "first.csv", folder / "second.csv"), tmp_path / "p.csv"
    told(run("link", *files, "--mode", "link", "--out", out, "--json", "-"))
    found = pl.read_csv(tmp_path / "p-reports.csv").join(made.truth, on="notification_id")
    ids = [set(pl.read_csv(file)["notification_id"]) for file in files]
    for group in found.group_by("person_id").agg("notification_id")["notification_id"]:
        assert all(len(set(group) & side) <= 1 for side in ids)
    both = found.group_by("person_id").agg(pl.len(), people=pl.col("true_person").n_unique())
    joined = both.filter(pl.col("len") == 2)
    assert (joined["people"] == 1).mean() > 0.95
    assert joined.height > 0.85 * len(ids[1])


def verdicts_of(review: Path, out: Path, reviewers: tuple[str, ...], rows: int) -> pl.DataFrame:
    pairs = pl.read_csv(review, infer_schema=False).head(rows)
    given = pl.concat(
        pairs.with_columns(
            verdict=pl.when(pl.col("joined") == "true")
            .then(pl.lit("different"))
            .otherwise(pl.lit("same")),
            reviewer=pl.lit(who),
            reviewed_on=pl.lit("2024-05-01"),
        )
        for who in reviewers
    )
    given.write_csv(out)
    return pairs


def joined_in(file: Path) -> dict[str, str]:
    rows = pl.read_csv(file)
    return dict(zip(rows["notification_id"], rows["person_id"], strict=True))


@pytest.mark.parametrize("private", [False, True], ids=["clear", "private"])
def test_verdicts_of_two_reviewers_hold_and_survive_relinkage(made, folder, tmp_path, private):
    mode = ["--private", folder / "tokens.parquet"] if private else [folder / "reports.csv"]
    review, filled, trail = (tmp_path / name for name in ("r.csv", "v.csv", "trail.jsonl"))
    first = told(run("link", *mode, "--out", tmp_path / "a.csv", "--review", review, "--json", "-"))
    assert first["to_review"] >= 1
    pairs = verdicts_of(review, filled, ("Ada", "Bea"), 1)
    pair = pairs.row(0, named=True)
    kept = ("--trail", trail)
    second = told(
        run("link", *mode, "--verdicts", filled, *kept, "--out", tmp_path / "b.csv", "--json", "-")
    )
    assert second["verdicts"]["added"] == second["verdicts"]["kept"] == 2
    again = told(run("link", *mode, *kept, "--out", tmp_path / "c.csv", "--json", "-"))
    assert again["verdicts"] == second["verdicts"] | {"added": 0}
    for name in ("b", "c"):
        persons = joined_in(tmp_path / f"{name}-reports.csv")
        together = persons[pair["left"]] == persons[pair["right"]]
        assert together == (pair["joined"] == "false")
    assert ReviewTrail.read(trail.read_text()).verdicts["reviewer"].to_list() == ["Ada", "Bea"]


def test_one_pair_of_eyes_changes_nothing(folder, tmp_path):
    reports, review = folder / "reports.csv", tmp_path / "r.csv"
    told(run("link", reports, "--out", tmp_path / "a.csv", "--review", review, "--json", "-"))
    verdicts_of(review, tmp_path / "v.csv", ("Ada",), 1)
    seen = ("--verdicts", tmp_path / "v.csv")
    answer = told(run("link", reports, *seen, "--out", tmp_path / "b.csv", "--json", "-"))
    assert answer["verdicts"]["undecided"] == 1
    assert joined_in(tmp_path / "a-reports.csv") == joined_in(tmp_path / "b-reports.csv")


def test_a_review_shows_agreement_and_identity_only_when_asked(made, folder, tmp_path):
    names = {
        value
        for column in IDENTITY
        for value in made.notifications[column].drop_nulls()
        if len(value) > 3
    }
    files = {
        "clear": ([folder / "reports.csv"], "clear.csv"),
        "private": (["--private", folder / "tokens.parquet"], "private.json"),
        "identity": (["--review-identity", folder / "reports.csv"], "identity.csv"),
    }
    text = {}
    for name, (asked, file) in files.items():
        out, review = tmp_path / f"{name}-p.csv", tmp_path / file
        told(run("link", *asked, "--out", out, "--review", review, "--json", "-"))
        text[name] = review.read_text(encoding="utf-8")
    for name in ("clear", "private"):
        assert "match_probability" in text[name]
        assert "different" in text[name]
        assert not [value for value in names if value in text[name]]
    assert [value for value in names if value in text["identity"]]
    assert "left_surname" in text["identity"]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_sentence_is_said_in_the_language_asked_for(folder, tmp_path, language):
    asked = ("--impute", 2, "--review", tmp_path / "r.csv", "--review-identity")
    result = run(
        "link", folder / "reports.csv", *asked, "--out", tmp_path / "p.csv", "--language", language
    )
    assert result.exit_code == 0, result.output
    english = ("By the model", "possible linkages", "wait for review", "holds names", "Written")
    assert all((word in result.stdout) == (language == "en") for word in english), result.stdout


def test_estimate_takes_what_is_imputed(made, folder, tmp_path):
    out = tmp_path / "p.csv"
    answer = told(run("link", folder / "reports.csv", "--impute", 3, "--out", out, "--json", "-"))
    assert answer["imputations"] == 3
    imputed = tmp_path / "p-imputed.csv"
    assert pl.read_csv(imputed)["imputation"].unique().sort().to_list() == [1, 2, 3]
    asked = ("--linkages", imputed, "--lists", "POL,KMAR,ZC", "--max-order", 1)
    found = told(run("estimate", *asked, "--json", "-"))
    assert found["estimate"] > found["observed"] > 0
    assert sum(each["linkages"] for each in found["models"]) == 3
