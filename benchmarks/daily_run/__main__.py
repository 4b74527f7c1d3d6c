"""What a day costs, by its size and by the history behind it: python -m benchmarks.daily_run [--containers ...].

An invented world of the size asked for is taken in as its senders would send it; behind it, its facts are laid down
again and again as an older past. The day before the last builds the first states; the last day is then run in a
process of its own, from the files in the drop folder to the queues, and each of its steps measured.
"""

import argparse
import sys
from itertools import product

from benchmarks.daily_run.day import Home, days_in_turn
from benchmarks.daily_run.page import page
from benchmarks.daily_run.world import LEAST_CONTAINERS, WORLD_DAYS, is_kept, with_past
from benchmarks.options import folder, folder_or_temporary, positive, whole_from
from benchmarks.pages import command, offer_write, show

PAGE = "daily_run.md"
DEFAULT_SIZES, DEFAULT_HISTORIES = [1500, 30_000], [90, 365, 1095]


def main() -> None:
    """Print, and with --write keep, what a day costs for each size and history."""
    parser = _parser()
    given = parser.parse_args()
    if given.kept and not given.folder:
        parser.error("argument --kept: a temporary folder holds nothing yet; name one with --folder.")
    asked = _asked(given)
    if not asked:
        parser.error(_why_none(given))
    with folder_or_temporary(given.folder, keep=given.prepare) as place:
        homes = [Home(place, containers, history) for containers, history in asked]
        for home in homes:
            with_past(place, home.containers, home.history)
            print(f"{home.containers} a day, {home.history} days: there", file=sys.stderr, flush=True)
        if given.prepare:
            return
        days = days_in_turn(homes, given.times, beside=given.beside)
    show("\n".join(page(days, given.times)), PAGE, called=command(parser), keep=given.write)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.daily_run", description=__doc__)
    parser.add_argument("--containers", nargs="+", type=whole_from(LEAST_CONTAINERS), default=DEFAULT_SIZES)
    parser.add_argument("--history", nargs="+", type=whole_from(WORLD_DAYS), default=DEFAULT_HISTORIES)
    parser.add_argument("--times", type=positive, default=3, help="runs of each day; the cheapest of each step counts")
    parser.add_argument("--most", type=positive, help="leave out histories of more containers than this")
    parser.add_argument("--folder", type=folder, help="where homes are made and kept; a temporary folder by default")
    parser.add_argument("--kept", action="store_true", help="leave out what --folder does not hold yet")
    parser.add_argument("--prepare", action="store_true", help="make the homes and stop: what is measured wants quiet")
    parser.add_argument(
        "--beside",
        action="store_true",
        help="pandas does the features of the day with the most behind it, too, in the last three rounds; slow",
    )
    offer_write(parser, PAGE)
    return parser


def _asked(given: argparse.Namespace) -> list[tuple[int, int]]:
    """Return the sizes and histories asked for, each once, without those left out."""
    return [
        (containers, history)
        for containers, history in dict.fromkeys(product(given.containers, given.history))
        if not (given.most and containers * history > given.most)
        and not (given.kept and not is_kept(given.folder, containers, history))
    ]


def _why_none(given: argparse.Namespace) -> str:
    if given.kept:
        return f"argument --kept: {given.folder} holds no such home; make some with --prepare, or leave it out."
    return f"argument --most: every history is of more containers than {given.most:,}; ask for a shorter one."


if __name__ == "__main__":
    main()
