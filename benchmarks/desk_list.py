"""How long a list of so many rows takes to come out of the desk: python -m benchmarks.desk_list [--rows 2000]."""

import argparse
import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

from sqlalchemy import func, select

from benchmarks.options import positive
from riskscore.desk import Desk, View, day_list, neighbours, parse_view, search
from riskscore.settings import Settings
from riskscore.steps.search_terms import replace_search_terms
from riskscore.store.database import QueueItem, insert_rows, transaction
from riskscore.store.desk_records import SearchTerm
from tests.riskscore.desk.made_queue import ANNA, NOW, TODAY, UNIT, item, key

TIMES = 15
BEHIND_DAYS = 60
"""Earlier days whose lists lie in the same tables, with 200 rows each."""


def main() -> None:
    """Fill a database, time what a page asks of it, and print the medians."""
    asked = argparse.ArgumentParser(prog="python -m benchmarks.desk_list", description=__doc__)
    asked.add_argument("--rows", type=positive, default=2_000)
    rows = asked.parse_args().rows
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(home=Path(home), today=TODAY)
        for behind in range(1, BEHIND_DAYS + 1):
            _fill(settings, TODAY - timedelta(days=behind), 200, state="examined")
        _fill(settings, TODAY, rows, state="open")
        desk = Desk(settings, lambda: NOW)
        view = View()
        filtered = parse_view([("sort", "-probability"), ("from", "ECGYE"), ("q", "MSCU")])
        with transaction(settings.database) as session:
            print(
                f"{session.scalar(select(func.count()).select_from(QueueItem)):,} items, "
                f"{session.scalar(select(func.count()).select_from(SearchTerm)):,} search terms, SQLite"
            )
        _time(f"day_list, {rows:,} rows", lambda: day_list(ANNA, desk, UNIT, TODAY, view))
        _time("day_list, sorted and filtered", lambda: day_list(ANNA, desk, UNIT, TODAY, filtered))
        _time("neighbours", lambda: neighbours(ANNA, desk, key(rows // 2), view))
        _time("search by container", lambda: search(ANNA, desk, "MSCU0000123"))
        _time("search by start of a bill", lambda: search(ANNA, desk, "BOL-0012"))


def _fill(settings: Settings, day: date, count: int, *, state: str) -> None:
    items = [{**item(number, day=day, reasons=8), "state": state} for number in range(1, count + 1)]
    with transaction(settings.database) as session:
        insert_rows(session, QueueItem, items)
        replace_search_terms(session, items, UNIT, day)


def _time(what: str, asked: Callable[[], Any]) -> None:
    by_clock, by_processor = [], []
    for _ in range(TIMES):
        began, worked = perf_counter(), process_time()
        asked()
        by_clock.append(1_000 * (perf_counter() - began))
        by_processor.append(1_000 * (process_time() - worked))
    print(
        f"{what:34} median {median(by_clock):7.1f} ms by the clock, {median(by_processor):7.1f} ms of processor; "
        f"best of {TIMES} {min(by_clock):7.1f} ms"
    )


if __name__ == "__main__":
    main()
