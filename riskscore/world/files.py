"""Files as senders write them: CSV, JSON Lines and XLSX with the same bytes every time, put in place whole."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from riskscore.world.raw_feeds import RawFeed, Values

NOTICES = {"inspections": ("notice", "invented data"), "seizures_br": ("aviso", "dados inventados")}
"""First field of every JSON row."""
TITLE = "INVENTED DATA - container seizures, for exercises only"
ZIP_DATE = (1980, 1, 1, 0, 0, 0)
MADE_AT = datetime(2026, 1, 1)  # noqa: DTZ001 - the format's dates have no zone
MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(<)")


def content(feed: RawFeed, rows: slice) -> bytes:
    """Return the file that holds these rows of a feed."""
    return WRITERS[feed.name](feed, rows)


def suffix(feed_name: str) -> str:
    """Return the ending of a feed's files."""
    return SUFFIXES.get(feed_name, "csv")


def put(path: Path, file: bytes) -> None:
    """Write a file so that it appears whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(file)
    part.replace(path)


def csv_bytes(header: Values, rows: Iterable[Iterable[Any]], *, delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    """Return a CSV file with Unix line ends, quoted where needed."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def _rows(feed: RawFeed, rows: slice) -> list[tuple[Any, ...]]:
    return list(zip(*(column[rows] for column in feed.columns.values()), strict=True))


def _comma_csv(feed: RawFeed, rows: slice) -> bytes:
    return csv_bytes(list(feed.columns), _rows(feed, rows))


def _spanish_csv(feed: RawFeed, rows: slice) -> bytes:
    return csv_bytes(list(feed.columns), _rows(feed, rows), delimiter=";", encoding="latin-1")


def _json_lines(feed: RawFeed, rows: slice) -> bytes:
    notice = NOTICES[feed.name]
    paths = [name.split(".") for name in feed.columns]
    lines = []
    for row in _rows(feed, rows):
        whole: dict[str, Any] = {notice[0]: notice[1]}
        for path, value in zip(paths, row, strict=True):
            inner = whole
            for step in path[:-1]:
                inner = inner.setdefault(step, {})
            inner[path[-1]] = value
        lines.append(json.dumps(_without_hollow(whole), ensure_ascii=False, separators=(",", ":")))
    return ("\n".join(lines) + "\n").encode()


def _without_hollow(whole: dict[str, Any]) -> dict[str, Any]:
    """Replace objects in which nothing is known by null, the outer ones only."""
    return {name: None if isinstance(value, dict) and _is_hollow(value) else value for name, value in whole.items()}


def _is_hollow(value: Any) -> bool:
    return all(map(_is_hollow, value.values())) if isinstance(value, dict) else value is None


def _workbook(feed: RawFeed, rows: slice) -> bytes:
    book = Workbook(write_only=True)
    book.properties.created = MADE_AT
    sheet = book.create_sheet("Seizures")
    sheet.append([TITLE])
    sheet.append(list(feed.columns))
    for row in _rows(feed, rows):
        sheet.append(row)
    packed = io.BytesIO()
    book.save(packed)
    return _same_every_time(packed)


def _same_every_time(packed: io.BytesIO) -> bytes:
    """Return a ZIP archive with the writing times taken out."""
    repacked = io.BytesIO()
    with zipfile.ZipFile(packed) as old, zipfile.ZipFile(repacked, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            part = MODIFIED.sub(rb"\g<1>2026-01-01T00:00:00Z\g<2>", old.read(entry))
            new.writestr(zipfile.ZipInfo(entry.filename, ZIP_DATE), part, zipfile.ZIP_DEFLATED)
    return repacked.getvalue()


WRITERS: dict[str, Callable[[RawFeed, slice], bytes]] = {
    "manifest": _comma_csv,
    "port_calls": _comma_csv,
    "positions": _comma_csv,
    "inspections": _json_lines,
    "seizures_es": _spanish_csv,
    "seizures_br": _json_lines,
    "seizures_us": _workbook,
}
SUFFIXES = {"inspections": "jsonl", "seizures_br": "jsonl", "seizures_us": "xlsx"}
