"""Time several ways of doing a thing in turn, round by round, so that a busy machine is busy for all of them."""

import time
from collections.abc import Callable, Mapping


def rounds(ways: Mapping[str, Callable[[], object]], times: int) -> dict[str, float]:
    """Return the fewest seconds each way took in so many rounds, after one round that does not count."""
    fewest = dict.fromkeys(ways, float("inf"))
    for number in range(times + 1):
        for name, way in ways.items():
            started = time.perf_counter()
            way()
            taken = time.perf_counter() - started
            fewest[name] = fewest[name] if number == 0 else min(fewest[name], taken)
    return fewest
