"""The ledger: what came and what became of it, with nothing shown that tells a party's name."""

from datetime import timedelta

import pytest

from riskscore import steps
from riskscore.contracts.masking import PERSONAL
from riskscore.errors import DeliveryError
from riskscore.settings import Settings
from riskscore.store.database import Delivery, QuarantineRow
from tests.riskscore.steps.arrivals import ledger, set_aside
from tests.riskscore.steps.small_world import DAY, SmallWorld

NAME = "Zumbrelix Trading"


@pytest.fixture
def settings(small_world: SmallWorld, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home of one row set aside, its party's name in its own column and in a wrong one, and a warning beside it."""
    settings = Settings(home=tmp_path_factory.mktemp("ledger"), project_dir=small_world.folder / "project")
    cells = {"shipper_name": NAME, "hs6": NAME, "gross_weight_kg": "-5", "package_count": "", "gone_column": NAME}
    breaches = [{"rule": "some_rule", "column": name, "value": text, "message": ""} for name, text in cells.items()]
    breaches.append({"rule": "both", "column": "shipper_name, gross_weight_kg", "value": f"{NAME}, -5", "message": ""})
    breaches.append({"rule": "check_digit", "column": "container_number", "severity": "warning", "message": ""})
    with steps.open_workspace(settings).transaction() as session:
        session.add(
            QuarantineRow(
                delivery_id="d", row_number=1, feed="manifest", breaches=breaches, cells=cells, raw_line=f"1,{NAME}"
            )
        )
    return settings


def test_of_a_personal_column_nothing_is_shown_and_elsewhere_no_words(settings: Settings) -> None:
    shown = {breach.column: breach.value for breach in steps.quarantined(settings)}
    assert shown == {
        "shipper_name": PERSONAL,
        "hs6": f"(text of {len(NAME)} characters)",
        "gross_weight_kg": "-5",
        "package_count": "",
        "gone_column": PERSONAL,
        "shipper_name, gross_weight_kg": f"{PERSONAL}, -5",
    }
    assert NAME not in repr(steps.quarantined(settings))


def test_the_raw_line_is_as_it_was_sent(settings: Settings) -> None:
    (row,) = set_aside(settings)
    assert steps.raw_line(settings, row.id) == f"1,{NAME}"
    with pytest.raises(DeliveryError, match=r"No quarantined row has id 77\. `riskscore quarantine list`"):
        steps.raw_line(settings, 77)


def test_a_warning_beside_set_no_row_aside(settings: Settings) -> None:
    assert "check_digit" not in {breach.rule for breach in steps.quarantined(settings)}
    assert set(steps.quarantine_by_rule(settings)["rule"]) == {"some_rule", "both"}


def test_rows_set_aside_are_shown_by_delivery_and_oldest_first(small_world: SmallWorld) -> None:
    finished = small_world.finished()
    rows = set_aside(finished)
    shown = steps.quarantined(finished, most=3)
    assert list(dict.fromkeys(breach.id for breach in shown)) == [row.id for row in rows[:3]]
    of_one = steps.quarantined(finished, delivery_id=rows[-1].delivery_id)
    assert {breach.delivery_id for breach in of_one} == {rows[-1].delivery_id}
    assert all(breach.rule for breach in shown)


def test_deliveries_are_shown_by_feed_state_and_day(small_world: SmallWorld) -> None:
    finished = small_world.finished()
    every = steps.delivery_rows(finished)
    assert list(every["delivery_id"]) == [row.delivery_id for row in ledger(finished)]
    assert set(steps.delivery_rows(finished, feed="port_calls")["feed"]) == {"port_calls"}
    assert set(steps.delivery_rows(finished, state="refused")["state"]) == {"refused"}
    assert set(steps.delivery_rows(finished, day=DAY)["known_day"]) == {DAY}
    assert steps.delivery_rows(finished, day=DAY + timedelta(days=9)).empty


def test_the_sums_are_those_of_the_deliveries(small_world: SmallWorld) -> None:
    every, sums = steps.delivery_rows(small_world.finished()), steps.reconciled(small_world.finished())
    assert sums["deliveries"].iloc[-1] == len(every) == sums["deliveries"].iloc[:-1].sum()
    assert sums["received_rows"].iloc[-1] == every["received_rows"].sum()
    by_rule = steps.quarantine_by_rule(small_world.finished())
    breaches = [breach for row in set_aside(small_world.finished()) for breach in row.breaches]
    assert by_rule["rows"].sum() == sum(breach["severity"] == "error" for breach in breaches)


def test_deliveries_that_do_not_add_up_are_named(settings: Settings) -> None:
    facts = {"file_name": "f", "folder_day": DAY, "known_day": DAY, "sha256": "", "byte_count": 1, "state": "published"}
    with steps.open_workspace(settings).transaction() as session:
        session.add(Delivery(delivery_id="good", feed="manifest", received_rows=2, accepted_rows=2, **facts))
        session.add(Delivery(delivery_id="short", feed="manifest", received_rows=2, accepted_rows=1, **facts))
    with pytest.raises(DeliveryError, match=r"Deliveries short do not add up"):
        steps.reconciled(settings)
