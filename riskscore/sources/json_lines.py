"""Read JSON Lines: one object a line, nested objects flattened, every line by itself."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from riskscore.sources.files import decoded_lines, spoilt_text, storable
from riskscore.sources.layout import Layout, refuse_unknown
from riskscore.sources.limits import MAX_CELL_CHARACTERS, MAX_RECORD_CHARACTERS
from riskscore.sources.parsed import Parsed, RowCollector


class _FaultyLineError(ValueError):
    """A line cannot be taken as a row; the message says why and names no value."""


def read_json_lines(path: Path, layout: Layout) -> Parsed:
    """Read a delivery of JSON Lines in UTF-8; a nested field is named by its path, as in `carga.ncm`.

    A missing field and `null` are both missing. Numbers keep the digits they were sent with. A line that is no JSON
    object, says a key twice, nests something where a value belongs or the other way round, holds NaN or Infinity, or
    is beyond the limits becomes a faulty row. Raises UnreadableDeliveryError (not a file, empty, too large) and
    UnknownFieldError (a field nobody has decided about).
    """
    reader = _Reader(layout)
    rows = RowCollector(list(layout.used), layout, path.name)
    for line in decoded_lines(path, feed=layout.feed):
        raw_line = line.removesuffix("\n").removesuffix("\r")
        if not raw_line.strip():
            continue
        try:
            found = reader.fields(raw_line, row=len(rows.raw_lines) + 1)
            rows.add(raw_line, [found.get(name, "") for name in layout.used])
        except _FaultyLineError as fault:
            rows.add(storable(raw_line), [], str(fault))
    return rows.parsed()


class _Reader:
    """Turns one line into its fields, by one feed's layout."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.leaves = layout.used.keys() | layout.ignored.keys()
        self.groups = {path.rsplit(".", depth)[0] for path in self.leaves for depth in range(1, path.count(".") + 1)}
        self.decoder = json.JSONDecoder(
            parse_int=str, parse_float=str, parse_constant=_refuse_constant, object_pairs_hook=_object
        )

    def fields(self, line: str, *, row: int) -> dict[str, str]:
        """Return the line's values by path; raise _FaultyLineError, or UnknownFieldError for an undecided field."""
        found = dict(self._leaves(self._decoded(line), ""))
        refuse_unknown(found.keys() - self.leaves, self.layout, row)
        return {path: _as_text(path, value) for path, value in found.items()}

    def _decoded(self, line: str) -> dict[str, Any]:
        if len(line) > MAX_RECORD_CHARACTERS:
            raise _FaultyLineError(f"longer than {MAX_RECORD_CHARACTERS:,} characters")
        if spoilt := spoilt_text(line):
            raise _FaultyLineError(spoilt)
        try:
            decoded = self.decoder.decode(line)
        except json.JSONDecodeError as error:
            raise _FaultyLineError(f"is not JSON: {error.msg} at character {error.colno}") from None
        except RecursionError:
            raise _FaultyLineError("nests too deep") from None
        if not isinstance(decoded, dict):
            raise _FaultyLineError("is not a JSON object")
        return decoded

    def _leaves(self, fields: dict[str, Any], prefix: str) -> Iterator[tuple[str, Any]]:
        for name, value in fields.items():
            path = prefix + name
            if "." not in name and path in self.groups:
                if isinstance(value, dict):
                    yield from self._leaves(value, f"{path}.")
                elif value is not None:
                    raise _FaultyLineError(f"{path} is not an object")
            else:
                yield (f"{prefix}({name})" if "." in name else path), value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise _FaultyLineError("says a key twice")
    return fields


def _refuse_constant(constant: str) -> None:
    raise _FaultyLineError(f"holds {constant}, which is not JSON")


def _as_text(path: str, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        raise _FaultyLineError(f"{path} is not a single value")
    if len(value) > MAX_CELL_CHARACTERS:
        raise _FaultyLineError(f"{path} is longer than {MAX_CELL_CHARACTERS:,} characters")
    if spoilt := spoilt_text(value):
        raise _FaultyLineError(f"{path} {spoilt}")
    return value
