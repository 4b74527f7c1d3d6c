"""Whole files that must be refused, sent by mistake beside a good one, and files that arrive twice."""

from collections.abc import Callable
from dataclasses import dataclass

from riskscore.world.files import content
from riskscore.world.raw_feeds import RawFeed

FIRST_AFTER_DAYS, EVERY_DAYS = 4, 9
"""One broken delivery in so many days."""


@dataclass(frozen=True)
class Spoiler:
    """One way to send a file that must be refused: feed, kind, rule that should notice, how the bytes come about."""

    feed: str
    kind: str
    rule: str
    spoil: Callable[[RawFeed, slice], bytes]
    days_later: int = 0


def due_spoilers(start: int, days: int) -> dict[str, list[tuple[int, Spoiler]]]:
    """Return by feed the day numbers from which on a broken file is due, and which one."""
    due: dict[str, list[tuple[int, Spoiler]]] = {}
    for turn, day in enumerate(range(start + FIRST_AFTER_DAYS, start + days - 1, EVERY_DAYS)):
        spoiler = SPOILERS[turn % len(SPOILERS)]
        due.setdefault(spoiler.feed, []).append((day, spoiler))
    return due


def _empty(_feed: RawFeed, _rows: slice) -> bytes:
    return b""


def _blank(_feed: RawFeed, _rows: slice) -> bytes:
    return b"\n\n"


def _header_only(feed: RawFeed, rows: slice) -> bytes:
    return content(feed, slice(rows.start, rows.start))


def _column_missing(feed: RawFeed, rows: slice) -> bytes:
    columns = {name: values for name, values in feed.columns.items() if name != MISSING[feed.name]}
    return content(RawFeed(feed.name, columns, feed.canonical, feed.day, feed.group), rows)


def _column_unknown(feed: RawFeed, rows: slice) -> bytes:
    columns = feed.columns | {"TERMINAL_REMARK": ["none"] * len(feed.day)}
    return content(RawFeed(feed.name, columns, feed.canonical, feed.day, feed.group), rows)


def _cut(feed: RawFeed, rows: slice) -> bytes:
    whole = content(feed, rows)
    return whole[: len(whole) * 2 // 3]


def _web_page(_feed: RawFeed, _rows: slice) -> bytes:
    return b"<!DOCTYPE html><html><body>Session expired. Please log in.</body></html>\n"


def _again(feed: RawFeed, rows: slice) -> bytes:
    return content(feed, rows)


MISSING = {"manifest": "GROSS_WEIGHT_KG", "port_calls": "PLANNED_ARRIVAL"}
SPOILERS = (
    Spoiler("manifest", "empty_file", "readable", _empty),
    Spoiler("manifest", "column_missing", "columns", _column_missing),
    Spoiler("seizures_us", "cut_workbook", "readable", _cut),
    Spoiler("manifest", "same_file_again", "seen_before", _again, days_later=1),
    Spoiler("manifest", "column_unknown", "columns", _column_unknown),
    Spoiler("port_calls", "blank_lines_only", "readable", _blank),
    Spoiler("manifest", "header_only", "row_count", _header_only),
    Spoiler("seizures_us", "web_page", "readable", _web_page),
    Spoiler("port_calls", "column_missing", "columns", _column_missing),
)
"""Taken in turn."""
