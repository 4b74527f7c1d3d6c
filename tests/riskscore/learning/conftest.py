"""Invented rows with a known way from features to labels, and the model trained on them."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

from riskscore.learning import Artefact, ModelSpec, TrainingSet, train

START = date(2026, 1, 5)
DAYS = 60

MakeSpec = Callable[..., ModelSpec]
MakeRows = Callable[..., TrainingSet]


def spec_document(**changed: Any) -> dict[str, Any]:
    document: dict[str, Any] = {
        "name": "planted_risk",
        "grain": "container",
        "target": "is_planted",
        "features": "all",
        "lightgbm": {
            "seed": 7,
            "num_leaves": 7,
            "max_depth": 3,
            "num_threads": 1,
            "bagging_fraction": 0.8,
            "bagging_freq": 1,
        },
        "rounds": 60,
        "early_stopping_rounds": 15,
        "calibration": "sigmoid",
        "split": {"calibrate_days": 10, "test_days": 10},
        "judged_at": {"shares": [0.05, 0.10], "capacity_per_day": 5},
        "golden_rows": 5,
    }
    return {**document, **changed}


def planted(seed: int = 0, rows: int = 3000, *, weighted: bool = False) -> TrainingSet:
    """Rows whose log-odds are -2.5 + 2 x strong + 1 x weak (half of it missing); `noise` says nothing."""
    random = np.random.default_rng(seed)
    strong, weak, noise = random.normal(size=(3, rows))
    odds = -2.5 + 2 * strong + weak
    labels = (random.random(rows) < 1 / (1 + np.exp(-odds))).astype(float)
    weak[random.random(rows) < 0.5] = np.nan
    index = pd.Index([f"row{number:05d}" for number in range(rows)], name="row_id")
    day = [START + timedelta(days=int(number)) for number in random.integers(DAYS, size=rows)]
    return TrainingSet(
        features=pd.DataFrame({"strong": strong, "weak": weak, "noise": noise}, index=index),
        labels=pd.Series(labels, index=index),
        days=pd.Series(day, index=index),
        known_until=START + timedelta(days=DAYS),
        weights=pd.Series(random.uniform(1, 5, rows), index=index) if weighted else None,
    )


@pytest.fixture(scope="session")
def make_spec() -> MakeSpec:
    return lambda **changed: ModelSpec.model_validate(spec_document(**changed), strict=False)


@pytest.fixture(scope="session")
def make_rows() -> MakeRows:
    return planted


@pytest.fixture(scope="session")
def rows() -> TrainingSet:
    return planted()


@pytest.fixture(scope="session")
def artefact(make_spec: MakeSpec, rows: TrainingSet) -> Artefact:
    return train(make_spec(), rows)
