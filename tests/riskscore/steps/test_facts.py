"""Accepted rows as facts: who is who, with and without a country, and when each became known."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from riskscore.contracts import Contract, load_contract, table_schema
from riskscore.entities import name_id, party_id
from riskscore.settings import Settings
from riskscore.steps.facts import Origin, as_facts
from tests.riskscore.steps.small_world import DAY, NEXT_DAY, PROJECT

DELIVERY = "d" * 16
NAME, OTHER_SPELLING = "Frutas Inventadas, S.A.", "FRUTAS  INVENTADAS SA"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home")


def contract(name: str) -> Contract:
    return load_contract(PROJECT / "data_contracts" / f"{name}.odcs.yaml")


def facts_of(settings: Settings, feed: str, rows: list[dict[str, Any]], *, known_day: object = DAY) -> pd.DataFrame:
    """Return rows of a feed, each with these values and nothing else, as facts known on a day."""
    inbound = contract(f"inbound/{feed}")
    frame = pd.DataFrame(rows, columns=list(inbound.column_names), dtype="str")
    frame = frame.assign(delivery_id=DELIVERY, row_number=range(1, len(rows) + 1))
    origins = [Origin(DELIVERY, 7, pd.Timestamp(str(known_day)).date())]
    schema = table_schema(contract(f"internal/{inbound.lake_table}"))
    return as_facts(frame, origins, contract=inbound, schema=schema, settings=settings)


def test_a_seizure_told_without_a_country_bears_the_name_id_of_our_party(settings: Settings) -> None:
    ours = facts_of(settings, "manifest", [{"shipper_name": NAME, "shipper_country": "EC"}]).iloc[0]
    told = [
        {"shipper_name": OTHER_SPELLING},
        {"shipper_name": OTHER_SPELLING, "shipper_country": "EC"},
        {"shipper_name": OTHER_SPELLING, "shipper_country": "CO"},
        {"shipper_country": "EC"},
    ]
    seized = facts_of(settings, "seizures_es", told)
    assert (seized["shipper_name_id"] == ours["shipper_name_id"]).tolist() == [True, True, True, False]
    assert (seized["shipper_id"] == ours["shipper_id"]).tolist() == [False, True, False, False]
    assert seized.loc[3, ["shipper_id", "shipper_name_id"]].isna().all()
    assert seized[["consignee_id", "consignee_name_id"]].isna().all(axis=None)
    assert ours["shipper_id"] != ours["shipper_name_id"]


def test_ids_depend_on_nothing_but_the_row(settings: Settings) -> None:
    rows = [{"shipper_name": NAME, "shipper_country": country} for country in ("EC", None, "CO")]
    together = facts_of(settings, "seizures_es", rows)
    alone = pd.concat([facts_of(settings, "seizures_es", [row], known_day=NEXT_DAY) for row in rows], ignore_index=True)
    ids = ["shipper_id", "shipper_name_id"]
    pd.testing.assert_frame_equal(together[ids], alone[ids])
    names = pd.Series([NAME] * 3)
    assert together["shipper_id"].tolist() == party_id(names, pd.Series(["EC", None, "CO"], dtype="str")).tolist()
    assert together["shipper_name_id"].tolist() == name_id(names).tolist()


def test_facts_have_the_columns_of_their_table_and_are_known_at_the_cut_off(settings: Settings) -> None:
    facts = facts_of(settings, "port_calls", [{"voyage_id": "V1"}])
    schema = table_schema(contract("internal/port_call"))
    assert set(schema.columns) <= set(facts)
    assert not {"shipper_id", "shipper_name_id"} & set(facts)
    at = datetime.combine(DAY, datetime.min.time(), UTC) + timedelta(hours=settings.cutoff_hour)
    assert facts.loc[0, "known_at"] == at
    assert facts.loc[0, ["known_day", "delivery_number", "source"]].tolist() == [DAY, 7, "port_calls"]


def test_a_row_keeps_the_handling_its_sender_asked_for(settings: Settings) -> None:
    told = [{"handling_code": "open"}, {"handling_code": "restricted"}]
    assert facts_of(settings, "seizures_es", told)["handling"].tolist() == ["open", "restricted"]
    assert facts_of(settings, "port_calls", [{}])["handling"].tolist() == ["official"]
