"""Which code runs: a digest of every file of the engine and of the declarations, and the libraries beneath."""

from functools import cache
from importlib.metadata import version
from pathlib import Path

import riskscore
from riskscore.digests import ENGINE, digest_of, digests_in
from riskscore.project import ROOMS
from riskscore.store.runs import CodeVersion

LIBRARIES = ("deltalake", "lightgbm", "numba", "numpy", "pandas", "pyarrow", "scikit-learn", "scipy")
"""What the bits of features and scores rest on, beside Python itself."""


@cache
def code_version(project: Path) -> CodeVersion:
    """Return the version of the installed engine with the declarations of a project; each file is read once a process.

    It does not ask version control: what is not committed counts as it lies there.
    """
    rooms = [("riskscore", ENGINE), *((room, project / room) for room in ROOMS)]
    files = {f"{room}/{name}": digest for room, folder in rooms for name, digest in digests_in(folder)}
    libraries = {name: version(name) for name in LIBRARIES}
    return CodeVersion(
        code=digest_of([riskscore.__version__, files, libraries]),
        package=riskscore.__version__,
        files=files,
        libraries=libraries,
    )
