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
from riskscore.trailing.balances import Balances
from riskscore.trailing.entries import NO_KEY, Journal, Keys, Rows
from riskscore.trailing.sums import Leg, Questions, Track, Wanted, follow, refuse_overflow, unanswered

MOST_PIECES = 2**15 - 1


@dataclass(frozen=True)
class Errand:
    """What `follow` is asked: the entities `by` of one stream through one leg."""

    journal: Journal
    by: str | None
    wanted: Wanted
    questions: Questions
    leg: Leg

    @property
    def keys(self) -> Keys:
        """The key of every entry."""
        return self.journal.keys[self.by]

    def track(self) -> Track:
        """Follow the entities here and now."""
        return follow(self.journal, self.by, self.wanted, self.questions, self.leg)


def follow_all(errands: Sequence[Errand], crew: Crew = ALONE) -> list[Track]:
    """Return what `follow` answers to each errand, to the bit, worked out by a crew: errand by errand, or in pieces.

    Raises FeatureError where a sum could overflow 64 bits, CrewError where the crew cannot go on.
    """
    if crew.rows_a_piece is None:
        return list(crew.map(Errand.track, errands))
    cuts = [Cut(errand, crew.rows_a_piece) for errand in errands]
    tracks = crew.map(Errand.track, (piece for cut in cuts for piece in cut.pieces()))
    return [cut.joined(list(islice(tracks, cut.count))) for cut in cuts]


@dataclass(frozen=True)
class Cut:
    """An errand in pieces."""

    errand: Errand
    rows_a_piece: int

    @cached_property
    def count(self) -> int:
        """How many pieces there are: always one where the stream is followed as a whole."""
        rows = len(self.errand.keys) + len(self.errand.questions.keys)
        return 1 if self.errand.by is None else min(max(1, -(-rows // self.rows_a_piece)), MOST_PIECES)

    def pieces(self) -> Iterator[Errand]:
        """Yield the pieces, lowest keys first: each with its entries, its questions and what it touches of the sums."""
        errand, known = self.errand, self._known
        refuse_overflow(errand.journal.most, None if known is None else known.sums)
        wanted, amounts = _amounts_of(errand.wanted)
        openings = (
            [None] * self.count if known is None else [known.take(rows) for rows in by_range(known.keys, self.count)]
        )
        for entries, asked, opening in zip(by_range(errand.keys, self.count), self._asked, openings, strict=True):
            journal = errand.journal.only(entries, errand.by, amounts)
            yield Errand(journal, errand.by, wanted, errand.questions.take(asked), replace(errand.leg, opening=opening))

    def joined(self, tracks: Sequence[Track]) -> Track:
        """Return the answers of all pieces as one."""
        whole = unanswered(len(self.errand.questions.keys), self.errand.wanted)
        for rows, track in zip(self._asked, tracks, strict=True):
            whole.sums[rows] = track.sums
            whole.seen.first[rows], whole.seen.latest[rows] = track.seen.first, track.seen.latest
        opening = self.errand.leg.opening or whole.closing
        return replace(whole, closing=opening.updated(Balances.joined([track.closing for track in tracks])))

    @cached_property
    def _asked(self) -> list[Rows]:
        return by_range(self.errand.questions.keys, self.count)

    @cached_property
    def _known(self) -> Balances | None:
        """The rows of the opening that entries or questions touch."""
        opening = self.errand.leg.opening
        return opening and opening.among(np.concatenate([self.errand.keys, self.errand.questions.keys]))


def by_range(keys: Keys, count: int) -> list[Rows]:
    """Return, for each of `count` equal ranges of keys, the rows that lie in it, in their order; NO_KEY is in none."""
    number = ((keys >> np.uint64(32)) * np.uint64(count) >> np.uint64(32)).astype(np.int16)
    number[keys == NO_KEY] = count
    ends = np.cumsum(np.bincount(number, minlength=count + 1))
    return np.split(np.argsort(number, kind="stable"), ends[:-1])[:count]


def _amounts_of(wanted: Wanted) -> tuple[Wanted, list[int]]:
    """Return the same wish over only the amounts that it names, and which those are."""
    named = sorted({amount for _, amount in wanted.totals})
    return replace(wanted, totals=tuple((window, named.index(amount)) for window, amount in wanted.totals)), named
