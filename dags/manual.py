"""What README.md says of each DAG: shown in the user interface, and in alerts."""

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

README = Path(__file__).with_name("README.md")


class Entry(NamedTuple):
    """One row of README.md's table."""

    dag: str
    wakes_on: str
    reads: str
    writes: str
    if_it_fails: str


@cache
def entries() -> dict[str, Entry]:
    """Return the rows of README.md's table by DAG."""
    lines = README.read_text(encoding="utf-8").splitlines()
    rows = [re.split(r"\s*\|\s*", line.strip("| ")) for line in lines if line.startswith("| `")]
    return {row[0].strip("`"): Entry(*row) for row in rows if len(row) == len(Entry._fields)}


def page(dag_id: str) -> str:
    """Return a DAG's row as the page that the user interface shows beside it."""
    entry = entries()[dag_id]
    told = {
        "Wakes on": entry.wakes_on,
        "Reads": entry.reads,
        "Writes": entry.writes,
        "If it fails": entry.if_it_fails,
    }
    return "\n\n".join(f"**{heading}.** {text}" for heading, text in told.items())
