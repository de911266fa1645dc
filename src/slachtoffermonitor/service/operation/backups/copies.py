"""Backups: the whole database in one encrypted file, restored and compared before it counts.

A backup is never on disk in clear except inside a temporary folder of the service's own user while
it is made or restored. Its file is a line of JSON (which key wraps the file's own key) and chunks
of AES-256-GCM, numbered and the last one marked: a chunk cannot be left out, moved or cut off.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from base64 import b64decode, b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from slachtoffermonitor.ground import InputError, Problem
from slachtoffermonitor.service.vault.keys import KeyRing

__all__ = ["close_copy", "open_copy"]

_KIND = "slachtoffermonitor-backup-1"
_BOUND = b"backup"
_CHUNK = 1 << 20
_TAG = 16


def close_copy(plain: Path, closed: Path, ring: KeyRing) -> str:
    """Encrypt a file into a new one, on disk before this returns.

    Returns:
        The SHA-256 of what was encrypted.

    """
    key = secrets.token_bytes(32)
    wrapped = b64encode(ring.wrap(key, _BOUND)).decode()
    head = json.dumps({"kind": _KIND, "key_id": ring.current, "key": wrapped}).encode() + b"\n"
    digest = hashlib.sha256()
    working = closed.with_name(f".{closed.name}.part")
    with plain.open("rb") as source, working.open("wb") as target:
        target.write(head)
        for number, chunk, last in _chunks(source, _CHUNK):
            digest.update(chunk)
            target.write(AESGCM(key).encrypt(_nonce(number), chunk, _place(head, last)))
        target.flush()
        os.fsync(target.fileno())
    working.chmod(0o600)
    working.replace(closed)
    return digest.hexdigest()


def open_copy(closed: Path, plain: Path, ring: KeyRing) -> str:
    """Decrypt a backup into a new file.

    Returns:
        The SHA-256 of what was decrypted.

    Raises:
        InputError: It is no backup, was altered or cut off, or its key is not in the ring.

    """
    digest = hashlib.sha256()
    descriptor = os.open(plain, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with closed.open("rb") as source, os.fdopen(descriptor, "wb") as target:
        head = source.readline(4096)
        try:
            told = json.loads(head)
            if told["kind"] != _KIND:
                raise ValueError
            wrapped, key_id = b64decode(told["key"], validate=True), str(told["key_id"])
        except (ValueError, KeyError, TypeError):
            raise InputError(
                Problem(what="is no backup of the service", file=str(closed))
            ) from None
        key = ring.unwrap(wrapped, _BOUND, key_id)
        for number, chunk, last in _chunks(source, _CHUNK + _TAG):
            try:
                opened = AESGCM(key).decrypt(_nonce(number), chunk, _place(head, last))
            except InvalidTag:
                raise InputError(
                    Problem(what="was altered or cut off", file=str(closed), row=number + 1)
                ) from None
            digest.update(opened)
            target.write(opened)
    return digest.hexdigest()


def _chunks(source: BinaryIO, size: int) -> Iterator[tuple[int, bytes, bool]]:
    number, chunk = 0, source.read(size)
    while True:
        following = source.read(size)
        yield number, chunk, not following
        if not following:
            return
        number, chunk = number + 1, following


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")


def _place(head: bytes, last: bool) -> bytes:
    return hashlib.sha256(head).digest() + (b"\x01" if last else b"\x00")
