"""Spoil a known share of the rows and write down where, how, and what had been right."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from riskscore.world.arrays import Index
from riskscore.world.damage import KINDS, Damage
from riskscore.world.files import content, suffix
from riskscore.world.raw_feeds import RawFeed

KEYS = {
    "manifest": ("VOYAGE_ID", "CONTAINER_NO", "BL_NUMBER", "BL_LINE"),
    "port_calls": ("VOYAGE_ID", "CALL_SEQ"),
    "positions": ("IMO", "TIME_UTC"),
    "inspections": ("inspection_id",),
    "seizures_es": ("NUM_ACTA",),
    "seizures_br": ("numeroAuto",),
    "seizures_us": ("Case Number",),
}
CUT_FILES = 2
"""Text files cut off in their last row when they were sent, per dirty share of the rows."""
MIN_ROWS_CUT = 12
DUPLICATE_SHARE = 0.05
"""Share of a manifest's dirty rows that repeat the key of the row before."""
SPOILT_SHARE_OF_FILE = 0.2
"""No more of one file is spoilt; a file with more dirt would be refused whole."""
PARTNER_FACTOR = 6
"""Partners' few rows are spoilt so much more often."""
TRIES = 6


@dataclass(frozen=True)
class Dirt:
    """One wrong row: position in the feed, kind, rule that should notice, raw values before and after; its level."""

    position: int
    kind: str
    rule: str
    right: dict[str, Any]
    wrong: dict[str, Any]
    level: str = "row"


def spoil(feed: RawFeed, share: float, first_of_file: Index, rng: np.random.Generator) -> list[Dirt]:
    """Damage a share of the feed's rows in place and return these and the senders' own slips, which stay as they are.

    `first_of_file` is the position of each row's file's first row.
    """
    dirt = {one.position: one for one in _slips(feed)}
    spoilt: dict[int, int] = {}
    size = dict(zip(*np.unique(first_of_file, return_counts=True), strict=True))
    factor = PARTNER_FACTOR if feed.name.startswith("seizures") else 1
    count = rng.binomial(len(feed.day), min(1.0, factor * share))
    for position in np.sort(rng.choice(len(feed.day), count, replace=False)).tolist():
        file = int(first_of_file[position])
        if position in dirt or spoilt.get(file, 0) + 1 > SPOILT_SHARE_OF_FILE * size[file]:
            continue
        repeats = feed.name == "manifest" and rng.random() < DUPLICATE_SHARE and position > file
        one = _repeat_key(feed, position, dirt) if repeats else _damage(feed, position, rng)
        if one is not None:
            dirt[position] = one
            spoilt[file] = spoilt.get(file, 0) + 1
    return list(dirt.values())


def _slips(feed: RawFeed) -> list[Dirt]:
    """Return the rows in which senders wrote a wrong last digit themselves."""
    return [
        Dirt(position, "wrong_check_digit", "check_digit", {name: right}, {name: told}, level="warning")
        for name, values in feed.right.items()
        for position, (right, told) in enumerate(zip(values, feed.columns[name], strict=True))
        if right != told
    ]


def _damage(feed: RawFeed, position: int, rng: np.random.Generator) -> Dirt | None:
    """Put a wrong value into one column that holds a right one; None if nothing fitted."""
    kinds = KINDS[feed.name]
    for _ in range(TRIES):
        damage: Damage = kinds[int(rng.integers(len(kinds)))]
        column = damage.columns[int(rng.integers(len(damage.columns)))]
        right = feed.columns[column][position]
        if right in ("", None):
            continue
        wrong = damage.wrong(right, rng)
        if wrong != right:
            feed.columns[column][position] = wrong
            return Dirt(position, damage.kind, damage.rule, {column: right}, {column: wrong}, damage.level)
    return None


def _repeat_key(feed: RawFeed, position: int, dirt: dict[int, Dirt]) -> Dirt | None:
    """Give a row the key of the row before it, unless that one is spoilt itself."""
    if position - 1 in dirt:
        return None
    right = {name: feed.columns[name][position] for name in KEYS["manifest"]}
    wrong = {name: feed.columns[name][position - 1] for name in KEYS["manifest"]}
    for name, value in wrong.items():
        feed.columns[name][position] = value
    return Dirt(position, "repeated_key", "unique", right, wrong)


def cut_off(
    feed: RawFeed, rows: slice, file: bytes, *, share: float, dirt: dict[int, Dirt], rng: np.random.Generator
) -> tuple[bytes, Dirt] | None:
    """Return, now and then, the file cut off in its last row, and the entry for that row."""
    last = rows.stop - 1
    size = rows.stop - rows.start
    spoilt = 1 + sum(position in dirt for position in range(rows.start, rows.stop))
    has_room = size >= MIN_ROWS_CUT and spoilt <= SPOILT_SHARE_OF_FILE * size
    if rng.random() >= CUT_FILES * share or last in dirt or not has_room or suffix(feed.name) == "xlsx":
        return None
    cut = (len(content(feed, slice(last, rows.stop))) - len(content(feed, slice(last, last)))) // 2
    right = {name: column[last] for name, column in feed.columns.items()}
    return file[: len(file) - cut], Dirt(last, "cut_off", "split", right, {})
