"""The page on which the figures of both proofs are kept, a part each."""

import re
from pathlib import Path

RESULTS = Path(__file__).parents[2] / "benchmarks" / "results" / "crash.md"
PART = re.compile(r"^(?=# )", flags=re.MULTILINE)


def keep(text: str, *, command: str, page: Path = RESULTS) -> None:
    """Put a part of the page, which names the command that made it, in place of what that command made before."""
    there = PART.split(page.read_text(encoding="utf-8")) if page.exists() else []
    others = [part.strip() for part in there if part.strip() and f"`{command} " not in part]
    page.write_text("\n\n".join(sorted([*others, text.strip()], key=_command)) + "\n", encoding="utf-8")


def _command(part: str) -> str:
    """Return what orders the parts."""
    return part[part.index("`python") :]
