"""The page of results: every day that was run, what grew with what, and how far that reaches."""

from collections.abc import Iterator, Sequence
from itertools import combinations

from benchmarks.daily_run.day import Cost, Day
from benchmarks.pages import machine

HUB = 500_000
"""Containers a day of a hub that no machine here can run."""


def page(days: Sequence[Day], times: int = 1) -> Iterator[str]:
    """Yield the lines of the results."""
    yield "# A day, from the drop folder to the queues\n"
    yield "Invented data. A day is one process, as `riskscore run` is, Python's start and imports (`start`) included."
    yield "Deliveries are taken in one after the other, the rest uses all processors."
    yield f"The days are run in turn, and of each step the run counts, of {times}, that took the fewest CPU seconds.\n"
    yield f"{machine()}.\n"
    yield "| containers a day | days of history | step | seconds | CPU seconds | peak GB |"
    yield "|---:|---:|---|---:|---:|---:|"
    for day in days:
        for step, cost in {**day.steps, "**the day**": day.whole}.items():
            numbers = f"{cost.wall:.1f} | {cost.cpu:.1f} | {cost.peak:.2f}"
            yield f"| {day.containers:,} | {day.history:,} | {step} | {numbers} |"
        yield f"| {day.containers:,} | {day.history:,} | of which contract checks | | {checks_of(day.whole)} | |"
    yield from behind(days)
    yield from beside([(day, day.by_pandas) for day in days if day.by_pandas])
    if largest := largest_two(days):
        yield from hub(*largest)


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


def beside(days: Sequence[tuple[Day, Cost]]) -> Iterator[str]:
    """Yield each day, from the drop folder to the queues, beside what its trailing features alone took pandas."""
    if not days:
        return
    yield "\n## Beside pandas\n"
    yield "The trailing features of the day's containers by pandas, equal to ours: the history read anew for every"
    yield "entity, a part at a time; events of those asked about grouped once a window. One run of pandas; the day is"
    yield "all of its steps.\n"
    yield "| containers a day | days of history | features by pandas | peak GB | the day | peak GB | times |"
    yield "|---:|---:|---:|---:|---:|---:|---:|"
    for day, pandas in days:
        sizes = f"{pandas.wall:.1f} s | {pandas.peak:.2f} | {day.whole.wall:.1f} s | {day.whole.peak:.2f}"
        yield f"| {day.containers:,} | {day.history:,} | {sizes} | {pandas.wall / day.whole.wall:.1f} |"


def hub(small: Day, large: Day) -> Iterator[str]:
    """Yield what a day of a hub would cost if each step goes on as it did from the small day to the large one."""
    yield f"\n## {HUB:,} containers a day, by extrapolation\n"
    yield f"Nobody ran this. A line through the days of {small.containers:,} and {large.containers:,} containers behind"
    yield f"{large.history:,} days of history, CPU seconds: fixed + containers / 1,000 x seconds a thousand.\n"
    yield "| step | fixed | seconds a thousand | the hub |"
    yield "|---|---:|---:|---:|"
    thousands = (large.containers - small.containers) / 1000
    for step, cost in {**large.steps, "**the day**": large.whole}.items():
        before = {**small.steps, "**the day**": small.whole}[step]
        slope = (cost.cpu - before.cpu) / thousands
        fixed = cost.cpu - slope * large.containers / 1000
        reached = fixed + slope * HUB / 1000
        yield f"| {step} | {fixed:.1f} | {slope:.3f} | {fixed:.1f} + {HUB // 1000} x {slope:.3f} = {reached:,.0f} |"
    yield f"\nIn proportion to {large.containers:,} containers, behind {large.history:,} days of history:\n"
    times = HUB / large.containers
    for name, size in (("lake", large.behind.lake), ("states", large.behind.states)):
        yield f"* {name}: {size:.2f} GB x {times:.1f} = {size * times:,.0f} GB"
