"""The browser looks at the same edition as the tests of the room `publish`."""

from __future__ import annotations

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

_path = Path(__file__).parents[1] / "publish" / "conftest.py"
_spec = spec_from_file_location("publish_edition_in_small", _path)
assert _spec and _spec.loader
_fixtures = module_from_spec(_spec)
_spec.loader.exec_module(_fixtures)

edition = _fixtures.edition
published = _fixtures.published
