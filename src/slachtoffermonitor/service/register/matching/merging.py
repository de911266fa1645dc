"""What people decide about a pair: one person or two; and the way back."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from slachtoffermonitor.ground import InputError, Problem
from slachtoffermonitor.service.audit import record
from slachtoffermonitor.service.register.models import MatchCandidate, Merge, Person, Report

__all__ = ["decide", "unmerge"]


def decide(candidate: MatchCandidate, *, same: bool, actor: Any) -> Merge | None:
    """Decide about a pair; one person: the reports of the later person move to the earlier one.

    Returns:
        The merge, which `unmerge` undoes; None when they are two, or were one already.

    Raises:
        InputError: The pair was decided before, or one of the reports is gone.

    """
    with transaction.atomic():
        held = MatchCandidate.objects.select_for_update().get(pk=candidate.pk)
        if held.verdict != MatchCandidate.Verdict.OPEN:
            raise InputError(Problem(what="this pair was decided before", column="verdict"))
        verdict = MatchCandidate.Verdict.SAME if same else MatchCandidate.Verdict.DIFFERENT
        held.verdict, held.decided_by = verdict, actor.audit_name
        held.decided_at = timezone.now()
        held.save(update_fields=["verdict", "decided_by", "decided_at"])
        record("pair.decided", actor=actor, subject=held, detail={"verdict": verdict.value})
        merge = _merged(held, actor) if same else None
    candidate.refresh_from_db()
    return merge


def _merged(candidate: MatchCandidate, actor: Any) -> Merge | None:
    pair = [candidate.report_id, candidate.other_id]
    persons = {
        report.person
        for report in Report.objects.select_for_update().filter(pk__in=pair)
        if report.person is not None
    }
    if len(persons) != 2:
        return None
    kept, emptied = sorted(persons, key=lambda person: (person.made_at, str(person.pk)))
    moving = Report.objects.filter(person=emptied)
    moved = [str(key) for key in moving.values_list("pk", flat=True)]
    moving.update(person=kept)
    merge = Merge.objects.create(kept=kept, emptied=emptied, moved=moved, made_by=actor.audit_name)
    record("persons.merged", actor=actor, subject=merge, detail={"reports": len(moved)})
    return merge


def unmerge(merge: Merge, *, actor: Any) -> int:
    """Undo a merge: the reports that moved go back, and their pairs can be decided again.

    Returns:
        How many reports went back; fewer than moved when some were withdrawn since.

    Raises:
        InputError: It was undone before.

    """
    with transaction.atomic():
        held = Merge.objects.select_for_update().get(pk=merge.pk)
        if held.undone_at is not None:
            raise InputError(Problem(what="this merge was undone before", column="merge"))
        back = Report.objects.filter(pk__in=held.moved, person=held.kept).update(
            person=held.emptied
        )
        MatchCandidate.objects.filter(
            verdict=MatchCandidate.Verdict.SAME, report__person__in=_both(held)
        ).filter(other__person__in=_both(held)).exclude(report__person=F("other__person")).update(
            verdict=MatchCandidate.Verdict.OPEN, decided_by="", decided_at=None
        )
        held.undone_at, held.undone_by = timezone.now(), actor.audit_name
        held.save(update_fields=["undone_at", "undone_by"])
        record("persons.unmerged", actor=actor, subject=held, detail={"reports": back})
    return back


def _both(merge: Merge) -> list[Person]:
    return [merge.kept, merge.emptied]
