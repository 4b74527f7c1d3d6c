"""What a long daily list costs, from the database to the bytes sent: python -m benchmarks.desk_page [rows]."""

import argparse
import cProfile
import gc
import gzip
import pstats
import statistics
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from starlette.testclient import TestClient

from benchmarks.options import positive
from riskscore import desk, steps
from riskscore.reference import container_check_digit, hs6_codes
from riskscore.settings import Settings
from riskscore.store.database import QueueItem, insert_rows, transaction
from riskscore.web import create_app

UNIT, DAY = "NLRTM", date(2026, 5, 4)
OWNERS = ("QFAU", "QAAU", "QBAU", "QKOU", "QMDU", "QWSU", "QCAU", "QLEU")
LOADING = ("CRMOB", "ECGYE", "ECPBO", "BRSSZ", "COCTG", "PAONX", "MXVER", "CNSHA", "TWKHH", "MACAS", "TRMER", "ZADUR")
THROUGH = ((), (), (), ("DOCAU",), ("ESALG",), ("PAMIT",), ("MAPTM", "ESALG"))
GRADES = (
    "",
    "",
    "",
    "",
    " GRADE A",
    " IN CARTONS",
    " ON PALLETS",
    " FRESH",
    " IN BAGS OF 25 KG",
    " AS PER INVOICE",
    " SAID TO CONTAIN",
)
PASSWORD = "benchmark of the desk"
REPEATS = 15


