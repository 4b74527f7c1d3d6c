"""What is to be followed through which days, what is asked on the way, and how the answers look."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from riskscore.crew import Crew
from riskscore.errors import FeatureError
from riskscore.store.asof import FOREVER
from riskscore.trailing.balances import Balances, Book
from riskscore.trailing.entries import EVERYTHING, Journal
from riskscore.trailing.kernel import FIRST, LATEST, NEVER, SEEN, Keys
from riskscore.trailing.orders import Days, Order, Rows, in_order
from riskscore.trailing.words import Sums

LARGEST_SUM = 2**62


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
    """What is to be followed: the entities `by` of one stream through the days of one leg, and what is asked of them.

    With an opening, the journal needs only the entries that became known since or whose events leave a window since;
    without, it is the whole past.
    """

    journal: Journal
    by: str | None
    wanted: Wanted
    questions: Questions
    leg: Leg

    def look_at(self, crew: Crew) -> None:
        """Look at the journal once, with all of the crew: what is asked of it later is known then."""
        self.journal.bounds(crew)
        if self.by is None:
            self.journal.by_days(crew)

    @cached_property
    def entries(self) -> Journal:
        """The journal; of the stream as a whole in fewer entries that say the same."""
        return self.journal.by_days() if self.by is None else self.journal

    @property
    def keys(self) -> Keys:
        """The key of every entry."""
        return self.entries.keys[self.by]

    @cached_property
    def question_keys(self) -> Keys:
        """The key of every question; of the stream as a whole the one that all its entries have."""
        if self.by is None:
            return np.full(len(self.questions.on), EVERYTHING, dtype=np.uint64)
        return self.questions.keys

    @cached_property
    def came(self) -> Order:
        """The entries known by the end, in order of the day they became known."""
        since = self.leg.first if self.leg.opening and not self.is_one_order else None
        return self.entries.in_order("known_on", since, self.leg.last)

    @cached_property
    def old(self) -> Order:
        """The entries whose events leave a window, in order of event day."""
        ends = self.wanted.ends
        since = self.leg.first - max(ends, default=0) if self.leg.opening else None
        return self.entries.in_order("event_on", since, self.leg.last - min(ends, default=0))

    @cached_property
    def is_one_order(self) -> bool:
        """Whether the entries became known in the order of their event days."""
        return self.entries.is_one_order(self.leg.last)

    @cached_property
    def asked(self) -> Order:
        """The questions of the leg, in order of day."""
        return in_order(self.questions.on, self.leg.first, self.leg.last)

    def unanswered(self) -> Track:
        """Return the answers about entities that never did anything."""
        rows = np.zeros((len(self.questions.on), SEEN + self.wanted.totals), dtype=np.int64)
        rows[:, :SEEN] = (FOREVER, NEVER, NEVER)
        return Track(rows, Book(self.wanted.totals))

    def closed(self, answers: Track, ends: Sequence[Balances]) -> Track:
        """Return the answers with where every entity stands at the end, from the ends of all spans."""
        opening = self.leg.opening or answers.closing
        none = Balances.none(self.wanted.totals)
        return replace(answers, closing=opening.followed_by(Balances.newest([none, *ends])))

    def opened(self) -> Balances:
        """Return where the entities stand at the start that any entry or question is about."""
        if self.leg.opening is None:
            return Balances.none(self.wanted.totals)
        entries = [self.came] if self.is_one_order else [self.came, self.old]
        keys = [self.keys[order.written] for order in entries]
        return self.leg.opening.among(np.concatenate([*keys, self.question_keys[self.asked.written]]))


def refuse_overflow(added: float, largest: float) -> None:
    """Raise FeatureError where sums of at most `largest` could overflow 64 bits by adding up to `added`."""
    if added + largest > LARGEST_SUM:
        raise FeatureError("A trailing sum could overflow 64 bits. Declare its measure with a smaller scale.")
