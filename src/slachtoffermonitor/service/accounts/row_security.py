"""Row-level security of PostgreSQL as steps of a migration; on SQLite the steps do nothing.

operations = [
    ...,
    protect_rows("register_report", municipality="municipality"),
    protect_rows("register_consent", through=("report_id", "register_report", "id")),
]
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db.migrations import RunPython

__all__ = ["only_on", "protect_rows"]

_SCOPE = "current_setting('monitor.scope', true)"
_ORGANISATION = "current_setting('monitor.organisation', true)"
_MUNICIPALITY = "current_setting('monitor.municipality', true)"


def protect_rows(
    table: str,
    *,
    organisation: str = "organisation_id",
    municipality: str = "",
    through: tuple[str, str, str] | None = None,
    shared: tuple[str, str, str] | None = None,
) -> RunPython:
    """Let a table show and take only the rows within the scope of the one who acts.

    The rule holds for the owner of the table too. Without `acting` or `as_service` no row is seen.

    Args:
        table: Name of the table.
        organisation: Its column with the organisation's key.
        municipality: Its column with a municipality's code, if rows are of one.
        through: For a table that belongs to another: its column, the other table and that table's
            key. A row is seen if its parent is.
        shared: As `through`, for a row of two sides: seen by its own organisation or municipality,
            and by whoever sees its parent.

    """
    rule = _rule(organisation, municipality)
    if through is not None:
        column, parent, key = through
        rule = (
            f"{_SCOPE} = 'all' OR EXISTS (SELECT 1 FROM {parent} parent "  # noqa: S608
            f"WHERE parent.{key} = {table}.{column})"
        )
    if shared is not None:
        column, parent, key = shared
        rule += (
            f" OR EXISTS (SELECT 1 FROM {parent} parent "  # noqa: S608
            f"WHERE parent.{key} = {table}.{column})"
        )
    forward = (
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY within_scope ON {table} USING ({rule}) WITH CHECK ({rule})",
    )
    back = (
        f"DROP POLICY within_scope ON {table}",
        f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
    )
    return only_on("postgresql", forward, back)


def _rule(organisation: str, municipality: str) -> str:
    own = f"{_SCOPE} IN ('own', 'municipality') AND {organisation}::text = {_ORGANISATION}"
    rule = f"{_SCOPE} = 'all' OR ({own})"
    if municipality:
        rule += (
            f" OR ({_SCOPE} = 'municipality' AND {municipality} <> ''"
            f" AND {municipality} = {_MUNICIPALITY})"
        )
    return rule


def only_on(vendor: str, forward: Sequence[str], back: Sequence[str]) -> RunPython:
    """Give a step of a migration that runs these statements on one kind of database alone."""
    return RunPython(_running(vendor, forward), _running(vendor, back))


def _running(vendor: str, statements: Sequence[str]) -> Callable[[Any, Any], None]:
    def run(apps: Any, schema_editor: Any) -> None:  # noqa: ARG001
        if schema_editor.connection.vendor == vendor:
            for statement in statements:
                schema_editor.execute(statement)

    return run
