"""The files of a book's parts: written once, shared by the states of later days, merged before they are many.

Parts are merged when a younger one has grown to half its elder, so that each is at most half as large as its elder:
their number grows with the logarithm of the state, and a row is written again as often. Merging goes through ranges of
keys, and never holds much more than one of them in memory.
"""

import hashlib
import os
import secrets
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from riskscore.memory import ask_for_file
from riskscore.trailing.balances import Balances, Book, distinct
from riskscore.trailing.mapping import mapped

COLUMNS = ("keys", "rows")
RATIO = 2
SMALL = 2**14
"""Rows of a part that is always merged with the next."""
ROWS_AT_ONCE = 2**16
"""Rows of the largest part that are merged at once."""


def keep_parts(folder: Path, book: Book) -> Book:
    """Return the same book with every part in files below `folder`."""
    first = first_to_merge([len(part) for part in book.parts])
    elder = [part if part.name else write_part(folder, [part]) for part in book.parts[:first]]
    younger = book.parts[first:]
    if len(younger) > 1 or any(not part.name for part in younger):
        younger = (write_part(folder, younger),)
    return Book(book.totals, (*elder, *younger))


def first_to_merge(sizes: Sequence[int]) -> int:
    """Return from which part on, oldest first, all are made one."""
    first = max(len(sizes) - 1, 0)
    together = sum(sizes[first:])
    while first and sizes[first - 1] < max(RATIO * together, SMALL):
        first -= 1
        together += sizes[first]
    return first


def write_part(folder: Path, parts: Sequence[Balances]) -> Balances:
    """Write parts as one, named after what it holds; return it as it is read from there."""
    cuts = list(_by_range(parts))
    size = sum(len(distinct(np.concatenate([part.keys for part in cut]))) for cut in cuts)
    mark = secrets.token_hex(8)
    unfinished = {column: folder / f".{column}.{mark}" for column in COLUMNS}
    keys = np.lib.format.open_memmap(unfinished["keys"], "w+", np.uint64, (size,))
    rows = np.lib.format.open_memmap(unfinished["rows"], "w+", np.int64, (size, parts[0].rows.shape[1]))
    filled, seen = 0, (hashlib.sha256(), hashlib.sha256())
    for cut in cuts:
        merged = Balances.newest(cut)
        place = slice(filled, filled := filled + len(merged))
        keys[place], rows[place] = merged.keys, merged.rows
        for of_column, held in zip(seen, (merged.keys, merged.rows), strict=True):
            of_column.update(held.tobytes())
    name = hashlib.sha256(b"".join(of_column.digest() for of_column in seen)).hexdigest()[:32]
    for column, written in (("keys", keys), ("rows", rows)):
        written.flush()
        with unfinished[column].open("rb") as file:
            os.fsync(file.fileno())
        unfinished[column].replace(folder / f"{name}-{column}.npy")
    return read_part(folder, name)


def read_part(folder: Path, name: str) -> Balances:
    """Return the part of this name; nothing of it is read before it is asked for."""
    keys, rows = (mapped(folder / file) for file in files_of(name))
    return Balances(keys, rows, name)


def ask_for(folder: Path, book: Book) -> None:
    """Have the system bring a book's parts into memory: a day touches entities everywhere in them."""
    for name in (file for part in book.parts for file in files_of(part.name)):
        ask_for_file(folder / name)


def files_of(name: str) -> list[str]:
    """Return the names of a part's files."""
    return [f"{name}-{column}.npy" for column in COLUMNS]


def _by_range(parts: Sequence[Balances]) -> Iterator[list[Balances]]:
    """Yield what each part holds of one range of keys after the other."""
    longest = max(parts, key=len).keys
    ends = np.append(longest[ROWS_AT_ONCE::ROWS_AT_ONCE], np.uint64(0))
    starts = [0] * len(parts)
    for number, end in enumerate(ends):
        is_last = number == len(ends) - 1
        stops = [len(part) if is_last else int(np.searchsorted(part.keys, end)) for part in parts]
        yield [part.take(slice(*span)) for part, *span in zip(parts, starts, stops, strict=True)]
        starts = stops
