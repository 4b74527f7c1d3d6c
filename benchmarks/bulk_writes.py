"""What many rows cost, by the way they are written: python -m benchmarks.bulk_writes [rows ...]."""

import argparse
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any
from unittest.mock import patch

from sqlalchemy import delete, func, select

from benchmarks.options import positive
from riskscore.store import bulk
from riskscore.store.connecting import briefly_connected
from riskscore.store.database import QueueItem, engine_of, insert_rows, transaction
from riskscore.store.schema import upgrade
from tests.postgres import postgres_server

NEVER = 10**12


def items(rows: int) -> list[dict[str, Any]]:
    """Return rows of an invented queue, as wide as real ones."""
    reasons = [{"feature": f"f{n}", "meaning": "Invented reason", "value": n / 7, "push": 0.1} for n in range(5)]
    return [
        {
            "queue_day": date(2026, 5, 4),
            "unit": "NLRTM",
            "voyage_id": f"V{number % 40}",
            "container_number": f"MSKU{number:07d}",
            "position": number,
            "why": "score",
            "rule": "",
            "probability": number / rows,
            "expected_value": 1.0,
            "selection_probability": 1.0,
            "model": "container_risk 1",
            "is_over_capacity": False,
            "state": "open",
            "shown": {"vessel_name": "INVENTED", "goods": "080390 BANANAS", "reasons": reasons},
        }
        for number in range(1, rows + 1)
    ]


def seconds(url: str, rows: Sequence[dict[str, Any]], *, copied: bool, times: int) -> float:
    """Return the median seconds of a transaction that writes the rows, each time into an empty table."""
    took = []
    for _ in range(times):
        with transaction(url) as session:
            session.execute(delete(QueueItem))
        with patch.object(bulk, "WORTH_COPYING", 0 if copied else NEVER):
            began = time.perf_counter()
            with transaction(url) as session:
                insert_rows(session, QueueItem, rows)
            took.append(time.perf_counter() - began)
    with transaction(url) as session:
        if session.scalar(select(func.count()).select_from(QueueItem)) != len(rows):
            raise AssertionError("rows are missing")
    return median(took)


def main() -> None:
    """Print seconds for growing numbers of rows, and how many times COPY's the other ways take."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bulk_writes", description=__doc__)
    parser.add_argument("rows", nargs="*", type=positive, default=[20, 50, 100, 200, 500, 2_000, 20_000, 100_000])
    given = parser.parse_args()
    with postgres_server() as server, tempfile.TemporaryDirectory() as folder:
        url, sqlite = server.address(server.make_database()), f"sqlite:///{Path(folder) / 'riskscore.db'}"
        with briefly_connected(url) as engine:
            upgrade(engine)
        print("      rows  PostgreSQL COPY  executemany  times COPY  SQLite executemany  times COPY")
        for number in given.rows:
            _print_line(items(number), url, sqlite, times=3 if number > 5_000 else 9)
        for address in (url, sqlite):
            engine_of(address).dispose()


def _print_line(rows: Sequence[dict[str, Any]], url: str, sqlite: str, *, times: int) -> None:
    measure: Callable[..., float] = seconds
    copied = measure(url, rows, copied=True, times=times)
    executed = measure(url, rows, copied=False, times=times)
    in_file = measure(sqlite, rows, copied=False, times=times)
    print(
        f"{len(rows):>10,}  {copied:>13.4f} s  {executed:>9.4f} s  {executed / copied:>10.2f}"
        f"  {in_file:>16.4f} s  {in_file / copied:>10.2f}",
        flush=True,
    )


if __name__ == "__main__":
    main()
