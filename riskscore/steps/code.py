"""Which code runs: a digest of every file of the engine and of the declarations, and the libraries beneath."""

import hashlib
import json
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from pathlib import Path

import riskscore
from riskscore.project import ROOMS
from riskscore.store.runs import CodeVersion

LIBRARIES = ("deltalake", "lightgbm", "numba", "numpy", "pandas", "pyarrow", "scikit-learn", "scipy")
"""What the bits of features and scores rest on, beside Python itself."""
UNUSED = (".md", ".pyc", ".nbi", ".nbc")
"""Files that no step reads, or that are made of others."""
DIGITS = 16


@cache
def code_version(project: Path) -> CodeVersion:
    """Return the version of the installed engine with the declarations of a project; each file is read once a process.

    It does not ask version control: what is not committed counts as it lies there.
    """
    engine = Path(riskscore.__file__).parent
    rooms = [("riskscore", engine), *((room, project / room) for room in ROOMS)]
    files = {f"{room}/{name}": digest for room, folder in rooms for name, digest in _digests(folder)}
    libraries = {name: version(name) for name in LIBRARIES}
    whole = json.dumps([riskscore.__version__, files, libraries], sort_keys=True)
    return CodeVersion(
        code=hashlib.sha256(whole.encode()).hexdigest()[:DIGITS],
        package=riskscore.__version__,
        files=files,
        libraries=libraries,
    )


def _digests(folder: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.resolve().rglob("*")):
        name = path.relative_to(folder.resolve())
        if path.is_file() and path.suffix not in UNUSED and not any(part.startswith(".") for part in name.parts):
            yield name.as_posix(), hashlib.sha256(path.read_bytes()).hexdigest()[:DIGITS]
