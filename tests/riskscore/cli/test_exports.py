"""Bundles from the command line: made once, accepted once, rejected with exit code 3 for anything else."""

import json
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from riskscore import steps
from riskscore.settings import Settings
from tests.riskscore.cli.conftest import Command, Ran
from tests.riskscore.steps.small_world import DAY

PARTNER = "ES"


@pytest.fixture
def bundle(lived: Settings, tmp_path: Path) -> Path:
    """A partner's copy of its bundle."""
    (made,) = (lived.exports / PARTNER).glob(f"{DAY}-*")
    return shutil.copytree(made, tmp_path / made.name)


def verify(command: Command, settings: Settings, folder: Path, *more: object, recipient: str = PARTNER) -> Ran:
    key = steps.signing_keys(settings).public_path
    return command("exports", "verify", folder, "--key", key, "--recipient", recipient, *more, settings=settings)


def rejected(ran: Ran, why: str) -> bool:
    return (ran.code, ran.out) == (3, "") and why in ran.err and "Use nothing of it" in ran.err


def test_a_bundle_is_made_once_and_accepted(command: Command, lived: Settings) -> None:
    made = command("exports", "create", "--partner", PARTNER, "--day", DAY, settings=lived)
    assert made.code == 0
    assert made.out.startswith("unchanged: ")
    folder = Path(made.out.split(": ")[1].split(" (")[0])
    key = Path(made.out.rstrip().rpartition("public key: ")[2])
    ran = command("exports", "verify", folder, "--key", key, "--recipient", PARTNER, settings=lived)
    manifest = json.loads((folder / "manifest.json").read_bytes())
    rows = sum(entry["rows"] for entry in manifest["files"])
    assert ran.code == 0
    assert f"accepted: sequence 1 for {PARTNER}, scores of {DAY}, {rows} rows in" in ran.out


def test_any_flipped_byte_is_rejected(command: Command, lived: Settings, bundle: Path) -> None:
    assert verify(command, lived, bundle).code == 0
    for path in sorted(bundle.iterdir()):
        whole = path.read_bytes()
        for place in {0, len(whole) // 2, len(whole) - 1}:
            path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
            assert rejected(verify(command, lived, bundle), "is rejected"), (path.name, place)
        path.write_bytes(whole)
    assert verify(command, lived, bundle).code == 0


def test_another_recipient_is_rejected(command: Command, lived: Settings, bundle: Path) -> None:
    for other in ("BR", "es", ""):
        assert rejected(verify(command, lived, bundle, recipient=other), f"meant for {PARTNER!r}, not for {other!r}")


def test_an_old_sequence_is_rejected_where_a_state_is_kept(
    command: Command, lived: Settings, bundle: Path, tmp_path: Path
) -> None:
    state = tmp_path / "received" / "state.json"
    assert verify(command, lived, bundle, "--state", state).code == 0
    assert rejected(verify(command, lived, bundle, "--state", state), "its sequence 1 is old")
    assert json.loads(state.read_bytes())["last_sequence"] == 1
    assert verify(command, lived, bundle).code == 0


def test_an_expired_bundle_is_rejected(command: Command, lived: Settings, bundle: Path) -> None:
    assert rejected(verify(command, lived, bundle, "--now", DAY + timedelta(days=400)), "it expired")


def test_a_folder_that_holds_no_bundle_is_rejected(command: Command, lived: Settings, tmp_path: Path) -> None:
    assert rejected(verify(command, lived, tmp_path / "nowhere"), "No such file")
    assert rejected(verify(command, lived, tmp_path), "manifest.json is missing")


def test_a_key_or_state_that_cannot_be_used_is_bad_input_not_a_bad_bundle(
    command: Command, lived: Settings, bundle: Path, tmp_path: Path
) -> None:
    (tmp_path / "broken.json").write_text("{")
    secret = steps.signing_keys(lived).private_path
    wanted = ("exports", "verify", bundle, "--recipient", PARTNER, "--key")
    for key in (tmp_path / "nowhere.pem", tmp_path / "broken.json", secret):
        ran = command(*wanted, key, settings=lived)
        assert (ran.code, ran.out) == (2, "")
        assert str(key) in ran.err
        assert "PRIVATE KEY" not in ran.err
    for state in (tmp_path / "broken.json", tmp_path / "broken.json" / "below.json"):
        ran = verify(command, lived, bundle, "--state", state)
        assert (ran.code, ran.out) == (2, "")
        assert str(tmp_path / "broken.json") in ran.err


def test_a_partner_or_day_without_an_agreement_gets_nothing(command: Command, lived: Settings) -> None:
    nobody = command("exports", "create", "--partner", "XX", "--day", DAY, settings=lived)
    assert (nobody.code, nobody.out) == (2, "")
    assert "No agreement with 'XX'; there are BR, ES, US" in nobody.err
    early = command("exports", "create", "--partner", PARTNER, "--day", DAY, "--today", "2020-01-01", settings=lived)
    assert (early.code, early.out) == (2, "")
    assert "day of the export: 2020-01-01" in early.err
