"""Ours: balances carried from day to day by riskscore.trailing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from benchmarks.trailing.reduced import AMOUNTS, Asked, Shares, by_window, since_last
from benchmarks.trailing.task import ENTITIES, LONGEST, WINDOWS, Piece, Task, measured, piece_of
from riskscore.crew import Crew, Here
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
STREAM, ORIGIN = "consignment", "benchmark"


def one_year(task: Task) -> Iterator[Piece]:
    """Go through the stream once an entity: add every event once and subtract it once a window."""
    crew = Here(task.threads)
    files, late = (Files.of(names, crew) for names in (task.files(), task.stream.files(task.first, task.last)))
    days, hits = files.read("day", np.empty(len(files), np.int32)), files.read("hit", np.empty(len(files), np.int8))
    amounts = np.broadcast_to(np.int8(1), len(files)), files.read("value", np.empty(len(files), np.int64)), hits
    journal = Journal(days, days, KeysInTurn(files), amounts)
    start = int(np.searchsorted(days, np.int32(task.first)))
    consignments = late.read("consignment", np.empty(len(late), np.int64))[start - len(files) :]
    asked = Asked.of(task, consignments, days[start:], crew)
    leg, room = Leg(task.first, task.last), Room()
    shares = _shares(follow(Errand(journal, None, WANTED, _days_asked(task), leg), crew))
    for entity in ENTITIES:
        questions = Questions(journal.keys[entity][start:], asked.days)
        ranges = Ranges.of(Errand(journal, entity, WANTED, questions, leg), crew, room)
        spans = crew.map(lambda span, of=ranges: asked.reduced(of.follow(span), shares), ranges.spans())
        yield asked.piece(entity, spans, shares)


def yesterday(task: Task) -> None:
    """Keep the state at the end of the day before: what that day's run left behind."""
    until, crew = task.last - 1, Here(task.threads)
    history = pq.read_table(task.stream.files(task.stream.first_day, until), partitioning=None)
    journal = _journal(history.filter(pc.field("day") <= until))
    nothing = Questions(np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.int32))
    balances = {
        (STREAM, by): follow(Errand(journal, by, WANTED, nothing, Leg(until, until)), crew).closing for by in PLACES
    }
    segment = Segment.of(f"until-{until}", journal.take(journal.event_on > until - LONGEST))
    save_state(task.scratch, State(until, ORIGIN, balances, {STREAM: (segment,)}))


def one_day(task: Task) -> Iterator[Piece]:
    """Go on from yesterday's state with the day's own entries and those that leave a window; keep today's state."""
    state = load_state(task.scratch, task.last, lambda _: ORIGIN)
    if state is None:
        raise FileNotFoundError(task.scratch)
    crew = Here(task.threads)
    files, is_asked = task.stream.files(task.last, task.last), pc.field("day") == task.last
    asked = pq.read_table(files, partitioning=None, filters=is_asked)
    came = _journal(asked)
    leaving = [part.between(task.last - w, task.last - w) for part in state.open[STREAM] for w in WINDOWS]
    journal = Journal.joined([came, *leaving])
    tracks = {}
    for by in PLACES:
        questions = Questions(came.keys[by], came.event_on) if by else _days_asked(task)
        leg = Leg(task.first, task.last, opening=state.balances[STREAM, by])
        tracks[by] = follow(Errand(journal, by, WANTED, questions, leg), crew)
    for entity in ENTITIES:
        yield _of_day(task, asked["consignment"].to_numpy(), entity, tracks[entity], _shares(tracks[None]))
    closing = {(STREAM, by): track.closing for by, track in tracks.items()}
    segments = (*state.open[STREAM], Segment.of(f"{task.last}", came))
    save_state(task.scratch, State(task.last, ORIGIN, closing, {STREAM: segments}))


@dataclass(frozen=True)
class Files:
    """Files whose columns are read one at a time, their groups of rows side by side."""

    groups: list[tuple[pa.MemoryMappedFile, pq.FileMetaData, int]]
    """A file that is mapped once for all who read, what it says of itself, and the number of a group."""
    crew: Crew

    @classmethod
    def of(cls, names: list[str], crew: Crew) -> "Files":
        """Return what these files hold, for a crew to read."""
        known = [(pa.memory_map(name), pq.read_metadata(name)) for name in names]
        return cls([(file, one, group) for file, one in known for group in range(one.num_row_groups)], crew)

    def __len__(self) -> int:
        return sum(one.row_group(group).num_rows for _, one, group in self.groups)

    def read(self, column: str, room: np.ndarray) -> np.ndarray:
        """Return a column of all groups, in a room that has a place for each row."""
        ends = np.cumsum([one.row_group(group).num_rows for _, one, group in self.groups]).tolist()

        def read(place: int) -> None:
            file, known, group = self.groups[place]
            rows = pq.ParquetFile(file, metadata=known).read_row_group(group, columns=[column], use_threads=False)
            room[ends[place] - len(rows) : ends[place]] = rows[column].to_numpy()

        for _ in self.crew.map(read, range(len(ends))):
            pass
        return room


class KeysInTurn(Mapping[str | None, np.ndarray]):
    """The keys of every entity, of one at a time: when another's are asked for, those of the one before are gone.

    The next takes its place, for memory that is new to a process takes longer than what is read into it.
    """

    def __init__(self, files: Files) -> None:
        self._files, self._by, self._room = files, "", np.empty(len(files), dtype=np.uint64)

    def __getitem__(self, by: str | None) -> np.ndarray:
        if by is None:
            return np.broadcast_to(np.uint64(1), len(self._room))
        if by != self._by:
            self._files.read(by, self._room)
            self._by = by
        return self._room

    def __iter__(self) -> Iterator[str | None]:
        return iter(PLACES)

    def __len__(self) -> int:
        return len(PLACES)


def _journal(rows: pa.Table) -> Journal:
    days, value, hit = (rows[name].to_numpy() for name in ("day", "value", "hit"))
    keys = {by: rows[by].to_numpy() if by else np.ones(len(days), dtype=np.uint64) for by in PLACES}
    return Journal(days, days, keys, (np.ones(len(days), dtype=np.int8), value, hit))


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
