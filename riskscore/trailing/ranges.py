"""An errand cut into ranges of keys: rows sorted into them once, ranges then followed span by span, side by side."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from riskscore.crew import ALONE, Crew
from riskscore.trailing import kernel
from riskscore.trailing.balances import Balances, distinct
from riskscore.trailing.errand import Errand, Track, refuse_overflow
from riskscore.trailing.kernel import NEVER, Fields, Packed, Span, Stands
from riskscore.trailing.orders import Order, Rows
from riskscore.trailing.packing import Room, Unpacked
from riskscore.trailing.words import Sums

EVER = -1
ROWS_A_RANGE = 2**14
"""Entries and questions in a range of keys: so few that where its entities stand stays in a processor's own cache."""
ROWS_A_SPAN = 2**18
"""Entries and questions followed at once: enough to be worth a call, so few that the answers are still near."""


@dataclass(frozen=True)
class Followed:
    """A span of keys: its questions, their answers, and where its entities stand at the end."""

    questions: Rows
    """Their places among those of the errand."""
    on: Sums
    """The day of each."""
    rows: Sums
    """Shape (questions, SEEN + totals), as those of Balances."""
    ending: Balances
    """In memory that has room for more: what keeps it copies it."""


@dataclass(frozen=True)
class Ranges:
    """An errand's entries and questions by range of keys, in order of day within it."""

    errand: Errand
    fields: Fields
    came: Packed
    old: Packed
    """The entries in order of event day; the same as `came` where that is the same order."""
    asked: Packed

    @classmethod
    def of(cls, errand: Errand, crew: Crew = ALONE, room: Room | None = None) -> "Ranges":
        """Sort the rows of an errand into ranges; in a room that others were sorted in before, those are gone then."""
        errand.look_at(crew)
        journal, on, keys, room = errand.entries, errand.questions.on, errand.question_keys, room or Room()
        words = journal.words(errand.wanted.amounts, crew)
        count = 1 if errand.by is None else (len(errand.keys) + len(keys)) // ROWS_A_RANGE + 1

        def pack_entries(order: Order, free: Rows, rows: Sums) -> None:
            kernel.pack_entries(order.first, order.last, order.rows, errand.keys, words.rows, free, rows)

        def pack_questions(order: Order, free: Rows, rows: Sums) -> None:
            kernel.pack_questions(order.first, order.last, order.rows, keys, on, free, rows)

        def entries(name: str, order: Order) -> Packed:
            width = kernel.WORDS + words.rows.shape[1]
            return room.packed(name, Unpacked(errand.keys, order, width, pack_entries), count, crew)

        asked = Unpacked(keys, errand.asked, kernel.QUESTION_WIDTH, pack_questions)
        came = entries("came", errand.came)
        old = came if errand.is_one_order else entries("old", errand.old)
        event, later, *amounts = words.fields
        fields = Fields(event, later, tuple(amounts or [event]))  # the loops want one at least, though none be asked
        return cls(errand, fields, came, old, room.packed("asked", asked, count, crew))

    def spans(self) -> Iterator[Span]:
        """Yield all ranges, some at a time."""
        rows = np.sum([packed.starts for packed in self._all], axis=0)
        cuts = np.searchsorted(rows, np.arange(0, rows[-1], ROWS_A_SPAN), side="right") - 1
        for first, last in pairwise(distinct(np.append(cuts, len(rows) - 1)).tolist()):
            yield Span(first, last)

    def follow(self, span: Span) -> Followed:
        """Follow the entities of a span; raises FeatureError where a sum could overflow 64 bits."""
        errand, leg = self.errand, self.errand.leg
        sizes = np.sum([packed.starts[span.first : span.last + 1] for packed in self._all], axis=0)
        rows, most = int(sizes[-1] - sizes[0]), int(np.diff(sizes).max(initial=1))
        asked = self.asked.rows[self.asked.starts[span.first] : self.asked.starts[span.last]]
        width, windows = kernel.SEEN + errand.wanted.totals, errand.wanted.windows if errand.wanted.amounts else ()
        answers = np.empty((len(asked), width), dtype=np.int64)
        ending = Stands(np.empty(rows, dtype=np.uint64), np.empty((rows, width), dtype=np.int64), leg.last)
        touched, largest = kernel.settle(
            self.came,
            self.old,
            self.asked,
            errand.is_one_order,
            span,
            1 if errand.by is None else most,
            self._opening(span),
            np.array([EVER if window is None else window for window in windows], dtype=np.int64),
            self.fields,
            answers,
            ending,
        )
        refuse_overflow(errand.journal.most, float(largest))
        numbers, on = kernel.unpack_questions(asked)
        return Followed(numbers, on, answers, Balances(ending.keys[:touched], ending.rows[:touched]))

    @property
    def _all(self) -> Sequence[Packed]:
        return [self.came, self.asked, *([] if self.errand.is_one_order else [self.old])]

    def _opening(self, span: Span) -> Stands:
        """Return where the entities of a span stand at the start."""
        leg = self.errand.leg
        if leg.opening is None:
            none = Balances.none(self.errand.wanted.totals)
            return Stands(none.keys, none.rows, int(NEVER))
        keys = [one.rows[one.starts[span.first] : one.starts[span.last], kernel.KEY] for one in self._all]
        known = leg.opening.among(np.concatenate(keys).view(np.uint64))
        return Stands(known.keys, known.rows, leg.first - 1)


def follow(errand: Errand, crew: Crew = ALONE, room: Room | None = None) -> Track:
    """Follow the entities of an errand through its days: one pass over its entries and questions.

    Raises FeatureError where a sum could overflow 64 bits.
    """
    ranges = Ranges.of(errand, crew, room)
    track = errand.unanswered()

    def end(span: Span) -> Balances:
        followed = ranges.follow(span)
        kernel.spread(followed.rows, followed.questions, track.rows)
        return Balances(followed.ending.keys.copy(), followed.ending.rows.copy())

    return errand.closed(track, list(crew.map(end, ranges.spans())))
