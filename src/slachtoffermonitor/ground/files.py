"""Writing that is whole or absent: a temporary name in the same folder, then one rename."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from slachtoffermonitor.ground.errors import InputError, Problem

__all__ = ["new_folder", "write_bytes", "write_text"]


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file so that a reader sees the old content or the new, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def write_text(path: Path, content: str) -> None:
    """Write text as UTF-8 with line feeds; see `write_bytes`."""
    write_bytes(path, content.encode("utf-8"))


@contextmanager
def new_folder(target: Path) -> Iterator[Path]:
    """Give a hidden folder to fill; it becomes `target` when the block ends without an error.

    Raises:
        InputError: `target` exists and is not an empty folder, or cannot be made. Nothing that
            stood there is touched.

    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise InputError(
            Problem(
                what="exists and is not an empty folder, and nothing is overwritten",
                file=str(target),
                allowed="a folder that does not exist yet, or an empty one",
            )
        )
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        working = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}."))
    except OSError as error:
        raise InputError(
            Problem(what=f"cannot be made ({error.strerror})", file=str(target))
        ) from error
    try:
        yield working
        working.chmod(0o755)
        if target.exists():
            target.rmdir()
        working.replace(target)
    except BaseException:
        shutil.rmtree(working, ignore_errors=True)
        raise
