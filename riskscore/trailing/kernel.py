"""The loops over single entries, compiled: what enters and leaves each day, and what is asked on it."""

from typing import Any, NamedTuple

import numba
import numpy as np
import numpy.typing as npt

Int32s = npt.NDArray[np.int32]
Int64s = npt.NDArray[np.int64]


class Entries(NamedTuple):
    """Entries of a journal, the entity of each as a code (-1 for none); `amounts` is (entries, amounts), signed."""

    codes: Int64s
    event_on: Int32s
    known_on: Int32s
    amounts: Int64s


class Totals(NamedTuple):
    """What is added up: windows in days (-1 for ever); window w has the places starts[w] to starts[w + 1] - 1.

    A place says which column of the sums it is, and which column of amounts is added up there.
    """

    windows: Int64s
    starts: Int64s
    column: Int64s
    amount: Int64s


class ByDay(NamedTuple):
    """Rows in order of day: those of day `first` + n are order[starts[n]] to order[starts[n + 1] - 1]."""

    order: Int64s
    starts: Int64s
    first: int


def compiled(function: Any) -> Any:
    """Compile `function` on first use; keep what was compiled beside the source where that may be written."""
    try:
        return numba.njit(cache=True, nogil=True)(function)
    except RuntimeError:  # no folder to keep it in, as in a read-only image
        return numba.njit(nogil=True)(function)


@compiled
def enter(sums, entries, totals, entry, day):
    """Add an entry to every total whose window its event is in on `day`."""
    code = entries.codes[entry]
    age = day - entries.event_on[entry]
    for which in range(totals.windows.size):
        if totals.windows[which] < 0 or age < totals.windows[which]:
            for place in range(totals.starts[which], totals.starts[which + 1]):
                sums[code, totals.column[place]] += entries.amounts[entry, totals.amount[place]]


@compiled
def open_sums(sums, entries, totals, day):
    """Add every entry that is known on `day`."""
    for entry in range(entries.codes.size):
        if entries.codes[entry] >= 0 and entries.known_on[entry] <= day:
            enter(sums, entries, totals, entry, day)


@compiled
def leave(sums, entries, totals, which, by_event, day):
    """Take out of the totals of one window what entered before `day` and whose event is as old as the window then."""
    number = day - totals.windows[which] - by_event.first
    if number < 0 or number + 1 >= by_event.starts.size:
        return
    for rank in range(by_event.starts[number], by_event.starts[number + 1]):
        entry = by_event.order[rank]
        code = entries.codes[entry]
        if code >= 0 and entries.known_on[entry] < day:
            for place in range(totals.starts[which], totals.starts[which + 1]):
                sums[code, totals.column[place]] -= entries.amounts[entry, totals.amount[place]]


@compiled
def slide(sums, entries, totals, entering, by_event, asking, asked, answers):
    """Carry `sums` (entities, totals) from day to day in place; answer what is `asked` (codes) on each day."""
    for number in range(asking.starts.size - 1):
        day = asking.first + number
        for place in range(entering.starts[number], entering.starts[number + 1]):
            if entries.codes[entering.order[place]] >= 0:
                enter(sums, entries, totals, entering.order[place], day)
        for which in range(totals.windows.size):
            if totals.windows[which] >= 0:
                leave(sums, entries, totals, which, by_event, day)
        for place in range(asking.starts[number], asking.starts[number + 1]):
            question = asking.order[place]
            if asked[question] >= 0:
                answers[question, :] = sums[asked[question], :]


@compiled
def note_seen(first_seen, latest, code, event_day):
    """Note that an entity had an event on a day: its first day, and its two latest different ones."""
    first_seen[code] = min(first_seen[code], event_day)
    if event_day > latest[code, 0]:
        latest[code, 1] = latest[code, 0]
        latest[code, 0] = event_day
    elif latest[code, 1] < event_day < latest[code, 0]:
        latest[code, 1] = event_day


@compiled
def open_seen(first_seen, latest, entries, day):
    """Note every entry known on `day`."""
    for entry in range(entries.codes.size):
        if entries.codes[entry] >= 0 and entries.known_on[entry] <= day:
            note_seen(first_seen, latest, entries.codes[entry], entries.event_on[entry])


@compiled
def watch(first_seen, latest, entries, entering, asking, asked, firsts, lasts):
    """Carry what was seen from day to day in place; answer the first day and the two latest different days."""
    for number in range(asking.starts.size - 1):
        for place in range(entering.starts[number], entering.starts[number + 1]):
            entry = entering.order[place]
            if entries.codes[entry] >= 0:
                note_seen(first_seen, latest, entries.codes[entry], entries.event_on[entry])
        for place in range(asking.starts[number], asking.starts[number + 1]):
            question = asking.order[place]
            if asked[question] >= 0:
                firsts[question] = first_seen[asked[question]]
                lasts[question, :] = latest[asked[question], :]
