"""What leaves is what an agreement names, and nothing else; the same input gives the same bytes."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from riskscore.errors import AgreementNotInForceError, ExchangeError, ExportRefusedError
from riskscore.exchange.agreements import Agreement, load_agreements
from riskscore.exchange.content import Content, Withheld, compose
from riskscore.exchange.keys import PseudonymKey
from riskscore.exchange.outbound import OutboundContract

AGREEMENTS = Path(__file__).parents[3] / "data_contracts" / "agreements"
DAY = date(2026, 2, 1)
POISON = "POISONpoison"

MakeAgreement = Callable[..., Agreement]
MakeTable = Callable[..., pd.DataFrame]

POISON_NAMES = st.one_of(
    st.sampled_from(["shipper_name", "consignee_name", "Probability", "probability ", "model\n", "unit", "originator"]),
    st.text(min_size=1, max_size=12).map(lambda text: f"{POISON} {text}"),
    st.integers(),
)
POISON_VALUES = st.one_of(
    st.text(max_size=8).map(lambda text: f"{POISON}{text}"),
    st.binary(max_size=4).map(lambda raw: POISON.encode() + raw),
    st.text(max_size=4).map(lambda text: [POISON, text]),
    st.text(max_size=4).map(lambda text: {POISON: text}),
)


def written(table: pd.DataFrame, agreement: Agreement, **more: Any) -> Content:
    return compose(agreement, {"container_score": table}, day=DAY, today=DAY, **more)


def rows(content: Content, table: str = "container_score") -> list[dict[str, Any]]:
    return [json.loads(line) for line in content.files[f"{table}.jsonl"].decode("utf-8").splitlines()]


def leaving_bytes(content: Content) -> bytes:
    described = "".join(entry.model_dump_json() for entry in content.entries).encode("utf-8")
    return b"".join(content.files.values()) + described


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(
    columns=st.dictionaries(POISON_NAMES, POISON_VALUES, min_size=1, max_size=4),
    in_reason=st.dictionaries(st.just(f"{POISON}_key") | st.sampled_from(["party", "shipper"]), st.just(POISON)),
    data=st.data(),
)
def test_a_field_not_named_never_leaves(
    make_agreement: MakeAgreement,
    make_table: MakeTable,
    columns: dict[Any, Any],
    in_reason: dict[str, str],
    data: st.DataObject,
) -> None:
    reason = {"feature": "detour_share", "meaning": "Detour.", "value": 1, "push": 2, **in_reason}
    clean = make_table(2, reasons=[json.dumps([{**reason, "party": None}])] * 2).drop(columns=["unit"])
    poisoned = clean.assign(reasons=[json.dumps([reason])] * 2)
    for name, value in columns.items():
        place = data.draw(st.integers(0, poisoned.shape[1]))
        poisoned.insert(place, name, pd.Series([value, value], index=poisoned.index))
    poisoned.index = pd.Index([POISON, POISON], name=POISON)
    poisoned.attrs = {POISON: POISON}
    content = written(poisoned, make_agreement())
    assert POISON.encode() not in leaving_bytes(content)
    assert content.files == written(clean, make_agreement()).files


@pytest.mark.parametrize(
    "poisoned",
    ["container_number", "port_of_loading", "probability", "coverage", "planned_arrival_at", "reasons", "model"],
)
def test_a_value_that_breaks_its_promise_stops_the_export_and_is_not_shown(
    make_agreement: MakeAgreement, make_table: MakeTable, poisoned: str
) -> None:
    table = make_table(2)
    table[poisoned] = table[poisoned].astype(object)
    table.loc[1, poisoned] = f"{POISON} " * 20
    agreement = make_agreement(feed={"rows": [{"column": "unit", "equals": "ESVLC"}]})
    with pytest.raises(ExportRefusedError, match=f"container_score, field {poisoned}, row 2") as caught:
        written(table, agreement)
    assert POISON not in str(caught.value)


def test_values_that_are_treated_never_leave_as_they_were(
    make_agreement: MakeAgreement, make_table: MakeTable, pseudonym_key: PseudonymKey
) -> None:
    agreement = make_agreement(
        fields={
            "container_number": "pseudonymised",
            "probability": {"treatment": "band", "edges": ["0.5"], "labels": ["low", "high"]},
            "coverage": {"treatment": "rounded", "digits": "1"},
            "reasons": {"treatment": "parts", "keep": ["feature"]},
        }
    )
    table = make_table(2, probability=[0.7654321, 0.2345678])
    content = written(table, agreement, pseudonym_key=pseudonym_key)
    for hidden in (b"MSCU", b"7654321", b"2345678", b"0.875", b"How vague", b"push"):
        assert hidden not in leaving_bytes(content)
    assert sorted((row["probability"], row["coverage"]) for row in rows(content)) == [("high", 0.9), ("low", 0.9)]
    assert rows(content)[0]["reasons"] == [{"feature": "goods_text_vagueness"}]
    assert {field.name: (field.type, field.treatment) for field in content.entries[0].fields} == {
        "score_day": ("date", "as_is"),
        "container_number": ("string", "pseudonymised"),
        "port_of_loading": ("string", "as_is"),
        "planned_arrival_at": ("timestamp", "as_is"),
        "probability": ("string", "band"),
        "coverage": ("number", "rounded"),
        "reasons": ("array", "parts"),
        "model": ("string", "as_is"),
    }


def test_rows_fields_and_their_order(make_agreement: MakeAgreement, make_table: MakeTable) -> None:
    content = written(make_table(3, probability=[0.1, 0.05, 0.9]), make_agreement())
    assert [row["container_number"] for row in rows(content)] == ["MSCU0000000", "MSCU0000002"]
    assert rows(content)[0] == {
        "score_day": "2026-02-01",
        "container_number": "MSCU0000000",
        "port_of_loading": "BRSSZ",
        "planned_arrival_at": "2026-02-03T04:05:06Z",
        "probability": 0.1,
        "coverage": 0.875,
        "reasons": [
            {"feature": "goods_text_vagueness", "meaning": "How vague the goods text is.", "value": 0.75, "push": 0.4}
        ],
        "model": "container_risk 3",
    }
    assert content.withheld == (Withheld("container_score", rows_by_condition=1, rows_by_originator=0, reasons=0),)
    assert [(entry.name, entry.rows, entry.schema_version) for entry in content.entries] == [
        ("container_score.jsonl", 2, "1.0.0"),
        ("container_score.csv", 2, "1.0.0"),
    ]


def test_the_same_table_in_other_order_and_types_gives_the_same_bytes(
    make_agreement: MakeAgreement, make_table: MakeTable
) -> None:
    table = make_table(5, score_day=[DAY] * 5)
    agreement = make_agreement()
    expected = written(table, agreement).files
    other = table.sample(frac=1, random_state=3)[sorted(table.columns, reverse=True)]
    other["score_day"] = pd.to_datetime(other["score_day"])
    other["planned_arrival_at"] = other["planned_arrival_at"].dt.tz_convert("Europe/Madrid")
    other["container_number"] = other["container_number"].astype(object)
    assert written(other, agreement).files == expected
    assert written(table.convert_dtypes(dtype_backend="pyarrow"), agreement).files == expected


def test_third_parties_material_stays_behind_and_is_counted(
    make_agreement: MakeAgreement, make_table: MakeTable
) -> None:
    shared = {"feature": "consignee_seizures_365d", "meaning": "Seizures.", "value": 2, "push": 1}
    own = {"feature": "detour_share", "meaning": "Detour.", "value": 2, "push": 1, "originators": ["ES"]}
    table = make_table(3, probability=[0.9] * 3, reasons=[json.dumps([shared, own])] * 3)
    unmarked = written(table, make_agreement())
    assert [[reason["feature"] for reason in row["reasons"]] for row in rows(unmarked)] == [["detour_share"]] * 3
    assert unmarked.withheld[0].reasons == 3
    assert b"consignee_seizures" not in leaving_bytes(unmarked)

    marked = table.assign(originators=["ES", "ES US", ""])
    dropped = written(marked, make_agreement())
    assert [row["container_number"] for row in rows(dropped)] == ["MSCU0000000", "MSCU0000002"]
    assert (dropped.withheld[0].rows_by_originator, dropped.withheld[0].reasons) == (1, 0)

    kept = written(marked, make_agreement(feed={"third_party": "withhold_reasons"}))
    assert [len(row["reasons"]) for row in rows(kept)] == [2, 1, 2]
    assert kept.withheld[0].reasons == 1
    assert b"originators" not in leaving_bytes(kept)


@pytest.mark.parametrize("days", [(date(2025, 12, 31), DAY), (DAY, date(2027, 1, 1)), (DAY, date(2026, 6, 1))])
def test_an_agreement_not_in_force_exports_nothing(
    make_agreement: MakeAgreement, make_table: MakeTable, days: tuple[date, date]
) -> None:
    table = make_table(1, score_day=[days[0]])
    with pytest.raises(AgreementNotInForceError, match="Nothing is exported to ES"):
        compose(make_agreement(), {"container_score": table}, day=days[0], today=days[1])


@pytest.mark.parametrize("value", [date(2026, 2, 2), None, "2026-02-01"])
def test_rows_of_another_day_stop_the_export(
    make_agreement: MakeAgreement, make_table: MakeTable, value: object
) -> None:
    with pytest.raises(ExportRefusedError, match="field score_day, row 2: the row is not of 2026-02-01"):
        written(make_table(2, score_day=[DAY, value]), make_agreement())


def test_a_missing_table_or_column_is_named(make_agreement: MakeAgreement, make_table: MakeTable) -> None:
    with pytest.raises(ExchangeError, match="needs the table container_score, which was not given"):
        compose(make_agreement(), {}, day=DAY, today=DAY)
    with pytest.raises(ExportRefusedError, match="field model: the table has 0 columns"):
        written(make_table().drop(columns=["model"]), make_agreement())


def test_a_day_without_rows_is_still_told(make_agreement: MakeAgreement, make_table: MakeTable) -> None:
    content = written(make_table(0), make_agreement())
    assert content.files["container_score.jsonl"] == b""
    assert content.files["container_score.csv"].startswith(b"score_day,container_number,")
    assert [entry.rows for entry in content.entries] == [0, 0]


def test_the_shipped_agreements_work_on_both_tables(
    make_table: MakeTable, contracts: dict[str, OutboundContract], pseudonym_key: PseudonymKey
) -> None:
    voyages = make_table(2)[
        ["score_day", "voyage_id", "vessel_imo", "unit", "planned_arrival_at", "probability"]
    ].assign(expected_finds=[0.5, 1.25], container_count=[14, 26], coverage=[1.0, 0.5], reasons=[None, "[]"], model="m")
    tables = {"container_score": make_table(3), "voyage_score": voyages}
    counts = {}
    for partner, agreement in load_agreements(AGREEMENTS, contracts).items():
        content = compose(agreement, tables, day=DAY, today=DAY, pseudonym_key=pseudonym_key)
        counts[partner] = {entry.name: entry.rows for entry in content.entries}
    assert counts == {
        "BR": {"container_score.jsonl": 3, "container_score.csv": 3},
        "ES": {
            "container_score.jsonl": 3,
            "container_score.csv": 3,
            "voyage_score.jsonl": 2,
            "voyage_score.csv": 2,
        },
        "US": {"container_score.jsonl": 3, "voyage_score.jsonl": 2, "voyage_score.csv": 2},
    }
