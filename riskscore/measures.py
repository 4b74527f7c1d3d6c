"""What a trailing feature may be: counts, sums, means, smoothed rates and days since, as declarations.

A declaration names the entity (`by`), the stream of events and the windows in days (None for ever). It expands
into measures: one column each, with the sentence that officers read and the formula behind it.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

import numpy as np
import pandas as pd

from riskscore.panel import Column, Panel, Place, Plan, Total, plan_of
from riskscore.trailing import Amount

Windows = tuple[int | None, ...]
USUAL: Windows = (30, 90, 365)
EVER: Windows = (None,)
OVERALL_PRIOR = 0.5


@dataclass(frozen=True)
class Measure:
    """One trailing column: its name, the sentence officers read (entity columns in braces), and its formula."""

    name: str
    sentence: str
    stream: str
    by: str | None
    answer: Callable[[Panel], Column] = field(repr=False)
    totals: tuple[Total, ...] = ()
    """The sums that the formula wants."""
    seen: tuple[Place, ...] = ()
    """The places of which it wants the first or last day."""
    ages: bool = False
    """Whether it grows by a day a day for whoever stays, so that it never comes to rest."""

    def restless(self, known_days: int) -> str:
        """Return why days some time apart differ in it though nothing happened, or nothing where they should not.

        `known_days` is how long events of its stream had been known on the first of them.
        """
        if self.ages:
            return "it grows by a day a day for whoever stays"
        spans = [total.window for total in self.totals]
        if None in spans:
            return "it counts from the first event on, and so grows with the calendar"
        longest = max((days for days in spans if days is not None), default=0)
        if longest > known_days:
            return f"it looks back {longest} days where {known_days} were known, and so grows until all of them are"
        return ""


class Declaration(Protocol):
    """Anything that expands into measures."""

    def measures(self) -> Iterator[Measure]:
        """Yield one column a window."""


@dataclass(frozen=True)
class Count:
    """How many events of `stream` the entity had."""

    by: str
    stream: str
    days: Windows = USUAL

    def measures(self) -> Iterator[Measure]:
        """Yield one column a window."""
        for window in self.days:
            yield Measure(
                f"{entity(self.by)}_{self.stream}{span(window)}",
                f"Number of {spoken(self.stream)} of this {{{self.by}}} {in_days(window)}.",
                self.stream,
                self.by,
                partial(_sum_of, total := Total(self.stream, self.by, window)),
                (total,),
            )


@dataclass(frozen=True)
class Sum:
    """The total of `value` over the events of `stream`, kept in whole units of 1/`scale`."""

    by: str
    stream: str
    value: str
    days: Windows = USUAL
    scale: int = 1000

    def measures(self) -> Iterator[Measure]:
        """Yield one column a window."""
        for window in self.days:
            yield Measure(
                f"{entity(self.by)}_{self.value}_sum{span(window)}",
                f"Total {spoken(self.value)} over {spoken(self.stream)} of this {{{self.by}}} {in_days(window)}.",
                self.stream,
                self.by,
                partial(_sum_of, total := Total(self.stream, self.by, window, Amount(self.value, self.scale))),
                (total,),
            )


@dataclass(frozen=True)
class Mean:
    """The mean of `value` over the events of `stream` that have one; missing without any."""

    by: str
    stream: str
    value: str
    days: Windows = (365,)
    scale: int = 1000

    def measures(self) -> Iterator[Measure]:
        """Yield one column a window."""
        for window in self.days:
            yield Measure(
                f"{entity(self.by)}_{self.value}_mean{span(window)}",
                f"Mean {spoken(self.value)} over {spoken(self.stream)} of this {{{self.by}}} {in_days(window)}.",
                self.stream,
                self.by,
                partial(self._answer, window),
                self._totals(window),
            )

    def _totals(self, window: int | None) -> tuple[Total, Total]:
        value, having = Amount(self.value, self.scale), Amount(self.value)
        return Total(self.stream, self.by, window, value), Total(self.stream, self.by, window, having)

    def _answer(self, window: int | None, panel: Panel) -> Column:
        total, count = (panel.total(one) for one in self._totals(window))
        mean: Column = np.divide(total, count, out=np.full(len(total), np.nan), where=count > 0)
        return mean


@dataclass(frozen=True)
class Rate:
    """The share of events with `hit` = 1 among those where it is known, smoothed towards the parent group's rate.

    (hits + strength x parent's rate) / (events + strength): the mean of a beta posterior whose prior is worth
    `strength` events and centred on the parent (Gelman et al., Bayesian Data Analysis, 3rd ed., section 2.4).
    Without a parent the prior is the overall rate of the stream, and that one's is one half, worth one event.
    """

    by: str | None
    stream: str
    hit: str
    days: Windows = (365,)
    strength: float = 20.0
    parent: "Rate | None" = None

    def measures(self) -> Iterator[Measure]:
        """Yield one column a window."""
        group = "all" if self.by is None else entity(self.by)
        whose = "overall" if self.by is None else f"of this {{{self.by}}}"
        hit = self.hit.removeprefix("is_")
        for window in self.days:
            yield Measure(
                f"{group}_{hit}_rate{span(window)}",
                f"Share with {spoken(hit)} among {spoken(self.stream)} {whose} {in_days(window)}, "
                "drawn towards the wider group's share where there are few.",
                self.stream,
                self.by,
                partial(self.answer, window),
                self.totals(window),
            )

    def totals(self, window: int | None) -> tuple[Total, ...]:
        """Return the hits and the events of the entity, then those of every wider group."""
        wider = () if self._wider is None else self._wider.totals(window)
        return *self._own_totals(window), *wider

    def answer(self, window: int | None, panel: Panel) -> Column:
        """Return the smoothed rate of each row's entity; the prior itself where the entity is missing."""
        hits, events = (panel.total(one) for one in self._own_totals(window))
        prior = OVERALL_PRIOR if self._wider is None else self._wider.answer(window, panel)
        smoothed: Column = (hits + self.strength * prior) / (events + self.strength)
        return smoothed

    def _own_totals(self, window: int | None) -> tuple[Total, Total]:
        hits, events = Amount(self.hit, 1), Amount(self.hit)
        return Total(self.stream, self.by, window, hits), Total(self.stream, self.by, window, events)

    @property
    def _wider(self) -> "Rate | None":
        if self.by is None:
            return None
        return self.parent or Rate(None, self.stream, self.hit, strength=1.0)


@dataclass(frozen=True)
class DaysSinceFirst:
    """Days from the entity's first event to the cut-off; missing without any."""

    by: str
    stream: str

    def measures(self) -> Iterator[Measure]:
        """Yield the one column."""
        yield Measure(
            f"{entity(self.by)}_days_since_first_{self.stream}",
            f"Days since the first of the {spoken(self.stream)} of this {{{self.by}}}.",
            self.stream,
            self.by,
            lambda panel: panel.days_since_first(self.stream, self.by),
            seen=((self.stream, self.by),),
            ages=True,
        )


@dataclass(frozen=True)
class DaysSinceLast:
    """Days from the entity's last event to the cut-off; with `but_own`, events of the row's own day do not count."""

    by: str
    stream: str
    but_own: bool = False

    def measures(self) -> Iterator[Measure]:
        """Yield the one column."""
        but_own = ", its own day left out" if self.but_own else ""
        yield Measure(
            f"{entity(self.by)}_days_since_last_{self.stream}",
            f"Days since the last of the {spoken(self.stream)} of this {{{self.by}}}{but_own}.",
            self.stream,
            self.by,
            lambda panel: panel.days_since_last(self.stream, self.by, but_own=self.but_own),
            seen=((self.stream, self.by),),
        )


def planned(measures: Sequence[Measure]) -> Plan:
    """Return what the formulas of these measures want of the streams."""
    return plan_of(
        (total for measure in measures for total in measure.totals),
        (place for measure in measures for place in measure.seen),
    )


def trailing_columns(measures: Sequence[Measure], panel: Panel) -> pd.DataFrame:
    """Return one float64 column a measure, indexed like the panel's rows.

    A row whose entity is missing has a missing value: not known is not zero.
    """
    columns = {
        measure.name: (
            measure.answer(panel)
            if measure.by is None
            else np.where(panel.has(measure.by), measure.answer(panel), np.nan)
        )
        for measure in measures
    }
    return pd.DataFrame(columns, index=panel.rows.index)


def _sum_of(total: Total, panel: Panel) -> Column:
    return panel.total(total)


def entity(by: str) -> str:
    """Return the name of an entity column without its `_id`."""
    return by.removesuffix("_id")


def span(window: int | None) -> str:
    """Return the window as it ends a column's name."""
    return "_ever" if window is None else f"_{window}d"


def spoken(name: str) -> str:
    """Return a column's name as words."""
    return re.sub(r" (kg|km|usd|krw)$", r" in \1", name.replace("_", " "))


def in_days(window: int | None) -> str:
    """Return the window as words."""
    return "ever" if window is None else f"in the {window} days before the cut-off"
