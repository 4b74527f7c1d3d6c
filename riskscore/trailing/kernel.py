"""The loops over single entries, compiled: ranges of keys one after the other, each along its days.

A range holds so few entities that what they stand at stays in the processor's own cache, while its entries and
questions pass by in order of day. All that knows how rows are packed is in this file, since what is compiled of a file
is kept until that file changes, whatever others do.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from riskscore.compiling import ask_for, compiled, within
from riskscore.store.asof import FOREVER

Int32s = npt.NDArray[np.int32]
Int64s = npt.NDArray[np.int64]
Keys = npt.NDArray[np.uint64]

NEVER = np.int32(-2_000_000)
"""A day number before every real one."""
NO_KEY = np.uint64(0)
"""The key of a row whose entity is missing."""
KEY, WORDS = 0, 1
"""The columns of packed entries: the key, from the last one on words that hold its days and amounts."""
ASKED, QUESTION_WIDTH = 1, 2
"""Of packed questions, after the key: the day and the question's number; and how many columns there are."""
FIRST, LATEST, BEFORE, SEEN = 0, 1, 2, 3
"""Where an entity stands: the day of its first event, the two latest different days, and from SEEN on its sums: every
amount over the first window, then over the next. On its way it has, from SEEN on, every amount that entered, then what
is not in the first window of that, then what is not in the next: an entry is added once, however many windows there
are."""
LOW_HALF = 0xFFFF_FFFF
AHEAD = 2
"""So many rows before it is written, the memory of a packed row is asked for."""


class Field(NamedTuple):
    """Where a number lies in a packed entry: its column, and by how many bits that is moved left, then right."""

    column: int
    left: int
    right: int


class Fields(NamedTuple):
    """Where the numbers of packed entries lie: the day it happened, how much later it became known, its amounts."""

    event: Field
    later: Field
    amounts: tuple[Field, ...]


class Packed(NamedTuple):
    """Rows of whole numbers by range of keys: range r has rows[starts[r]] to rows[starts[r + 1] - 1]."""

    rows: Int64s
    starts: Int64s


class Span(NamedTuple):
    """The ranges of keys from `first` to `last` - 1."""

    first: int
    last: int


class Stands(NamedTuple):
    """Where entities stand at the end of day `day` (NEVER: before anything): one row a key, as SEEN tells."""

    keys: Keys
    rows: Int64s
    day: int


class Table(NamedTuple):
    """Keys met so far: the code in each slot (-1 where free), and the key of each code."""

    slots: Int32s
    keys: Int64s


class Pass(NamedTuple):
    """Entries of one range that pass by in order: the code of each one's entity, its two days, and its amounts."""

    codes: Int32s
    events: Int32s
    known: Int32s
    amounts: Int64s


@within
def range_of(key, ranges):
    """Return the range of a key; `ranges`, where there is none, for a missing key."""
    number = np.int64(((key >> np.uint64(32)) * np.uint64(ranges)) >> np.uint64(32))
    return number if key != NO_KEY else ranges


@within
def at(place):
    """Return a place that is surely not negative as such a number: it is not looked at for that each time then."""
    return np.uint64(place)


@within
def halves(high, low):
    """Return two whole numbers of 32 bits as one of 64."""
    return (np.int64(high) << 32) | (np.int64(low) & LOW_HALF)


@within
def day_asked(rows, row):
    """Return the day that a packed question asks for."""
    return rows[at(row), ASKED] >> 32


@within
def taken_out(rows, row, field):
    """Return a number of a packed entry."""
    return (rows[at(row), at(field.column)] << field.left) >> field.right


@within
def row_of(order, place):
    """Return the row at a place of an order; an empty one is that in which the rows lie."""
    return order[place] if order.size else place


@compiled
def count_by_range(first, last, order, keys, counts):
    """Add to `counts` how many of the rows at these places each range has, and to its last those of missing keys."""
    for place in range(first, last):
        counts[range_of(keys[row_of(order, place)], counts.size - 1)] += 1


