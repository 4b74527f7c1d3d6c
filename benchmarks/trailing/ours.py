"""Ours: balances carried from day to day by riskscore.trailing."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

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
WANTED = Wanted(WINDOWS, tuple((window, amount) for window in range(len(WINDOWS)) for amount in range(AMOUNTS)))
CREW = Here(2)
STREAM, ORIGIN = "consignment", "benchmark"


def one_year(task: Task) -> Iterator[Piece]:
    """Go through the stream once an entity: add every event once and subtract it once a window."""
    rows = pq.read_table(task.files(), partitioning=None)
    asked = rows.filter(pc.field("day") >= task.first)
    journal, leg = _journal(rows), Leg(task.first, task.last)
    overall = _follow(journal, None, _questions(task, asked, None), leg)
    for entity in ENTITIES:
        track = _follow(journal, entity, _questions(task, asked, entity), leg)
        yield _piece(task, asked, entity, track, overall)


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
        yield _piece(task, asked, entity, tracks[entity], tracks[None])
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


def _piece(task: Task, asked: pa.Table, entity: str, track: Track, overall: Track) -> Piece:
    days = asked["day"].to_numpy()
    of_day = days - task.first
    shares = {window: (hits / count)[of_day] for window, (count, _, hits) in _by_window(overall).items()}
    latest, other = track.seen.latest.T
    gaps = days - np.where(latest == days, other, latest).astype(np.int64)
    found = measured(entity, _by_window(track), gaps, shares)
    return piece_of(task, asked["consignment"].to_numpy(), days, found)


def _by_window(track: Track) -> dict[int, Sums]:
    starts = range(0, AMOUNTS * len(WINDOWS), AMOUNTS)
    return {
        window: (track.sums[:, start], track.sums[:, start + 1], track.sums[:, start + 2])
        for window, start in zip(WINDOWS, starts, strict=True)
    }
