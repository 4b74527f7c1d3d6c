"""The demo's home is made aside: what a step tells its process of memory is not for what is measured beside ours."""

from concurrent.futures import Future
from pathlib import Path
from typing import Self

import pytest

from benchmarks import demo_home
from riskscore.settings import Settings


def test_whoever_measures_runs_no_step_of_the_demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Path] = []

    class Aside:
        def __init__(self, count: int) -> None:
            assert count == 1

        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_: object) -> None:
            """End."""

        def submit(self, function: object, settings: Settings) -> Future[None]:
            assert function is demo_home._make
            made.append(settings.home)
            settings.home.mkdir()
            future = Future[None]()
            future.set_result(None)
            return future

    monkeypatch.setattr(demo_home, "processes", Aside)
    monkeypatch.setattr(demo_home.steps, "run_demo", lambda *_: 1 / 0)
    for _ in range(2):
        assert demo_home.demo_home(tmp_path).home == tmp_path / "demo"
    assert made == [tmp_path / "demo"]
