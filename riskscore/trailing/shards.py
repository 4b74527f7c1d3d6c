"""Following entities in pieces: what a crew works on side by side, each piece a range of 64-bit keys.

An entity lies in one range with all its entries, questions and sums, and sums are whole numbers: the answers have the
same bits however many pieces there are. Only what a piece touches travels with it, so that a day far away costs what
the day weighs, not what the state does.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice

import numpy as np

from riskscore.crew import ALONE, Crew
from riskscore.trailing.balances import Book
from riskscore.trailing.errand import Errand, Track, refuse_overflow
from riskscore.trailing.kernel import NO_KEY, Keys
from riskscore.trailing.orders import Rows
from riskscore.trailing.packing import Room
from riskscore.trailing.ranges import follow

MOST_PIECES = 2**15 - 1


def follow_all(errands: Sequence[Errand], crew: Crew = ALONE) -> list[Track]:
    """Return what `follow` answers to each errand, to the bit, worked out by a crew: by spans of keys, or in pieces.

    Raises FeatureError where a sum could overflow 64 bits, CrewError where the crew cannot go on.
    """
    if crew.rows_a_piece is None:
        room = Room()
        return [follow(errand, crew, room) for errand in errands]
    cuts = [Cut(errand, crew.rows_a_piece) for errand in errands]
    tracks = crew.map(follow, (piece for cut in cuts for piece in cut.pieces()))
    return [cut.joined(list(islice(tracks, cut.count))) for cut in cuts]


@dataclass(frozen=True)
class Cut:
    """An errand in pieces."""

    errand: Errand
    rows_a_piece: int

    @cached_property
    def count(self) -> int:
        """How many pieces there are: always one where the stream is followed as a whole."""
        rows = len(self.errand.keys) + len(self.errand.question_keys)
        return 1 if self.errand.by is None else min(max(1, -(-rows // self.rows_a_piece)), MOST_PIECES)

    def pieces(self) -> Iterator[Errand]:
        """Yield the pieces, lowest keys first: each with its entries, its questions and what it touches of the sums."""
        errand, known = self.errand, self.errand.opened()
        refuse_overflow(errand.journal.most, float(np.abs(known.sums).max(initial=0)))
        amounts = errand.wanted.amounts
        wanted = replace(errand.wanted, amounts=tuple(range(len(amounts))))
        openings = [
            errand.leg.opening and Book(wanted.totals, (known.take(rows),)) for rows in by_range(known.keys, self.count)
        ]
        for entries, asked, opening in zip(by_range(errand.keys, self.count), self._asked, openings, strict=True):
            journal = errand.entries.only(entries, errand.by, amounts)
            yield Errand(journal, errand.by, wanted, errand.questions.take(asked), replace(errand.leg, opening=opening))

    def joined(self, tracks: Sequence[Track]) -> Track:
        """Return the answers of all pieces as one."""
        whole = self.errand.unanswered()
        for rows, track in zip(self._asked, tracks, strict=True):
            whole.rows[rows] = track.rows
        return self.errand.closed(whole, [track.closing.whole() for track in tracks])

    @cached_property
    def _asked(self) -> list[Rows]:
        return by_range(self.errand.question_keys, self.count)


def by_range(keys: Keys, count: int) -> list[Rows]:
    """Return, for each of `count` equal ranges of keys, the rows that lie in it, in their order; NO_KEY is in none."""
    number = ((keys >> np.uint64(32)) * np.uint64(count) >> np.uint64(32)).astype(np.int16)
    number[keys == NO_KEY] = count
    ends = np.cumsum(np.bincount(number, minlength=count + 1))
    return np.split(np.argsort(number, kind="stable"), ends[:-1])[:count]
