"""What a manifest's check costs beside the library's own execution: python -m benchmarks.check_manifest [rows ...]."""

import argparse
import cProfile
import pstats
import resource
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pandas as pd

from benchmarks.options import positive
from benchmarks.pages import command, machine, offer_write, show
from riskscore.contracts import CheckResult, check, load_contract
from riskscore.contracts.library import offline_context
from riskscore.contracts.referee import Verdict, judge, judge_plainly
from riskscore.reference import code_list, container_check_digits, valid_imo_numbers

CONTRACT = Path(__file__).parent.parent / "data_contracts" / "inbound" / "manifest.odcs.yaml"
BAD_SHARE = 0.005


def raw_manifest(rows: int, seed: int = 7) -> pd.DataFrame:
    """Return invented raw manifest rows, one in two hundred of them dirty."""
    rng = np.random.default_rng(seed)
    numbers = np.arange(rows)
    stems = pd.Series([f"MSKU{number % 1_000_000:06d}" for number in numbers], dtype="str")
    codes = {name: np.array(sorted(code_list(name)), dtype=object) for name in ("locode", "country", "hs6")}
    vessels = pd.Series([f"{number:07d}" for number in range(9_000_000, 9_003_000)], dtype="str")
    vessels = vessels[valid_imo_numbers(vessels)]
    booked = pd.Timestamp("2026-01-01") + pd.to_timedelta(rng.integers(0, 120 * 86400, rows), unit="s")
    loaded = booked + pd.to_timedelta(rng.integers(0, 20 * 86400, rows), unit="s")
    weights = rng.lognormal(9, 1, rows).clip(1, 30_000).round(1).astype(str)
    weights[rng.random(rows) < BAD_SHARE] = "1,234.5"
    columns = {
        "voyage_id": [f"MAEU-{number // 2000:06d}E" for number in numbers],
        "container_number": stems + container_check_digits(stems).astype("str"),
        "bill_of_lading": [f"MAEU{number:09d}" for number in numbers],
        "line_number": (numbers % 3 + 1).astype(str),
        "container_type": rng.choice(["22G1", "42G1", "45G1", "45R1"], rows),
        "carrier_code": rng.choice(["MAEU", "MSCU", "CMDU", "HLCU"], rows),
        "vessel_imo": rng.choice(vessels.to_numpy(dtype=object), rows),
        "shipper_name": [f"INVENTED SHIPPER {number} LTD" for number in rng.integers(0, 20_000, rows)],
        "shipper_country": rng.choice(codes["country"], rows),
        "consignee_name": [f"INVENTED CONSIGNEE {number} BV" for number in rng.integers(0, 20_000, rows)],
        "consignee_country": rng.choice(codes["country"], rows),
        "port_of_loading": rng.choice(codes["locode"][:300], rows),
        "transhipment_ports": rng.choice(["", "PABLB", "MAPTM ESALG"], rows),
        "port_of_discharge": rng.choice(["NLRTM", "BEANR", "DEHAM", "ESVLC"], rows),
        "final_destination": rng.choice(["", "CHBSL", "DEDUI"], rows),
        "goods_description": rng.choice([f"GOODS OF KIND {number}" for number in range(500)], rows),
        "hs6": rng.choice(codes["hs6"], rows),
        "package_count": rng.integers(1, 2000, rows).astype(str),
        "package_kind": rng.choice(["CT", "BX", "PX"], rows),
        "gross_weight_kg": weights,
        "value_usd": rng.lognormal(10, 1, rows).round(2).astype(str),
        "freight_terms": rng.choice(["prepaid", "collect"], rows),
        "seal_numbers": [f"ML{number:07d}" for number in numbers],
        "is_empty": "false",
        "booked_at": booked.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "loaded_at": loaded.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    return pd.DataFrame(columns, dtype="str")


def timed_check(rows: pd.DataFrame, deliveries: int, referee: Callable[..., Verdict]) -> tuple[float, CheckResult]:
    """Return the CPU seconds of one check and what it found."""
    of_row = pd.Series([f"d{number * deliveries // len(rows)}" for number in range(len(rows))], dtype="str")
    contract = load_contract(CONTRACT)
    with patch("riskscore.contracts.suite.judge", referee), patch("riskscore.contracts.deliveries.judge", referee):
        started = time.process_time()
        result = check(contract, rows, deliveries=of_row)
        return time.process_time() - started, result


def main() -> None:
    """Print, for growing manifests, the CPU seconds of a check and how many times the library's own execution takes."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.check_manifest", description=__doc__)
    parser.add_argument("rows", nargs="*", type=positive, default=[1_000, 30_000, 300_000, 1_000_000])
    parser.add_argument("--deliveries", type=positive, default=10)
    parser.add_argument("--profile", action="store_true", help="print where the time of the largest goes")
    offer_write(parser, "check_manifest.md")
    given = parser.parse_args()
    page = "\n".join(_page(given.rows, given.deliveries))
    show(page, "check_manifest.md", called=command(parser), keep=given.write)
    if given.profile:
        profile = cProfile.Profile()
        profile.runcall(timed_check, raw_manifest(max(given.rows)), given.deliveries, judge)
        pstats.Stats(profile).sort_stats("cumulative").print_stats(45)


def _page(sizes: Sequence[int], deliveries: int) -> Iterator[str]:
    offline_context()  # importing Great Expectations is not part of a check
    yield "# Contract checks beside Great Expectations' own execution\n"
    yield f"Invented manifests, {deliveries} deliveries each, one row in two hundred dirty, checked both ways in turn,"
    yield "with findings asserted equal. CPU seconds.\n"
    yield "| rows | measured here | own execution | ratio | measured here, a million rows |\n|---:|---:|---:|---:|---:|"
    for number in sizes:
        rows = raw_manifest(number)
        here, found = timed_check(rows, deliveries, judge)
        plain, expected = timed_check(rows, deliveries, judge_plainly)
        pd.testing.assert_frame_equal(found.findings, expected.findings)
        yield f"| {number:,} | {here:.2f} s | {plain:.2f} s | {plain / here:.1f} | {1e6 * here / number:.1f} s |"
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    yield f"\nPeak memory {peak:.1f} GB, input included. {machine()}."


if __name__ == "__main__":
    main()
