"""Fixtures of the web's tests: a desk over queues made by hand, and one over the small world."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from riskscore.store.database import engine_of
from tests.riskscore.steps.small_world import small_world
from tests.riskscore.web.site import Site, made_home

__all__ = ["small_world"]


@pytest.fixture(scope="session")
def home_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with two units' queues and everybody's account."""
    folder = tmp_path_factory.mktemp("site") / "home"
    folder.mkdir()
    made_home(folder)
    return folder


@pytest.fixture
def site(home_template: Path, tmp_path: Path) -> Iterator[Site]:
    """A desk of one's own."""
    made = Site.copied(home_template, tmp_path / "home")
    yield made
    engine_of(made.counter.settings.database).dispose()
