"""The loops over single entries, compiled: entities by ranges of keys, then one entity after the other.

A range holds so few entries that they, their table of keys and their order stay in the processor's own cache; an
entity's sums stay in its registers while its entries and questions pass by.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from riskscore.compiling import compiled, within
from riskscore.store.asof import FOREVER

Int32s = npt.NDArray[np.int32]
Int64s = npt.NDArray[np.int64]
Keys = npt.NDArray[np.uint64]

NEVER = np.int32(-2_000_000)
"""A day number before every real one."""
NO_KEY = np.uint64(0)
"""The key of a row whose entity is missing."""
KEY, KNOWN, EVENT, AMOUNTS = 0, 1, 2, 3
"""The columns of packed entries, the amounts from the last of them on."""
DAY, QUESTION = 1, 2
"""The columns of packed questions, after the key."""
FIRST, LATEST, BEFORE, SEEN = 0, 1, 2, 3
"""Where an entity stands: the day of its first event, the two latest different days, and from SEEN on its sums: every
amount over the first window, then over the next."""


class Span(NamedTuple):
    """Of so many equal ranges of keys, those from `first` to `last` - 1."""

    first: int
    last: int
    ranges: int


class Packed(NamedTuple):
    """Rows of whole numbers by range of keys: range r of a span has rows[starts[r]] to rows[starts[r + 1] - 1]."""

    rows: Int64s
    starts: Int64s


class Stands(NamedTuple):
    """Where entities stand at the end of day `day` (NEVER: before anything): one row a key, as SEEN tells."""

    keys: Keys
    rows: Int64s
    day: int


class Table(NamedTuple):
    """Keys met so far: the code in each slot (-1 where free), and the key of each code."""

    slots: Int32s
    keys: Keys


@within
def range_of(key, span):
    """Return the range of a key within a span; -1 outside it and for a missing key."""
    number = np.int64(((key >> np.uint64(32)) * np.uint64(span.ranges)) >> np.uint64(32))
    return number - span.first if key != NO_KEY and span.first <= number < span.last else -1


@compiled
def starts_of(keys, order, span):
    """Return where the rows of each range of a span start, and where the last ends."""
    starts = np.zeros(span.last - span.first + 1, np.int64)
    for place in range(order.size):
        number = range_of(keys[order[place]], span)
        if number >= 0:
            starts[number + 1] += 1
    return np.cumsum(starts)


@compiled
def pack_entries(keys, known_on, event_on, amounts, chosen, order, span):
    """Copy the entries of a span, in the given order, with some of their amounts, to the others of their range."""
    starts = starts_of(keys, order, span)
    rows = np.empty((starts[-1], AMOUNTS + chosen.size), np.int64)
    free = starts.copy()
    for place in range(order.size):
        entry = order[place]
        number = range_of(keys[entry], span)
        if number >= 0:
            row = free[number]
            free[number] += 1
            rows[row, KEY] = np.int64(keys[entry])
            rows[row, KNOWN] = known_on[entry]
            rows[row, EVENT] = event_on[entry]
            for place_of_amount in range(chosen.size):
                rows[row, AMOUNTS + place_of_amount] = amounts[entry, chosen[place_of_amount]]
    return Packed(rows, starts)


@compiled
def pack_questions(keys, on, order, span):
    """Copy the questions of a span, in the given order, to the others of their range."""
    starts = starts_of(keys, order, span)
    rows = np.empty((starts[-1], QUESTION + 1), np.int64)
    free = starts.copy()
    for place in range(order.size):
        question = order[place]
        number = range_of(keys[question], span)
        if number >= 0:
            row = free[number]
            free[number] += 1
            rows[row, KEY], rows[row, DAY], rows[row, QUESTION] = np.int64(keys[question]), on[question], question
    return Packed(rows, starts)


@compiled
def empty_table(most):
    """Return a table with room for so many keys."""
    slots = 16
    while slots < 2 * most:
        slots *= 2
    return Table(np.full(slots, -1, np.int32), np.empty(most, np.uint64))


@compiled
def encode(packed, number, table, known, codes):
    """Write the code of every row of a range, new keys numbered from `known` on; return how many there are then."""
    last = np.uint64(table.slots.size - 1)
    start = packed.starts[number]
    for place in range(start, packed.starts[number + 1]):
        key = np.uint64(packed.rows[place, KEY])
        slot = key & last
        while table.slots[slot] >= 0 and table.keys[table.slots[slot]] != key:
            slot = (slot + np.uint64(1)) & last
        if table.slots[slot] < 0:
            table.slots[slot] = known
            table.keys[known] = key
            known += 1
        codes[place - start] = table.slots[slot]
    return known


@compiled
def by_code(packed, number, codes, known):
    """Return a range's rows in order of code, their own order kept within it, and where each code's start."""
    starts = np.zeros(known + 1, np.int64)
    for code in codes:
        starts[code + 1] += 1
    starts = np.cumsum(starts)
    free, first, width = starts.copy(), packed.starts[number], packed.rows.shape[1]
    rows, ordered = packed.rows, np.empty((codes.size, width), np.int64)
    for place in range(codes.size):
        row = free[codes[place]]
        free[codes[place]] += 1
        for column in range(width):
            ordered[row, column] = rows[first + place, column]
    return ordered, starts


@within
def stand(now, key, keys, balances):
    """Set an entity to where it stands at the opening."""
    place = np.searchsorted(keys, key)
    is_known = place < keys.size and keys[place] == key
    for column in range(now.size):
        now[column] = balances[place, column] if is_known else 0
    if not is_known:
        now[FIRST], now[LATEST], now[BEFORE] = FOREVER, NEVER, NEVER


@within
def note_seen(now, event_day):
    """Note an event: the first day, and the two latest different days."""
    now[FIRST] = min(now[FIRST], event_day)
    if event_day > now[LATEST]:
        now[BEFORE] = now[LATEST]
        now[LATEST] = event_day
    elif now[BEFORE] < event_day < now[LATEST]:
        now[BEFORE] = event_day


@within
def leave(now, rows, places, end, windows, before, day):
    """Take out of each window what entered it by the end of `before` and is as old as it on `day`."""
    amounts = rows.shape[1] - AMOUNTS
    for which in range(windows.size):
        window, row = windows[which], places[which]
        while window >= 0 and row < end and rows[row, EVENT] <= day - window:
            if rows[row, KNOWN] <= before and rows[row, EVENT] > before - window:
                for amount in range(amounts):
                    now[SEEN + which * amounts + amount] -= rows[row, AMOUNTS + amount]
            row += 1
        places[which] = row


@within
def enter(now, rows, row, end, windows, day):
    """Add what became known by the end of `day` to each window its event is in; return the row that is next."""
    amounts = rows.shape[1] - AMOUNTS
    while row < end and rows[row, KNOWN] <= day:
        note_seen(now, rows[row, EVENT])
        for which in range(windows.size):
            if windows[which] < 0 or day - rows[row, EVENT] < windows[which]:
                for amount in range(amounts):
                    now[SEEN + which * amounts + amount] += rows[row, AMOUNTS + amount]
        row += 1
    return row


@within
def copy(values, room, row):
    """Write values into a row."""
    for column in range(values.size):
        room[row, column] = values[column]


@within
def follow_one(now, came, row, end, old, places, last, asked, question, questions, windows, answers, before, closed):
    """Carry an entity from where it stands at the end of day `before` to the end of day `closed`; answer on the way.

    Its entries are `came` from `row` to `end`, those that leave `old` from `places` (a window each) to `last`.
    """
    while row < end and came[row, KNOWN] <= before:
        row += 1
    while True:
        is_end = question == questions
        day = closed if is_end else asked[question, DAY]
        if day > before:
            leave(now, old, places, last, windows, before, day)
            row = enter(now, came, row, end, windows, day)
            before = day
        if is_end:
            return
        copy(now, answers, asked[question, QUESTION])
        question += 1


@compiled
def settle(came, old, asked, is_one_order, most, opening, windows, answers, closing):
    """Follow every entity of a span through its days; return how many there are, and the largest opening sum.

    `came` holds the entries in order of the day they became known, `old` in order of event day (the same rows where
    `is_one_order`), `asked` the questions in order of day; a range has at most `most` different keys. Windows are in
    days, -1 for ever.
    """
    touched, largest, now = 0, 0, np.zeros(answers.shape[1], np.int64)
    opening_keys, opening_rows, opened = opening.keys, opening.rows, opening.day
    closing_keys, closing_rows, closed = closing.keys, closing.rows, closing.day
    places = np.empty(windows.size, np.int64)
    for number in range(came.starts.size - 1):
        keys, (entering, came_at), (leaving, old_at), (asking, asked_at) = by_key(
            came, old, asked, is_one_order, number, most
        )
        for code in range(keys.size):
            stand(now, keys[code], opening_keys, opening_rows)
            for place in range(SEEN, now.size):
                largest = max(largest, abs(now[place]))
            places[:] = old_at[code]
            follow_one(
                now, entering, came_at[code], came_at[code + 1], leaving, places, old_at[code + 1],
                asking, asked_at[code], asked_at[code + 1], windows, answers, opened, closed,
            )  # fmt: skip
            closing_keys[touched] = keys[code]
            copy(now, closing_rows, touched)
            touched += 1
    return touched, largest


@compiled
def by_key(came, old, asked, is_one_order, number, most):
    """Return the keys of a range, and its entries, old entries and questions in order of key, with each key's start."""
    rows, questions = came.starts[number + 1] - came.starts[number], asked.starts[number + 1] - asked.starts[number]
    older = 0 if is_one_order else old.starts[number + 1] - old.starts[number]
    table = empty_table(min(most, rows + older + questions))
    codes, asked_codes, old_codes = np.empty(rows, np.int32), np.empty(questions, np.int32), np.empty(older, np.int32)
    known = encode(came, number, table, 0, codes)
    known = encode(asked, number, table, known, asked_codes)
    if not is_one_order:
        known = encode(old, number, table, known, old_codes)
    entering = by_code(came, number, codes, known)
    leaving = entering if is_one_order else by_code(old, number, old_codes, known)
    return table.keys[:known], entering, leaving, by_code(asked, number, asked_codes, known)
