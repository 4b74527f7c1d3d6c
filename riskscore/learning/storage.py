"""Keep artefacts in folders named by their digest, and say which one scores from which day on.

    <folder>/<artefact id>/model.txt artefact.json card.md ... SHA256SUMS
    <folder>/<YYYY-MM-DD>.current        the id of the artefact that scores after that day
    <folder>/<YYYY-MM-DD>.decision.json  why it does: the contest of that day

A folder appears whole or not at all, and is checked byte by byte before LightGBM sees any of it: edited model
texts can crash or hang it, or load silently wrong.
"""

import fcntl
import hashlib
import json
import os
import re
import shutil
import stat
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from types import MappingProxyType

import numpy as np

from riskscore.errors import ArtefactError
from riskscore.forest import forest_of
from riskscore.learning.artefact import Artefact, Record, digest_of

MODEL, RECORD, SUMS = "model.txt", "artefact.json", "SHA256SUMS"
MOST_BYTES = 64 * 2**20
"""No file of an artefact is larger."""
GOLDEN_TOLERANCE = 1e-12
SAVING = ".saving-"
POINTER = ".current"
DATED_POINTER = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]" + POINTER
FILE_NAME = r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"
NO_FILES: Mapping[str, bytes] = MappingProxyType({})


def save(artefact: Artefact, folder: Path, beside: Mapping[str, bytes] = NO_FILES) -> Path:
    """Write the artefact, with the files `beside` it, to `folder/<artefact id>` in one step; return that path.

    Saving the same artefact again changes nothing. Raises ArtefactError where another is there under its id.
    """
    document = {"artefact_id": artefact.artefact_id, **artefact.record.model_dump(mode="json")}
    files = {
        **beside,
        MODEL: artefact.model_text.encode(),
        RECORD: json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False).encode(),
    }
    files[SUMS] = "".join(f"{_sha256(files[name])}  {name}\n" for name in sorted(files)).encode()
    folder.mkdir(parents=True, exist_ok=True)
    saved = folder / artefact.artefact_id
    with _locked(folder):
        if saved.exists():
            _checked_files(saved)
            return saved
        _clear_left_overs(folder)
        writing = Path(tempfile.mkdtemp(prefix=SAVING, dir=folder))
        for name, content in files.items():
            _write(writing / name, content)
        _sync(writing)
        writing.chmod(0o755)
        writing.rename(saved)
        _sync(folder)
    return saved


def load(path: Path) -> Artefact:
    """Read an artefact; raise ArtefactError unless every file is what was saved and it scores as it did then."""
    files = _checked_files(path)
    try:
        document = json.loads(files[RECORD])
        artefact_id = document.pop("artefact_id")
        record = Record.model_validate_json(json.dumps(document))
    except (KeyError, AttributeError, TypeError, ValueError, RecursionError) as error:
        raise ArtefactError(artefact=path.name, why=f"{RECORD} cannot be read ({str(error).splitlines()[0]})") from None
    if digest_of(document) != artefact_id or path.name != artefact_id:
        raise ArtefactError(artefact=path.name, why=f"{RECORD} is not the one its id stands for")
    if MODEL not in files or _sha256(files[MODEL]) != record.model_sha256:
        raise ArtefactError(artefact=path.name, why=f"{MODEL} is not the one {RECORD} describes")
    artefact = Artefact(artefact_id, record, files[MODEL].decode())
    _require_golden_scores(artefact)
    return artefact


def promote(folder: Path, artefact_id: str, day: date) -> None:
    """Make a saved artefact the one that scores the days after `day`; raise ArtefactError where it is not there."""
    _checked_files(folder / artefact_id)
    _replace(folder, f"{day.isoformat()}{POINTER}", f"{artefact_id}\n".encode())


def keep_decision(folder: Path, day: date, decision: str) -> None:
    """Keep why an artefact scores the days after `day` (JSON) beside the artefacts; a later one replaces it."""
    _replace(folder, f"{day.isoformat()}.decision.json", f"{decision}\n".encode())


def newest_before(folder: Path, day: date) -> Path | None:
    """Return the folder of the artefact promoted last before `day`, or None.

    Strictly before: a model trained on what was known on a day scores the next one, so that scoring a day
    again after training gives what it gave before.
    """
    pointers = {found.stem: found for found in folder.glob(DATED_POINTER) if found.stem < day.isoformat()}
    if not pointers:
        return None
    artefact_id = _read(pointers[max(pointers)]).decode(errors="replace").strip()
    if not re.fullmatch(r"[0-9a-f]{64}", artefact_id):
        raise ArtefactError(artefact=max(pointers) + POINTER, why="it names no artefact")
    return folder / artefact_id


def _replace(folder: Path, name: str, content: bytes) -> None:
    """Write a file of the folder whole, in place of the one there."""
    with _locked(folder):
        _clear_left_overs(folder)
        writing = folder / f"{SAVING}file"
        _write(writing, content)
        writing.replace(folder / name)
        _sync(folder)


def _checked_files(path: Path) -> dict[str, bytes]:
    """Return the files of an artefact's folder once each has the digest SHA256SUMS gives it."""
    if path.is_symlink() or not path.is_dir():
        raise ArtefactError(artefact=path.name, why="it is no folder")
    sums = _read(path / SUMS).decode(errors="replace")
    named = {name: digest for digest, name in re.findall(rf"(?m)^([0-9a-f]{{64}})  ({FILE_NAME})$", sums)}
    there = {found.name for found in path.iterdir()}
    if there != {*named, SUMS} or not {MODEL, RECORD} <= there:
        raise ArtefactError(artefact=path.name, why=f"its files are not those {SUMS} lists")
    files = {name: _read(path / name) for name in sorted(named)}
    for name, content in files.items():
        if _sha256(content) != named[name]:
            raise ArtefactError(artefact=path.name, why=f"{name} was changed since it was saved")
    return files


def _require_golden_scores(artefact: Artefact) -> None:
    golden = artefact.record.golden
    if forest_of(artefact.model_text).features != artefact.features:
        raise ArtefactError(artefact=artefact.artefact_id, why=f"{MODEL} and {RECORD} name different features")
    raw = artefact.raw(golden.values)
    given, wanted = np.stack([raw, artefact.probability(raw)]), np.array([golden.raw, golden.probability])
    if not np.allclose(given, wanted, rtol=GOLDEN_TOLERANCE, atol=GOLDEN_TOLERANCE):
        raise ArtefactError(
            artefact=artefact.artefact_id, why="it does not score its golden rows as when it was trained"
        )


def _read(path: Path) -> bytes:
    """Return a regular file's bytes; raise ArtefactError for links, devices and files too large to be honest."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        raise ArtefactError(artefact=path.parent.name, why=f"{path.name} cannot be opened ({error.strerror})") from None
    with os.fdopen(handle, "rb") as opened:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode) or found.st_size > MOST_BYTES:
            raise ArtefactError(artefact=path.parent.name, why=f"{path.name} is no file of at most {MOST_BYTES} bytes")
        return opened.read(MOST_BYTES)


def _write(path: Path, content: bytes) -> None:
    with path.open("xb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())


def _sync(folder: Path) -> None:
    """Have the disk keep the folder's entries through a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Keep other processes from saving here; a killed one lets go."""
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _clear_left_overs(folder: Path) -> None:
    """Remove what a killed save left half written; nobody else is saving now."""
    for found in folder.glob(f"{SAVING}*"):
        if found.is_dir():
            shutil.rmtree(found)
        else:
            found.unlink()


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
