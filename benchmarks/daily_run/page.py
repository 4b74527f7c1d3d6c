"""The page of results: every day that was run, what grew with what, and how far that reaches."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import median_low

from benchmarks.daily_run.day import Day
from benchmarks.daily_run.measured import Cost
from benchmarks.pages import machine

HUB = 500_000
"""Containers a day of a hub that no machine here can run."""
THE_DAY = "**the day**, CPU seconds"


def page(days: Sequence[Day], times: int = 1) -> Iterator[str]:
    """Yield the lines of the results."""
    yield "# A day, from the drop folder to the queues\n"
    yield "Invented data. A day is one process, as `riskscore run` is, Python's start and imports (`start`) included."
    yield "Before each run the system has to forget the files of the home: a day that is run once a day finds them on"
    yield "the disk. While deliveries are checked, what features will look at is read from there (`land, take in`)."
    yield f"The days are run in turn, and of each step the run counts, of {times}, that took the fewest CPU seconds.\n"
    yield f"{machine()}.\n"
    yield "| containers a day | days of history | step | seconds | CPU seconds | peak GB | GB from the disk |"
    yield "|---:|---:|---|---:|---:|---:|---:|"
    for day in days:
        for step, cost in {**day.steps, "**the day**": day.whole}.items():
            numbers = f"{cost.wall:.1f} | {cost.cpu:.1f} | {cost.peak:.2f} | {cost.read:.2f}"
            yield f"| {day.containers:,} | {day.history:,} | {step} | {numbers} |"
        yield f"| {day.containers:,} | {day.history:,} | of which contract checks | | {checks_of(day.whole)} | | |"
    yield from behind(days)
    for day in days:
        if day.beside:
            yield from beside(day)
    if largest := largest_two(days):
        history, sizes = largest[1].history, {day.containers for day in largest}
        yield from hub(*largest, [day for day in days if day.history == history and day.containers not in sizes])


def largest_two(days: Sequence[Day]) -> tuple[Day, Day] | None:
    """Return the days of the two largest sizes that share a history, the longest of it; None where none do."""
    sizes = sorted({day.containers for day in days}, reverse=True)
    by_size = [{day.history: day for day in days if day.containers == size} for size in sizes]
    for large, small in combinations(by_size, 2):
        if shared := large.keys() & small.keys():
            return small[max(shared)], large[max(shared)]
    return None


def checks_of(whole: Cost) -> str:
    """Return the processors' seconds that contracts took, and their share of the day's."""
    return f"{whole.checks:.1f} ({whole.checks / whole.cpu:.0%})"


def behind(days: Sequence[Day]) -> Iterator[str]:
    """Yield what lay behind each day, and its cost beside shorter histories of its size."""
    yield "\n## What lies behind a day, and what it adds\n"
    yield "CPU seconds of the day beside those of the next shorter and of the shortest history of its size. Balances"
    yield "are rows of where entities stood, one for each part of a state that touched them. An older past is the same"
    yield "weeks again and again, with the same parties and containers: new ones all the time were not run.\n"
    held = "facts | balances | lake GB | states GB"
    yield f"| containers a day | days of history | {held} | times the next shorter | times the shortest |"
    yield "|---:|---:|---:|---:|---:|---:|---:|---:|"
    for day in days:
        alike = sorted((one for one in days if one.containers == day.containers), key=lambda one: one.history)
        shorter = alike[max(0, alike.index(day) - 1)]
        sizes = f"{day.behind.facts:,} | {day.behind.balances:,} | {day.behind.lake:.2f} | {day.behind.states:.2f}"
        times = " | ".join(f"{day.whole.cpu / one.whole.cpu:.2f}" for one in (shorter, alike[0]))
        yield f"| {day.containers:,} | {day.history:,} | {sizes} | {times} |"


def beside(day: Day) -> Iterator[str]:
    """Yield runs of a day, from the drop folder to the queues, beside what its trailing features took pandas."""
    yield "\n## Beside pandas\n"
    yield "The trailing features of the day's containers by pandas, equal to ours to the bit: the history read some"
    yield "days at a time, each column once, and of days that no window reaches only what is wanted of them; each"
    yield "string looked up once, and each event of an entity asked about added up once for all windows. One run of"
    yield "the day, all of its steps, and one of pandas right after it, in turn. Both find the home on the disk.\n"
    yield "| containers a day | days of history | features by pandas | peak GB | the day | peak GB | times |"
    yield "|---:|---:|---:|---:|---:|---:|---:|"
    for run in day.beside:
        sizes = f"{run.pandas.wall:.1f} s | {run.pandas.peak:.2f} | {run.day.wall:.1f} s | {run.day.peak:.2f}"
        yield f"| {day.containers:,} | {day.history:,} | {sizes} | {run.times:.1f} |"
    middle = median_low(run.times for run in day.beside)
    yield f"\nThe middle of {len(day.beside)}: **{middle:.1f} times**."


def hub(small: Day, large: Day, others: Sequence[Day]) -> Iterator[str]:
    """Yield what a day of a hub would cost if all goes on as between two days, and what that says of others."""
    yield f"\n## {HUB:,} containers a day, by extrapolation\n"
    yield f"Nobody ran this. A line through the days of {small.containers:,} and {large.containers:,} containers behind"
    yield f"{large.history:,} days of history: fixed + containers / 1,000 x what a thousand add.\n"
    yield "| | fixed | a thousand | the hub |"
    yield "|---|---:|---:|---:|"
    for name, line in lines(small, large).items():
        told = f"{line.fixed:.1f} + {HUB // 1000} x {line.slope:.3f} = {line.at(HUB):,.1f}"
        yield f"| {name} | {line.fixed:.1f} | {line.slope:.3f} | {told} |"
    yield f"\nIn proportion to {large.containers:,} containers, behind {large.history:,} days of history:\n"
    times, held = HUB / large.containers, large.behind
    for name, rows in (("facts", held.facts), ("balances", held.balances)):
        yield f"* {name}: {rows:,} x {times:.1f} = {rows * times:,.0f}"
    for name, size in (("lake", held.lake), ("states", held.states)):
        yield f"* {name}: {size:.2f} GB x {times:.1f} = {size * times:,.0f} GB"
    for day in others:
        line = lines(small, large)[THE_DAY]
        says = f"{line.at(day.containers):.1f} CPU seconds where {day.whole.cpu:.1f} were measured"
        yield f"\nThe line says of {day.containers:,} containers, which it was not drawn through, {says}."


@dataclass(frozen=True)
class Line:
    """What grows with the containers of a day: so much at none, and so much more a thousand."""

    fixed: float
    slope: float

    def at(self, containers: int) -> float:
        """Return what it says of so many containers."""
        return self.fixed + self.slope * containers / 1000


def lines(small: Day, large: Day) -> dict[str, Line]:
    """Return the lines through two days: the processors' seconds of every step and of the day, its clock and memory."""

    def through(before: float, after: float) -> Line:
        slope = (after - before) / (large.containers - small.containers) * 1000
        return Line(after - slope * large.containers / 1000, slope)

    steps = {f"{step}, CPU seconds": through(small.steps[step].cpu, cost.cpu) for step, cost in large.steps.items()}
    return {
        **steps,
        THE_DAY: through(small.whole.cpu, large.whole.cpu),
        "**the day**, seconds": through(small.whole.wall, large.whole.wall),
        "**the day**, peak GB": through(small.whole.peak, large.whole.peak),
    }
