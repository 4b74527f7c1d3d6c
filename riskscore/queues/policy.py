"""What a unit has decided about its queue: capacity, random share, what a find is worth, what is mandatory."""

from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from riskscore.errors import QueueError
from riskscore.reference import container_types
from riskscore.strict_yaml import strict_yaml

Hours = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Threshold = Annotated[float, Field(allow_inf_nan=False)]
UnitCode = Annotated[str, Field(pattern=r"^[A-Z]{2}[A-Z2-9]{3}$")]


class _Decided(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Condition(_Decided):
    """One column held against one number or value; a missing value never meets it."""

    column: str = Field(min_length=1)
    at_least: Threshold | None = None
    at_most: Threshold | None = None
    equals: bool | Threshold | str | None = None

    @model_validator(mode="after")
    def _has_one_comparison(self) -> Self:
        if sum(wanted is not None for wanted in (self.at_least, self.at_most, self.equals)) != 1:
            raise ValueError("wants exactly one of at_least, at_most, equals")
        return self


class MandatoryRule(_Decided):
    """A reason to open a container whatever its score; all its conditions must hold."""

    code: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    when: tuple[Condition, ...] = Field(min_length=1)
    sentence: str = Field(min_length=1)


class InspectionHours(_Decided):
    """Hours that opening one container takes, by ISO 6346 type group (the code's third character)."""

    usual: Hours
    by_type_group: dict[str, Hours] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _groups_exist(self) -> Self:
        if unknown := self.by_type_group.keys() - set(container_types()["group"]):
            raise ValueError(f"ISO 6346 has no type group {', '.join(sorted(unknown))}")
        return self


class UnitPolicy(_Decided):
    """Everything one unit has decided."""

    capacity: int = Field(ge=0, strict=True)
    """Containers a day."""
    random_share: float = Field(gt=0, lt=1)
    """Share of the capacity drawn at random; never none, because hit rates are estimated from it."""
    find_value_hours: Hours
    """What finding contraband is worth, in hours of inspection work."""
    inspection_hours: InspectionHours
    rules: tuple[MandatoryRule, ...] = ()

    @model_validator(mode="after")
    def _codes_are_unique(self) -> Self:
        codes = [rule.code for rule in self.rules]
        if doubled := {code for code in codes if codes.count(code) > 1}:
            raise ValueError(f"rule code(s) used twice: {', '.join(sorted(doubled))}")
        return self

    @property
    def random_slots(self) -> int:
        """Places reserved for the random share: rounded, at least one wherever there are two."""
        return max(int(self.capacity * self.random_share + 0.5), 1 if self.capacity > 1 else 0)

    def sentences(self, rule: str) -> list[str]:
        """Return the officers' sentences of the codes in a queue row's `rule`; a code since abolished is itself."""
        known = {one.code: one.sentence for one in self.rules}
        return [known.get(code, code) for code in rule.split()]


class Policy(_Decided):
    """The policies of all units."""

    units: dict[UnitCode, UnitPolicy] = Field(min_length=1)

    def unit(self, unit: str) -> UnitPolicy:
        """Return the policy of `unit` (LOCODE); raise QueueError for a unit that keeps no queue."""
        if unit not in self.units:
            known = f"Ask for one of {', '.join(sorted(self.units))}, or add it to the queue policy."
            raise QueueError(where="Queue policy", what="no such unit", which=[unit], then=known)
        return self.units[unit]


def load_policy(path: Path | None = None) -> Policy:
    """Read a policy file (default: the shipped one); raise QueueError naming the keys that are wrong."""
    where = "riskscore/queues/policy.yaml" if path is None else str(path)
    try:
        text = (path or files("riskscore.queues") / "policy.yaml").read_text(encoding="utf-8")
        written = strict_yaml(text)
    except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
        raise _bad_policy(where, "cannot be read", [" ".join(str(error).split())]) from None
    return _policy(written, where)


def _policy(written: object, where: str) -> Policy:
    if not isinstance(written, dict) or not isinstance(shared := written.pop("every_unit", {}), dict | None):
        raise _bad_policy(where, "wrong value(s)", ["the top level and its `every_unit` hold keys and values"])
    if isinstance(units := written.get("units"), dict):
        written["units"] = {name: _over(shared or {}, own) for name, own in units.items()}
    try:
        return Policy.model_validate(written)
    except ValidationError as error:
        wrong = [f"{'.'.join(map(str, part['loc']))}: {part['msg']}" for part in error.errors(include_url=False)]
        raise _bad_policy(where, "wrong value(s)", wrong) from None


def _over(shared: dict[str, Any], own: object) -> object:
    """Lay a unit's own decisions over the shared ones."""
    return {**shared, **(own or {})} if isinstance(own, dict | None) else own


def _bad_policy(where: str, what: str, which: list[str]) -> QueueError:
    return QueueError(
        where=where, what=what, which=which, then="Correct the file; its comments say what each key means."
    )
