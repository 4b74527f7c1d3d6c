"""What a model is before it is trained: a spec file, read strictly."""

import hashlib
import json
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from riskscore.errors import ModelSpecError
from riskscore.strict_yaml import strict_yaml

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
FEATURE_NAME = r"^[A-Za-z][A-Za-z0-9_]{0,126}$"
FeatureName = Annotated[str, Field(pattern=FEATURE_NAME)]
Share = Annotated[float, Field(gt=0, le=1)]


class Strict(BaseModel):
    """A frozen document: unknown keys and values of another type are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class LightgbmSettings(Strict):
    """What LightGBM is told; anything not named here keeps LightGBM's own default.

    Depth is capped at 7 because the time to explain a score grows with depth squared.
    """

    seed: int = Field(ge=0, lt=2**31)
    learning_rate: float = Field(default=0.05, gt=0, le=1)
    num_leaves: int = Field(default=31, ge=2, le=128)
    max_depth: int = Field(default=6, ge=1, le=7)
    min_data_in_leaf: int = Field(default=20, ge=1)
    min_sum_hessian_in_leaf: float = Field(default=1e-3, ge=0)
    min_gain_to_split: float = Field(default=0.0, ge=0)
    feature_fraction: Share = 1.0
    bagging_fraction: Share = 1.0
    bagging_freq: int = Field(default=0, ge=0)
    lambda_l1: float = Field(default=0.0, ge=0)
    lambda_l2: float = Field(default=0.0, ge=0)
    path_smooth: float = Field(default=0.0, ge=0)
    max_bin: int = Field(default=255, ge=15, le=1023)
    extra_trees: bool = False
    metric: Literal["binary_logloss", "average_precision", "auc"] = "binary_logloss"
    deterministic: Literal[True] = True
    force_row_wise: Literal[True] = True
    num_threads: int = Field(default=1, ge=1)


class SplitPlan(Strict):
    """How days are dealt out, counted back from the last day: test, before it calibrate, before it train.

    The first `warm_up_days` only fill the trailing features. `gap_days` are left out between the parts, for
    labels that arrive late. `test_days` of 0 means that the model is judged elsewhere.
    """

    warm_up_days: int = Field(default=0, ge=0)
    train: Literal["rest"] | Annotated[int, Field(ge=1)] = "rest"
    calibrate_days: int = Field(ge=1)
    test_days: int = Field(ge=0)
    gap_days: int = Field(default=0, ge=0)


class JudgedAt(Strict):
    """Where precision and recall are read: shares of the rows, and a number of rows a day."""

    shares: tuple[Share, ...] = (0.01, 0.02, 0.05, 0.10)
    capacity_per_day: int | None = Field(default=None, ge=1)


class ModelSpec(Strict):
    """Everything that decides a model besides its rows."""

    name: Name
    grain: Name
    target: Name
    features: Literal["all"] | tuple[FeatureName, ...] = "all"
    lightgbm: LightgbmSettings
    rounds: int = Field(ge=1, le=10_000)
    early_stopping_rounds: int | None = Field(default=None, ge=1)
    monotone: dict[FeatureName, Literal[-1, 1]] = Field(default_factory=dict)
    calibration: Literal["isotonic", "sigmoid", "none"]
    split: SplitPlan
    judged_at: JudgedAt = JudgedAt()
    golden_rows: int = Field(default=8, ge=1, le=64)

    @model_validator(mode="after")
    def _names_agree(self) -> Self:
        if self.features == "all":
            return self
        if not self.features or len(set(self.features)) < len(self.features):
            raise ValueError("features wants 'all' or a list of different names")
        if unknown := self.monotone.keys() - set(self.features):
            raise ValueError(f"monotone names {', '.join(sorted(unknown))}, which features does not list")
        return self

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of the spec's canonical JSON."""
        return hashlib.sha256(canonical_json(self.model_dump(mode="json"))).hexdigest()

    def with_seed(self, seed: int) -> "ModelSpec":
        """Return the same spec with another seed."""
        return self.model_copy(update={"lightgbm": self.lightgbm.model_copy(update={"seed": seed})})


def load_spec(path: Path) -> ModelSpec:
    """Read a spec file; raise ModelSpecError with every place, value and reason that is wrong."""
    try:
        document = strict_yaml(path.read_text(encoding="utf-8"))
        return ModelSpec.model_validate_json(json.dumps(document))
    except ValidationError as error:
        raise ModelSpecError(file=str(path), faults=[_fault(part) for part in error.errors()]) from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError, TypeError, ValueError) as error:
        raise ModelSpecError(file=str(path), faults=[f"cannot be read: {error}"]) from None


def canonical_json(document: object) -> bytes:
    """Return the one JSON text of a document: sorted keys, no blanks, no NaN."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def _fault(part: Any) -> str:
    where = ".".join(map(str, part["loc"])) or "the document"
    value = "" if part["type"] == "missing" else f" is {part['input']!r}"[:120]
    return f"{where}{value}: {part['msg']}"
