"""Write a unit's daily list as XLSX and CSV: same list, same bytes; nothing in it runs when it is opened."""

import csv
import io
import os
import tempfile
from datetime import datetime
from pathlib import Path

from riskscore.queues.cells import csv_cell
from riskscore.queues.daylist import LIST_COLUMNS, DayList, ListColumn


def write_list(day_list: DayList, folder: Path) -> tuple[Path, Path]:
    """Write <unit>-<day>.xlsx and .csv into `folder` (made if need be), each replaced whole; return their paths."""
    stem = f"{day_list.unit}-{day_list.day.isoformat()}"
    contents = {folder / f"{stem}.xlsx": xlsx_bytes(day_list), folder / f"{stem}.csv": csv_bytes(day_list)}
    folder.mkdir(parents=True, exist_ok=True)
    for path, content in contents.items():
        _replace(path, content)
    workbook, table = contents
    return workbook, table


def csv_bytes(day_list: DayList) -> bytes:
    """Return the list as CSV: UTF-8 with a byte order mark, commas, all text quoted, shares in per cent.

    An invented list, or one with a caution, says so in a column of its own: sorting and filtering do not lose it.
    """
    say = day_list.say
    label = {say("Data"): say("invented")} if day_list.is_invented else {}
    label |= {say("Caution"): day_list.caution} if day_list.caution else {}
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow([*(_csv_heading(column, say(column.heading)) for column in LIST_COLUMNS), *label])
    for row in day_list.values():
        written = [_csv_value(value, column.kind) for value, column in zip(row, LIST_COLUMNS, strict=True)]
        writer.writerow([*written, *label.values()])
    return text.getvalue().encode("utf-8-sig")


def xlsx_bytes(day_list: DayList) -> bytes:
    """Return the list as a workbook of one sheet: heading frozen, filter on, numbers as numbers, ready to print."""
    from riskscore.queues.workbook import workbook_bytes  # noqa: PLC0415 slow to import, and no day's steps want it

    return workbook_bytes(day_list)


def _csv_heading(column: ListColumn, heading: str) -> str:
    return f"{heading} %" if column.kind in {"share", "odds"} else heading


def _csv_value(value: object, kind: str) -> str | float:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, int | float):
        return round(100 * value, 6) if kind in {"share", "odds"} else round(value, 6)
    return csv_cell(value)


def _replace(path: Path, content: bytes) -> None:
    """Write beside `path` and move into place, so that a reader finds the old file or the new one."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.chmod(0o640)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
