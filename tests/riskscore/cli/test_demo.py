"""The demo refuses what it cannot make before it touches anything."""

from pathlib import Path

import pytest

from tests.riskscore.cli.conftest import Command


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (("--days", 60), "--days"),
        (("--days", 100, "--live", 30), "Give --days 115 or more"),
        (("--live", 0), "--live"),
        (("--scale", 0), "--scale"),
        (("--seed", -1), "--seed"),
    ],
)
def test_a_world_too_small_to_learn_from_is_refused(
    command: Command, tmp_path: Path, options: tuple[object, ...], why: str
) -> None:
    ran = command("demo", *options, home=tmp_path / "home")
    assert (ran.code, ran.out) == (2, "")
    assert why in ran.err
    assert not (tmp_path / "home").exists()


def test_what_a_sender_can_write_does_not_make_a_home_a_demos(command: Command, tmp_path: Path) -> None:
    (tmp_path / "drop").mkdir()
    (tmp_path / "drop" / "WORLD.txt").touch()
    assert command("demo", home=tmp_path).code == 2
    assert (tmp_path / "drop" / "WORLD.txt").exists()


def test_a_home_that_holds_no_demo_is_left_alone(command: Command, tmp_path: Path) -> None:
    (tmp_path / "riskscore.db").write_bytes(b"ours")
    ran = command("demo", home=tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert f"{tmp_path} holds data that is no demo's. Set RISKSCORE_HOME" in ran.err
    assert (tmp_path / "riskscore.db").read_bytes() == b"ours"
