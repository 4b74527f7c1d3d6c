"""Digests of files: which code of the engine is installed, and what lies in a folder of declarations."""

import hashlib
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import riskscore

ENGINE = Path(riskscore.__file__).parent
UNUSED = (".md", ".pyc", ".nbi", ".nbc")
"""Files that no step reads, or that are made of others."""
DIGITS = 16


@cache
def digest_of_engine() -> str:
    """Return the digest of the engine's files as they lay there when this process first asked."""
    return digest_of(dict(digests_in(ENGINE)))


def digests_in(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield every file below a folder that says what steps do: its path from there, and the digest of its bytes."""
    for path in sorted(folder.resolve().rglob("*")):
        name = path.relative_to(folder.resolve())
        if path.is_file() and path.suffix not in UNUSED and not any(part.startswith(".") for part in name.parts):
            yield name.as_posix(), _shortened(path.read_bytes())


def digest_of(content: object) -> str:
    """Return the digest of what JSON can hold, whatever the order of its keys."""
    return _shortened(json.dumps(content, sort_keys=True).encode())


def _shortened(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:DIGITS]
