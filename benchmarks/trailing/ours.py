"""Ours: balances carried from day to day by riskscore.trailing."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from benchmarks.trailing.reduced import AMOUNTS, Asked, Shares, by_window, since_last
from benchmarks.trailing.task import ENTITIES, LONGEST, WINDOWS, Piece, Task, measured, piece_of
from riskscore.crew import Here
from riskscore.trailing import (
    Errand,
    Journal,
    Leg,
    Questions,
    Ranges,
    Room,
    Segment,
    State,
    Track,
    Wanted,
    follow,
    load_state,
    save_state,
)

PLACES = (None, *ENTITIES)
"""The stream as a whole, for the overall share of hits, and every entity."""
WANTED = Wanted(WINDOWS, tuple(range(AMOUNTS)))
CREW = Here(2)
STREAM, ORIGIN = "consignment", "benchmark"


def one_year(task: Task) -> Iterator[Piece]:
    """Go through the stream once an entity: add every event once and subtract it once a window."""
    consignments, journal = _read(task)
    start = int(np.searchsorted(journal.event_on, np.int32(task.first)))
    numbers = consignments[start - len(journal) :]
    asked = Asked.of(task, numbers, journal.event_on[start:], CREW)
    leg, room = Leg(task.first, task.last), Room()
    shares = _shares(follow(Errand(journal, None, WANTED, _days_asked(task), leg), CREW))
    for entity in ENTITIES:
        questions = Questions(journal.keys[entity][start:], asked.days)
        ranges = Ranges.of(Errand(journal, entity, WANTED, questions, leg), CREW, room)
        spans = CREW.map(lambda span, of=ranges: asked.reduced(of.follow(span), shares), ranges.spans())
        yield asked.piece(entity, spans, shares)


def yesterday(task: Task) -> None:
    """Keep the state at the end of the day before: what that day's run left behind."""
    until = task.last - 1
    history = pq.read_table(task.stream.files(task.stream.first_day, until), partitioning=None)
    journal = _journal(history.filter(pc.field("day") <= until))
    nothing = Questions(np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.int32))
    balances = {
        (STREAM, by): follow(Errand(journal, by, WANTED, nothing, Leg(until, until)), CREW).closing for by in PLACES
    }
    segment = Segment.of(f"until-{until}", journal.take(journal.event_on > until - LONGEST))
    save_state(task.scratch, State(until, ORIGIN, balances, {STREAM: (segment,)}))


def one_day(task: Task) -> Iterator[Piece]:
    """Go on from yesterday's state with the day's own entries and those that leave a window; keep today's state."""
    state = load_state(task.scratch, task.last, lambda _: ORIGIN)
    if state is None:
        raise FileNotFoundError(task.scratch)
    files, is_asked = task.stream.files(task.last, task.last), pc.field("day") == task.last
    asked = pq.read_table(files, partitioning=None, filters=is_asked)
    came = _journal(asked)
    leaving = [part.between(task.last - w, task.last - w) for part in state.open[STREAM] for w in WINDOWS]
    journal = Journal.joined([came, *leaving])
    tracks = {}
    for by in PLACES:
        questions = Questions(came.keys[by], came.event_on) if by else _days_asked(task)
        leg = Leg(task.first, task.last, opening=state.balances[STREAM, by])
        tracks[by] = follow(Errand(journal, by, WANTED, questions, leg), CREW)
    for entity in ENTITIES:
        yield _of_day(task, asked["consignment"].to_numpy(), entity, tracks[entity], _shares(tracks[None]))
    closing = {(STREAM, by): track.closing for by, track in tracks.items()}
    segments = (*state.open[STREAM], Segment.of(f"{task.last}", came))
    save_state(task.scratch, State(task.last, ORIGIN, closing, {STREAM: segments}))


def _read(task: Task) -> tuple[np.ndarray, Journal]:
    """Return the numbers of the consignments of the months asked about, and the journal of all.

    Groups of rows are read side by side, into one room.
    """
    files, asked = task.files(), set(task.stream.files(task.first, task.last))
    groups = [(file, group, size) for file in files for group, size in enumerate(_group_sizes(file))]
    rows, earlier = sum(size for *_, size in groups), sum(size for file, _, size in groups if file not in asked)
    keys, days = {name: np.empty(rows, dtype=np.uint64) for name in ENTITIES}, np.empty(rows, dtype=np.int32)
    consignments, amounts = np.empty(rows - earlier, dtype=np.int64), np.empty((rows, AMOUNTS), dtype=np.int64)
    room = keys | {"day": days, "value": amounts[:, 1], "hit": amounts[:, 2]}

    def read(file: str, group: int, end: int) -> None:
        wanted = [*room, "consignment"] if file in asked else list(room)
        found = pq.ParquetFile(file, memory_map=True).read_row_group(group, columns=wanted, use_threads=False)
        row = end - len(found)
        amounts[row:end, 0] = 1
        for name in room:
            room[name][row:end] = found[name].to_numpy()
        if file in asked:
            consignments[row - earlier : end - earlier] = found["consignment"].to_numpy()

    ends = np.cumsum([size for *_, size in groups]).tolist()
    for _ in CREW.map(lambda given: read(*given), [(*group[:2], end) for group, end in zip(groups, ends, strict=True)]):
        pass
    return consignments, Journal(days, days, {None: np.broadcast_to(np.uint64(1), rows), **keys}, amounts)


def _group_sizes(file: str) -> list[int]:
    metadata = pq.read_metadata(file)
    return [metadata.row_group(group).num_rows for group in range(metadata.num_row_groups)]


def _journal(rows: pa.Table) -> Journal:
    days, value, hit = (rows[name].to_numpy() for name in ("day", "value", "hit"))
    keys = {by: rows[by].to_numpy() if by else np.ones(len(days), dtype=np.uint64) for by in PLACES}
    return Journal(days, days, keys, np.stack([np.ones_like(value), value, hit.astype(np.int64)], axis=1))


def _days_asked(task: Task) -> Questions:
    """Ask for the stream as a whole, once a day."""
    days = np.arange(task.first, task.last + 1, dtype=np.int32)
    return Questions(np.ones(len(days), dtype=np.uint64), days)


def _shares(overall: Track) -> Shares:
    """Return the share of hits among all events, a row a day and a column a window."""
    return np.stack([hits / count for count, _, hits in by_window(overall.sums).values()], axis=1)


def _of_day(task: Task, consignments: np.ndarray, entity: str, track: Track, shares: Shares) -> Piece:
    """Return the columns of an entity on the one day asked about."""
    days = np.full(len(consignments), task.last, dtype=np.int32)
    overall = dict(zip(WINDOWS, np.broadcast_to(shares, (len(days), len(WINDOWS))).T, strict=True))
    found = measured(entity, by_window(track.sums), since_last(track.rows, days), overall)
    return piece_of(task, consignments, days, found)
