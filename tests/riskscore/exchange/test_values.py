"""A cell becomes the JSON value its contract promises, or is refused without being shown."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

from riskscore.exchange.outbound import REASON_PARTS, Field
from riskscore.exchange.values import json_value


def field(kind: str, *, required: bool = False, **limits: Any) -> Field:
    parts = REASON_PARTS if kind == "array" else {}
    return Field("asked", kind, required=required, limits=limits, parts=parts)


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("string", "NLRTM", "NLRTM"),
        ("string", np.str_("NLRTM"), "NLRTM"),
        ("number", 0.25, 0.25),
        ("number", np.float64(0.25), 0.25),
        ("number", 3, 3.0),
        ("integer", 3, 3),
        ("integer", np.int64(3), 3),
        ("integer", 3.0, 3),
        ("integer", 2**60 + 1, 2**60 + 1),
        ("boolean", True, True),
        ("boolean", np.bool_(False), False),
        ("date", date(2026, 2, 1), "2026-02-01"),
        ("date", pd.Timestamp("2026-02-01"), "2026-02-01"),
        ("timestamp", datetime(2026, 2, 1, 3, tzinfo=UTC), "2026-02-01T03:00:00Z"),
        ("timestamp", pd.Timestamp("2026-02-01T03:00:00.5+01:00"), "2026-02-01T02:00:00.500000Z"),
        ("array", "[]", []),
        (
            "array",
            '[{"feature":"f","meaning":"m","value":null,"push":1,"party":"SECRET"}]',
            [{"feature": "f", "meaning": "m", "value": None, "push": 1.0}],
        ),
    ],
)
def test_values_that_fit(kind: str, value: object, expected: object) -> None:
    converted = json_value(value, field(kind))
    assert converted == expected
    assert type(converted) is type(expected)


@pytest.mark.parametrize("missing", [None, np.nan, pd.NA, pd.NaT, ""])
def test_a_missing_value_is_null_or_refused(missing: object) -> None:
    for kind in ("string", "number", "integer", "boolean", "date", "timestamp", "array"):
        assert json_value(missing, field(kind)) is None
        with pytest.raises(ValueError, match="missing"):
            json_value(missing, field(kind, required=True))


@pytest.mark.parametrize(
    ("kind", "value", "limits"),
    [
        ("string", 5, {}),
        ("string", b"SECRET", {}),
        ("string", "SECRET \ud800", {}),
        ("string", "SECRET", {"pattern": "[A-Z]{3}"}),
        ("string", "AAA\n", {"pattern": "[A-Z]{3}"}),
        ("string", "٣", {"pattern": r"\d"}),
        ("string", "SECRET", {"maxLength": 5}),
        ("number", "SECRET", {}),
        ("number", True, {}),
        ("number", float("inf"), {}),
        ("number", Decimal("0.1"), {}),
        ("number", 1.5, {"maximum": 1}),
        ("number", -0.5, {"minimum": 0}),
        ("integer", 2.5, {}),
        ("integer", False, {}),
        ("boolean", 1, {}),
        ("date", "2026-02-01", {}),
        ("date", datetime(2026, 2, 1, 5, tzinfo=UTC), {}),
        ("timestamp", date(2026, 2, 1), {}),
        ("timestamp", pd.Timestamp("2026-02-01"), {}),
        ("array", "SECRET", {}),
        ("array", '{"SECRET": 1}', {}),
        ("array", '["SECRET"]', {}),
        ("array", '[{"feature": "SECRET PARTY", "meaning": "m", "push": 1}]', {}),
        ("array", '[{"feature": "f", "meaning": "m", "push": 1, "value": "SECRET"}]', {}),
        ("array", '[{"feature": "f", "push": 1}]', {}),
        ("object", "SECRET", {}),
    ],
)
def test_values_that_do_not_fit_are_refused_and_not_shown(kind: str, value: object, limits: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        json_value(value, field(kind, **limits))
    assert "SECRET" not in str(caught.value)


def test_minus_zero_is_zero() -> None:
    assert str(json_value(-0.0, field("number"))) == "0.0"
