"""The secret that organisations share, and the keys derived from it for editions and fields.

One secret makes all tokens of a register. Each field gets a key of its own by HKDF, so that equal
values in two fields give unrelated tokens; an edition can have a key of its own too, so that the
tokens of two editions cannot be laid side by side by somebody without the secret.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import re
import secrets
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from slachtoffermonitor.ground import InputError, Problem

__all__ = ["Key", "new_key"]

_FORMAT: Final = "slachtoffermonitor-key"
_VERSION: Final = 1
_BYTES: Final = 32
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_NAME_RULE: Final = "1 to 40 letters, digits, points, hyphens or underscores"
# An id of letters that spell nothing, so that it is never mistaken for part of a name or a number.
_LETTERS: Final = bytes.maketrans(b"0123456789abcdef", b"bcdfghjkmnpqrstv")
_OPEN_TO_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """The secret of a register, or of one edition of it; its `repr` never shows the secret.

    Whoever holds the key can find out who is behind a token by trying names: it belongs with the
    organisations that report, never with those who link.

    Attributes:
        purpose: what the tokens are for; other purposes give other tokens.
        edition: the edition this key is for; empty for the key of the whole register.

    """

    secret: bytes = field(repr=False)
    purpose: str = "register"
    edition: str = ""

    def __post_init__(self) -> None:
        """Refuse a secret that is too short, and names that would not survive a file.

        Raises:
            InputError: with every problem.

        """
        problems = [
            Problem(what=f"the {label} of a key is not a name", allowed=_NAME_RULE)
            for label, name in (("purpose", self.purpose), ("edition", self.edition))
            if not _NAME.fullmatch(name) and not (label == "edition" and name == "")
        ]
        if len(self.secret) != _BYTES:
            problems.append(
                Problem(what="the secret of a key has another length", allowed="32 bytes")
            )
        if problems:
            raise InputError(problems)

    @property
    def key_id(self) -> str:
        """Name the key without telling the secret: sixteen letters, and the edition."""
        letters = self._derive(b"key id", length=8).hex().encode().translate(_LETTERS).decode()
        return f"{letters}/{self.edition}" if self.edition else letters

    def for_edition(self, edition: str) -> Key:
        """Derive the key of one edition; it cannot be turned back, nor into that of another.

        Raises:
            InputError: this key is of another edition already, or the edition is no name.

        """
        if edition == self.edition:
            return self
        if self.edition:
            raise InputError(
                Problem(
                    what="the key of one edition cannot give that of another",
                    found=self.edition,
                    allowed="the key of the whole register",
                )
            )
        return Key(
            secret=self._derive(b"edition", edition.encode()),
            purpose=self.purpose,
            edition=edition,
        )

    def for_field(self, name: str) -> bytes:
        """Derive the 32 bytes with which one field is keyed.

        Source: Krawczyk and Eronen (2010), RFC 5869 (HKDF), with SHA-256.
        """
        return self._derive(b"field", name.encode())

    def _derive(self, *context: bytes, length: int = _BYTES) -> bytes:
        parts = (_FORMAT.encode(), str(_VERSION).encode(), self.purpose.encode(), *context)
        return HKDF(algorithm=SHA256(), length=length, salt=None, info=b"\x00".join(parts)).derive(
            self.secret
        )

    @classmethod
    def read(cls, path: Path) -> Key:
        """Read a key file.

        Raises:
            InputError: the file is missing, is open to others than its owner, is no key file, is
                of another version, or is damaged.

        """
        path = Path(path)
        if not path.is_file():
            raise _refused(path, "is not there" if not path.exists() else "is not a file")
        if os.name == "posix" and path.stat().st_mode & _OPEN_TO_OTHERS:
            raise _refused(
                path, "can be read by others than its owner", allowed=f"after chmod 600 {path}"
            )
        try:
            written = json.loads(path.read_bytes())
        except (OSError, ValueError) as error:
            raise _refused(path, "is not a key file", allowed=_HOW) from error
        if not isinstance(written, dict) or written.get("format") != _FORMAT:
            raise _refused(path, "is not a key file", allowed=_HOW)
        if written.get("version") != _VERSION:
            raise _refused(
                path, "is a key file of a version that is not known", allowed=f"version {_VERSION}"
            )
        try:
            key = cls(
                secret=base64.b64decode(written["secret"], validate=True),
                purpose=str(written["purpose"]),
                edition=str(written["edition"]),
            )
        except (KeyError, TypeError, binascii.Error, InputError) as error:
            raise _refused(path, "is a damaged key file") from error
        if written.get("key_id") != key.key_id:
            raise _refused(path, "is a damaged key file: its id is of another secret")
        return key

    def write(self, path: Path) -> None:
        """Write a key file that only its owner may read; nothing is overwritten.

        Raises:
            InputError: the file exists, or cannot be made.

        """
        path = Path(path)
        content = json.dumps(
            {
                "format": _FORMAT,
                "version": _VERSION,
                "key_id": self.key_id,
                "purpose": self.purpose,
                "edition": self.edition,
                "secret": base64.b64encode(self.secret).decode(),
            },
            indent=2,
        )
        try:
            # Made unreadable to others before anything stands in it.
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError as error:
            raise _refused(
                path, "exists, and a key is never overwritten", allowed="a new file"
            ) from error
        except OSError as error:
            raise _refused(path, f"cannot be made ({error.strerror})") from error
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(content + "\n")
            file.flush()
            os.fsync(file.fileno())


_HOW: Final = "a file made by slachtoffermonitor tokenise --new-key"


def new_key(*, purpose: str = "register") -> Key:
    """Make a new random secret, from the randomness of the operating system.

    A lost key cannot be made again: the tokens made with it then link to nothing new.

    Raises:
        InputError: the purpose is no name.

    """
    return Key(secret=secrets.token_bytes(_BYTES), purpose=purpose)


def _refused(path: Path, what: str, *, allowed: str = "") -> InputError:
    return InputError(Problem(what=what, file=str(path), allowed=allowed))
