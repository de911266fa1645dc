"""`slachtoffermonitor serve`: the reporting point, with a demo office if nothing is configured."""

import os
from pathlib import Path

import click

__all__ = ["command"]


@click.command("serve")
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=8000,
    show_default=True,
    help="Where it listens.",
)
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("reporting-point"),
    show_default=True,
    help="Folder of the demo office: its database, keys and sign-ins.",
)
@click.option("--address", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    help="Processes that answer; 1 on SQLite and 2 on PostgreSQL if not said.",
)
@click.option(
    "--threads",
    type=click.IntRange(1, 64),
    default=4,
    show_default=True,
    help="Requests that each process answers at the same time.",
)
def command(port: int, folder: Path, address: str, workers: int | None, threads: int) -> None:
    """Serve the reporting point.

    Without MONITOR_HOSTS in the environment a demo office is opened in the folder, for this
    machine alone, with people who do not exist; DATABASE_URL puts it on PostgreSQL. With it, the
    configured service is served: see docs/service.md for its variables.
    """
    from slachtoffermonitor.service.operation import serving
    from slachtoffermonitor.service.operation.environment import demo_environment, set_up_django

    is_demo = not os.environ.get("MONITOR_HOSTS")
    if is_demo and address not in {"127.0.0.1", "localhost"}:
        raise click.UsageError("a demo office listens on this machine only")
    set_up_django(demo_environment(folder) if is_demo else None)
    if is_demo:
        serving.prepare_database()
        _show_people(folder, f"http://{address}:{port}/")
    else:
        serving.refuse_unsafe_role()
    serving.serve(
        serving.Address(
            host=address,
            port=port,
            workers=workers or serving.fitting_workers(),
            threads=threads,
        )
    )


def _show_people(folder: Path, address: str) -> None:
    from slachtoffermonitor.service.operation.demo import open_demo_office
    from slachtoffermonitor.service.operation.environment import as_json, write_secret

    people = open_demo_office()
    file = folder / "demo-people.json"
    file.unlink(missing_ok=True)
    write_secret(file, as_json([person.as_row() for person in people]))
    click.echo("Demo office: every organisation and person in it is made up.")
    click.echo(f"Everybody's password, until the next start: {people[0].password}\n")
    click.echo(f"{'e-mail address':<32}{'role':<24}{'organisation':<24}one-time codes")
    for person in people:
        click.echo(
            f"{person.email:<32}{person.role:<24}{person.organisation:<24}{' '.join(person.codes)}"
        )
    click.echo(f"\nThe same list is in {file}. Serving at {address}  (stop with Ctrl+C)")
