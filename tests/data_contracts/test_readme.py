"""The table of contracts in data_contracts/README.md says what lies in the folder."""

from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2] / "data_contracts"


def row(room: str, path: Path) -> str:
    contract = yaml.safe_load(path.read_text())
    said = {entry["property"]: entry["value"] for entry in contract["customProperties"]}
    table = contract["schema"][0]
    grain = table["description"].rstrip(".")
    kept_in = said["lakeTable"] if room == "inbound" else table["physicalType"]
    name = f"[{room}/{contract['name']}]({room}/{path.name})"
    return f"| {name} | {grain[0].lower()}{grain[1:]} | {kept_in} | {said['originator']} | {said['handlingCode']} |"


def test_the_table_has_one_row_for_each_contract_and_no_other() -> None:
    rooms = ("inbound", "internal", "outbound")
    wanted = [row(room, path) for room in rooms for path in sorted((ROOT / room).glob("*.odcs.yaml"))]
    written = [line for line in (ROOT / "README.md").read_text().splitlines() if line.startswith("| [")]
    assert written == wanted
