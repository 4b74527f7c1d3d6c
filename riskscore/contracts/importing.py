"""What importing Great Expectations does not have to take: modules that nobody here needs, and copies made slowly."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from importlib import import_module
from types import FunctionType, ModuleType, NoneType
from typing import Any

NEVER_COPIED = frozenset({NoneType, bool, int, float, str, type, FunctionType})
"""What a deep copy of a value of these types is: the value itself."""
NOT_SET = object()


@contextmanager
def hidden(names: Iterable[str]) -> Iterator[None]:
    """Let nobody find these modules meanwhile, in no thread, unless they were imported before."""
    absent = [name for name in names if name not in sys.modules]
    sys.modules.update(dict.fromkeys(absent))  # type: ignore[arg-type] # None says: there is no such module
    try:
        yield
    finally:
        for name in absent:
            del sys.modules[name]


@contextmanager
def imported_when_used(names: Iterable[str]) -> Iterator[None]:
    """Hand out these modules meanwhile without importing them: that is done when something of one is asked for."""
    held_back = [ImportedWhenUsed(name) for name in names if name not in sys.modules]
    for module in held_back:
        _put(module.__name__, module)
    try:
        yield
    finally:
        for module in held_back:
            if sys.modules.get(module.__name__) is module:
                _take_away(module.__name__)


class ImportedWhenUsed(ModuleType):
    """Stands for a module; the first thing that is asked of it imports it."""

    def __getattr__(self, name: str) -> Any:
        """Return what the module has of this name."""
        if sys.modules.get(self.__name__) is self:
            _take_away(self.__name__)
        return getattr(import_module(self.__name__), name)


@contextmanager
def fields_copied_quickly() -> Iterator[None]:
    """Copy fields of pydantic's models attribute by attribute meanwhile, which makes the same of them.

    A model of pydantic's first version begins with deep copies of its bases' fields. Great Expectations has hundreds of
    models, and Python's way of copying any object took a third of importing them.
    """
    from pydantic.v1.class_validators import Validator  # noqa: PLC0415 only they who import Great Expectations need it
    from pydantic.v1.fields import FieldInfo, ModelField  # noqa: PLC0415 for the same reason

    kinds: tuple[Any, ...] = (ModelField, FieldInfo, Validator)
    for kind in kinds:
        kind.__deepcopy__ = _copied
    try:
        yield
    finally:
        for kind in kinds:
            del kind.__deepcopy__


def _copied(held: Any, memo: dict[int, Any]) -> Any:
    new = memo[id(held)] = object.__new__(type(held))
    for name in held.__slots__:
        value = getattr(held, name, NOT_SET)
        if value is not NOT_SET:
            is_same = type(value) in NEVER_COPIED or isinstance(value, type)
            object.__setattr__(new, name, value if is_same else deepcopy(value, memo))
    return new


def _put(name: str, module: ModuleType) -> None:
    """Put a module where `import` finds it, and where its package has it."""
    sys.modules[name] = module
    package, _, own = name.rpartition(".")
    if package:
        setattr(import_module(package), own, module)


def _take_away(name: str) -> None:
    del sys.modules[name]
    package, _, own = name.rpartition(".")
    if package:
        delattr(sys.modules[package], own)
