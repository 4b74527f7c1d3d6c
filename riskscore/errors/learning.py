"""Errors of features and models."""

from collections.abc import Iterable

from riskscore.errors.told import RiskscoreError, listed


class FeatureError(RiskscoreError):
    """A feature declaration cannot work."""


class ModelError(RiskscoreError):
    """A model cannot be trained, loaded or used."""


class ModelSpecError(ModelError):
    """A model's spec file is wrong."""

    def __init__(self, *, file: str, faults: Iterable[str]) -> None:
        super().__init__(f"Model spec {file}: {'; '.join(faults)}. Correct the file; nothing was trained.")


class TrainingDataError(ModelError):
    """The rows offered cannot train or judge a model honestly."""


class GrowingError(ModelError):
    """A worker could not grow a model's trees."""

    def __init__(self, *, model: str, worker: str, why: str) -> None:
        super().__init__(
            f"Model {model}: worker {worker} could not grow its trees ({why}). Nothing was kept, and the same again "
            "would end the same. Give the workers more memory where that ran out, else correct what it names, on that "
            f"worker or in models/{model}/spec.yaml."
        )


class ArtefactError(ModelError):
    """A stored model is not what was saved."""

    def __init__(self, *, artefact: str, why: str) -> None:
        super().__init__(
            f"Stored model {artefact}: {why}. It was not used. "
            "Restore the folder from a backup, or delete it and train again."
        )


class ModelMismatchError(ModelError):
    """The features offered are not those the model was trained on."""

    def __init__(self, *, model: str, trained_on: list[str], offered: list[str]) -> None:
        missing = [name for name in trained_on if name not in offered]
        unknown = [name for name in offered if name not in trained_on]
        order = " Same columns in another order." if not missing and not unknown else ""
        super().__init__(
            f"Model {model} refuses to score: missing feature(s) {listed(missing)}; "
            f"unknown feature(s) {listed(unknown)}.{order} Train it again on today's feature list."
        )
