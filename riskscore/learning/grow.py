"""Grow the trees: the one place that tells LightGBM what to do."""

from collections.abc import Callable
from typing import Any

import numpy as np

from riskscore.learning.missing import send_missing_with_most_rows
from riskscore.learning.spec import ModelSpec
from riskscore.learning.split import Parts, Rows
from riskscore.learning.training_set import TrainingSet, relative_weights

Progress = Callable[[int, int], None]


def grow(spec: ModelSpec, rows: TrainingSet, parts: Parts, *, progress: Progress) -> str:
    """Return LightGBM's text of the trees grown on the train part, cut where the calibrate part says."""
    import lightgbm  # noqa: PLC0415 takes seconds to import

    values, labels = rows.features.to_numpy(dtype=np.float64), rows.labels.to_numpy(dtype=np.float64)
    weights, names = relative_weights(rows), list(rows.features.columns)

    def dataset(inside: Rows, reference: Any = None) -> Any:
        return lightgbm.Dataset(
            values[inside], labels[inside], weight=weights[inside], feature_name=names, reference=reference
        )

    grown_on, watched = dataset(parts["train"]), []
    callbacks: list[Callable[..., Any]] = [lambda state: progress(state.iteration + 1, spec.rounds)]
    if spec.early_stopping_rounds is not None:
        watched = [dataset(parts["calibrate"], grown_on)]
        callbacks.append(lightgbm.early_stopping(spec.early_stopping_rounds, verbose=False))
    booster = lightgbm.train(
        settings(spec, names), grown_on, num_boost_round=spec.rounds, valid_sets=watched, callbacks=callbacks
    )
    return send_missing_with_most_rows(booster.model_to_string(num_iteration=booster.best_iteration))


def settings(spec: ModelSpec, names: list[str]) -> dict[str, Any]:
    """Return LightGBM's parameters for a spec and the features it trains on."""
    told = {**spec.lightgbm.model_dump(), "objective": "binary", "verbosity": -1}
    if spec.monotone:
        told["monotone_constraints"] = [spec.monotone.get(name, 0) for name in names]
    return told
