"""How long checking a manifest takes: python benchmarks/check_manifest.py [rows] [--deliveries N] [--profile]."""

import argparse
import cProfile
import pstats
import resource
import time
from pathlib import Path

import numpy as np
import pandas as pd

from riskscore.contracts import check, load_contract
from riskscore.contracts.referee import offline_context
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


def main() -> None:
    """Print the seconds (CPU and wall) and the peak memory of one check."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", nargs="?", type=int, default=1_000_000)
    parser.add_argument("--deliveries", type=int, default=10)
    parser.add_argument("--profile", action="store_true")
    given = parser.parse_args()
    rows = raw_manifest(given.rows)
    deliveries = pd.Series([f"d{number * given.deliveries // given.rows}" for number in range(given.rows)], dtype="str")
    contract = load_contract(CONTRACT)
    offline_context()  # importing Great Expectations is not part of a check
    profile = cProfile.Profile()
    cpu, wall = time.process_time(), time.perf_counter()
    if given.profile:
        profile.enable()
    result = check(contract, rows, deliveries=deliveries)
    profile.disable()
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(result.tally.sum().to_dict())
    print(
        f"{given.rows:,} rows x {rows.shape[1]} columns, {len(contract.rules)} rules, {given.deliveries} deliveries: ",
        end="",
    )
    print(f"{cpu:.1f} s CPU, {wall:.1f} s wall, peak {peak:.1f} GB (input included)")
    if given.profile:
        pstats.Stats(profile).sort_stats("cumulative").print_stats(45)


if __name__ == "__main__":
    main()
