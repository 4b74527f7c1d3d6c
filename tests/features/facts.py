"""Invented facts with sensible defaults, a lake of them in memory, and the labelled cases of a family."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

import pandas as pd
import pyarrow as pa
import yaml

from features import FEATURE_SETS
from riskscore.contracts import load_contract, table_schema
from riskscore.store import History
from tests.conftest import fact

INTERNAL = Path(__file__).resolve().parents[2] / "data_contracts" / "internal"
CASES = Path(__file__).parent / "cases"
START = date(2026, 3, 1)
"""Day 1 of every test; other days are given as whole numbers, and only their distance matters."""
BOX = "MSKU1234565"


def day(number):
    return START + timedelta(days=number - 1)


def at(number, hour=5, minute=0):
    """An instant on a calendar day; before 06:00 it belongs to the business day of the same number."""
    midnight = datetime.combine(day(1), datetime.min.time(), UTC)
    return midnight + timedelta(days=number - 1, hours=hour, minutes=minute)


@cache
def schema(table):
    return table_schema(load_contract(INTERNAL / f"{table}.odcs.yaml"))


class RowsInMemory:
    """What History needs of a lake, without the disk: RowsInMemory(consignment=[...], port_call=[...])."""

    def __init__(self, **tables):
        self.rows = {
            table: pa.Table.from_pylist(rows, schema(table).arrow()).to_pandas(date_as_object=True)
            for table, rows in tables.items()
        }

    def schema(self, table):
        return schema(table)

    def read(self, table, until, columns, since=date.min, among=None):
        rows = self._of(table)
        days = rows[schema(table).partition]
        inside = (days <= until) & (days >= (since or date.min))
        for column, values in (among or {}).items():
            inside &= rows[column].isin(values)
        return rows.loc[inside, columns]

    def row_counts(self, table):
        return self._of(table)[schema(table).partition].value_counts().to_dict()

    def _of(self, table):
        rows = self.rows.get(table)
        return schema(table).arrow().empty_table().to_pandas(date_as_object=True) if rows is None else rows

    def version(self, table):
        return 0


def as_of(number, until=None, **tables):
    """The invented lake as known on day `number`."""
    return History(RowsInMemory(**tables), day(until or number)).as_of(day(number))


def features_on(number, grain="container", **tables):
    """The features of every row due on day `number`, indexed by the grain's key."""
    declared = FEATURE_SETS[grain]
    computed = declared.compute(History(RowsInMemory(**tables), day(number)), [day(number)])
    return computed.set_index(list(declared.grain.key))[declared.names]


def consignment(known_on=1, number=1, **changed):
    usual = {
        "voyage_id": "V1",
        "container_number": BOX,
        "bill_of_lading": "BL1",
        "line_number": 1,
        "container_type": "22G1",
        "carrier_code": "MAEU",
        "vessel_imo": "9000003",
        "shipper_id": "shipper-a",
        "shipper_name_id": "shipper-name",
        "shipper_country": "EC",
        "consignee_id": "consignee-a",
        "consignee_name_id": "consignee-name",
        "consignee_country": "NL",
        "port_of_loading": "ECGYE",
        "transhipment_ports": None,
        "port_of_discharge": "NLRTM",
        "goods_description": "FRESH BANANAS",
        "hs6": "080390",
        "package_count": 1000,
        "package_kind": "CT",
        "gross_weight_kg": 20_000.0,
        "value_usd": 10_000.0,
        "freight_terms": "prepaid",
        "seal_numbers": "ML1",
        "is_empty": False,
        "booked_at": at(-20),
        "loaded_at": at(-10),
    }
    return fact(day(known_on), number, **{**usual, **changed})


def port_call(known_on=1, number=1, **changed):
    usual = {
        "voyage_id": "V1",
        "call_sequence": 1,
        "vessel_imo": "9000003",
        "vessel_name": "INVENTED",
        "carrier_code": "MAEU",
        "service_code": "S1",
        "port": "NLRTM",
        "planned_arrival_at": at(10),
        "planned_departure_at": at(11),
    }
    return fact(day(known_on), number, **{**usual, **changed})


