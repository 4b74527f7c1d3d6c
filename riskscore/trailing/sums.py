"""Follow the entities of a stream through days: sums over windows, and when they were first and last seen."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from riskscore.errors import FeatureError
from riskscore.store.asof import FOREVER
from riskscore.trailing import kernel
from riskscore.trailing.balances import Balances, Book
from riskscore.trailing.entries import Days, Journal, Keys, Rows, Sums, in_order
from riskscore.trailing.kernel import FIRST, LATEST, NEVER, SEEN, Packed, Span, Stands

LARGEST_SUM = 2**62
EVER = -1
ROWS_A_RANGE = 2**13
"""Entries and questions in a range of keys: so few that they stay in a processor's own cache."""


@dataclass(frozen=True)
class Wanted:
    """What is wanted of one stream by one entity: the sums of some amounts over each window (days, None for ever)."""

    windows: tuple[int | None, ...]
    amounts: tuple[int, ...]
    """Places of amounts in the stream's journal."""

    @property
    def totals(self) -> int:
        """How many sums there are: every amount over the first window, then over the next."""
        return len(self.windows) * len(self.amounts)

    @property
    def ends(self) -> list[int]:
        """The windows that end, in days."""
        return [window for window in self.windows if window is not None]


@dataclass(frozen=True)
class Questions:
    """What is asked: one entity's key (NO_KEY where the row has none) and one day number a row."""

    keys: Keys
    on: Days

    def take(self, rows: Rows) -> "Questions":
        """Return some of the questions."""
        return Questions(self.keys[rows], self.on[rows])


@dataclass(frozen=True)
class Leg:
    """The days to go through, from the end of the day before `first` to the end of `last` (day numbers).

    `opening` is where every entity stood at the start; None before anything was counted.
    """

    first: int
    last: int
    opening: Book | None = None


@dataclass(frozen=True)
class Track:
    """The answers, one row a question, and where every entity stands at the end of the last day."""

    rows: Sums
    """Shape (questions, SEEN + totals), as those of Balances."""
    closing: Book

    @property
    def sums(self) -> Sums:
        """Shape (questions, totals)."""
        return self.rows[:, SEEN:]

    @property
    def first(self) -> Sums:
        """The day of the first event; NEVER where there is none."""
        first = self.rows[:, FIRST]
        return np.where(first == FOREVER, np.int64(NEVER), first)

    @property
    def latest(self) -> Sums:
        """Shape (questions, 2): the two latest different days, the later first; NEVER where there is none."""
        return self.rows[:, LATEST:SEEN]


