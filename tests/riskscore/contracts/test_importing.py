"""Fields that are copied quickly are those that Python's own deep copy makes."""

from copy import deepcopy
from typing import Any

import pytest
from pydantic.v1 import BaseModel, Field, validator
from pydantic.v1.class_validators import Validator
from pydantic.v1.fields import FieldInfo, ModelField

from riskscore.contracts.importing import fields_copied_quickly


class Part(BaseModel):
    """A model within a model."""

    number: int = 1


class Whole(BaseModel):
    """Fields of every shape."""

    names: list[str | int] = Field(default_factory=list, description="some")
    by_name: dict[str, Part | None] = {}
    kept: Any = {"a": [1, 2]}
    part: Part = Part()

    @validator("names")
    def _sorted(cls, value: list[str]) -> list[str]:  # noqa: N805 as pydantic wants it
        return sorted(value)


def described(value: Any) -> Any:
    """Return what a value holds, and what that holds in turn."""
    if isinstance(value, dict):
        return {key: described(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [described(one) for one in value]
    if isinstance(value, ModelField | FieldInfo | Validator):
        return {name: described(getattr(value, name)) for name in value.__slots__ if hasattr(value, name)}
    return value


@pytest.mark.parametrize("name", list(Whole.__fields__))
def test_a_copy_holds_what_pythons_own_does(name: str) -> None:
    field = Whole.__fields__[name]
    with fields_copied_quickly():
        quick = deepcopy(field)
    slow = deepcopy(field)
    assert described(quick) == described(slow)
    for attribute in field.__slots__:
        of_field, of_quick, of_slow = (getattr(one, attribute, None) for one in (field, quick, slow))
        assert (of_quick is of_field) == (of_slow is of_field), attribute


def test_what_is_shared_within_a_field_is_shared_in_its_copy() -> None:
    field = Whole.__fields__["names"]
    with fields_copied_quickly():
        first, second = deepcopy([field, field])
    assert first is second
    assert first is not field


def test_a_model_derived_meanwhile_checks_as_ever() -> None:
    with fields_copied_quickly():

        class Derived(Whole):
            more: int = 0

    assert Derived(names=["b", "a"], more="3").dict() == {
        "names": ["a", "b"],
        "by_name": {},
        "kept": {"a": [1, 2]},
        "part": {"number": 1},
        "more": 3,
    }
    assert Derived.__fields__["kept"] is not Whole.__fields__["kept"]


def test_afterwards_python_copies_as_before() -> None:
    with fields_copied_quickly():
        assert "__deepcopy__" in vars(ModelField)
    assert "__deepcopy__" not in vars(ModelField)
