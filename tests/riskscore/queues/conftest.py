"""Candidates, policies and lists that the tests of queues share."""

from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

from riskscore.queues import DayList, UnitPolicy

RULES = [
    {
        "code": "container_seized",
        "when": [{"column": "container_number_seizures_90d", "at_least": 1}],
        "sentence": "This container is named in a seizure.",
    },
    {
        "code": "consignee_seized",
        "when": [{"column": "consignee_seizures_30d", "at_least": 1}],
        "sentence": "The consignee is named in a seizure.",
    },
]


@pytest.fixture(scope="session")
def make_policy() -> Callable[..., UnitPolicy]:
    """Return a maker of unit policies; keywords replace the usual decisions."""

    def make(**decided: Any) -> UnitPolicy:
        usual = {
            "capacity": 10,
            "random_share": 0.2,
            "find_value_hours": 100,
            "inspection_hours": {"usual": 3, "by_type_group": {"R": 5, "T": 7}},
            "rules": RULES,
        }
        return UnitPolicy.model_validate({**usual, **decided})

    return make


@pytest.fixture(scope="session")
def make_candidates() -> Callable[..., pd.DataFrame]:
    """Return a maker of candidates, `count` of them, none mandatory; keywords replace columns."""

    def make(count: int = 50, *, seed: int = 7, **columns: Any) -> pd.DataFrame:
        chance = np.random.default_rng(seed)
        probability = chance.beta(1, 20, count)
        made = pd.DataFrame(
            {
                "voyage_id": [f"V{number % 5}" for number in range(count)],
                "container_number": [f"ABCU{number:07d}" for number in range(count)],
                "probability": probability,
                "raw": np.log(probability),
                "container_type": chance.choice(["22G1", "45R1", "22T6"], count),
                "container_number_seizures_90d": np.zeros(count),
                "consignee_seizures_30d": np.zeros(count),
            }
        )
        return made.assign(**columns)

    return make


@pytest.fixture(scope="session")
def make_list() -> Callable[..., DayList]:
    """Return a maker of a two-row list; keywords replace columns."""

    def make(*, is_invented: bool = False, capacity: int = 24, **columns: Any) -> DayList:
        rows = pd.DataFrame(
            {
                "position": [1, 2],
                "container_number": ["MSKU1234565", "CSQU3054383"],
                "voyage_id": ["V-612E", "V-077W"],
                "vessel_name": ["Northern Example", "Southern Example"],
                "eta": pd.to_datetime(["2026-04-30T14:30Z", "2026-05-01T03:00Z"], utc=True),
                "hours_left": [8.5, -3.25],
                "route": ["BRSSZ > ESALG > NLRTM", "COCTG > NLRTM"],
                "goods": ["FROZEN ORANGE JUICE", "BANANAS, FRESH"],
                "probability": [0.3125, 0.0175],
                "band": ["high", "low"],
                "why": ["score", "random"],
                "reasons": [["Rare lane", "New consignee"], []],
                "coverage": [0.97, 1.0],
                "selection_probability": [1.0, 0.002],
                "state": ["open", "open"],
            }
        ).assign(**columns)
        return DayList("NLRTM", date(2026, 4, 30), capacity, rows, is_invented=is_invented)

    return make
