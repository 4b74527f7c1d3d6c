"""A model of four invented features, two of them windows of one measure."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from riskscore.learning import Artefact, ModelSpec, TrainingSet, train

SENTENCES = {
    "gross_weight_per_package_kg": "Average weight of one declared package.",
    "shipper_seizures_30d": "Number of seizures of this shipper in the 30 days before the cut-off.",
    "shipper_seizures_365d": "Number of seizures of this shipper in the 365 days before the cut-off.",
    "is_transhipped": "Whether it changed vessels.",
}


def invented(rows: int, seed: int = 0) -> tuple[pd.DataFrame, pd.Series]:
    random = np.random.default_rng(seed)
    last_year = random.poisson(2, rows).astype(float)
    columns = {
        "gross_weight_per_package_kg": random.lognormal(3, 0.7, rows),
        "shipper_seizures_30d": random.binomial(last_year.astype(int), 0.2).astype(float),
        "shipper_seizures_365d": last_year,
        "is_transhipped": random.integers(0, 2, rows).astype(float),
    }
    features = pd.DataFrame(columns, index=pd.Index([f"c{number:05d}" for number in range(rows)], name="container"))
    odds = (
        -4
        + 0.8 * last_year
        + 0.8 * columns["shipper_seizures_30d"]
        - np.log(columns["gross_weight_per_package_kg"] / 20)
    )
    labels = pd.Series((random.random(rows) < 1 / (1 + np.exp(-odds))).astype(float), index=features.index)
    return features, labels


@pytest.fixture(scope="session")
def sentences() -> dict[str, str]:
    return SENTENCES


@pytest.fixture(scope="session")
def artefact() -> Artefact:
    features, labels = invented(3000)
    days = [date(2026, 1, 5) + timedelta(days=number % 60) for number in range(len(features))]
    spec = {
        "name": "container_risk",
        "grain": "container",
        "target": "is_found",
        "lightgbm": {"seed": 1, "num_leaves": 7, "num_threads": 1, "learning_rate": 0.1},
        "rounds": 60,
        "calibration": "isotonic",
        "split": {"calibrate_days": 15, "test_days": 15},
    }
    training = TrainingSet(features, labels, pd.Series(days, index=features.index), known_until=date(2026, 4, 1))
    return train(ModelSpec.model_validate(spec), training)


@pytest.fixture(scope="session")
def day() -> pd.DataFrame:
    """The day's rows, a fifth of their values missing."""
    features, _ = invented(500, seed=7)
    known = np.random.default_rng(8).random(features.shape) > 0.2
    return features.where(known)
