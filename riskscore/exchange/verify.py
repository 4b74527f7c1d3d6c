"""The receiving side: a bundle is accepted only if every byte is the sender's, meant for us, new and in force."""

import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from riskscore.errors import BundleRejectedError, ExchangeError
from riskscore.exchange.keys import key_id
from riskscore.exchange.manifest import MANIFEST, SIGNATURE, FileEntry, Manifest, read_manifest

LARGEST_MANIFEST = 1 << 20
LARGEST_FILE = 1 << 29
MOST_FILES = 64
SIGNATURE_BYTES = 64
CHUNK = 1 << 20


def verify_bundle(
    folder: Path, public_key: Ed25519PublicKey, *, recipient: str, last_sequence: int, now: datetime
) -> Manifest:
    """Return the manifest of a bundle that may be used; raise BundleRejectedError with the reason otherwise.

    `recipient` is our partner code, `last_sequence` the highest sequence accepted so far (0 for none), `now` an
    instant with a time zone. Nothing is written, and nothing is parsed before the signature over it holds.
    """
    if now.tzinfo is None:
        raise ExchangeError("verify_bundle needs `now` with a time zone; give datetime.now(UTC).")
    try:
        with _opened_folder(folder) as directory:
            names = _names(directory)
            manifest = _signed_manifest(directory, public_key)
            _require_meant_for_us(manifest, recipient=recipient, last_sequence=last_sequence, now=now)
            _require_only(names, manifest)
            for entry in manifest.files:
                _require_intact(directory, entry)
    except _RefusalError as refusal:
        raise BundleRejectedError(bundle=str(folder), why=str(refusal)) from None
    except OSError as error:
        raise BundleRejectedError(bundle=str(folder), why=f"it cannot be read ({error.strerror})") from None
    return manifest


class _RefusalError(Exception):
    """One reason to reject the bundle; the caller adds which bundle."""


@contextmanager
def _opened_folder(folder: Path) -> Iterator[int]:
    directory = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield directory
    finally:
        os.close(directory)


def _names(directory: int) -> set[str]:
    names: set[str] = set()
    with os.scandir(directory) as entries:
        for entry in entries:
            names.add(entry.name)
            if len(names) > MOST_FILES:
                raise _RefusalError(f"it holds more than {MOST_FILES} files")
    return names


def _signed_manifest(directory: int, public_key: Ed25519PublicKey) -> Manifest:
    raw = _read(directory, MANIFEST, limit=LARGEST_MANIFEST)
    signature = _read(directory, SIGNATURE, limit=SIGNATURE_BYTES)
    try:
        public_key.verify(signature, raw)
    except InvalidSignature:
        raise _RefusalError(f"{SIGNATURE} is not this sender's signature of {MANIFEST}") from None
    try:
        manifest = read_manifest(raw)
    except ValueError as error:
        raise _RefusalError(f"{MANIFEST} is signed but not valid: {error}") from None
    if manifest.signature.key_id != key_id(public_key):
        raise _RefusalError(f"{MANIFEST} names another key than the one that signed it")
    return manifest


def _require_meant_for_us(manifest: Manifest, *, recipient: str, last_sequence: int, now: datetime) -> None:
    if manifest.recipient != recipient:
        raise _RefusalError(f"it is meant for {manifest.recipient!r}, not for {recipient!r}")
    if manifest.sequence <= last_sequence:
        raise _RefusalError(f"its sequence {manifest.sequence} is old; {last_sequence} was accepted before")
    if now.astimezone(UTC).date() > manifest.expires_on:
        raise _RefusalError(f"it expired: {manifest.expires_on} was the last day of use")


def _require_only(names: set[str], manifest: Manifest) -> None:
    listed = [entry.name for entry in manifest.files]
    if len(set(listed)) != len(listed):
        raise _RefusalError(f"{MANIFEST} lists a file twice")
    expected = {MANIFEST, SIGNATURE, *listed}
    if missing := expected - names:
        raise _RefusalError(f"missing file(s) {', '.join(sorted(missing))}")
    if extra := names - expected:
        raise _RefusalError(f"file(s) the manifest does not name: {', '.join(sorted(map(repr, extra)))[:300]}")


def _require_intact(directory: int, entry: FileEntry) -> None:
    if entry.size_bytes > LARGEST_FILE:
        raise _RefusalError(f"{entry.name} would be larger than {LARGEST_FILE} bytes")
    digest = hashlib.sha256()
    size = 0
    for chunk in _chunks(directory, entry.name, limit=entry.size_bytes):
        digest.update(chunk)
        size += len(chunk)
    if size != entry.size_bytes:
        raise _RefusalError(f"{entry.name} has {size} bytes, the manifest says {entry.size_bytes}")
    if digest.hexdigest() != entry.sha256:
        raise _RefusalError(f"{entry.name} does not have the SHA-256 of the manifest")


def _read(directory: int, name: str, *, limit: int) -> bytes:
    return b"".join(_chunks(directory, name, limit=limit))


def _chunks(directory: int, name: str, *, limit: int) -> Iterator[bytes]:
    """Read a plain file of the folder; neither links nor pipes are followed, and nothing beyond the limit is read."""
    try:
        descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=directory)
    except OSError as error:
        raise _RefusalError(f"{name} is missing or no plain file ({error.strerror})") from None
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise _RefusalError(f"{name} is no plain file")
        if status.st_size > limit:
            raise _RefusalError(f"{name} has {status.st_size} bytes where {limit} are the most")
        left = limit + 1  # a file that grows meanwhile shows by its one byte too many
        while chunk := os.read(descriptor, min(CHUNK, left)):
            left -= len(chunk)
            yield chunk
    finally:
        os.close(descriptor)