@dataclass(frozen=True)
class Errand:
    """What is to be followed: the entities `by` of one stream through one leg, and what is wanted and asked of them.

    With an opening, the journal needs only the entries that became known since or whose events leave a window since;
    without, it is the whole past.
    """

    journal: Journal
    by: str | None
    wanted: Wanted
    questions: Questions
    leg: Leg

    @property
    def keys(self) -> Keys:
        """The key of every entry."""
        return self.journal.keys[self.by]

    @cached_property
    def ranges(self) -> int:
        """Into how many ranges of keys the entities are best cut."""
        return 1 if self.by is None else (len(self.keys) + len(self.questions.keys)) // ROWS_A_RANGE + 1

    @cached_property
    def came(self) -> Rows:
        """The entries known by the end, in order of the day they became known."""
        since = self.leg.first if self.leg.opening and not self.is_one_order else None
        return self.journal.in_order("known_on", since, self.leg.last)

    @cached_property
    def old(self) -> Rows:
        """The entries whose events leave a window, in order of event day."""
        ends = self.wanted.ends
        since = self.leg.first - max(ends, default=0) if self.leg.opening else None
        return self.journal.in_order("event_on", since, self.leg.last - min(ends, default=0))

    @cached_property
    def is_one_order(self) -> bool:
        """Whether the entries became known in the order of their event days."""
        return self.journal.is_one_order(self.leg.last)

    @cached_property
    def asked(self) -> Rows:
        """The questions of the leg, in order of day."""
        return in_order(self.questions.on, self.leg.first, self.leg.last)

    def track(self) -> Track:
        """Follow the entities here and now; see `follow`."""
        answers = self.unanswered()
        return self.closed(answers, [self.follow(Span(0, self.ranges, self.ranges), answers)])

    def follow(self, span: Span, answers: Track) -> Balances:
        """Follow the entities of a span: fill in their answers, return where they stand at the end.

        Spans that do not overlap may be followed side by side. Raises as `follow` does.
        """
        came = self._packed(self.came, span)
        old = came if self.is_one_order else self._packed(self.old, span)
        asked = kernel.pack_questions(self.questions.keys, self.questions.on, self.asked, span)
        rows = max(len(came.rows) + len(asked.rows) + (0 if self.is_one_order else len(old.rows)), 1)
        ending = Stands(
            np.empty(rows, dtype=np.uint64), np.empty((rows, answers.rows.shape[1]), dtype=np.int64), self.leg.last
        )
        touched, largest = kernel.settle(
            came,
            old,
            asked,
            self.is_one_order,
            1 if self.by is None else rows,
            self._opening([came, asked, *([] if self.is_one_order else [old])]),
            np.array([EVER if window is None else window for window in self.wanted.windows], dtype=np.int64),
            answers.rows,
            ending,
        )
        refuse_overflow(self.journal.most, float(largest))
        return Balances(ending.keys[:touched], ending.rows[:touched])

    def unanswered(self) -> Track:
        """Return the answers about entities that never did anything."""
        rows = np.zeros((len(self.questions.keys), SEEN + self.wanted.totals), dtype=np.int64)
        rows[:, :SEEN] = (FOREVER, NEVER, NEVER)
        return Track(rows, Book(self.wanted.totals))

    def closed(self, answers: Track, ends: Sequence[Balances]) -> Track:
        """Return the answers with where every entity stands at the end, from the ends of all spans."""
        opening = self.leg.opening or answers.closing
        return replace(answers, closing=opening.followed_by(Balances.newest(ends)))

    def opened(self) -> Balances:
        """Return where the entities stand at the start that any entry or question is about."""
        if self.leg.opening is None:
            return Balances.none(self.wanted.totals)
        entries = self.came if self.is_one_order else np.concatenate([self.came, self.old])
        return self.leg.opening.among(np.concatenate([self.keys[entries], self.questions.keys[self.asked]]))

    def _packed(self, order: Rows, span: Span) -> Packed:
        journal, amounts = self.journal, np.array(self.wanted.amounts, dtype=np.int64)
        packed: Packed = kernel.pack_entries(
            self.keys, journal.known_on, journal.event_on, journal.amounts, amounts, order, span
        )
        return packed

    def _opening(self, packed: Sequence[Packed]) -> Stands:
        """Return where the entities of a span stand at the start; threads that follow others look up their own."""
        if self.leg.opening is None:
            none = Balances.none(self.wanted.totals)
            return Stands(none.keys, none.rows, int(NEVER))
        known = self.leg.opening.among(np.concatenate([one.rows[:, kernel.KEY] for one in packed]).view(np.uint64))
        return Stands(known.keys, known.rows, self.leg.first - 1)


def follow(journal: Journal, by: str | None, wanted: Wanted, questions: Questions, leg: Leg) -> Track:
    """Follow the entities `by` through the days of a leg.

    Cost: one pass over the entries and the questions. Raises FeatureError where a sum could overflow 64 bits.
    """
    return Errand(journal, by, wanted, questions, leg).track()


def refuse_overflow(added: float, largest: float) -> None:
    """Raise FeatureError where sums of at most `largest` could overflow 64 bits by adding up to `added`."""
    if added + largest > LARGEST_SUM:
        raise FeatureError("A trailing sum could overflow 64 bits. Declare its measure with a smaller scale.")
