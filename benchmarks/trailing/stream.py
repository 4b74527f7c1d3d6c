"""An invented stream of consignments in monthly Parquet files: what every contestant reads."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

Numbers = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]

FIRST_DATE = date(2024, 1, 1)
EPOCH = date(1970, 1, 1)
USUAL_CONSIGNMENTS = 20_000_000
KEY_COUNTS = {"shipper": 200_000, "consignee": 300_000, "pair": 1_500_000, "lane": 100_000, "container": 1_000_000}
"""How many keys each entity has beside the usual number of consignments."""
SKEW = 0.6
"""The share of the key of rank r is about r ** -SKEW."""
HOME_LANE_SHARE = 0.8
HIT_SHARE = 0.02
WEEK = np.array([1.0, 1.1, 1.15, 1.1, 1.2, 0.8, 0.65])
ROW_GROUP = 262_144


@dataclass(frozen=True)
class Stream:
    """A folder of monthly Parquet files of consignments, sorted by day (days since 1970-01-01, like `event_on`)."""

    folder: Path
    first_day: int
    last_day: int

    def files(self, first: int, last: int) -> list[str]:
        """Return the files of the months of the days `first` to `last`, in order."""
        months = {_month(day) for day in range(max(first, self.first_day), min(last, self.last_day) + 1)}
        return [str(_place(self.folder, month)) for month in sorted(months)]


@dataclass(frozen=True)
class Traders:
    """Who ships to whom and where, as hashes: shipper, consignee and usual lane of every pair."""

    pair: Hashes
    shipper: Hashes
    consignee: Hashes
    lane: Hashes


def write_stream(folder: Path, *, consignments: int, days: int, scale: float, seed: int) -> Stream:
    """Write the invented stream (entities' key counts times `scale`) and return it."""
    rng = np.random.default_rng(seed)
    counts = key_counts(scale)
    traders = _traders(rng, counts)
    first_day = (FIRST_DATE - EPOCH).days
    weights = WEEK[np.arange(days) % 7]
    per_day = rng.multinomial(consignments, weights / weights.sum())
    number = 0
    for month, group in groupby(range(days), key=lambda day: _month(first_day + day)):
        of_month = list(group)
        rows = np.repeat(np.array(of_month, dtype=np.int32) + np.int32(first_day), per_day[of_month])
        _write_month(_place(folder, month), _consignments(rng, rows, traders, counts, number))
        number += len(rows)
    return Stream(folder, first_day, first_day + days - 1)


def key_counts(scale: float) -> dict[str, int]:
    """Return how many keys each entity may have at this scale."""
    return {name: max(5, int(count * scale)) for name, count in KEY_COUNTS.items()}


def _month(day: int) -> str:
    return f"{EPOCH + timedelta(days=day):%Y-%m}"


def _place(folder: Path, month: str) -> Path:
    return folder / f"month={month}" / "consignments.parquet"


def _traders(rng: np.random.Generator, counts: dict[str, int]) -> Traders:
    pairs = counts["pair"]
    return Traders(
        pair=_hashes("pair", np.arange(pairs)),
        shipper=_hashes("shipper", _ranks(rng, counts["shipper"], pairs)),
        consignee=_hashes("consignee", _ranks(rng, counts["consignee"], pairs)),
        lane=_hashes("lane", _ranks(rng, counts["lane"], pairs)),
    )


def _consignments(
    rng: np.random.Generator, days: npt.NDArray[np.int32], traders: Traders, counts: dict[str, int], number: int
) -> pa.Table:
    rows = len(days)
    of_pair = _ranks(rng, counts["pair"], rows)
    elsewhere = _hashes("lane", _ranks(rng, counts["lane"], rows))
    columns = {
        "consignment": np.arange(number, number + rows, dtype=np.int64),
        "day": days,
        "shipper": traders.shipper[of_pair],
        "consignee": traders.consignee[of_pair],
        "pair": traders.pair[of_pair],
        "lane": np.where(rng.random(rows) < HOME_LANE_SHARE, traders.lane[of_pair], elsewhere),
        "container": _hashes("container", rng.integers(0, counts["container"], rows)),
        "value": np.rint(rng.lognormal(10, 1, rows) * 1000).astype(np.int64),
        "hit": (rng.random(rows) < HIT_SHARE).astype(np.int8),
    }
    return pa.table(columns, metadata={"note": "invented consignments of a benchmark"})


def _write_month(path: Path, rows: pa.Table) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(rows, path, row_group_size=ROW_GROUP, compression="zstd")


def _ranks(rng: np.random.Generator, count: int, rows: int) -> Numbers:
    """Draw `rows` ranks below `count` whose share falls like rank ** -SKEW."""
    return (rng.random(rows) ** (1 / (1 - SKEW)) * count).astype(np.int64)


def _hashes(entity: str, ranks: Numbers) -> Hashes:
    """Return a 64-bit hash of each rank, other ones for every entity (splitmix64: Steele, Lea and Flood, 2014)."""
    salt = np.uint64(int.from_bytes(entity.encode()[:4], "big") << 32)
    mixed = (ranks.astype(np.uint64) + salt) * np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    hashes: Hashes = mixed ^ (mixed >> np.uint64(31))
    return hashes