def position(known_on=1, number=1, **changed):
    usual = {
        "vessel_imo": "9000003",
        "at": at(known_on, 4),
        "lat": 0.0,
        "lon": -30.0 + number,
        "speed_kn": 16.0,
        "draught_m": 11.0,
        "status": 0,
        "received_at": at(known_on, 4),
    }
    return fact(day(known_on), number, **{**usual, **changed})


def inspection(known_on=1, number=1, **changed):
    usual = {
        "inspection_id": f"I{number}",
        "container_number": BOX,
        "voyage_id": "V1",
        "unit": "NLRTM",
        "decided_at": at(known_on),
        "decided_by": "officer",
        "outcome": "nothing",
    }
    return fact(day(known_on), number, **{**usual, **changed})


def seizure(known_on=1, number=1, **changed):
    usual = {
        "seizure_id": f"S{number}",
        "country": "ES",
        "seized_at": at(known_on),
        "substance": "cocaine",
        "quantity_kg": 12.0,
        "evaluation_code": "B2",
        "handling_code": "official",
        "cover_hs6": "080390",
        "port_of_loading": "ECGYE",
    }
    return fact(day(known_on), number, **{**usual, **changed})


def container_score(known_on=1, **changed):
    usual = {
        "score_day": day(known_on),
        "voyage_id": "V1",
        "container_number": BOX,
        "unit": "NLRTM",
        "vessel_imo": "9000003",
        "port_of_loading": "ECGYE",
        "probability": 0.05,
    }
    return {**usual, **changed}


@cache
def usual_rows():
    return yaml.safe_load((CASES / "usual_rows.yaml").read_text(encoding="utf-8"))


@cache
def usual_row(grain):
    """One row as a row feature sees it, every column filled, the trailing ones with 1."""
    declared = FEATURE_SETS[grain]
    columns = usual_rows()[grain]
    trailing = {measure.name: 1.0 for measure in declared.measures}
    row = pd.DataFrame([{**trailing, **columns}])
    instants = {name: pd.to_datetime(row[name], utc=True) for name in row if str(name).endswith("_at")}
    return row.assign(**instants)


def row_cases(family):
    """Cases of a family: feature, what differs from the usual row of its grain, and the value it must have."""
    declared = yaml.safe_load((CASES / f"{family}.yaml").read_text(encoding="utf-8"))
    return [(feature, case["given"], case["value"]) for feature, cases in declared.items() for case in cases]


def value_of(grain, feature, given):
    """What a row feature says of the usual row of `grain`, changed as given."""
    row = usual_row(grain)
    changed = {
        name: pd.Series([pd.to_datetime(value, utc=True) if name.endswith("_at") else value], dtype=row[name].dtype)
        for name, value in given.items()
    }
    function = {one.name: one.function for one in FEATURE_SETS[grain].row_features}[feature]
    return float(pd.to_numeric(function(row.assign(**changed))).astype("float64").iloc[0])


def declaration(known_on=1, number=1, **changed):
    usual = {
        "declaration_id": f"{number:08d}",
        "declared_on": day(known_on),
        "office_id": "30",
        "process_type": "B",
        "import_type": "11",
        "import_use": "21",
        "payment_type": "11",
        "transport_mode": "10",
        "declarant_id": "DECLARANT1",
        "importer_id": "IMPORTER1",
        "hs6": "080390",
        "departure_country": "EC",
        "origin_country": "EC",
        "tax_rate": 8.0,
        "tax_type": "A",
        "origin_indicator": "Y",
        "net_mass_kg": 50.0,
        "item_price_krw": 100_000.0,
    }
    return fact(day(known_on), number, **{**usual, **changed})


def declaration_outcome(known_on=1, number=1, *, level=0, **changed):
    usual = {
        "declaration_id": f"{number:08d}",
        "declared_on": day(known_on - 1),
        "is_fraud": level > 0,
        "critical_fraud": level,
    }
    return fact(day(known_on), number, **{**usual, **changed})
