"""Compile the loops now, so that no first day waits for it: python -m riskscore.trailing."""

import numpy as np

from riskscore.trailing import Errand, Journal, Leg, Questions, Wanted, follow

MOST_AMOUNTS = 5
"""The loops are compiled once for each number of amounts: more than these are wanted of no stream by one entity."""


def main() -> None:
    """Follow one entity for a day, from nothing and from a state, once for each number of amounts."""
    day, key = np.ones(1, dtype=np.int32), np.ones(1, dtype=np.uint64)
    journal = Journal(day, day, {None: key}, (np.ones(1, dtype=np.int64),) * MOST_AMOUNTS)
    for amounts in range(1, MOST_AMOUNTS + 1):
        wanted, questions = Wanted((30,), tuple(range(amounts))), Questions(key, day)
        opening = follow(Errand(journal, None, wanted, questions, Leg(1, 1))).closing
        follow(Errand(journal, None, wanted, questions, Leg(2, 2, opening)))


if __name__ == "__main__":
    main()
