"""The journal of a stream: every change of it as a signed entry on the day it became known.

A version of an event enters with its amounts on the day it became known and, where a newer version replaced it, is
taken out by the same amounts with the other sign on the day that one became known. Whether an entry counts on a day
then rests on two of its days alone: known by then, and its event no older than the window.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from riskscore.crew import ALONE, Crew
from riskscore.errors import FeatureError
from riskscore.store.asof import FOREVER
from riskscore.trailing.kernel import NEVER, NO_KEY, Keys
from riskscore.trailing.mapping import ask_for_rows
from riskscore.trailing.orders import Days, Order, Rows, ascend, in_order
from riskscore.trailing.words import Bounds, Columns, Sums, Whole, Words, chunks

SURELY_SMALL = 2.0**60
"""A bound below this needs no closer look: no sum comes near the end of 64 bits."""
DAYS = 2
"""How many columns in words are days, before the amounts."""
EVERYTHING = np.uint64(1)
"""The key of every row where no entity is asked for: the stream as a whole."""


@dataclass(frozen=True, order=True)
class Amount:
    """What is added up: 1 an event; with `value`, 1 an event that has one; with `scale` too, the value in 1/scale."""

    value: str = ""
    scale: int = 0

    def of(self, events: pd.DataFrame) -> Whole:
        """Return the amount of each event in whole units; missing values are 0."""
        if not self.value:
            return np.ones(len(events), dtype=np.int8)
        if not self.scale:
            return np.asarray(events[self.value].notna(), dtype=np.int8)
        numbers = events[self.value].to_numpy(dtype=np.float64, na_value=np.nan)
        return np.where(np.isfinite(numbers), np.rint(numbers * self.scale), 0.0).astype(np.int64)


@dataclass(frozen=True)
class Journal:
    """Entries of one stream: days, the key of each entity asked for (None: the whole stream), and signed amounts."""

    event_on: Days
    known_on: Days
    keys: Mapping[str | None, Keys]
    amounts: tuple[Whole, ...]
    """The stream's amounts in their order, each as narrow as it may be."""
    _orders: dict[tuple[str, int | None, int], Order] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    _is_one_order: dict[int, bool] = field(default_factory=dict, init=False, repr=False, compare=False)
    _words: dict[tuple[int, ...], Words] = field(default_factory=dict, init=False, repr=False, compare=False)
    """Entities are followed one after the other along the same days, and mostly for the same amounts."""
    _bounds: list[list[Bounds]] = field(default_factory=list, init=False, repr=False, compare=False)
    _by_days: list["Journal"] = field(default_factory=list, init=False, repr=False, compare=False)

    def __len__(self) -> int:
        return len(self.event_on)

    def bounds(self, crew: Crew = ALONE) -> list[Bounds]:
        """Return the bounds of the event days, of how many days later entries became known, and of each amount."""
        if not self._bounds:
            self._bounds.append(Bounds.of(self._columns(range(len(self.amounts))), len(self), crew))
        return self._bounds[0]

    @cached_property
    def most(self) -> float:
        """What no sum of any amounts can exceed."""
        rough = float(max((one.furthest for one in self.bounds()[DAYS:]), default=0)) * len(self)
        if rough < SURELY_SMALL:
            return rough
        return float(max(np.abs(amounts, dtype=np.float64).sum() for amounts in self.amounts))

    def words(self, amounts: tuple[int, ...], crew: Crew = ALONE) -> Words:
        """Return the days and some of the amounts in words: the event day, how much later it was known, the amounts."""
        if amounts not in self._words:
            bounds = self.bounds(crew)
            wanted = [*bounds[:DAYS], *(bounds[DAYS + amount] for amount in amounts)]
            self._words[amounts] = Words.of(self._columns(amounts), wanted, len(self), crew)
        return self._words[amounts]

    def _columns(self, amounts: Iterable[int]) -> Columns:
        chosen = [self.amounts[amount] for amount in amounts]

        def columns(order: Order) -> list[Whole]:
            some = order.written
            later = np.subtract(self.known_on[some], self.event_on[some], dtype=np.int64)
            return [self.event_on[some], later, *(amount[some] for amount in chosen)]

        return columns

    def in_order(self, days: str, first: int | None, last: int) -> Order:
        """Return the entries whose `known_on` or `event_on` lies in [first, last], in order of it; None: from ever."""
        if (days, first, last) not in self._orders:
            self._orders[days, first, last] = in_order(getattr(self, days), first, last)
        return self._orders[days, first, last]

    def is_one_order(self, last: int) -> bool:
        """Return whether the entries known by `last` became known in the order of their event days."""
        if last not in self._is_one_order:
            self._is_one_order[last] = ascend(self.event_on[self.in_order("known_on", None, last).written])
        return self._is_one_order[last]

    def take(self, rows: Rows | npt.NDArray[np.bool_]) -> "Journal":
        """Return some of the entries."""
        keys = {by: column[rows] for by, column in self.keys.items()}
        return Journal(self.event_on[rows], self.known_on[rows], keys, tuple(one[rows] for one in self.amounts))

    def only(self, rows: Rows, by: str | None, amounts: Sequence[int]) -> "Journal":
        """Return some of the entries with the key of one entity and some of the amounts."""
        kept = tuple(self.amounts[amount][rows] for amount in amounts)
        return Journal(self.event_on[rows], self.known_on[rows], {by: self.keys[by][rows]}, kept)

    def by_days(self, crew: Crew = ALONE) -> "Journal":
        """Return the stream as a whole in fewer entries: those of the same two days in a row are added up to one."""
        if not self._by_days:
            parts = crew.map(self._days_of, chunks(len(self)))
            event_on, known_on, *sums = (np.concatenate(columns) for columns in zip(*parts, strict=True))
            everything = np.full(len(event_on), EVERYTHING, dtype=np.uint64)
            self._by_days.append(Journal(event_on, known_on, {None: everything}, tuple(sums)))
        return self._by_days[0]

    def _days_of(self, order: Order) -> list[Whole]:
        """Return the two days and the sums of amounts of every run of entries of the same two days."""
        some = order.written
        event_on, known_on = self.event_on[some], self.known_on[some]
        is_first = np.ones(len(order), dtype=np.bool_)
        is_first[1:] = (event_on[1:] != event_on[:-1]) | (known_on[1:] != known_on[:-1])
        starts = np.flatnonzero(is_first)
        sums = [np.add.reduceat(amounts[some], starts, dtype=np.int64) for amounts in self.amounts]
        return [event_on[starts], known_on[starts], *sums]

    @staticmethod
    def joined(journals: Sequence["Journal"]) -> "Journal":
        """Return the entries of all (at least one), one after the other."""
        return Journal(
            np.concatenate([one.event_on for one in journals]),
            np.concatenate([one.known_on for one in journals]),
            {by: np.concatenate([one.keys[by] for one in journals]) for by in journals[0].keys},
            tuple(np.concatenate(parts) for parts in zip(*(one.amounts for one in journals), strict=True)),
        )


