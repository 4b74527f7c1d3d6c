"""A small day of scores, an agreement about it, and keys: what the tests of this room start from."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from riskscore.exchange import Agreement, PseudonymKey, Published, compose, load_agreement, publish
from riskscore.exchange.manifest import MANIFEST, SIGNATURE
from riskscore.exchange.outbound import OutboundContract, load_outbound_folder

PROJECT = Path(__file__).parents[3]
DAY = date(2026, 2, 1)
NOON = datetime(2026, 2, 1, 12, tzinfo=UTC)

MakeAgreement = Callable[..., Agreement]
MakeTable = Callable[..., pd.DataFrame]


def reason(feature: str = "goods_text_vagueness", **more: Any) -> dict[str, Any]:
    return {"feature": feature, "meaning": "How vague the goods text is.", "value": 0.75, "push": 0.4, **more}


@pytest.fixture(scope="session")
def contracts() -> dict[str, OutboundContract]:
    return load_outbound_folder(PROJECT / "data_contracts" / "outbound")


@pytest.fixture
def terms() -> dict[str, Any]:
    """The content of a valid agreement file, to be changed by a test before it is written."""
    return {
        "agreement": "ES-TEST-1",
        "partner": "ES",
        "partner_name": "Invented agency",
        "valid": {"from": "2026-01-01", "until": "2026-12-31"},
        "purposes": ["drug-interdiction"],
        "handling_code": "restricted",
        "expiry": {"days": "30"},
        "may_carry_originators": ["ES"],
        "feeds": [
            {
                "table": "container_score",
                "formats": ["jsonl", "csv"],
                "rows": [{"column": "probability", "at_least": "0.1"}],
                "fields": {
                    "score_day": "as_is",
                    "container_number": "as_is",
                    "port_of_loading": "as_is",
                    "planned_arrival_at": "as_is",
                    "probability": "as_is",
                    "coverage": "as_is",
                    "reasons": "as_is",
                    "model": "as_is",
                },
            }
        ],
    }


@pytest.fixture
def make_agreement(tmp_path: Path, terms: dict[str, Any], contracts: dict[str, OutboundContract]) -> MakeAgreement:
    """Write `terms`, with some of its keys replaced, and load it as an agreement."""

    def make(*, fields: dict[str, Any] | None = None, feed: dict[str, Any] | None = None, **changes: Any) -> Agreement:
        content = {**terms, **changes}
        content["feeds"] = [{**content["feeds"][0], **(feed or {})}]
        content["feeds"][0]["fields"] = {**content["feeds"][0]["fields"], **(fields or {})}
        path = tmp_path / f"{content['partner']}.yaml"
        path.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
        return load_agreement(path, contracts)

    return make


@pytest.fixture
def make_table() -> MakeTable:
    """A container_score frame of `rows` rows; a keyword replaces a column."""

    def make(rows: int = 3, **columns: Any) -> pd.DataFrame:
        numbers = range(rows)
        frame = pd.DataFrame(
            {
                "score_day": [DAY] * rows,
                "voyage_id": [f"V{number:04d}" for number in numbers],
                "container_number": [f"MSCU{number:07d}" for number in numbers],
                "unit": ["ESVLC"] * rows,
                "vessel_imo": ["9074729"] * rows,
                "port_of_loading": ["BRSSZ"] * rows,
                "transhipment_ports": ["PAMIT ESALG"] * rows,
                "planned_arrival_at": pd.to_datetime(["2026-02-03T04:05:06Z"] * rows, utc=True),
                "probability": [0.9 / (number + 1) for number in numbers],
                "rank": [number + 1 for number in numbers],
                "coverage": [0.875] * rows,
                "reasons": [json.dumps([reason()])] * rows,
                "model": ["container_risk 3"] * rows,
                "feature_version": ["f1"] * rows,
            }
        )
        return frame.assign(**columns)

    return make


@pytest.fixture(scope="session")
def signing_key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


@pytest.fixture(scope="session")
def pseudonym_key() -> PseudonymKey:
    return PseudonymKey(bytes(range(32)))


@pytest.fixture
def bundle(
    make_agreement: MakeAgreement, make_table: MakeTable, signing_key: Ed25519PrivateKey, tmp_path: Path
) -> Published:
    """A published bundle for ES, sequence 1, of two containers."""
    content = compose(make_agreement(), {"container_score": make_table(2)}, day=DAY, today=DAY)
    return publish(content, previous=[], signing_key=signing_key, folder=tmp_path / "exports")


@dataclass(frozen=True)
class Forger:
    """Somebody who holds the sender's key and writes whatever manifest he likes."""

    key: Ed25519PrivateKey

    def sign(self, folder: Path, raw: bytes) -> None:
        (folder / MANIFEST).write_bytes(raw)
        (folder / SIGNATURE).write_bytes(self.key.sign(raw))


@pytest.fixture
def forger(signing_key: Ed25519PrivateKey) -> Forger:
    return Forger(signing_key)
