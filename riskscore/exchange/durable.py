"""Writes that happen whole or not at all, and last once they are reported."""

import fcntl
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path


def write_new_file(path: Path, content: bytes, *, mode: int) -> None:
    """Create a file that did not exist, with its mode from the first moment; raise FileExistsError if it did."""
    part = _write_part(path, content, mode=mode)
    try:
        os.link(part, path)  # unlike a rename, a link never replaces what is there
    finally:
        part.unlink()
    _sync_folder(path.parent)


def replace_file(path: Path, content: bytes, *, mode: int) -> None:
    """Put new content in the place of a file's old content."""
    part = _write_part(path, content, mode=mode)
    try:
        part.replace(path)
    except OSError:
        part.unlink()
        raise
    _sync_folder(path.parent)


def publish_folder(target: Path, files: Mapping[str, bytes]) -> None:
    """Make the folder `target` with these files appear at once; it must not exist; the caller holds the lock."""
    for leftover in target.parent.glob(f".{target.name}.*"):
        shutil.rmtree(leftover)  # a killed writer's half-made folder
    part = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        for name, content in files.items():
            _write_part_named(part / name, content, mode=0o640)
        part.chmod(0o750)
        _sync_folder(part)
        part.rename(target)
    except OSError:
        shutil.rmtree(part, ignore_errors=True)
        raise
    _sync_folder(target.parent)


@contextmanager
def exclusive_lock(path: Path) -> Iterator[None]:
    """Hold the lock file `path`, waiting for whoever holds it; a killed holder's lock is free again."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _write_part(path: Path, content: bytes, *, mode: int) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    _write_part_named(part, content, mode=mode)
    return part


def _write_part_named(path: Path, content: bytes, *, mode: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        with suppress(OSError):
            path.unlink()
        raise


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
