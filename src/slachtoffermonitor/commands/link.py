"""`slachtoffermonitor link`: which reports are about one person."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from slachtoffermonitor.commands._link_reading import by_name, read_columns, read_deliveries
from slachtoffermonitor.commands._link_review import Reviewed, pairs_for_review, read_reviews
from slachtoffermonitor.commands._link_writing import (
    as_bytes,
    beside,
    imputed_frames,
    require_free,
    write_all,
)
from slachtoffermonitor.commands._options import json_option, language_option
from slachtoffermonitor.ground import InputError, Language, Number, Problem, Text

if TYPE_CHECKING:
    from slachtoffermonitor.link import Linkage, LinkageQuality

__all__ = ["command"]

_FILE = click.Path(path_type=Path)
_SHARE = "#,##0.0%"


@click.command("link")
@click.argument("reports", nargs=-1, required=True, type=_FILE)
@click.option(
    "--out",
    required=True,
    type=_FILE,
    help="File of persons to write, .csv or .parquet; must not exist yet.",
)
@click.option("--private", is_flag=True, help="REPORTS, and the register, are files of tokens.")
@click.option("--population", type=_FILE, help="Extract of the population register to link to.")
@click.option(
    "--columns",
    multiple=True,
    metavar="OURS=THEIRS",
    help="Our name of a column and the one in the files; repeatable. Several are joined by +.",
)
@click.option(
    "--mode",
    type=click.Choice(["dedupe", "link"]),
    default="dedupe",
    show_default=True,
    help="Find reports about one person in all files together; or in the second of two files "
    "those of the first, each holding a person once.",
)
@click.option(
    "--threshold",
    type=click.FloatRange(0.001, 1),
    help="Accept pairs from this match probability on; default: wrong and missed joins balance.",
)
@click.option(
    "--impute",
    "draws",
    type=click.IntRange(min=1),
    help="Draw so many possible linkages, and write who was on whose list in each; 20 or more "
    "for an estimate.",
)
@click.option("--seed", type=int, default=2024, show_default=True, help="Whole number from 0.")
@click.option(
    "--review",
    type=_FILE,
    help="Write the pairs that the model cannot decide to this file, .csv or .json.",
)
@click.option(
    "--review-identity",
    is_flag=True,
    help="Put names, birth dates and contacts of both sides into the review file. IT THEN HOLDS "
    "IDENTITY.",
)
@click.option(
    "--verdicts",
    multiple=True,
    type=_FILE,
    help="A review file with verdicts filled in; repeatable. A pair counts when two reviewers "
    "agree.",
)
@click.option(
    "--trail",
    type=_FILE,
    help="File in which all verdicts are kept, .jsonl; used again at each linkage. Default: beside "
    "the verdicts.",
)
@language_option
@json_option
def command(
    reports: tuple[Path, ...], *, out: Path, language: Language, as_json: str | None, **asked: Any
) -> None:
    """Link the notifications in REPORTS to persons, and say how sure that is.

    REPORTS are CSV, Excel or Parquet files of notifications. Beside the persons in FILE, a second
    file FILE-reports says which notification is about which person, and how sure that is. Both
    hold data about persons: birth dates, and who was reported by whom. Keep them inside.
    """
    review: Path | None = asked["review"]
    parts = ["reports", *(["imputed", "imputed-dates"] if asked["draws"] else [])]
    files = [beside(out, part) for part in parts]
    _require_sense(asked, len(reports))
    require_free(out, files, review)
    reviewed = read_reviews(asked["verdicts"], asked["trail"])
    found = _link(reports, asked, reviewed)
    contents = {
        files[0]: as_bytes(found.linkage.reports, out.suffix),
        out: as_bytes(found.linkage.persons, out.suffix),
    }
    if asked["draws"]:
        frames = imputed_frames(found.linkage.impute(asked["draws"], _generator(asked["seed"], 1)))
        for file, frame in zip(files[1:], frames, strict=True):
            contents[file] = as_bytes(frame, out.suffix)
    if review is not None and found.review is not None:
        contents[review] = as_bytes(found.review, review.suffix)
    changed = {} if reviewed is None else {reviewed.file: reviewed.trail.text.encode("utf-8")}
    write_all(contents, changed=changed)
    quality = found.linkage.quality(rng=_generator(asked["seed"], 2))
    written = [out, *(file for file in contents if file != out), *changed]
    if as_json:
        click.echo(json.dumps(_counts(found, quality, reviewed, asked, written)))
        return
    for line in _lines(found, quality, reviewed, asked, written):
        click.echo(line.in_language(language))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """The linkage, and the table of pairs to review where it was asked."""

    linkage: Linkage
    review: Any = None


def _require_sense(asked: dict[str, Any], files: int) -> None:
    """Refuse options that do not go together."""
    problems = []
    if asked["review_identity"] and asked["review"] is None:
        problems.append(
            Problem(what="--review-identity goes with --review", allowed="both, or neither")
        )
    if asked["review_identity"] and asked["private"]:
        problems.append(
            Problem(
                what="tokens hold no identity to put into a review",
                found="--private with --review-identity",
                allowed="--review alone: it shows how the pairs agree",
            )
        )
    if asked["mode"] == "link" and files != 2:
        problems.append(
            Problem(what="--mode link takes two files", found=str(files), allowed="2 files")
        )
    if asked["mode"] == "link" and asked["population"] is not None:
        problems.append(
            Problem(
                what="--population goes with --mode dedupe",
                allowed="the register as the second file of --mode link, or --mode dedupe",
            )
        )
    if asked["seed"] < 0:
        problems.append(Problem(what="the seed is below zero", allowed="0 or more"))
    if problems:
        raise InputError(problems)


def _generator(seed: int, part: int) -> Any:
    """Give each part its own random numbers, so that one does not change with the other."""
    import numpy as np

    return np.random.default_rng([seed, part])


def _link(reports: Sequence[Path], asked: dict[str, Any], reviewed: Reviewed | None) -> _Found:
    """Read, link, and list what people should look at."""
    from slachtoffermonitor.link import link_reports

    columns = read_columns(asked["columns"])
    private = asked["private"]
    deliveries, register = read_deliveries(
        reports, asked["population"], private=private, columns=columns
    )
    linkage = link_reports(
        deliveries if asked["mode"] == "link" else by_name(reports, deliveries),
        private=private,
        mode=asked["mode"],
        columns=columns,
        population=register,
        verdicts=None if reviewed is None else reviewed.settled,
        seed=asked["seed"],
        threshold=asked["threshold"],
    )
    if asked["review"] is None:
        return _Found(linkage=linkage)
    shown = deliveries if asked["review_identity"] else None
    return _Found(
        linkage=linkage,
        review=pairs_for_review(linkage, reviewed, shown, register, names=columns),
    )


def _counts(
    found: _Found,
    quality: LinkageQuality,
    reviewed: Reviewed | None,
    asked: dict[str, Any],
    written: Sequence[Path],
) -> dict[str, object]:
    linkage = found.linkage
    return {
        "reports": linkage.reports.height,
        "persons": linkage.persons.height,
        "in_register": linkage.persons["register_id"].count(),
        "threshold": linkage.threshold,
        "threshold_chosen_by": linkage.threshold_chosen_by,
        "expected": quality.to_dict(),
        "imputations": asked["draws"] or 0,
        "to_review": None if found.review is None else found.review.height,
        "verdicts": None if reviewed is None else _verdict_counts(reviewed),
        "files": [str(file) for file in written],
    }


def _verdict_counts(reviewed: Reviewed) -> dict[str, int]:
    same = reviewed.settled["same_person"]
    return {
        "added": reviewed.added,
        "kept": reviewed.trail.verdicts.height,
        "same": int(same.sum() or 0),
        "different": int((~same).sum() or 0),
        "undecided": same.null_count(),
    }


def _lines(
    found: _Found,
    quality: LinkageQuality,
    reviewed: Reviewed | None,
    asked: dict[str, Any],
    written: Sequence[Path],
) -> list[Text]:
    """Say what was found, for people."""
    lines = [*found.linkage.describe()]
    if {"precision", "recall"} <= set(quality.intervals):
        limits = {
            f"{name}_{end}": Number(value, _SHARE)
            for name in ("precision", "recall")
            for end, value in zip(("low", "high"), quality.intervals[name], strict=True)
        }
        lines.append(
            Text(
                "By the model, 95% sure: the first lies between {precision_low} and "
                "{precision_high}, the second between {recall_low} and {recall_high}.",
                limits,
            )
        )
    lines.append(
        Text(
            "Pairs were accepted from a match probability of {threshold} on.",
            {"threshold": Number(found.linkage.threshold, "0.000")},
        )
    )
    if reviewed is not None:
        counts = _verdict_counts(reviewed)
        lines.append(
            Text(
                "Verdicts: {added} new, {kept} in all. By two reviewers: {same} pairs are one "
                "person, {different} are not; {undecided} are not decided yet.",
                {name: Number(count) for name, count in counts.items()},
            )
        )
    if found.review is not None:
        lines.append(Text("{pairs} pairs wait for review.", {"pairs": Number(found.review.height)}))
    if asked["review_identity"]:
        lines.append(Text("The review file holds names: only reviewers may see it."))
    if asked["draws"]:
        lines.append(
            Text("{draws} possible linkages were drawn.", {"draws": Number(asked["draws"])})
        )
    files = ", ".join(str(file) for file in written)
    lines.append(Text("Written to {files}. These hold data about persons.", {"files": files}))
    return lines
