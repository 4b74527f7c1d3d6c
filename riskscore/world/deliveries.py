"""Write the world as senders would have sent it: raw files day by day, dirt included, and beside them the answers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from riskscore.world.answer_key import FOLDER, AnswerKey, seal
from riskscore.world.clock import day_number, to_date
from riskscore.world.dirt import KEYS, Dirt, cut_off, spoil
from riskscore.world.files import content, put, suffix
from riskscore.world.partner_feeds import FORMATS
from riskscore.world.raw_feeds import RawFeed, inspections, manifest, port_calls, positions
from riskscore.world.refusals import Spoiler, due_spoilers
from riskscore.world.world import World

Progress = Callable[[int, int], None]

BLOCK_ROWS = 30_000
"""Rows held as text at a time."""
LABEL = """This drop folder holds an INVENTED world.

Ports, goods codes and distances are real. Every company, ship, voyage, container, seizure, inspection and trafficking
group is made up by riskscore.world; a name that looks like somebody's is chance. Figures computed from these files say
that the machinery works, not how good it is at sea.
"""


@dataclass(frozen=True)
class Piece:
    """One file to be written: day, group, and its rows in the feed."""

    day: int
    group: str
    rows: slice


@dataclass
class Sent:
    """What has been written so far."""

    dirt: list[dict[str, Any]]
    rows: dict[str, int]
    files: int = 0


def write_deliveries(world: World, drop: Path, *, progress: Progress = lambda _done, _total: None) -> AnswerKey:
    """Write drop/<day>/<feed>/<file> for every day of the world, and its answer key beside `drop`.

    Each file appears whole or not at all. Inspections are those decided before the world's live days. `progress` is
    called with rows written and rows in all. The same world gives the same bytes.
    """
    rng = world.spec.stream("dirt")
    due = due_spoilers(day_number(world.spec.start), world.spec.days)
    sent = Sent([], {})
    total = sum(map(len, (world.consignments, world.port_calls, world.inspections, world.seizures, world.positions)))
    put(drop / "WORLD.txt", LABEL.encode())
    for feed in _blocks(world):
        _write(feed, drop, sent, due.get(feed.name, []), share=world.spec.dirty_share, rng=rng)
        progress(sum(sent.rows.values()), total)
    answers = AnswerKey(drop.parent / FOLDER, sent.dirt, sent.rows, sent.files)
    seal(answers, world.spec, world.truth)
    return answers


def split(feed: RawFeed) -> Iterator[Piece]:
    """Yield the files of a feed: one per day and group."""
    group = np.array(feed.group, dtype=object)
    new = np.append(True, (feed.day[1:] != feed.day[:-1]) | (group[1:] != group[:-1]))[: len(feed.day)]
    starts = [*np.flatnonzero(new).tolist(), len(feed.day)]
    for start, stop in pairwise(starts):
        yield Piece(int(feed.day[start]), feed.group[start], slice(start, stop))


def file_path(feed_name: str, day: int, group: str, number: int) -> str:
    """Return a file's path below the drop folder."""
    date = to_date(day).isoformat()
    label = "_".join(part for part in (feed_name, "INVENTED", group, date, str(number)) if part)
    return f"{date}/{feed_name}/{label}.{suffix(feed_name)}"


def _blocks(world: World) -> Iterator[RawFeed]:
    """Yield the feeds as text, the manifests some days at a time."""
    days = world.consignments["delivered_on"].to_numpy()
    start = 0
    while start < len(days):
        stop = int(np.searchsorted(days, days[min(start + BLOCK_ROWS, len(days)) - 1], side="right"))
        yield manifest(world.consignments.iloc[start:stop])
        start = stop
    yield port_calls(world.port_calls)
    yield inspections(world.inspections)
    for country, formatted in FORMATS.items():
        yield formatted(world.seizures[world.seizures["country"] == country].reset_index(drop=True))
    yield positions(world.positions)


def _write(
    feed: RawFeed, drop: Path, sent: Sent, due: list[tuple[int, Spoiler]], *, share: float, rng: np.random.Generator
) -> None:
    """Write one block's files, spoilt rows and files to be refused among them."""
    pieces = list(split(feed))
    sizes = [piece.rows.stop - piece.rows.start for piece in pieces]
    dirt = {
        one.position: one for one in spoil(feed, share, np.repeat([piece.rows.start for piece in pieces], sizes), rng)
    }
    for piece in pieces:
        file = content(feed, piece.rows)
        path = file_path(feed.name, piece.day, piece.group, 1)
        if cut := cut_off(feed, piece.rows, file, share=share, dirt=dirt, rng=rng):
            file, dirt[piece.rows.stop - 1] = cut
        put(drop / path, file)
        rows = range(piece.rows.start, piece.rows.stop)
        sent.dirt.extend(_entry(feed, path, row - piece.rows.start + 1, dirt[row]) for row in rows if row in dirt)
        if due and piece.day >= due[0][0]:
            sent.dirt.append(_send_broken(feed, piece, drop, due.pop(0)[1]))
    sent.files += len(pieces)
    sent.rows[feed.name] = sent.rows.get(feed.name, 0) + len(feed.day)


def _entry(feed: RawFeed, path: str, row: int, dirt: Dirt) -> dict[str, Any]:
    """Return the answer key's line about one spoilt row."""
    return {
        "file": path,
        "feed": feed.name,
        "row": row,
        "level": dirt.level,
        "kind": dirt.kind,
        "rule": dirt.rule,
        "columns": [feed.canonical[name] for name in dirt.right],
        "right": dirt.right,
        "wrong": dirt.wrong,
        "key": {name: dirt.right.get(name, feed.columns[name][dirt.position]) for name in KEYS[feed.name]},
    }


def _send_broken(feed: RawFeed, piece: Piece, drop: Path, spoiler: Spoiler) -> dict[str, Any]:
    """Write a file that must be refused beside a good one (or the good one again a day later)."""
    path = file_path(feed.name, piece.day + spoiler.days_later, piece.group, 2)
    put(drop / path, spoiler.spoil(feed, piece.rows))
    return {
        "file": path, "feed": feed.name, "row": 0, "level": "delivery", "kind": spoiler.kind, "rule": spoiler.rule,
        "columns": [], "right": {}, "wrong": {}, "key": {},
    }  # fmt: skip