@compiled
def pack_entries(first, last, order, keys, words, free, rows):
    """Copy the entries at these places to where their range has room next."""
    for place in range(first, last):
        entry = row_of(order, place)
        number = range_of(keys[entry], free.size)
        if number < free.size:
            row = free[number]
            free[number] += 1
            ask_for(rows, row + AHEAD)
            rows[row, KEY] = np.int64(keys[entry])
            for word in range(words.shape[1]):
                rows[row, WORDS + word] = words[entry, word]


@compiled
def pack_questions(first, last, order, keys, on, free, rows):
    """Copy the questions at these places to where their range has room next."""
    for place in range(first, last):
        question = row_of(order, place)
        number = range_of(keys[question], free.size)
        if number < free.size:
            row = free[number]
            free[number] += 1
            ask_for(rows, row + AHEAD)
            rows[row, KEY] = np.int64(keys[question])
            rows[row, ASKED] = halves(on[question], question)


@compiled
def unpack_questions(rows):
    """Return the numbers of packed questions, and their days."""
    numbers, on = np.empty(len(rows), np.int64), np.empty(len(rows), np.int64)
    for row in range(len(rows)):
        numbers[row], on[row] = rows[row, ASKED] & LOW_HALF, day_asked(rows, row)
    return numbers, on


@compiled
def empty_table(most):
    """Return a table with room for so many keys."""
    slots = 16
    while slots < 2 * most:
        slots *= 2
    return Table(np.full(slots, -1, np.int32), np.empty(most, np.int64))


@compiled
def encode(rows, table, known):
    """Return the code of every row, new keys numbered from `known` on, and how many there are then."""
    slots, keys, last = table.slots, table.keys, np.uint64(table.slots.size - 1)
    codes = np.empty(len(rows), np.int32)
    for row in range(len(rows)):
        key = rows[at(row), KEY]
        slot = np.uint64(key) & last
        while slots[slot] >= 0 and keys[at(slots[slot])] != key:
            slot = (slot + np.uint64(1)) & last
        if slots[slot] < 0:
            slots[slot] = known
            keys[known] = key
            known += 1
        codes[row] = slots[slot]
    return codes, known


@compiled
def unpack_entries(rows, codes, fields):
    """Return packed entries, whose entities have these codes, as they pass by."""
    events, known = np.empty(len(rows), np.int32), np.empty(len(rows), np.int32)
    amounts = np.empty((len(rows), len(fields.amounts)), np.int64)
    for row in range(len(rows)):
        events[row] = taken_out(rows, row, fields.event)
        known[row] = events[row] + taken_out(rows, row, fields.later)
        for place in range(len(fields.amounts)):
            amounts[at(row), at(place)] = taken_out(rows, row, fields.amounts[place])
    return Pass(codes, events, known, amounts)


@within
def stand(now, code, opening, key, amounts):
    """Set an entity to where it stands at the opening; return the largest of its sums."""
    place, largest = np.searchsorted(opening.keys, key), 0
    is_known = place < opening.keys.size and opening.keys[place] == key
    for column in range(now.shape[1]):
        now[code, column] = 0
    now[code, FIRST], now[code, LATEST], now[code, BEFORE] = FOREVER, NEVER, NEVER
    if is_known:
        for column in range(SEEN):
            now[code, column] = opening.rows[place, column]
        for column in range(SEEN, opening.rows.shape[1]):
            now[code, column + amounts] = -opening.rows[place, column]
            largest = max(largest, abs(opening.rows[place, column]))
    return largest


@within
def add(now, code, column, passing, row, fields):
    """Add an entry's amounts to where an entity stands."""
    for place in range(len(fields.amounts)):
        now[at(code), at(column + place)] += passing.amounts[at(row), at(place)]


@within
def tell(now, code, fields, room, row):
    """Write where an entity stands into a row."""
    amounts, who, where = len(fields.amounts), at(code), at(row)
    for column in range(SEEN):
        room[where, column] = now[who, column]
    for start in range(SEEN, room.shape[1], amounts):
        for place in range(amounts):
            entered, left = now[who, at(SEEN + place)], now[who, at(start + amounts + place)]
            room[where, at(start + place)] = entered - left


@within
def note_seen(now, code, event_day):
    """Note an event: the first day, and the two latest different days."""
    who = at(code)
    latest = now[who, LATEST]
    now[who, FIRST] = min(now[who, FIRST], event_day)
    if event_day > latest:
        now[who, BEFORE] = latest
        now[who, LATEST] = event_day
    elif now[who, BEFORE] < event_day < latest:
        now[who, BEFORE] = event_day


