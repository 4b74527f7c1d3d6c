"""Treatments change a value on its way out, and a pseudonym cannot be turned back or compared across partners."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from riskscore.errors import ExchangeError
from riskscore.exchange.keys import PseudonymKey
from riskscore.exchange.outbound import REASON_PARTS, Field
from riskscore.exchange.terms import TreatmentOrName
from riskscore.exchange.treatments import Leaving, leaving

KEY = PseudonymKey(b"k" * 32)


def treated(kind: str, terms: Any, *, partner: str = "ES", key: PseudonymKey | None = KEY, name: str = "x") -> Leaving:
    treatment = TypeAdapter(TreatmentOrName).validate_python(terms)
    return leaving(Field(name, kind, required=False, parts=REASON_PARTS), treatment, partner=partner, key=key)


@pytest.mark.parametrize(
    ("kind", "terms", "given_value", "expected"),
    [
        ("string", "as_is", "NLRTM", "NLRTM"),
        ("number", {"treatment": "rounded", "digits": 2}, 0.12345, 0.12),
        ("integer", {"treatment": "rounded", "digits": -1}, 1234, 1230),
        ("number", {"treatment": "rounded", "digits": 2}, None, None),
        ("array", {"treatment": "parts", "keep": ["meaning"]}, [{"meaning": "m", "push": 1.0}], [{"meaning": "m"}]),
    ],
)
def test_a_treated_value(kind: str, terms: Any, given_value: Any, expected: Any) -> None:
    out = treated(kind, terms).value(given_value)
    assert out == expected
    assert type(out) is type(expected)


@given(value=st.floats(0, 1), edges=st.lists(st.floats(0, 1), min_size=1, max_size=5, unique=True).map(sorted))
def test_a_band_is_the_number_of_edges_not_above_the_value(value: float, edges: list[float]) -> None:
    labels = [f"band {number}" for number in range(len(edges) + 1)]
    out = treated("number", {"treatment": "band", "edges": edges, "labels": labels})
    assert out.value(value) == f"band {sum(edge <= value for edge in edges)}"
    assert out.type == "string"


def test_a_pseudonym_is_stable_and_its_own_for_each_partner_field_and_key() -> None:
    first = treated("string", "pseudonymised").value("MSCU0000001")
    assert first == treated("string", "pseudonymised").value("MSCU0000001")
    others = [
        treated("string", "pseudonymised").value("MSCU0000002"),
        treated("string", "pseudonymised", partner="BR").value("MSCU0000001"),
        treated("string", "pseudonymised", name="y").value("MSCU0000001"),
        treated("string", "pseudonymised", key=PseudonymKey(b"l" * 32)).value("MSCU0000001"),
    ]
    assert len({first, *others}) == 5
    assert len(str(first)) == 32
    assert treated("string", "pseudonymised").value(None) is None


def test_a_pseudonym_needs_its_secret() -> None:
    with pytest.raises(ExchangeError, match="Agreement of ES, field x: pseudonymised needs a secret"):
        treated("string", "pseudonymised", key=None)
