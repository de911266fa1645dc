"""Asking for a run, approving it with four eyes, beginning and stopping it."""

from __future__ import annotations

from typing import Final

from django.db import transaction
from django.utils import timezone

from slachtoffermonitor.ground import InputError, Problem
from slachtoffermonitor.service.accounts.models import User
from slachtoffermonitor.service.accounts.roles import Role
from slachtoffermonitor.service.audit import record
from slachtoffermonitor.service.desk import running
from slachtoffermonitor.service.desk.delivering import delivery_of, is_behind
from slachtoffermonitor.service.desk.folders import EditionFolder, digest_of
from slachtoffermonitor.service.desk.models import Approval, EditionRun

__all__ = ["approve_run", "ask_for_run", "is_approved", "start_run", "stop_run"]

_EYES: Final = 2


def ask_for_run(edition: EditionFolder, *, actor: User) -> EditionRun:
    """Ask for a run of an edition, of the files as they are now.

    Raises:
        InputError: The settings cannot be read.

    """
    if edition.settings is None:
        raise InputError(Problem(what="the settings of this edition cannot be read"))
    with transaction.atomic():
        run = EditionRun.objects.create(
            edition=edition.name,
            digest=digest_of(edition),
            approvals_needed=0 if edition.is_simulated else _EYES,
            asked_by=actor,
        )
        record(
            "edition.asked", actor=actor, subject=_named(run), detail={"digest": run.digest[:16]}
        )
    return run


def _named(run: EditionRun) -> str:
    return f"edition:{run.edition}/{str(run.pk)[:8]}"


def approve_run(run: EditionRun, edition: EditionFolder, *, actor: User) -> Approval:
    """Let a run begin and its tables leave, as one of two people.

    Raises:
        InputError: The run began, the files are others than were asked for, or this person
            approved before.

    """
    with transaction.atomic():
        now = _waiting(run, edition)
        approval, made = Approval.objects.get_or_create(run=now, by=actor)
        if not made:
            raise InputError(Problem(what="you approved this run before"))
        record(
            "edition.approved",
            actor=actor,
            subject=_named(now),
            detail={"digest": now.digest[:16]},
        )
    return approval


def _waiting(run: EditionRun, edition: EditionFolder) -> EditionRun:
    now = EditionRun.objects.select_for_update().get(pk=run.pk)
    if now.started_at is not None:
        raise InputError(Problem(what="this run began before"))
    if digest_of(edition) != now.digest:
        raise InputError(Problem(what="the files have changed since: ask for a new run"))
    delivery = delivery_of(edition)
    if delivery is not None and is_behind(delivery):
        raise InputError(Problem(what="reports were withdrawn since: take the register's again"))
    return now


def start_run(run: EditionRun, edition: EditionFolder, *, actor: User) -> None:
    """Begin a run, once the transaction of this page is kept.

    Raises:
        InputError: The run began, the files have changed, two different people with a release
            officer among them have not approved, or another run of this edition is going on.

    """
    with transaction.atomic():
        now = _waiting(run, edition)
        people = _approvers(now)
        if not is_approved(now):
            raise InputError(
                Problem(what="two different people must approve, one of them a release officer")
            )
        others = EditionRun.objects.filter(edition=now.edition).exclude(started_at=None)
        for other in others:
            if running.progress_of(edition, str(other.pk)).state is running.State.RUNNING:
                raise InputError(Problem(what="another run of this edition is going on"))
        now.started_at = timezone.now()
        now.save(update_fields=["started_at"])
        record(
            "edition.started",
            actor=actor,
            subject=_named(now),
            detail={"approvals": "+".join(sorted(str(one.pk) for one in people))[:90]},
        )
        names = [one.name for one in people]
        transaction.on_commit(lambda: running.begin(edition, str(now.pk), names))


def is_approved(run: EditionRun) -> bool:
    """Has everybody approved whose word this run needs? Of a simulated nation it needs none."""
    return not run.approvals_needed or _are_four_eyes(_approvers(run))


def _approvers(run: EditionRun) -> list[User]:
    return [one.by for one in run.approvals.select_related("by")]


def _are_four_eyes(people: list[User]) -> bool:
    """Whether two people who still may approve have done so, a release officer among them.

    The command that runs the edition asks for two names as well, and refuses one name twice.
    """
    held = [one for one in people if one.is_active and one.roles & _APPROVERS]
    names = {one.name.strip().casefold() for one in held}
    return len(names) >= _EYES and any(Role.RELEASE_OFFICER in one.roles for one in held)


_APPROVERS: Final = frozenset({Role.ANALYST, Role.RELEASE_OFFICER})


def stop_run(run: EditionRun, edition: EditionFolder, *, actor: User) -> bool:
    """End a run that is going on; False where it is over."""
    stopped = running.stop(edition, str(run.pk))
    if stopped:
        with transaction.atomic():
            record("edition.stopped", actor=actor, subject=_named(run))
    return stopped
