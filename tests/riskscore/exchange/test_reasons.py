"""Reasons built on other countries' material stay behind unless the agreement carries it."""

import pytest

from riskscore.exchange.reasons import reasons_carried

PLAIN = {"feature": "goods_text_vagueness"}
SEIZURES = {"feature": "consignee_seizures_365d"}
MARKED_US = {"feature": "goods_text_vagueness", "originators": ["US"]}
MARKED_ES = {"feature": "consignee_seizures_365d", "originators": "ES"}
MARKED_NONE = {"feature": "consignee_seizures_365d", "originators": []}


@pytest.mark.parametrize(
    ("row_codes", "may_carry", "expected"),
    [
        (None, [], [PLAIN, MARKED_NONE]),
        (None, ["ES"], [PLAIN, MARKED_ES, MARKED_NONE]),
        (None, ["ES", "US"], [PLAIN, MARKED_US, MARKED_ES, MARKED_NONE]),
        (frozenset(), [], [PLAIN, SEIZURES, MARKED_NONE]),
        (frozenset({"US"}), [], [MARKED_NONE]),
        (frozenset({"US"}), ["US"], [PLAIN, SEIZURES, MARKED_US, MARKED_NONE]),
    ],
)
def test_which_reasons_go_on(
    row_codes: frozenset[str] | None, may_carry: list[str], expected: list[dict[str, object]]
) -> None:
    found = [PLAIN, SEIZURES, MARKED_US, MARKED_ES, MARKED_NONE]
    assert reasons_carried(found, row_codes, may_carry) == expected
