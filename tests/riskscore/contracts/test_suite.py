"""The compiled suite: one expectation a rule, judged by Great Expectations alone, offline and in silence."""

import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from riskscore.contracts import Contract, Rule, check_deliveries
from riskscore.contracts.library import library
from riskscore.contracts.referee import NUMBER, judge
from riskscore.contracts.suite import compile_suite
from riskscore.errors import ContractError

Rows = Callable[..., pd.DataFrame]


def test_a_contract_compiles_to_one_expectation_a_rule(parcels: Contract) -> None:
    suite = compile_suite(parcels)
    assert [one.meta["rule"] for one in suite] == [rule.name for rule in parcels.rules]
    assert len({one.column for one in suite}) == len(suite)
    by_view = {one.column: one for one in suite}
    assert by_view["port"].expectation_type == "expect_column_values_to_not_be_null"
    assert by_view["terms as string"].value_set == ["prepaid", "collect"]
    assert by_view["port breaks code_list"].expectation_type == "expect_column_values_to_be_null"
    assert by_view["port breaks code_list"].description == "port: must be on code list port (code_list, error)"
    assert by_view["weight_kg breaks full_weighs_something"].severity == "warning"


def test_what_great_expectations_says_is_what_counts(
    few: Contract, few_rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing but its unexpected rows makes a finding: rows it does not name are accepted."""
    monkeypatch.setattr("riskscore.contracts.suite.breaks", lambda rule, batch: [False] * len(batch))
    result = check_deliveries(few, {"d": few_rows(2, port=["?", "?"], weight_kg=["", "1"])})
    assert result.findings["rule"].tolist() == ["required"]


def test_an_expectation_of_the_library_may_be_written_in_a_contract(few: Contract, few_rows: Rows) -> None:
    lengths = {"type": "expect_column_value_lengths_to_equal", "kwargs": {"value": 2}}
    rule = Rule(lengths["type"], "expectation", ("parcel_id",), "must be two long", arguments=lengths)
    result = check_deliveries(with_rule(few, rule), {"d": few_rows(12)})
    assert result.findings["row"].tolist() == [10, 11]


def with_rule(contract: Contract, rule: Rule) -> Contract:
    first, *others = contract.columns
    return replace(contract, columns=(replace(first, rules=(rule,)), *others))


@pytest.mark.parametrize(
    ("name", "kwargs"),
    [("expect_column_values_to_smell", {}), ("expect_column_value_lengths_to_equal", {"wrong": 1})],
)
def test_an_expectation_the_library_refuses_is_a_contract_error(
    few: Contract, name: str, kwargs: dict[str, object]
) -> None:
    rule = Rule(name, "expectation", ("parcel_id",), "must", arguments={"type": name, "kwargs": kwargs})
    with pytest.raises(ContractError, match=name):
        compile_suite(with_rule(few, rule))


def test_a_rule_that_cannot_be_judged_is_an_error_and_no_pass() -> None:
    expectation = library().expectations.ExpectColumnValuesToBeNull(column="elsewhere", meta={NUMBER: 0})
    with pytest.raises(ContractError, match="could not judge"):
        judge("broken", pd.DataFrame({"here": [1]}), [expectation])


def test_a_check_tells_nobody_and_prints_nothing(
    few: Contract,
    few_rows: Rows,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("a check opened a connection"))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: pytest.fail("a check looked up a name"))
    check_deliveries(few, {"d": few_rows(2, port=["?", "NLRTM"])})
    assert capfd.readouterr() == ("", "")
    assert not list(tmp_path.iterdir())
