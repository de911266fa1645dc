"""`slachtoffermonitor manage`: what keeps the reporting point going, one act a command."""

import os
from datetime import date, datetime
from pathlib import Path

import click

__all__ = ["command"]

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.group("manage")
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of a demo office; without it, the service that the environment configures.",
)
@click.pass_context
def command(context: click.Context, folder: Path | None) -> None:
    """Keep the reporting point going: database, keys, audit trail, backup, retention."""
    context.obj = folder


def _begin(folder: Path | None) -> None:
    from slachtoffermonitor.service.operation.environment import demo_environment, set_up_django

    set_up_django(demo_environment(folder) if folder is not None else None)


@command.command("new-keys")
@click.argument("file", type=_FILE)
@click.option("--name", help="Name of the new key; today's date if not said.")
def new_keys(file: Path, name: str | None) -> None:
    """Make the vault's ring of keys, or put a new current key in it; then run rotate-keys."""
    from slachtoffermonitor.ground import InputError, Problem
    from slachtoffermonitor.service.operation.environment import replace_secret
    from slachtoffermonitor.service.vault.keys import new_key_ring

    old = file.read_text(encoding="utf-8") if file.exists() else ""
    try:
        ring = new_key_ring(name or date.today().isoformat(), old)
    except ValueError as error:
        raise InputError(Problem(what=str(error), file=str(file))) from None
    replace_secret(file, ring)
    click.echo(f"The ring in {file} has a new current key. Keep a copy where the database is not.")


@command.command("migrate")
@click.pass_obj
def migrate(folder: Path | None) -> None:
    """Bring the tables up to date, as their owner; grant the role in MONITOR_DATABASE_ROLE."""
    _begin(folder)
    from slachtoffermonitor.service.operation.roles import grant_application_role
    from slachtoffermonitor.service.operation.serving import prepare_database

    prepare_database()
    role = os.environ.get("MONITOR_DATABASE_ROLE", "")
    granted = grant_application_role(role)
    click.echo("The tables are up to date." + (f" '{role}' may use them." if granted else ""))


@command.command("add-organisation")
@click.argument("name")
@click.option("--reporter", required=True, help="Its code in the list `reporters`, as POL or ZC.")
@click.option("--municipality", default="", help="Code of its municipality, as GM0344.")
@click.pass_obj
def add_organisation(folder: Path | None, name: str, reporter: str, municipality: str) -> None:
    """Make an organisation."""
    _begin(folder)
    from slachtoffermonitor.service.accounts.making import make_organisation

    made = make_organisation(name, reporter, municipality)
    click.echo(f"{made.name}: {made.pk}")


@command.command("add-person")
@click.argument("email")
@click.option("--name", required=True, help="How the person is called on the pages.")
@click.option("--organisation", required=True, help="Name of the organisation.")
@click.option("--role", "roles", multiple=True, required=True, help="A role; may be repeated.")
@click.pass_obj
def add_person(
    folder: Path | None, email: str, name: str, organisation: str, roles: tuple[str, ...]
) -> None:
    """Make an account; its first password is shown once."""
    _begin(folder)
    from slachtoffermonitor.service.accounts.making import make_person

    made, password = make_person(email, name, organisation, roles)
    click.echo(f"{made.email}: {password}")


@command.command("reset-person")
@click.argument("email")
@click.pass_obj
def reset_person(folder: Path | None, email: str) -> None:
    """Give somebody a new password, shown once, and let them set up a new second factor."""
    _begin(folder)
    from slachtoffermonitor.service.accounts import making

    click.echo(f"New password: {making.reset_person(email)}")


@command.command("close-person")
@click.argument("email")
@click.pass_obj
def close_person(folder: Path | None, email: str) -> None:
    """Close an account; its sessions end at once."""
    _begin(folder)
    from slachtoffermonitor.service.accounts import making

    making.close_person(email)
    click.echo("The account is closed.")


@command.command("rotate-keys")
@click.pass_obj
def rotate(folder: Path | None) -> None:
    """Put every sealed identity under the current key; the service can go on meanwhile."""
    _begin(folder)
    from slachtoffermonitor.service.accounts.signing_in.secrets import rotate_second_factors
    from slachtoffermonitor.service.vault import rotate_keys

    sealed = rotate_keys()
    click.echo(f"{sealed} identities and {rotate_second_factors()} second factors re-wrapped.")


@command.command("find-duplicates")
@click.pass_obj
def find_duplicates(folder: Path | None) -> None:
    """Look for reports that may be about one person; the registrar decides. Run it daily."""
    _begin(folder)
    from slachtoffermonitor.service.operation.acts import find_duplicates as find

    click.echo(f"{find()} new pairs to decide.")


@command.command("deliver")
@click.argument("edition")
@click.pass_obj
def deliver(folder: Path | None, edition: str) -> None:
    """Put the register's reports in the folder of EDITION, as tokens and without a name."""
    _begin(folder)
    from slachtoffermonitor.service.operation.acts import deliver_to_edition

    made = deliver_to_edition(edition)
    click.echo(
        f"{made.reports} reports by key {made.key_id}, {made.tallies} counts, "
        f"{made.verdicts} decided pairs; {made.apart} reports have tokens of another key."
    )


@command.command("verify-audit")
@click.pass_obj
def verify(folder: Path | None) -> int:
    """Check the audit trail from its first entry to its head, and against its anchors."""
    _begin(folder)
    from slachtoffermonitor.service.operation.acts import verify_audit

    found = verify_audit()
    for fault in found.faults[:50]:
        click.echo(f"entry {fault.position}: {fault.what}", err=True)
    click.echo(f"{found.entries} entries, {found.anchors} anchors, {len(found.faults)} faults")
    return 0 if found.is_whole else 1


@command.command("anchor-audit")
@click.pass_obj
def anchor(folder: Path | None) -> None:
    """Write the head of the audit trail to the file of MONITOR_AUDIT_ANCHORS; run it daily."""
    _begin(folder)
    from slachtoffermonitor.service.operation.acts import anchor_audit

    made = anchor_audit()
    click.echo(f"{made.at} {made.position} {made.digest}")


@command.command("backup")
@click.argument("file", type=_FILE)
@click.pass_obj
def backup(folder: Path | None, file: Path) -> None:
    """Write an encrypted backup, and restore it elsewhere to see that every row is in it."""
    _begin(folder)
    from slachtoffermonitor.service.operation.backups import back_up

    made = back_up(file)
    click.echo(f"{made.tables} tables, {made.rows} rows, digest {made.digest}")


@command.command("restore")
@click.argument("file", type=_FILE)
@click.pass_obj
def restored(folder: Path | None, file: Path) -> None:
    """Put a backup into the configured database, which must be empty."""
    _begin(folder)
    from slachtoffermonitor.service.operation.backups import restore

    made = restore(file)
    click.echo(f"{made.tables} tables, {made.rows} rows, digest {made.digest}")


@command.command("retention")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="The day to count from; today.")
@click.pass_obj
def retention(folder: Path | None, on: datetime | None) -> None:
    """Remove or reduce what is over its time; run it daily."""
    _begin(folder)
    from slachtoffermonitor.service.operation.keeping import expire_due

    for kind, count in sorted(expire_due(on.date() if on else date.today()).items()):
        click.echo(f"{kind}: {count}")
