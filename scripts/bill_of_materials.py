"""Write the list of everything that the service runs on, as CycloneDX 1.6, from the lock.

Names, versions and digests are those of requirements/base.txt; licences and what needs what come
from the installed packages. The same lock and packages give the same file, byte for byte.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
import uuid
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path
from typing import Any

import click
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from slachtoffermonitor.ground import write_text

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements" / "base.txt"
_PIN = re.compile(r"^(?P<name>[A-Za-z0-9_.-]+)==(?P<version>[^\s;\\]+)")
_LONGEST = 80


Pin = tuple[str, str]


def locked(text: str) -> dict[Pin, list[str]]:
    """Which packages does a lock name? Name and version -> its SHA-256 digests.

    A name stands there twice where one version of Python needs another release.
    """
    found: dict[Pin, list[str]] = {}
    last: Pin | None = None
    for line in text.splitlines():
        pin = _PIN.match(line)
        if pin:
            last = (canonicalize_name(pin["name"]), pin["version"])
            found[last] = []
        elif last is not None:
            found[last].extend(re.findall(r"--hash=sha256:([0-9a-f]{64})", line))
    return found


def licences(name: str) -> list[dict[str, Any]]:
    """Give the licence that an installed package states; nothing where it states none."""
    try:
        told = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return []
    expression = told.get("License-Expression")
    if expression:
        return [{"expression": expression}]
    classed = [
        line.rsplit(" :: ", 1)[1]
        for line in told.get_all("Classifier") or []
        if line.startswith("License :: ") and line.count(" :: ") > 1
    ]
    if classed:
        return [{"license": {"name": name}} for name in classed]
    stated = (told.get("License") or "").strip().splitlines()
    return [{"license": {"name": stated[0][:_LONGEST]}}] if stated else []


def needed_by(name: str) -> list[str]:
    """Which packages does an installed one need?"""
    try:
        return metadata.requires(name) or []
    except metadata.PackageNotFoundError:
        return []


def bill_of_materials(text: str) -> dict[str, Any]:
    """Give the list of a lock as CycloneDX."""
    packages = dict(sorted(locked(text).items()))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    own = f"pkg:pypi/{project['name']}@{project['version']}"
    needs = {own: project["dependencies"]} | {
        _reference(pin): needed_by(pin[0]) for pin in packages
    }
    digest = hashlib.sha256(text.encode()).hexdigest()
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, digest)}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": own,
                "name": project["name"],
                "version": project["version"],
                "purl": own,
                "licenses": [{"expression": project["license"]}],
            }
        },
        "components": [_component(pin, digests) for pin, digests in packages.items()],
        "dependencies": [
            {"ref": reference, "dependsOn": _wanted(lines, packages)}
            for reference, lines in needs.items()
        ],
    }


def _reference(pin: Pin) -> str:
    return f"pkg:pypi/{pin[0]}@{pin[1]}"


def _component(pin: Pin, digests: Iterable[str]) -> dict[str, Any]:
    name, version = pin
    return {
        "type": "library",
        "bom-ref": _reference(pin),
        "name": name,
        "version": version,
        "purl": _reference(pin),
        "hashes": [{"alg": "SHA-256", "content": digest} for digest in sorted(set(digests))],
        "licenses": licences(name),
    }


def _wanted(lines: Iterable[str], packages: Iterable[Pin]) -> list[str]:
    names = {canonicalize_name(Requirement(line).name) for line in lines}
    return [_reference(pin) for pin in packages if pin[0] in names]


@click.command(help=__doc__)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("sbom.cdx.json"),
    show_default=True,
    help="The file to write.",
)
def main(out: Path) -> None:
    told = bill_of_materials(LOCK.read_text(encoding="utf-8"))
    write_text(out, json.dumps(told, indent=1) + "\n")
    click.echo(f"{out}: {len(told['components'])} packages")


if __name__ == "__main__":
    main()
