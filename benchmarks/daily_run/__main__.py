"""What a day costs, by its size and by the history behind it: python -m benchmarks.daily_run [--containers ...].

An invented world of the size asked for is taken in as its senders would send it; behind it, its facts are laid down
again and again as an older past. The day before the last builds the first states; the last day is then run in a
process of its own, from the files in the drop folder to the queues, and each of its steps measured.
"""

import argparse
import sys
import tempfile
from itertools import product
from pathlib import Path

from benchmarks.daily_run.day import Home, days_in_turn
from benchmarks.daily_run.page import page
from benchmarks.daily_run.world import is_kept, with_past
from benchmarks.pages import offer_write, show

PAGE = "daily_run.md"
DEFAULT_SIZES, DEFAULT_HISTORIES = [1500, 30_000], [90, 365, 1095]


def main() -> None:
    """Print, and with --write keep, what a day costs for each size and history."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--containers", nargs="+", type=int, default=DEFAULT_SIZES)
    parser.add_argument("--history", nargs="+", type=int, default=DEFAULT_HISTORIES)
    parser.add_argument("--times", type=int, default=3, help="runs of each day; the cheapest of each step counts")
    parser.add_argument("--most", type=int, help="leave out histories of more containers than this")
    parser.add_argument("--folder", type=Path, help="where homes are made and kept; a temporary folder by default")
    parser.add_argument("--kept", action="store_true", help="leave out what --folder does not hold yet")
    parser.add_argument("--prepare", action="store_true", help="make the homes and stop: what is measured wants quiet")
    parser.add_argument(
        "--beside", action="store_true", help="pandas does the features of the day with the most behind it, too; slow"
    )
    offer_write(parser, PAGE)
    given = parser.parse_args()
    folder = given.folder or Path(tempfile.mkdtemp(prefix="riskscore-daily-run-"))
    homes = [
        Home(folder, containers, history)
        for containers, history in product(given.containers, given.history)
        if not (given.most and containers * history > given.most)
        and (not given.kept or is_kept(folder, containers, history))
    ]
    for home in homes:
        with_past(folder, home.containers, home.history)
        print(f"{home.containers} a day, {home.history} days: there", file=sys.stderr, flush=True)
    if homes and not given.prepare:
        show(
            "\n".join(page(days_in_turn(homes, given.times, beside=given.beside), given.times)), PAGE, keep=given.write
        )


if __name__ == "__main__":
    main()
