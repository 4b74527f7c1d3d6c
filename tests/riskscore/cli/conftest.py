"""Commands run as a user runs them, on homes of the small world."""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from riskscore import cli
from riskscore.settings import Settings
from tests.riskscore.steps.small_world import SmallWorld, small_world

__all__ = ["small_world"]


@dataclass(frozen=True)
class Ran:
    """What a command left behind."""

    code: int
    out: str
    err: str


Command = Callable[..., Ran]


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Return a function that runs a command line, in the home of some settings or with RISKSCORE_ variables given."""

    def ran(*words: object, settings: Settings | None = None, **variables: object) -> Ran:
        for name in [name for name in os.environ if name.startswith("RISKSCORE_")]:
            monkeypatch.delenv(name)
        found = settings.model_dump(exclude_unset=True) if settings else {}
        for name, value in {**found, **variables}.items():
            monkeypatch.setenv(f"RISKSCORE_{name.upper()}", str(value))
        monkeypatch.setattr(sys, "argv", ["riskscore", *map(str, words)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            cli.main()
        return Ran(left.value.code, *capsys.readouterr())

    monkeypatch.setenv("COLUMNS", "120")
    return ran


@pytest.fixture(scope="session")
def lived(small_world: SmallWorld, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home in which the live day is over, for commands that change no fact of it."""
    return small_world.copy("export_day", tmp_path_factory.mktemp("lived"))
