"""Read the one sheet of an XLSX workbook as text, having looked at its size before unpacking it."""

import io
import json
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from riskscore.errors import UnreadableDeliveryError
from riskscore.sources.files import file_bytes, spoilt_text
from riskscore.sources.layout import Layout, check_header
from riskscore.sources.limits import (
    MAX_CELL_CHARACTERS,
    MAX_ROWS,
    MAX_UNPACKED_BYTES,
    MAX_WORKBOOK_CELLS,
    MAX_WORKBOOK_PARTS,
)
from riskscore.sources.parsed import Parsed, RowCollector

if TYPE_CHECKING:
    from openpyxl import Workbook


def read_workbook(path: Path, layout: Layout, *, sheet: str, header_row: int) -> Parsed:
    """Read a delivery that is a workbook of one sheet; rows above `header_row` (counted from 1) are titles.

    A cell becomes text: dates ISO 8601 without a zone, numbers plain decimals without binary noise, formulas as they
    are written (never their stored result). A row with a value beside the headed columns, or beyond the limits,
    becomes a faulty row; rows without any value are no rows. A raw line is the row's values as a JSON list.
    Raises UnreadableDeliveryError (no workbook, other sheets, too large, no header) and UnknownFieldError.
    """
    rows = _sheet_rows(path, layout.feed, sheet)
    above = list(islice(rows, header_row))
    header = _without_empty_end(above[-1]) if len(above) == header_row else []
    check_header(header, layout, path.name)
    collected = RowCollector(header, layout, path.name)
    for row in rows:
        if values := _without_empty_end(row):
            padded = [*values, *[""] * (len(header) - len(values))]
            collected.add(json.dumps(values, ensure_ascii=False), padded, _fault(values, len(header)))
    return collected.parsed()


def workbook_rows(path: Path) -> int:
    """Return how many rows of the first sheet hold anything; 0 for a workbook that cannot or must not be read."""
    try:
        content = path.read_bytes()
        _refuse_bomb(content)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            workbook = _opened(content)
            sheet = workbook[workbook.sheetnames[0]]
            sheet.reset_dimensions()
            rows = islice(sheet.iter_rows(values_only=True), MAX_ROWS)
            return sum(any(value is not None for value in row) for row in rows)
    except Exception:  # noqa: BLE001 - a broken workbook makes the reader fail in any way there is
        return 0


def _sheet_rows(path: Path, feed: str, sheet: str) -> Iterator[list[str]]:
    """Yield the sheet's rows as text, empty rows and gaps included."""
    content = file_bytes(path, feed=feed)
    try:
        _refuse_bomb(content)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the reader warns of layout it does not keep; we keep values only
            yield from _rows_of(content, sheet)
    except _UnusableWorkbookError as error:
        raise UnreadableDeliveryError(feed=feed, file=path.name, why=str(error)) from None
    except Exception as error:  # noqa: BLE001 - a broken workbook makes the reader fail in any way there is
        why = f"it is not a workbook that can be read ({type(error).__name__})"
        raise UnreadableDeliveryError(feed=feed, file=path.name, why=why) from None


class _UnusableWorkbookError(Exception):
    """A workbook must not or cannot be read; the message says why."""


def _refuse_bomb(content: bytes) -> None:
    """Refuse a workbook by the sizes it declares; the unpacker never yields more than was declared."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
    if len(parts) > MAX_WORKBOOK_PARTS:
        raise _UnusableWorkbookError(f"{len(parts)} files inside, at most {MAX_WORKBOOK_PARTS} are read")
    if (size := sum(part.file_size for part in parts)) > MAX_UNPACKED_BYTES:
        raise _UnusableWorkbookError(f"unpacks to {size:,} bytes, at most {MAX_UNPACKED_BYTES:,} are read")


def _opened(content: bytes) -> "Workbook":
    from openpyxl import load_workbook  # noqa: PLC0415 slow to import, and on most days no delivery is a workbook

    return load_workbook(io.BytesIO(content), read_only=True, keep_links=False)


def _rows_of(content: bytes, sheet: str) -> Iterator[list[str]]:
    from openpyxl.utils.datetime import WINDOWS_EPOCH  # noqa: PLC0415 as above

    workbook = _opened(content)
    if workbook.sheetnames != [sheet]:
        raise _UnusableWorkbookError(f"it has {len(workbook.sheetnames)} sheet(s), agreed is one named {sheet}")
    if workbook.epoch != WINDOWS_EPOCH:
        raise _UnusableWorkbookError("it counts dates from 1904, agreed is 1900")
    worksheet = workbook[sheet]
    worksheet.reset_dimensions()
    cell_count = 0
    for row in worksheet.iter_rows(values_only=True):
        cell_count += max(1, len(row))
        if cell_count > MAX_WORKBOOK_CELLS:
            raise _UnusableWorkbookError(f"more than {MAX_WORKBOOK_CELLS:,} cells")
        yield [cell_text(value) for value in row]


def cell_text(value: object) -> str:
    """Return a cell's value as text: "" for none, ISO 8601 for dates, plain decimals for numbers, `=…` for formulas."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return format(Decimal(repr(value)), "f")
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(getattr(value, "text", value))


def _without_empty_end(row: list[str]) -> list[str]:
    length = next((place for place in range(len(row), 0, -1) if row[place - 1]), 0)
    return row[:length]


def _fault(row: list[str], width: int) -> str:
    if len(row) > width:
        return f"{len(row)} values, the header has {width}"
    if max(map(len, row)) > MAX_CELL_CHARACTERS:
        return f"a value is longer than {MAX_CELL_CHARACTERS:,} characters"
    return next(filter(None, map(spoilt_text, row)), "")
