"""How many rows lie in a file that is refused before anybody can split it, so that the ledger adds up over it too."""

import zipfile
from pathlib import Path

from riskscore.sources.workbook import workbook_rows

WORKBOOK_TITLES = 2
"""Rows above the data of a workbook: its title and its header."""


def countable_rows(path: Path) -> int:
    """Return the rows that can be counted: of text its lines that are not blank, of a workbook its filled rows.

    Titles and header lines do not count. 0 where there are none, or where the bytes are neither: nobody can say then.
    """
    if zipfile.is_zipfile(path):
        return max(0, workbook_rows(path) - WORKBOOK_TITLES)
    lines, first = 0, b""
    try:
        with path.open("rb") as content:
            for line in content:
                if b"\0" in line:
                    return 0
                if line.strip():
                    first, lines = first or line.strip(), lines + 1
    except OSError:
        return 0
    return lines if first.startswith(b"{") else max(0, lines - 1)
