"""Every function of the desk, for every role and unit: who is let in, and who is told why not."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from riskscore.desk import (
    Desk,
    Officer,
    Right,
    Role,
    View,
    container_page,
    export,
    feeds_page,
    figures,
    may,
    officers_of,
    open_ends,
    quarantine,
    repair,
    voyage_list,
    voyage_page,
)
from riskscore.desk.officer import OF_ONE_UNIT, RIGHTS
from riskscore.errors import DeliveryError, NoSuchItemError, NotAllowedError, NotReadyError
from tests.riskscore.desk.made_queue import EVERYBODY, OTHER, TODAY, UNIT, key

Ask = Callable[[Officer, Desk, str], Any]
NOT_THERE = (NoSuchItemError, NotReadyError, DeliveryError)
"""What somebody who may ask is told where there is no lake."""

OF_A_UNIT: Mapping[str, tuple[Right, Ask]] = {
    "container_page": (Right.READ_CARGO, lambda who, desk, unit: container_page(who, desk, key(1, unit=unit))),
    "voyage_list": (Right.READ_CARGO, lambda who, desk, unit: voyage_list(who, desk, unit, TODAY)),
    "voyage_page": (Right.READ_CARGO, lambda who, desk, unit: voyage_page(who, desk, unit, TODAY, "V-1")),
    "export": (Right.READ_CARGO, lambda who, desk, unit: export(who, desk, unit, TODAY, View(), kind="csv")),
    "officers_of": (Right.SUPERVISE, officers_of),
    "figures": (Right.READ_FIGURES, lambda who, desk, unit: figures(who, desk, unit, TODAY, TODAY)),
    "open_ends": (Right.READ_FIGURES, lambda who, desk, unit: open_ends(who, desk, unit, TODAY)),
}
OF_ALL: Mapping[str, tuple[Right, Callable[[Officer, Desk], Any]]] = {
    "feeds_page": (Right.READ_FEEDS, feeds_page),
    "quarantine": (Right.READ_FEEDS, quarantine),
    "repair": (Right.REPAIR, lambda who, desk: repair(who, desk, 1, {"hs6": "080390"})),
}


@pytest.mark.parametrize("unit", [UNIT, OTHER])
@pytest.mark.parametrize("caller", EVERYBODY, ids=lambda one: one.name)
def test_what_belongs_to_a_unit_is_for_that_unit(desk: Desk, caller: Officer, unit: str) -> None:
    for name, (right, ask) in OF_A_UNIT.items():
        is_open = right in RIGHTS[caller.role] and (caller.role not in OF_ONE_UNIT or caller.unit == unit)
        assert may(caller, right, unit) == is_open, name
        if is_open:
            try:
                ask(caller, desk, unit)
            except NOT_THERE:
                continue
        else:
            with pytest.raises(NotAllowedError):
                ask(caller, desk, unit)


@pytest.mark.parametrize("caller", EVERYBODY, ids=lambda one: one.name)
def test_feeds_are_for_those_who_keep_or_audit_them(desk: Desk, caller: Officer) -> None:
    for right, ask in OF_ALL.values():
        if right in RIGHTS[caller.role]:
            try:
                ask(caller, desk)
            except NOT_THERE:
                continue
        else:
            with pytest.raises(NotAllowedError):
                ask(caller, desk)


def test_no_role_sees_cargo_and_keeps_accounts() -> None:
    assert set(RIGHTS) == set(Role)
    for rights in RIGHTS.values():
        assert not {Right.READ_CARGO, Right.MANAGE_ACCOUNTS} <= rights
        assert not {Right.WORK, Right.READ_AUDIT} <= rights


def test_a_unit_that_is_not_named_belongs_to_nobody() -> None:
    assert not may(Officer("x", Role.OFFICER, ""), Right.READ_CARGO, "")