def journal_of(
    events: pd.DataFrame,
    stream: str,
    entities: Collection[str | None],
    amounts: Iterable[Amount],
    *,
    since: int,
    until: int,
) -> Journal:
    """Return the changes of a stream that became known after day `since` and by day `until` (day numbers).

    `events` are versions with `event_on`, `known_on` and `superseded_on`. Raises FeatureError for a missing column.
    """
    for wanted in [*(by for by in entities if by), *(amount.value for amount in amounts if amount.value)]:
        if wanted not in events:
            raise FeatureError(f"Stream {stream} has no column {wanted!r} to count by or to add up; add it there.")
    event_on, known_on, left_on = (
        events[name].to_numpy(dtype=np.int32) for name in ("event_on", "known_on", "superseded_on")
    )
    came = np.flatnonzero((known_on > since) & (known_on <= until))
    left = np.flatnonzero((left_on > since) & (left_on <= until) & (left_on != FOREVER))
    rows = np.concatenate([came, left])
    signs = np.repeat(np.array([1, -1], dtype=np.int8), [len(came), len(left)])
    changed = events.iloc[rows]
    return Journal(
        event_on[rows],
        np.concatenate([known_on[came], left_on[left]]),
        {by: entity_keys(changed, by) for by in entities},
        tuple(amount.of(changed) * signs for amount in amounts),
    )


def entity_keys(rows: pd.DataFrame, by: str | None) -> Keys:
    """Return a 64-bit key of each row's entity, the same in every run; NO_KEY where it is missing.

    Two of a million entities share a key once in forty million such sets, and then share their past.
    """
    if by is None:
        return np.full(len(rows), EVERYTHING, dtype=np.uint64)
    texts = rows[by].astype("str")
    places, distinct = pd.factorize(texts)
    keys = np.append(np.maximum(pd.util.hash_array(distinct.to_numpy(dtype=object), categorize=False), 2), NO_KEY)
    hashed: Keys = keys[places]
    return hashed


@dataclass(frozen=True)
class Segment:
    """Entries of one stream in order of event day, as rows of whole numbers: two days, then keys, then amounts.

    It may lie in memory or be mapped from a file, of which only what is asked for is read then.
    """

    name: str
    entities: tuple[str | None, ...]
    rows: Sums
    """Shape (entries, 2 + entities + amounts); keys are kept as the int64 of the same bits."""

    @classmethod
    def of(cls, name: str, journal: Journal) -> "Segment":
        """Return the entries of a journal in order of event day."""
        order = np.argsort(journal.event_on, kind="stable")
        keys = [column.view(np.int64) for column in journal.keys.values()]
        columns: list[Whole] = [journal.event_on, journal.known_on, *keys, *journal.amounts]
        rows = np.empty((len(journal), len(columns)), dtype=np.int64)
        for place, column in enumerate(columns):
            rows[:, place] = column[order]
        return cls(name, tuple(journal.keys), rows)

    @property
    def first_event(self) -> int:
        """The earliest event day; 0 where there is no entry."""
        return int(self.rows[0, 0]) if len(self.rows) else 0

    @property
    def last_event(self) -> int:
        """The latest event day; before every real day where there is no entry."""
        return int(self.rows[-1, 0]) if len(self.rows) else int(NEVER)

    def between(self, first: int, last: int) -> Journal:
        """Return the entries whose event day lies in [first, last]."""
        part = np.asarray(self.rows[slice(*self._places(first, last))])
        keys = {by: part[:, 2 + place].copy().view(np.uint64) for place, by in enumerate(self.entities)}
        amounts = tuple(part[:, 2 + len(self.entities) :].T)
        return Journal(part[:, 0].astype(np.int32), part[:, 1].astype(np.int32), keys, amounts)

    def _places(self, first: int, last: int) -> tuple[int, int]:
        """Return where those entries begin and end."""
        if last < self.first_event or first > self.last_event:
            return 0, 0  # without a look at anything between
        start, end = np.searchsorted(self.rows[:, 0], [first, last + 1])
        ask_for_rows(self.rows, int(start), int(end))
        return int(start), int(end)
