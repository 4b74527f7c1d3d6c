"""Outbound contracts are ODCS 3.1 and say what the exporter needs."""

from pathlib import Path

import pytest

from riskscore.errors import ContractError
from riskscore.exchange.outbound import HELD_LIMITS, load_outbound, load_outbound_folder
from riskscore.exchange.values import LIMITS

OUTBOUND = Path(__file__).parents[3] / "data_contracts" / "outbound"


def test_no_promise_names_a_party() -> None:
    for contract in load_outbound_folder(OUTBOUND).values():
        assert not [name for name in contract.fields if "shipper" in name or "consignee" in name or "name" in name]


def test_types_limits_and_version_are_read() -> None:
    contract = load_outbound_folder(OUTBOUND)["container_score"]
    assert contract.version == "1.0.0"
    assert contract.fields["probability"].limits == {"minimum": 0, "maximum": 1}
    assert contract.fields["reasons"].type == "array"
    assert list(contract.fields["reasons"].parts) == ["feature", "meaning", "value", "push"]
    assert contract.fields["container_number"].required
    assert not contract.fields["vessel_imo"].required


def test_every_limit_of_a_contract_is_held() -> None:
    fields = [field for contract in load_outbound_folder(OUTBOUND).values() for field in contract.fields.values()]
    limits = {name for field in fields for each in (field, *field.parts.values()) for name in each.limits}
    assert limits == {"pattern", "maxLength", "minimum", "maximum"}
    assert LIMITS.keys() == HELD_LIMITS


@pytest.mark.parametrize(
    ("place", "clause"),
    [
        (
            "physicalType: file",
            "quality: [{name: r, type: custom, engine: riskscore, implementation: {require: [unit]}}]",
        ),
        (
            "description: IMO number of the vessel.",
            "quality: [{type: custom, engine: riskscore, implementation: {check: imo_number}}]",
        ),
        (
            "description: Business day the score was made for.",
            'logicalTypeOptions: {minimum: "2026-01-01"}',
        ),
    ],
)
def test_a_rule_the_exporter_would_not_check_is_refused(tmp_path: Path, place: str, clause: str) -> None:
    text = (OUTBOUND / "voyage_score.odcs.yaml").read_text(encoding="utf-8")
    indent = next(line for line in text.splitlines() if place in line).split(place)[0]
    path = tmp_path / "voyage_score.odcs.yaml"
    path.write_text(text.replace(place, f"{place}\n{indent}{clause}", 1), encoding="utf-8")
    with pytest.raises(ContractError, match="the exporter would not check it"):
        load_outbound(path)


@pytest.mark.parametrize("text", ["", "[]", "version: 1\nschema: []", "version: 1\nschema: [{name: a}]", "a: [", "\0"])
def test_a_broken_contract_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "broken.odcs.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ContractError, match=r"broken\.odcs\.yaml"):
        load_outbound(path)


def test_a_folder_without_contracts_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match="No outbound contract"):
        load_outbound_folder(tmp_path)
