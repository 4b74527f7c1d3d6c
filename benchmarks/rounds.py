"""Time several ways of doing a thing in turn, round by round, so that a busy machine is busy for all of them."""

import time
from collections.abc import Callable, Mapping
from typing import NamedTuple


class Fewest(NamedTuple):
    """The fewest seconds a way took: by the clock, and of the processors, which need not be of the same round."""

    clock: float
    processor: float


def rounds(ways: Mapping[str, Callable[[], object]], times: int) -> dict[str, Fewest]:
    """Return the fewest seconds each way took in so many rounds, after one round that does not count."""
    taken: dict[str, list[Fewest]] = {name: [] for name in ways}
    for _ in range(times + 1):
        for name, way in ways.items():
            clock, processor = time.perf_counter(), time.process_time()
            way()
            taken[name].append(Fewest(time.perf_counter() - clock, time.process_time() - processor))
    return {name: Fewest(*map(min, zip(*found[1:], strict=True))) for name, found in taken.items()}


def beside(found: Mapping[str, Fewest], first: str) -> str:
    """Return a row of a table for each way, with both kinds of seconds and how many times those of `first` they are."""
    lines = [f"| | seconds | times {first} | processor seconds | times {first} |", "|---|---:|---:|---:|---:|"]
    for name, (clock, processor) in found.items():
        times = f"{clock / found[first].clock:.2f} | {processor:.2f} | {processor / found[first].processor:.2f}"
        lines.append(f"| {name} | {clock:.2f} | {times} |")
    return "\n".join(lines)
