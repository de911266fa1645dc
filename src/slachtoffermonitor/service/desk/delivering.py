"""The register's delivery put in the folder of an edition: tokens, codes and counts, no name."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import polars as pl
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from slachtoffermonitor.ground import InputError, Problem, write_text
from slachtoffermonitor.service.audit import record
from slachtoffermonitor.service.desk import running
from slachtoffermonitor.service.desk.folders import EditionFolder
from slachtoffermonitor.service.desk.models import EditionRun
from slachtoffermonitor.service.desk.token_delivery import TokenDelivery, deliver_tokens
from slachtoffermonitor.service.register.models import Report

if TYPE_CHECKING:
    from slachtoffermonitor.link import Key

__all__ = ["RegisterDelivery", "deliver_register", "delivery_of", "is_behind"]

_STATED: Final = "register.json"
_MARK: Final = "-register"


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterDelivery:
    """What lies in the folder of an edition from the register, and since when."""

    delivered_at: datetime
    key_id: str
    reports: int
    tallies: int
    verdicts: int
    apart: int


def deliver_register(edition: EditionFolder, *, actor: Any) -> RegisterDelivery:
    """Put the register's delivery in the folder of an edition, in the place of an earlier one.

    What goes wrong if misused: names are opened for it, report by report in the audit trail. The
    files hold tokens: they are data about persons still, and the folder is its owner's alone.
    What was approved before is approved no more, as the files are others.

    Raises:
        InputError: the settings cannot be read or want no files, there is no key of the register,
            the register is empty, or a run of this edition is going on.
        VaultError: an identity cannot be opened; nothing was written then.

    """
    folder = _folder(edition)
    now = timezone.now()
    made = deliver_tokens(_register_key(), edition.name, actor=actor)
    if "tokens" not in made.tables:
        raise InputError(Problem(what="the register holds no reports to deliver"))
    stated = RegisterDelivery(
        delivered_at=now, key_id=made.key_id, apart=made.apart, **_sizes(made)
    )
    with transaction.atomic():
        record(
            "edition.delivered",
            actor=actor,
            subject=f"edition:{edition.name}",
            detail={**_sizes(made), "apart": made.apart, "key": made.key_id},
        )
        with _written(made, edition.path) as files:
            _put(files, folder)
        told = asdict(stated) | {"delivered_at": now.isoformat()}
        write_text(edition.path / _STATED, json.dumps(told, indent=1) + "\n")
    return stated


def _sizes(made: TokenDelivery) -> dict[str, int]:
    return {
        said: made.tables[name].height if name in made.tables else 0
        for said, name in (("reports", "tokens"), ("tallies", "tallies"), ("verdicts", "verdicts"))
    }


def _folder(edition: EditionFolder) -> Path:
    if edition.settings is None:
        raise InputError(Problem(what="the settings of this edition cannot be read"))
    if edition.is_simulated:
        raise InputError(Problem(what="a simulated nation gets no reports of real people"))
    for run in EditionRun.objects.filter(edition=edition.name).exclude(started_at=None):
        if running.progress_of(edition, str(run.pk)).state is running.State.RUNNING:
            raise InputError(Problem(what="another run of this edition is going on"))
    folder = edition.path / edition.settings.deliveries.folder
    folder.mkdir(exist_ok=True)
    folder.chmod(0o700)
    return folder


def _register_key() -> Key:
    """Give the key of the whole register; the demo office makes its own at the first delivery."""
    from slachtoffermonitor.link import Key, new_key  # noqa: PLC0415 - loads the engine

    configuration = settings.CONFIGURATION
    file: Path | None = configuration.register_key
    if file is None:
        raise InputError(Problem(what="no key of the register is set up here"))
    if configuration.is_demo and not file.exists():
        new_key().write(file)
    return Key.read(file)


@contextmanager
def _written(made: TokenDelivery, beside: Path) -> Iterator[Path]:
    """Write the files in a hidden folder that nobody else can enter."""
    from slachtoffermonitor.link.private import write_tokens  # noqa: PLC0415

    working = Path(tempfile.mkdtemp(dir=beside, prefix=".delivery."))
    try:
        for name, frame in made.tables.items():
            if name == "tokens":
                write_tokens(frame, working / f"{name}{_MARK}.parquet")
            else:
                _write_codes(frame, working / f"{name}{_MARK}.csv")
        yield working
    finally:
        shutil.rmtree(working, ignore_errors=True)


def _write_codes(frame: pl.DataFrame, file: Path) -> None:
    write_text(file, frame.write_csv())


def _put(files: Path, folder: Path) -> None:
    """Take what the register delivered before away, and put the new files there."""
    new = {file.name for file in files.iterdir()}
    for old in folder.glob(f"*{_MARK}.*"):
        if old.name not in new:
            old.unlink()
    for name in sorted(new):
        (files / name).chmod(0o600)
        (files / name).replace(folder / name)


def delivery_of(edition: EditionFolder) -> RegisterDelivery | None:
    """What did the register deliver to this edition? None where it did not."""
    try:
        told = json.loads((edition.path / _STATED).read_text(encoding="utf-8"))
        at = datetime.fromisoformat(told["delivered_at"])
        return RegisterDelivery(**(told | {"delivered_at": at}))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def is_behind(delivery: RegisterDelivery) -> bool:
    """Was a report withdrawn, or did it end, since this delivery? Then nobody may count by it."""
    return Report.objects.filter(ended_at__gt=delivery.delivered_at).exists()
