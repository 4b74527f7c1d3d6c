"""Commands as a page gives them, run as they stand in a shell of their own."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
INDENTED = re.compile(r"^    (.+)$", flags=re.MULTILINE)
FENCED = re.compile(r"^```\n(.*?)^```$", flags=re.MULTILINE | re.DOTALL)


def commands(page: str, heading: str) -> str:
    """Return the commands below a heading of a page, indented or between fences."""
    section = re.split(rf"^#+ {re.escape(heading)}$", page, flags=re.MULTILINE)[1].partition("\n#")[0]
    found = [*INDENTED.findall(section), *FENCED.findall(section)]
    assert found, heading
    return "\n".join(found)


def run(words: str, place: Path, **variables: str) -> str:
    """Run commands in a shell that ends at a failure, `riskscore` and `python` being ours; return what it said."""
    programs = place / "programs"
    if not programs.exists():
        programs.mkdir(parents=True)
        (programs / "riskscore").write_text(
            f'#!/bin/sh\nexec {sys.executable} -c "from riskscore.cli import main; main()" "$@"\n'
        )
        (programs / "riskscore").chmod(0o755)
        (programs / "python").symlink_to(sys.executable)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RISKSCORE_")}
    path = f"{programs}:{variables.pop('PATH', kept['PATH'])}"
    environment = kept | {"PYTHONPATH": str(ROOT)} | variables | {"PATH": path}
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", words],
        env=environment,
        check=False,
        cwd=place,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout
