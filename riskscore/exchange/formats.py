"""Rows of JSON values as the bytes of a file: JSON Lines for machines, CSV that a spreadsheet can open safely."""

import json
from collections.abc import Callable, Sequence

from riskscore.exchange.values import JsonValue

Row = tuple[JsonValue, ...]

FORMULA_STARTS = frozenset("=+-@|%＝＋－＠")
"""First characters that make a spreadsheet compute a cell instead of showing it."""

INVISIBLE = " \t\r\n\v\f\u00a0\u200b\u200c\u200d\u2060\ufeff"
"""Characters a spreadsheet may skip before it looks at the first one."""


def json_line(names: Sequence[str], row: Row) -> str:
    """Return one row as one line of JSON, keys in the order of `names`."""
    values = dict(zip(names, row, strict=True))
    return json.dumps(values, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def json_lines(names: Sequence[str], rows: Sequence[Row]) -> bytes:
    """Return the rows as JSON Lines in UTF-8."""
    return "".join(json_line(names, row) + "\n" for row in rows).encode("utf-8")


def csv(names: Sequence[str], rows: Sequence[Row]) -> bytes:
    """Return the rows as CSV in UTF-8 with a header; text is quoted, numbers are bare, a missing value is empty."""
    lines = [",".join(names), *(",".join(map(_cell, row)) for row in rows)]
    return "".join(line + "\n" for line in lines).encode("utf-8")


def neutralised(text: str) -> str:
    """Put an apostrophe before text that a spreadsheet could take for a formula."""
    starts_formula = text.lstrip(INVISIBLE)[:1] in FORMULA_STARTS and bool(text.strip(INVISIBLE))
    return "'" + text if starts_formula or text[:1] in {"\t", "\r", "\n"} else text


def _cell(value: JsonValue) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return '"' + neutralised(value).replace('"', '""') + '"'
    if isinstance(value, list):
        return _cell(json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")))
    return json.dumps(value)


FORMATS: dict[str, Callable[[Sequence[str], Sequence[Row]], bytes]] = {"jsonl": json_lines, "csv": csv}
"""File formats by the suffix of their files."""
