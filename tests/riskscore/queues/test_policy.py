"""Policies: the shipped one, how units override it, and what is refused."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from features import FEATURE_SETS
from riskscore.errors import QueueError
from riskscore.queues import UnitPolicy, load_policy

SHARED = """
every_unit:
  random_share: 0.1
  find_value_hours: 200
  inspection_hours: {usual: 3, by_type_group: {R: 5}}
"""


def test_the_shipped_policy_gives_every_unit_its_capacity() -> None:
    units = load_policy().units
    assert {name: unit.capacity for name, unit in units.items()} == {"NLRTM": 24, "BEANR": 18, "DEHAM": 14, "ESVLC": 10}


def test_opening_a_reefer_or_a_tank_costs_more_in_the_shipped_policy() -> None:
    hours = load_policy().unit("NLRTM").inspection_hours
    assert hours.by_type_group["T"] > hours.by_type_group["R"] > hours.usual


def test_every_shipped_rule_reads_a_feature_that_is_computed() -> None:
    rules = [rule for unit in load_policy().units.values() for rule in unit.rules]
    assert rules
    assert {condition.column for rule in rules for condition in rule.when} <= set(FEATURE_SETS["container"].names)


def test_a_unit_replaces_what_all_share(tmp_path: Path) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text(SHARED + "units:\n  NLRTM: {capacity: 8, random_share: 0.5}\n  BEANR: {capacity: 8}\n")
    policy = load_policy(path)
    assert (policy.unit("NLRTM").random_slots, policy.unit("BEANR").random_slots) == (4, 1)


@pytest.mark.parametrize(("capacity", "slots"), [(0, 0), (1, 0), (2, 1), (14, 1), (18, 2), (24, 2), (100, 10)])
def test_the_random_share_has_a_place_wherever_there_are_two(
    make_policy: Callable[..., UnitPolicy], capacity: int, slots: int
) -> None:
    assert make_policy(capacity=capacity, random_share=0.1).random_slots == slots


@pytest.mark.parametrize(
    ("written", "named"),
    [
        (SHARED + "units:\n  NLRTM: {capacity: 8, capcity: 9}\n", "units.NLRTM.capcity"),
        (SHARED + "units:\n  NLRTM: {capacity: -1}\n", "units.NLRTM.capacity"),
        (SHARED + "units:\n  NLRTM: {capacity: 2.5}\n", "units.NLRTM.capacity"),
        (SHARED + "units:\n  NLRTM:\n", "units.NLRTM.capacity: Field required"),
        (SHARED + "units:\n  NLRTM: many\n", "units.NLRTM"),
        (SHARED + "units:\n  Rotterdam: {capacity: 8}\n", "Rotterdam"),
        (SHARED + "units: {}\n", "units"),
        (SHARED + "units:\n  NLRTM: {capacity: 8}\n  NLRTM: {capacity: 9}\n", "given twice: NLRTM"),
        (SHARED + "units:\n  NLRTM: {capacity: 8, random_share: 0}\n", "random_share"),
        (SHARED + "units:\n  NLRTM: {capacity: 8, find_value_hours: .nan}\n", "find_value_hours"),
        (SHARED + "units:\n  NLRTM: {capacity: 8, inspection_hours: {usual: 3, by_type_group: {Q: 5}}}\n", "group Q"),
        (SHARED + "colour: red\nunits:\n  NLRTM: {capacity: 8}\n", "colour"),
        ("every_unit: [1]\nunits:\n  NLRTM: {capacity: 8}\n", "every_unit"),
        ("- a\n", "top level"),
        ("", "top level"),
        ("units: [", "cannot be read"),
        ("a: !!python/object:os.system {}", "cannot be read"),
    ],
)
def test_a_wrong_policy_is_refused_by_name(tmp_path: Path, written: str, named: str) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text(written)
    with pytest.raises(QueueError, match=re.escape(named)):
        load_policy(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(QueueError, match="cannot be read"):
        load_policy(tmp_path / "nowhere.yaml")


@pytest.mark.parametrize(
    ("rules", "why"),
    [
        ([{"code": "a", "when": [{"column": "x"}], "sentence": "S."}], "exactly one of"),
        ([{"code": "a", "when": [{"column": "x", "at_least": 1, "equals": 2}], "sentence": "S."}], "exactly one of"),
        ([{"code": "a", "when": [], "sentence": "S."}], "at least 1"),
        ([{"code": "a b", "when": [{"column": "x", "equals": 1}], "sentence": "S."}], "pattern"),
        ([{"code": "a", "when": [{"column": "x", "equals": 1}], "sentence": "S."}] * 2, "used twice: a"),
    ],
)
def test_a_rule_that_means_nothing_is_refused(
    make_policy: Callable[..., UnitPolicy], rules: list[dict[str, object]], why: str
) -> None:
    with pytest.raises(ValueError, match=why):
        make_policy(rules=rules)


def test_an_unknown_unit_is_told_the_known_ones() -> None:
    with pytest.raises(QueueError, match=r"no such unit: FRLEH\. Ask for one of BEANR, DEHAM, ESVLC, NLRTM"):
        load_policy().unit("FRLEH")


def test_rule_codes_become_sentences_and_abolished_ones_stay_codes(make_policy: Callable[..., UnitPolicy]) -> None:
    said = make_policy().sentences("consignee_seized long_gone")
    assert said == ["The consignee is named in a seizure.", "long_gone"]
    assert make_policy().sentences("") == []