@within
def leave(now, old, places, windows, before, day, fields):
    """Take out of each window what entered it by the end of `before` and is as old as it on `day`."""
    for which in range(windows.size):
        window, row, column = windows[which], places[which], SEEN + (1 + which) * len(fields.amounts)
        while window >= 0 and row < old.codes.size and old.events[at(row)] <= day - window:
            if old.known[at(row)] <= before and old.events[at(row)] > before - window:
                add(now, old.codes[at(row)], column, old, row, fields)
            row += 1
        places[which] = row


@within
def enter(now, came, row, windows, shortest, day, fields):
    """Add what became known by the end of `day`, to each window its event is in; return the row that is next."""
    while row < came.codes.size and came.known[at(row)] <= day:
        code, event_day = came.codes[at(row)], np.int64(came.events[at(row)])
        note_seen(now, code, event_day)
        add(now, code, SEEN, came, row, fields)
        for which in range(windows.size if day - event_day >= shortest else 0):
            if 0 <= windows[which] <= day - event_day:
                add(now, code, SEEN + (1 + which) * len(fields.amounts), came, row, fields)
        row += 1
    return row


@compiled
def follow_range(now, came, old, asked, asking, windows, fields, before, closed, answers):
    """Carry the entities of a range from where they stand at the end of day `before` to the end of day `closed`.

    On the way, answer each question (of an entity `asking`) with where its entity stands at the end of its day.
    """
    places, row, question, shortest = np.zeros(windows.size, np.int64), 0, 0, FOREVER
    for window in windows:
        shortest = min(shortest, window) if window >= 0 else shortest
    while row < came.codes.size and came.known[at(row)] <= before:
        row += 1
    while True:
        is_end = question == asking.size
        day = closed if is_end else day_asked(asked, question)
        if day > before:
            leave(now, old, places, windows, before, day, fields)
            row = enter(now, came, row, windows, shortest, day, fields)
            before = day
        if is_end:
            return
        tell(now, asking[at(question)], fields, answers, question)
        question += 1


@compiled
def of_range(packed, number):
    """Return the rows of a range."""
    return packed.rows[packed.starts[number] : packed.starts[number + 1]]


@compiled
def settle(came, old, asked, is_one_order, span, most, opening, windows, fields, answers, closing):
    """Follow the entities of a span; return how many there are, and the largest opening sum.

    `came` holds the entries in order of the day they became known, `old` in order of event day (the same rows where
    `is_one_order`), `asked` the questions in order of day; `answers` has a row for each of the span, in their order. A
    range has at most `most` different keys. Windows are in days, -1 for ever. For each number of amounts this is
    compiled once, with loops over amounts rolled out: a loop costs more than so few rounds.
    """
    table, now = empty_table(most), np.empty((most, answers.shape[1] + len(fields.amounts)), np.int64)
    touched, largest, first_answer = 0, 0, asked.starts[span.first]
    for number in range(span.first, span.last):
        table.slots[:] = -1
        rows, asking = of_range(came, number), of_range(asked, number)
        codes, known = encode(rows, table, 0)
        asking_codes, known = encode(asking, table, known)
        entering = leaving = unpack_entries(rows, codes, fields)
        if not is_one_order:
            rows = of_range(old, number)
            codes, known = encode(rows, table, known)
            leaving = unpack_entries(rows, codes, fields)
        for code in range(known):
            largest = max(largest, stand(now, code, opening, np.uint64(table.keys[code]), len(fields.amounts)))
        follow_range(
            now, entering, leaving, asking, asking_codes, windows, fields, opening.day, closing.day,
            answers[asked.starts[number] - first_answer :],
        )  # fmt: skip
        for code in range(known):
            closing.keys[touched + code] = np.uint64(table.keys[code])
            tell(now, code, fields, closing.rows, touched + code)
        touched += known
    return touched, largest


@compiled
def spread(rows, places, room):
    """Copy every row to its place."""
    for row in range(places.size):
        for column in range(rows.shape[1]):
            room[places[row], column] = rows[row, column]
