"""Ours: balances carried from day to day by riskscore.trailing."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from benchmarks.trailing.stream import Numbers
from benchmarks.trailing.task import ENTITIES, LONGEST, WINDOWS, Piece, Sums, Task, measured, piece_of
from riskscore.crew import Here
from riskscore.trailing import (
    Errand,
    Journal,
    Leg,
    Questions,
    Segment,
    State,
    Track,
    Wanted,
    follow_all,
    load_state,
    save_state,
)

PLACES = (None, *ENTITIES)
"""The stream as a whole, for the overall share of hits, and every entity."""
AMOUNTS = 3
WANTED = Wanted(WINDOWS, tuple(range(AMOUNTS)))
CREW = Here(2)
ROWS_A_PIECE = 30_000
STREAM, ORIGIN = "consignment", "benchmark"


def one_year(task: Task) -> Iterator[Piece]:
    """Go through the stream once an entity: add every event once and subtract it once a window."""
    rows = pq.read_table(task.files(), partitioning=None)
    asked = rows.filter(pc.field("day") >= task.first)
    journal, leg = _journal(rows), Leg(task.first, task.last)
    overall = _follow(journal, None, _questions(task, asked, None), leg)
    for entity in ENTITIES:
        track = _follow(journal, entity, _questions(task, asked, entity), leg)
        yield from _pieces(task, asked, entity, track, overall)


def yesterday(task: Task) -> None:
    """Keep the state at the end of the day before: what that day's run left behind."""
    until = task.last - 1
    history = pq.read_table(task.stream.files(task.stream.first_day, until), partitioning=None)
    journal = _journal(history.filter(pc.field("day") <= until))
    nothing = Questions(np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.int32))
    balances = {(STREAM, by): _follow(journal, by, nothing, Leg(until, until)).closing for by in PLACES}
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
    legs = {by: Leg(task.first, task.last, opening=state.balances[STREAM, by]) for by in PLACES}
    tracks = {by: _follow(journal, by, _questions(task, asked, by), legs[by]) for by in PLACES}
    for entity in ENTITIES:
        yield from _pieces(task, asked, entity, tracks[entity], tracks[None])
    closing = {(STREAM, by): track.closing for by, track in tracks.items()}
    segments = (*state.open[STREAM], Segment.of(f"{task.last}", came))
    save_state(task.scratch, State(task.last, ORIGIN, closing, {STREAM: segments}))


def _follow(journal: Journal, by: str | None, questions: Questions, leg: Leg) -> Track:
    (track,) = follow_all([Errand(journal, by, WANTED, questions, leg)], CREW)
    return track


def _journal(rows: pa.Table) -> Journal:
    days, value, hit = (rows[name].to_numpy() for name in ("day", "value", "hit"))
    keys = {by: rows[by].to_numpy() if by else np.ones(len(days), dtype=np.uint64) for by in PLACES}
    return Journal(days, days, keys, np.stack([np.ones_like(value), value, hit.astype(np.int64)], axis=1))


def _questions(task: Task, asked: pa.Table, by: str | None) -> Questions:
    """Ask for each row's entity on its day; for the stream as a whole once a day."""
    if by:
        return Questions(asked[by].to_numpy(), asked["day"].to_numpy())
    days = np.arange(task.first, task.last + 1, dtype=np.int32)
    return Questions(np.ones(len(days), dtype=np.uint64), days)


def _pieces(task: Task, asked: pa.Table, entity: str, track: Track, overall: Track) -> Iterator[Piece]:
    """Yield the columns of an entity some days at a time: what a few days need stays in a processor's own cache."""
    consignments, days = asked["consignment"].to_numpy(), asked["day"].to_numpy()
    starts = np.searchsorted(days, np.arange(task.first, task.last + 2))
    first_rows = [int(starts[0])]
    for start in starts.tolist():
        if start - first_rows[-1] >= ROWS_A_PIECE or start == len(days) > first_rows[-1]:
            first_rows.append(start)
    shares = {window: hits / count for window, (count, _, hits) in _by_window(overall.sums).items()}

    def piece(rows: slice) -> Piece:
        of_day = days[rows] - task.first
        latest, other = track.latest[rows].T
        gaps = days[rows] - np.where(latest == days[rows], other, latest)
        of_rows = {window: share[of_day] for window, share in shares.items()}
        found = measured(entity, _by_window(track.sums[rows]), gaps, of_rows)
        return piece_of(task, consignments[rows], days[rows], found)

    return CREW.map(piece, (slice(*ends) for ends in pairwise(first_rows)))


def _by_window(sums: Numbers) -> dict[int, Sums]:
    starts = range(0, AMOUNTS * len(WINDOWS), AMOUNTS)
    return {w: (sums[:, at], sums[:, at + 1], sums[:, at + 2]) for w, at in zip(WINDOWS, starts, strict=True)}
