"""The three pages in a real browser: complete, accessible, and pictured for the README where that is asked for.

Pictures are taken over a copy of a demo's home (`make pictures`), without them over the small world.
"""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import func, select

from riskscore.desk import Desk
from riskscore.settings import Settings
from riskscore.store.database import QueueItem, engine_of, transaction
from tests.riskscore.steps.small_world import SmallWorld
from tests.riskscore.web.morning import live_a_morning
from tests.riskscore.web.served import PICTURES, chromium, faults, fits, log_in, opened, picture, served
from tests.riskscore.web.site import PEOPLE, Site, settle

pytestmark = pytest.mark.browser
UNIT, OTHER = "NLRTM", "BEANR"


@dataclass(frozen=True)
class World:
    """A served desk, and the day it shows."""

    address: str
    day: date


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all tests."""
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A desk at half past nine on a morning on which officers have worked since seven."""
    place = tmp_path_factory.mktemp("pictured")
    if PICTURES:
        settings = _of_the_demo(place)
    else:
        small: SmallWorld = request.getfixturevalue("small_world")
        settings = small.copy("fill_queues", place)
    with transaction(settings.database) as session:
        day = session.scalars(select(func.max(QueueItem.queue_day))).one()
    settings = settings.model_copy(update={"today": day})
    half_past_nine = datetime.combine(day, time(9, 30), settings.cutoff(day).tzinfo)
    counter = Desk(settings, lambda: half_past_nine)
    settle(counter, settings.home, PEOPLE)
    live_a_morning(counter, UNIT, OTHER)
    with served(Site.over(settings, clock=counter.clock)) as address:
        yield World(address, day)
    engine_of(settings.database).dispose()


def _of_the_demo(place: Path) -> Settings:
    """Return the settings of a copy of the demo's home, without what no page reads."""
    home = Path(os.environ.get("RISKSCORE_HOME", "") or "var")
    assert (home / "DEMO.txt").exists(), f"{home} is no demo's home; `riskscore demo` makes one"
    shutil.copytree(home, place / "home", ignore=shutil.ignore_patterns("archive", "exports", "states", "reports"))
    return Settings(home=place / "home")


def visited(browser: Browser, world: World, name: str, complaints: list[str]) -> Page:
    """Open a window as somebody; what the browser complains about is kept."""
    page = opened(browser, world.address)
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    log_in(page, name)
    return page


def test_the_three_pages_keep_wcag_2_2_aa_and_have_their_pictures(browser: Browser, world: World) -> None:
    complaints: list[str] = []
    page = visited(browser, world, "anna", complaints)
    expect(page.locator(".invented")).to_contain_text("INVENTED DATA")
    picture(page, "desk_list")
    assert faults(page) == []
    page.locator("table.list tbody a").nth(1).click()
    expect(page.locator(".map path").first).to_be_visible()
    expect(page.locator("#release summary")).to_be_visible()
    picture(page, "desk_container")
    assert faults(page) == []
    page.goto(f"/voyages/{UNIT}/{world.day}")
    page.click("tbody a")
    expect(page.locator(".map path").first).to_be_visible()
    picture(page, "desk_voyage")
    assert faults(page) == []
    assert complaints == []


def test_the_figures_are_drawn_and_keep_wcag_2_2_aa(browser: Browser, world: World) -> None:
    complaints: list[str] = []
    page = visited(browser, world, "boss", complaints)
    page.goto(f"/figures/{UNIT}?first={world.day}&last={world.day}")
    expect(page.locator(".curves .dots, .curves circle").first).to_be_visible()
    expect(page.locator(".span circle").first).to_be_visible()
    assert fits(page)
    assert faults(page) == []
    assert complaints == []
