"""From where on a figure warns, and from where on it is an alarm."""

from importlib.resources import files
from pathlib import Path
from typing import Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from riskscore.errors import MonitorPolicyError
from riskscore.strict_yaml import strict_yaml

Level = Literal["ok", "warn", "alarm"]
LEVELS: tuple[Level, ...] = ("ok", "warn", "alarm")
"""From trusted to not."""


class _Decided(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Band(_Decided):
    """Where a figure leaves what is usual, and where it is past trusting."""

    warn: float = Field(ge=0)
    alarm: float = Field(ge=0)

    @model_validator(mode="after")
    def _rising(self) -> Self:
        if self.alarm < self.warn:
            raise ValueError("alarm lies beyond warn")
        return self

    def level(self, value: float) -> Level:
        """Return what a figure is; on a bound it is not beyond it."""
        return "alarm" if value > self.alarm else "warn" if value > self.warn else "ok"

    def at_least(self, floor: float) -> "Band":
        """Return the band with no bound below `floor`, under which chance alone brings figures."""
        return Band(warn=max(self.warn, floor), alarm=max(self.alarm, floor))


class Windows(_Decided):
    """How many days are looked at."""

    drift_days: int = Field(ge=1)
    outcome_days: int = Field(ge=1)
    listed_days: int = Field(ge=1)
    routes_days: int = Field(ge=1)
    weeks: int = Field(ge=1)


class Least(_Decided):
    """How much there must be before anything is said of it."""

    outcomes: int = Field(ge=1)
    weekdays: int = Field(ge=1)
    labels: int = Field(ge=1)
    route_share: float = Field(ge=0, le=1)
    feature_gain: float = Field(ge=0, le=1)


class MonitorPolicy(_Decided):
    """Everything that was decided about watching."""

    windows: Windows
    freshness: Band
    volume: Band
    quarantined: Band
    refused: Band
    feature_drift: Band
    score_drift: Band
    coverage: Band
    calibration: Band
    label_delay: Band
    shared_delay: Band
    displacement: Band
    least: Least


def load_monitor_policy(path: Path | None = None) -> MonitorPolicy:
    """Read a policy file (default: the shipped one); raise MonitorPolicyError naming the keys that are wrong."""
    where = "riskscore/monitoring/policy.yaml" if path is None else str(path)
    try:
        written = strict_yaml((path or files("riskscore.monitoring") / "policy.yaml").read_text(encoding="utf-8"))
        return MonitorPolicy.model_validate(written)
    except ValidationError as error:
        wrong = [f"{'.'.join(map(str, part['loc']))}: {part['msg']}" for part in error.errors(include_url=False)]
        raise MonitorPolicyError(file=where, problems=wrong) from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
        raise MonitorPolicyError(file=where, problems=[" ".join(str(error).split())]) from None
