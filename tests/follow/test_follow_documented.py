"""What follow and trend give stands in their pages: every public name, every option."""

import re
from pathlib import Path

import click
import pytest

from slachtoffermonitor import follow, trend
from slachtoffermonitor.cli import root

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("room", [follow, trend], ids=["follow", "trend"])
def test_every_public_name_is_explained(room):
    text = (DOCS / f"{room.__name__.rsplit('.', 1)[1]}.md").read_text()
    assert not [name for name in room.__all__ if not re.search(rf"\b{name}\b", text)]


def options_of(command):
    if isinstance(command, click.Group):
        for one in command.commands.values():
            yield from options_of(one)
    for option in command.params:
        if option.param_type_name == "option":
            yield option


@pytest.mark.parametrize("name", ["follow", "trend"])
def test_every_option_is_explained_in_the_page_and_in_the_help(name):
    text = (DOCS / f"{name}.md").read_text()
    options = list(options_of(root.get_command(None, name)))
    assert len(options) > 10
    for option in options:
        assert option.help, option.name
        assert re.search(rf"{option.opts[0]}\b", text), option.opts[0]
