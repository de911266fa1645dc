"""The command line: `slachtoffermonitor COMMAND`.

Each command lives in `commands/NAME.py` as a click command called `command`, and is imported only
when asked for; `may-report` in `may_report.py`. Exit codes: 0, 1 (bad input: one clear message),
2 (usage).
"""

from __future__ import annotations

import sys
from importlib import import_module
from pkgutil import iter_modules

import click

from slachtoffermonitor import __version__
from slachtoffermonitor import commands as _commands
from slachtoffermonitor.ground import SlachtoffermonitorError

__all__ = ["main", "root"]


class _Commands(click.Group):
    """The commands of the package `commands`, loaded on demand."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        names = [module.name for module in iter_modules(_commands.__path__)]
        return sorted(name.replace("_", "-") for name in names if not name.startswith("_"))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        module = cmd_name.replace("-", "_")
        found = import_module(f"slachtoffermonitor.commands.{module}").command
        return found if isinstance(found, click.Command) else None


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="slachtoffermonitor")
def root() -> None:
    """See human trafficking: from lawful reports to figures a country can act on."""


def main() -> None:
    """Run the command line and leave with its exit code."""
    try:
        code = root(standalone_mode=False)
    except SlachtoffermonitorError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(1)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped.", err=True)
        sys.exit(130)
    sys.exit(code if isinstance(code, int) else 0)
