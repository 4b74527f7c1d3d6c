"""What was decided about keeping: how long, how small, how soon."""

from importlib.resources import files
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from riskscore.errors import KeepingPolicyError
from riskscore.strict_yaml import strict_yaml


class _Decided(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class KeepDays(_Decided):
    """Days for which each kind of thing is kept."""

    quarantine: int = Field(ge=1)
    received_copies: int = Field(ge=1)
    features: int = Field(ge=1)
    findings: int = Field(ge=1)
    lists: int = Field(ge=1)
    monitor_pages: int = Field(ge=1)
    exports: int = Field(ge=1)


class LakePolicy(_Decided):
    """How the lake is kept quick, and how far back it can be read as it was."""

    versions_days: int = Field(ge=1)
    """Never less than a day: a run that reads an older version must be able to end."""
    compact_from_files: int = Field(ge=2)


class DatabasePolicy(_Decided):
    """How the database is kept quick."""

    vacuum_from_free_share: float = Field(gt=0, le=1)


class KeepingPolicy(_Decided):
    """Everything that was decided about keeping."""

    keep_days: KeepDays
    facts_every_days: int = Field(ge=0)
    lake: LakePolicy
    orphans_hours: int = Field(ge=1)
    database: DatabasePolicy


def load_keeping_policy(path: Path | None = None) -> KeepingPolicy:
    """Read a policy file (default: the shipped one); raise KeepingPolicyError naming the keys that are wrong."""
    where = "riskscore/housekeeping/policy.yaml" if path is None else str(path)
    try:
        written = strict_yaml((path or files("riskscore.housekeeping") / "policy.yaml").read_text(encoding="utf-8"))
        return KeepingPolicy.model_validate(written)
    except ValidationError as error:
        wrong = [f"{'.'.join(map(str, part['loc']))}: {part['msg']}" for part in error.errors(include_url=False)]
        raise KeepingPolicyError(file=where, problems=wrong) from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
        raise KeepingPolicyError(file=where, problems=[" ".join(str(error).split())]) from None