def invented_items(rows: int, unit: str = UNIT, day: date = DAY, seed: int = 7) -> list[dict[str, Any]]:
    """Return the queue of one day, as various as the demo's: a voyage brings some 300 of its containers."""
    rng = np.random.default_rng(seed)
    numbers = rng.choice(9_999_999, rows, replace=False) // 10
    voyages = [_voyage(number, rng, day) for number in range(max(4, rows // 300))]
    codes = hs6_codes().sample(300, random_state=seed)
    goods = [
        f"{code} {str(text).split(',')[0].split(';')[0].upper()[:40]}" for code, text in codes["description"].items()
    ]
    sentences = steps.feature_catalogue(Settings(), "container")
    probabilities = np.sort(rng.beta(0.4, 12, rows))[::-1]
    items = []
    for place in range(rows):
        stem = f"{OWNERS[rng.integers(len(OWNERS))]}{numbers[place]:06d}"
        voyage = voyages[min(int(rng.exponential(len(voyages) / 4)), len(voyages) - 1)]
        way = voyage["ways"][rng.integers(len(voyage["ways"]))]
        what = goods[min(int(rng.exponential(40)), len(goods) - 1)] + GRADES[rng.integers(len(GRADES))]
        items.append(
            {
                "queue_day": day,
                "unit": unit,
                "voyage_id": voyage["voyage_id"],
                "container_number": f"{stem}{container_check_digit(stem)}",
                "position": place + 1,
                "why": "mandatory" if place < 6 else "random" if place % 10 == 9 else "score",
                "rule": "consignee_seized_30d" if place < 6 else "",
                "probability": float(probabilities[place]),
                "expected_value": float(200 * probabilities[place] - 3),
                "selection_probability": 0.002 if place % 10 == 9 else 1.0,
                "model": "container_risk@0531a35e1048",
                "is_over_capacity": place >= 24,
                "state": "open",
                "shown": {**voyage["shown"], "route": way, "goods": what, **_known(sentences, rng)},
            }
        )
    return items


def _voyage(number: int, rng: np.random.Generator, day: date) -> dict[str, Any]:
    eta = datetime(day.year, day.month, day.day, 6, tzinfo=UTC) + timedelta(minutes=int(rng.integers(0, 72 * 60)))
    name = "".join(rng.choice(["VAR", "LOM", "GNO", "KRI", "ZUB", "FEN", "TIX", "POR"], 3))
    shown = {"vessel_name": f"INVENTED {name}", "vessel_imo": f"{9_000_000 + number}", "eta": eta.isoformat()}
    ports = [(rng.choice(LOADING), *THROUGH[rng.integers(len(THROUGH))], UNIT) for _ in range(10)]
    return {
        "voyage_id": f"Q{name[:2]}{number % 9}-26{number:02d}",
        "shown": shown,
        "ways": [" > ".join(map(str, way)) for way in ports],
    }


def _known(sentences: dict[str, str], rng: np.random.Generator) -> dict[str, Any]:
    """Return coverage and reasons; a few features explain most of a list, as they do in the demo's."""
    names = list(sentences)
    chosen = {names[min(int(rng.exponential(12)), len(names) - 1)] for _ in range(6)}
    reasons = [
        {
            "feature": name,
            "meaning": sentences[name],
            "value": float(rng.integers(0, 40)) if "rate" not in name else round(float(rng.random()), 3),
            "usual": float(rng.integers(0, 40)),
            "push": float(rng.normal(0.2, 0.2)),
            "originators": "",
        }
        for name in chosen
    ]
    reasons.sort(key=lambda reason: -abs(reason["push"]))
    return {"coverage": float(rng.choice([1.0, 0.99, 0.95, 0.5], p=[0.5, 0.3, 0.17, 0.03])), "reasons": reasons[:4]}


def filled_home(home: Path, rows: int) -> Settings:
    """Return the settings of a home whose database holds one queue of so many rows."""
    home.mkdir(parents=True, exist_ok=True)
    settings = Settings(home=home, today=DAY, web_address="http://127.0.0.1")
    with transaction(settings.database) as session:
        insert_rows(session, QueueItem, invented_items(rows))
    return settings


def a_session(counter: desk.Desk) -> str:
    """Return the secret of an officer's session."""
    first = desk.first_account(counter)
    keeper = desk.log_in(counter, "admin", str(first), address="here")
    desk.change_password(keeper.officer, counter, old=str(first), new=PASSWORD, keep_token=keeper.token)
    keeper = desk.log_in(counter, "admin", PASSWORD, address="here")
    once = desk.add_account(keeper.officer, counter, name="officer", role="officer", unit=UNIT)
    given = desk.log_in(counter, "officer", once, address="here")
    desk.change_password(given.officer, counter, old=once, new=PASSWORD, keep_token=given.token)
    return given.token


def main() -> None:
    """Print the time and size of the list, and where the time goes."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.desk_page", description=__doc__)
    parser.add_argument("rows", type=positive, nargs="?", default=2000)
    parser.add_argument("--profile", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        settings = filled_home(Path(folder) / "home", given.rows)
        app = create_app(settings)
        browser = TestClient(app, base_url="http://127.0.0.1", headers={"accept-encoding": "gzip"})
        browser.cookies.set(app.state.cookies.session, a_session(app.state.counter))
        address = f"/lists/{UNIT}/{DAY}"
        profile = cProfile.Profile()
        seconds, processor = [], []
        browser.get(address)
        gc.collect()
        gc.freeze()  # as `riskscore serve` does
        for _ in range(REPEATS):
            began, used = time.perf_counter(), time.process_time()
            answer = browser.get(address)
            seconds.append(time.perf_counter() - began)
            processor.append(time.process_time() - used)
        if answer.status_code != 200:
            raise SystemExit(f"{address} answered {answer.status_code}")
        sizes = {level: len(gzip.compress(answer.content, level)) for level in (1, 4, 6, 9)}
        median, best = 1000 * statistics.median(seconds), 1000 * min(seconds)
        print(f"{given.rows} rows: {median:.0f} ms median, {best:.0f} ms best of")
        print(f"  {REPEATS}, {1000 * statistics.median(processor):.0f} ms of processor; {len(answer.content):,} bytes,")
        print(f"  gzipped {int(answer.headers.get('content-length', 0)):,} bytes as sent;")
        print("  by level: " + ", ".join(f"{level}: {size:,}" for level, size in sizes.items()))
        if given.profile:
            profile.enable()
            browser.get(address)
            profile.disable()
            _time_in_views(app, address)
            pstats.Stats(profile).sort_stats("cumulative").print_stats(25)


def _time_in_views(app: Any, address: str) -> None:
    """Print how long each part takes in this thread, where the profiler sees it."""
    counter = app.state.counter
    officer = desk.Officer("officer", desk.Role.OFFICER, UNIT)
    profile = cProfile.Profile()
    profile.enable()
    desk.day_list(officer, counter, UNIT, DAY, desk.View())
    profile.disable()
    print(f"the list of {address} alone:")
    pstats.Stats(profile).sort_stats("tottime").print_stats(12)


if __name__ == "__main__":
    main()
