"""Read delimited text (CSV): rows, the exact lines they came from, and the rows that cannot be split."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from riskscore.sources.files import UTF_8, decoded_lines, spoilt_text, storable
from riskscore.sources.layout import Layout, check_header
from riskscore.sources.limits import (
    MAX_CELL_CHARACTERS,
    MAX_RECORD_CHARACTERS,
    MAX_RECORD_LINES,
)
from riskscore.sources.parsed import Parsed, RowCollector

TOO_LONG = f"longer than {MAX_RECORD_CHARACTERS:,} characters"
BROKEN_QUOTES = "quotes are not closed, or stand inside a value"


Record = tuple[str, list[str] | None, str]
"""One row of the file: its line or lines as sent, its values (None: those between delimiters), and why it is faulty."""


def read_delimited(path: Path, layout: Layout, *, delimiter: str = ",", encoding: str = UTF_8) -> Parsed:
    """Read a delivery of delimited text with one header line.

    Values are quoted by `"` where needed and may hold line breaks. A row with another number of values than the
    header, a broken quote, a value beyond the limits, NUL, or bytes of another encoding becomes a faulty row and
    leaves its neighbours alone. Lines of white space only are no rows. Raises UnreadableDeliveryError (not a file,
    empty, too large, no header) and UnknownFieldError (a column nobody has decided about).
    """
    lines = decoded_lines(path, feed=layout.feed, encoding=encoding)
    header = _split(lines[0], delimiter)
    check_header(header, layout, path.name)
    rows = RowCollector(header, layout, path.name, delimiter)
    for raw_line, values, fault in _Records(lines, delimiter, width=len(header)):
        rows.add(storable(raw_line) if fault else raw_line, values, fault)
    return rows.parsed()


def _split(line: str, delimiter: str) -> list[str]:
    """Return the values of one line by itself; none if it is too long or its quotes are broken."""
    if len(line) > MAX_RECORD_CHARACTERS:
        return []
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=True), [])
    except csv.Error:
        return []


@dataclass
class _Records:
    """The records below the header, read so that one with broken quotes costs only its own line."""

    lines: list[str]
    delimiter: str
    width: int
    start: int = field(default=1, init=False)
    """First line of the record being read."""
    at: int = field(default=1, init=False)
    """Next line to be read."""

    def __iter__(self) -> Iterator[Record]:
        while self.start < len(self.lines):
            line = self.lines[self.start]
            if self._is_plain(line):
                yield self._take(1), None, ""
            elif len(line) > MAX_RECORD_CHARACTERS:
                yield self._take(1), [], TOO_LONG
            else:
                raw_line, values, fault = self._quoted()
                if raw_line.strip():
                    yield raw_line, values, fault

    def _is_plain(self, line: str) -> bool:
        """Tell whether a line is a row without fault whose values are what stands between its delimiters."""
        return (
            '"' not in line
            and line.count(self.delimiter) == self.width - 1
            and len(line) <= MAX_CELL_CHARACTERS
            and "\r" not in line.removesuffix("\n").removesuffix("\r")
            and not spoilt_text(line)
            and not line.isspace()
        )

    def _quoted(self) -> Record:
        """Read one record as CSV, of as many lines as its quotes hold together."""
        self.at = self.start
        try:
            values = next(csv.reader(self._feed(), delimiter=self.delimiter, strict=True))
        except csv.Error:
            return self._take(1), [], BROKEN_QUOTES
        line_count = self.at - self.start
        if line_count > 1 and self._swallowed_a_row():
            return self._take(1), [], BROKEN_QUOTES
        raw_line = self._take(line_count)
        return raw_line, values, self._fault(raw_line, values)

    def _feed(self) -> Iterator[str]:
        """Hand out lines until one record takes too many or one is too long."""
        while self.at < min(self.start + MAX_RECORD_LINES, len(self.lines)):
            if len(self.lines[self.at]) > MAX_RECORD_CHARACTERS:
                return
            self.at += 1
            yield self.lines[self.at - 1]

    def _take(self, line_count: int) -> str:
        """Move past the record's lines and return them without the final line break."""
        taken = self.lines[self.start : self.start + line_count]
        self.start += line_count
        return "".join(taken).removesuffix("\n").removesuffix("\r")

    def _swallowed_a_row(self) -> bool:
        """Tell whether a stray quote joined lines of which a later one is a whole row by itself."""
        later = (line for line in self.lines[self.start + 1 : self.at] if line.count('"') % 2 == 0)
        return any(len(_split(line, self.delimiter)) == self.width for line in later)

    def _fault(self, raw_line: str, values: list[str]) -> str:
        if len(values) != self.width:
            return f"{len(values)} values, the header has {self.width}"
        if len(raw_line) > MAX_CELL_CHARACTERS and max(map(len, values)) > MAX_CELL_CHARACTERS:
            return f"a value is longer than {MAX_CELL_CHARACTERS:,} characters"
        return spoilt_text(raw_line)
