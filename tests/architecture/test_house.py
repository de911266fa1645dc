"""The rules of the house that no linter knows: sizes, exports, words, what is written down."""

import ast
import importlib
import re
import subprocess
from pathlib import Path
from typing import get_origin

import pytest

import slachtoffermonitor

PACKAGE = Path(slachtoffermonitor.__file__).parent
ROOT = Path(__file__).parents[2]
MODULES = sorted(PACKAGE.rglob("*.py"))
ROOMS = sorted(path.parent for path in PACKAGE.glob("*/__init__.py"))
UNWANTED = {"utils", "misc", "helper", "helpers", "manager", "common", "data", "info", "process"}


def relative(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def code_lines(function: ast.FunctionDef | ast.AsyncFunctionDef, source: list[str]) -> int:
    """Count the lines of a body that say something: no docstring, comment or lone bracket."""
    body = function.body
    first = body[0]
    documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    start = (first.end_lineno + 1) if documented else first.lineno
    lines = (source[number - 1].strip() for number in range(start, function.end_lineno + 1))
    return sum(1 for line in lines if line.strip("()[]{},") and not line.startswith("#"))


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_modules_functions_and_classes_keep_their_size(path):
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    reasoned = "longer than 300 lines because" in " ".join(lines[:12])
    assert len(lines) <= (500 if reasoned else 300), f"{len(lines)} lines"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert code_lines(node, lines) <= 40, f"{node.name}: {code_lines(node, lines)} lines"
            positional = [a for a in node.args.posonlyargs + node.args.args if a.arg != "self"]
            kernel = "_kernels" in path.as_posix()
            assert kernel or len(positional) <= 5 or _is_command(node), (
                f"{node.name}: {len(positional)} positional parameters"
            )
        if isinstance(node, ast.ClassDef):
            assert node.end_lineno - node.lineno < 150, f"{node.name} is too long"


def _is_command(node: ast.FunctionDef) -> bool:
    """Click hands all options over by name; their number is that of the command's options."""
    return any("command" in ast.unparse(decorator) for decorator in node.decorator_list)


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_a_room_has_one_sorted_list_of_what_it_gives(room):
    module = importlib.import_module(f"slachtoffermonitor.{room.name}")
    assert module.__doc__
    if room.name == "commands":
        return
    exported = module.__all__
    assert list(exported) == sorted(exported, key=lambda name: (not name.isupper(), name)) or list(
        exported
    ) == sorted(exported), f"{room.name}.__all__ is not sorted"
    for name in exported:
        assert hasattr(module, name)
        found = getattr(module, name)
        if callable(found) and get_origin(found) is None:
            assert found.__doc__, f"{room.name}.{name} has no docstring"


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_a_room_has_at_most_ten_modules(room):
    if room.name == "commands":
        return
    for folder in {room, *(path.parent for path in room.rglob("*.py"))}:
        modules = [path for path in folder.glob("*.py") if path.name != "__init__.py"]
        assert len(modules) <= 10, f"{folder.name}: {len(modules)} modules"


def test_no_module_bears_a_name_that_says_nothing():
    named = {path.stem.strip("_") for path in MODULES}
    assert not named & UNWANTED


def test_nothing_asks_which_language_it_is_in():
    for path in MODULES:
        asks = re.search(r"\b(lang|language)\s*(==|!=|in \()\s*[\"'(]", path.read_text())
        assert not asks, f"{relative(path)}: {asks and asks.group()}"


def test_every_command_is_documented():
    documented = (ROOT / "README.md").read_text() + "".join(
        path.read_text() for path in (ROOT / "docs").rglob("*.md")
    )
    for path in sorted((PACKAGE / "commands").glob("[a-z]*.py")):
        assert f"slachtoffermonitor {path.stem.replace('_', '-')}" in documented, path.stem


def test_every_room_stands_in_the_architecture():
    text = (ROOT / "ARCHITECTURE.md").read_text()
    for room in ROOMS:
        assert f"`{room.name}`" in text, room.name


def test_the_repository_speaks_of_the_project_alone():
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split()
    if not tracked:
        pytest.skip("not a git checkout")
    hosts = re.compile("|".join(["py" + "pi\\.org", "python" + "hosted", "npm" + "js\\.org"]))
    paths = re.compile(r"(?<![\w.])/(work|home|root|Users)/\w+")
    for name in tracked:
        path = ROOT / name
        if path.suffix not in {".py", ".md", ".toml", ".txt", ".sh", ".po", ".html", ".js", ".css"}:
            continue
        if not path.is_file():
            continue
        text = path.read_text(encoding="utf-8")
        assert not hosts.search(text), f"{name} names an index host"
        assert not paths.search(text), f"{name} names a path of a machine"
