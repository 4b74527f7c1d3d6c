"""The list of parsers and the layouts behind it."""

from importlib import import_module
from pathlib import Path

import pytest

import riskscore.sources
from riskscore.sources import PARSERS
from riskscore.sources.layout import Layout

LAYOUTS: dict[str, Layout] = {feed: import_module(f"riskscore.sources.{feed}").LAYOUT for feed in PARSERS}


def test_every_module_with_a_layout_is_listed() -> None:
    folder = Path(riskscore.sources.__file__).parent
    with_layout = {path.stem for path in folder.glob("*.py") if "\nLAYOUT = " in path.read_text()}
    assert with_layout == set(PARSERS)


@pytest.mark.parametrize("feed", LAYOUTS)
def test_a_layout_is_of_its_feed_and_decides_every_field_once(feed: str) -> None:
    layout = LAYOUTS[feed]
    columns = [*layout.used.values(), *layout.constants]
    assert layout.feed == feed
    assert len(columns) == len(set(columns))
    assert not layout.used.keys() & layout.ignored.keys()
    assert set(layout.conversions) <= set(layout.used.values())
    assert all(layout.ignored.values())
