"""What a world is asked to be: its seed, its calendar, its size."""

import zlib
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from riskscore.errors import WorldError

UNITS = ("NLRTM", "BEANR", "DEHAM", "ESVLC")
"""Port units that own a queue; every consignment of the world is discharged at one of them."""

DEMO_CONTAINERS = 1500
LEGACY_CAPACITY = {"NLRTM": 24, "BEANR": 20, "DEHAM": 14, "ESVLC": 9}
"""Containers a unit could examine per day before there was a model, in a world of the demo's size."""


@dataclass(frozen=True, kw_only=True)
class WorldSpec:
    """Everything that decides a world; two equal specs give the same bytes."""

    seed: int = 20260105
    start: date = date(2026, 1, 5)
    days: int = 120
    containers_per_day: int = DEMO_CONTAINERS
    """Containers expected per day over the four units together."""
    live_days: int = 10
    """Last days of the world for which no inspections are written: somebody's queue decides there."""
    contraband_share: float = 0.01
    dirty_share: float = 0.005
    cutoff_hour: int = 6
    """Hour (UTC) of a business day's cut-off; a delivery of that day arrived before it."""

    def __post_init__(self) -> None:
        if not 0 <= self.live_days < self.days or self.containers_per_day < 1 or self.seed < 0:
            raise WorldError(
                f"A world of {self.days} day(s), {self.live_days} of them live, {self.containers_per_day} containers a "
                f"day and seed {self.seed} cannot be made. Give 0 <= live days < days, containers >= 1, seed >= 0."
            )

    @property
    def live_from(self) -> date:
        """First day that is not inspected by the legacy selection."""
        return self.start + timedelta(days=self.days - self.live_days)

    @property
    def scale(self) -> float:
        """Size relative to the demo world."""
        return self.containers_per_day / DEMO_CONTAINERS

    @property
    def capacity(self) -> dict[str, int]:
        """Containers each unit can examine per day under the legacy selection."""
        return {unit: max(1, round(number * self.scale)) for unit, number in LEGACY_CAPACITY.items()}

    def stream(self, purpose: str) -> np.random.Generator:
        """Return the random stream of one purpose, independent of all others."""
        return np.random.default_rng([self.seed, zlib.crc32(purpose.encode())])
