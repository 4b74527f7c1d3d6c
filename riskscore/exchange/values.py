"""One cell to the JSON value its outbound contract promises; anything else is refused."""

import json
import math
import operator
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from numbers import Integral, Real
from typing import Any

import pandas as pd

from riskscore.exchange.outbound import Field

JsonValue = str | int | float | bool | list[dict[str, Any]] | None


def is_missing(value: object) -> bool:
    """Tell whether a cell holds nothing: None, NaN, NaT, NA or an empty text."""
    if isinstance(value, str):
        return value == ""
    return bool(pd.api.types.is_scalar(value) and pd.isna(value))  # type: ignore[call-overload]  # any scalar


def json_value(value: object, field: Field) -> JsonValue:
    """Return the value as `field` promises it; raise ValueError saying why not, without the value itself."""
    if is_missing(value):
        if field.required:
            raise ValueError("the value is missing, and the contract requires one")
        return None
    if (convert := CONVERTERS.get(field.type)) is None:
        raise ValueError(f"the contract's type {field.type} cannot be exported")
    converted = convert(value, field)
    _hold_limits(converted, field.limits)
    return converted


def parts_of(text: object, field: Field) -> list[dict[str, Any]]:
    """Return the objects of a JSON text list, marks and unknown parts included; raise ValueError if it is none."""
    found = json.loads(text) if isinstance(text, str) else text
    if not isinstance(found, list) or not all(isinstance(part, dict) for part in found):
        raise ValueError(f"{field.name} is not a JSON list of objects")
    return found


def named_parts(found: dict[str, Any], field: Field) -> dict[str, JsonValue]:
    """Return only the promised parts of one object."""
    return {name: json_value(found.get(name), part) for name, part in field.parts.items()}


def _text(value: object, field: Field) -> str:
    if not isinstance(value, str):
        raise _unfit(value, field)
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise ValueError("the text cannot be written as UTF-8") from None
    return str(value)


def _number(value: object, field: Field) -> float:
    if isinstance(value, bool) or not isinstance(value, Real):
        raise _unfit(value, field)
    if not math.isfinite(number := float(value)):
        raise ValueError("the number is not finite")
    return number + 0.0  # turns -0.0 into 0.0, so that equal tables give equal bytes


def _integer(value: object, field: Field) -> int:
    number = _number(value, field)
    if isinstance(value, Integral):
        return int(value)
    if not number.is_integer():
        raise ValueError("the number is not whole")
    return int(number)


def _boolean(value: object, field: Field) -> bool:
    if not pd.api.types.is_bool(value):
        raise _unfit(value, field)
    return bool(value)


def _date(value: object, field: Field) -> str:
    if not isinstance(value, date):
        raise _unfit(value, field)
    if isinstance(value, datetime) and value.replace(tzinfo=None) != datetime.combine(value, datetime.min.time()):
        raise ValueError("the day carries a time")
    return f"{value:%Y-%m-%d}"


def _timestamp(value: object, field: Field) -> str:
    if not isinstance(value, datetime):
        raise _unfit(value, field)
    if value.tzinfo is None:
        raise ValueError("the instant has no time zone")
    instant = value.astimezone(UTC).replace(tzinfo=None)
    return instant.isoformat(timespec="microseconds" if instant.microsecond else "seconds") + "Z"


def _objects(value: object, field: Field) -> list[dict[str, Any]]:
    return [named_parts(found, field) for found in parts_of(value, field)]


def _unfit(value: object, field: Field) -> ValueError:
    return ValueError(f"a {type(value).__name__} where the contract promises a {field.type}")


def _hold_limits(value: JsonValue, limits: Mapping[str, Any]) -> None:
    for name, bound in limits.items():
        if not LIMITS[name](value, bound):
            raise ValueError(f"the value breaks the contract's {name} {bound}")


LIMITS: dict[str, Callable[[Any, Any], bool]] = {
    "pattern": lambda value, pattern: re.fullmatch(pattern, value, re.ASCII) is not None,
    "minLength": lambda value, least: len(value) >= least,
    "maxLength": lambda value, most: len(value) <= most,
    "minimum": operator.ge,
    "maximum": operator.le,
    "exclusiveMinimum": operator.gt,
    "exclusiveMaximum": operator.lt,
}
"""Each limit a contract may set, and how a value holds it."""

CONVERTERS: dict[str, Callable[[object, Field], JsonValue]] = {
    "string": _text,
    "number": _number,
    "integer": _integer,
    "boolean": _boolean,
    "date": _date,
    "timestamp": _timestamp,
    "array": _objects,
}
