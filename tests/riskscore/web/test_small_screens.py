"""Small windows, and old screens at 400 %: nothing is cut off, words stay whole, no button hides the name of a port."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from riskscore.desk import Desk
from riskscore.store.database import QueueItem, engine_of, transaction
from riskscore.web.rendering import static
from tests.riskscore.desk.made_queue import TODAY, UNIT
from tests.riskscore.steps.small_world import SmallWorld
from tests.riskscore.web.served import chromium, faults, log_in, opened, served
from tests.riskscore.web.site import Site, settle

pytestmark = pytest.mark.browser
NARROW = {"width": 320, "height": 640}
"""What WCAG's reflow asks for: a screen of 1280 at 400 %."""
SPREADS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
BROKEN_WORDS = """() => [...document.querySelectorAll("main td")].filter(cell => {
    if (!cell.firstChild || cell.firstChild.nodeType !== 3 || !cell.clientWidth) return false;
    const all = document.createRange();
    return [...cell.firstChild.data.matchAll(/[A-Za-z]{4,14}/g)].some(word => {
        all.setStart(cell.firstChild, word.index);
        all.setEnd(cell.firstChild, word.index + word[0].length);
        return new Set([...all.getClientRects()].map(one => Math.round(one.top))).size > 1;
    });
}).map(cell => cell.textContent)"""
OVERLAPS = """([one, other]) => {
    const a = document.querySelector(one).getBoundingClientRect();
    return [...document.querySelectorAll(other)].some(found => {
        const b = found.getBoundingClientRect();
        return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
    });
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all tests."""
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def world(small_world: SmallWorld, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, str]]]:
    """A served desk over the small world, and the addresses of its pages with the most on them."""
    settings = small_world.copy("fill_queues", tmp_path_factory.mktemp("served"))
    with transaction(settings.database) as session:
        item = session.scalars(select(QueueItem).where(QueueItem.unit == UNIT).limit(1)).one()
    counter = Desk.of(settings)
    settle(counter, settings.home)
    voyage = f"{item.unit}/{item.queue_day}/{item.voyage_id}"
    pages = {"container": f"/lists/{voyage}/{item.container_number}", "voyage": f"/voyages/{voyage}"}
    with served(Site.over(settings, clock=counter.clock)) as address:
        yield address, pages | {"list": f"/lists/{item.unit}/{item.queue_day}", "figures": "/figures", "data": "/data"}
    engine_of(settings.database).dispose()


@pytest.mark.parametrize(
    ("who", "name"),
    [("boss", "list"), ("boss", "container"), ("boss", "voyage"), ("boss", "figures"), ("engineer", "data")],
)
def test_a_narrow_window_cuts_nothing_off(
    browser: Browser, world: tuple[str, dict[str, str]], who: str, name: str
) -> None:
    address, pages = world
    page = opened(browser, address)
    log_in(page, who)
    page.set_viewport_size(NARROW)  # type: ignore[arg-type] # Playwright's own mapping of two numbers
    page.goto(pages[name])
    assert page.evaluate(SPREADS) == 0
    assert page.evaluate(BROKEN_WORDS) == []
    assert faults(page) == []


@pytest.mark.parametrize("path", ["/search?q=MSCU", "/referrals", "/account", f"/lists/{UNIT}/{TODAY}/print"])
def test_no_page_is_wider_than_a_narrow_window(browser: Browser, site: Site, path: str) -> None:
    with served(site) as address:
        page = opened(browser, address)
        log_in(page, "anna")
        page.set_viewport_size(NARROW)  # type: ignore[arg-type] # Playwright's own mapping of two numbers
        page.goto(path)
        assert page.evaluate(SPREADS) == 0
        assert faults(page) == []


def drawn(page: Page, marks: list[dict[str, object]]) -> None:
    """Draw a map of these marks, with the desk's own scripts, on a page that has none."""
    page.evaluate(
        """([marks, land]) => {
            const place = document.createElement("div");
            place.className = "map";
            place.style.width = "400px";
            place.setAttribute("data-map", marks);
            place.setAttribute("data-land", land);
            document.querySelector("main").prepend(place);
        }""",
        [json.dumps({"marks": marks, "lines": []}), static("land.json")],
    )
    page.add_style_tag(url=static("vendor/leaflet/leaflet.css"))
    for script in ("vendor/leaflet/leaflet.js", "map.js"):
        page.add_script_tag(url=static(script))
    expect(page.locator(".leaflet-tooltip")).to_have_count(len(marks))


def test_no_name_of_a_port_lies_under_the_buttons_or_over_its_mark(browser: Browser, site: Site) -> None:
    with served(site) as address:
        page = opened(browser, address)
        page.goto("/login")
        ports = {"transhipment": (50.0, -60.0), "loading": (-5.0, -35.0), "destination": (52.0, 4.0)}
        drawn(page, [{"kind": kind, "lat": at[0], "lon": at[1], "label": kind} for kind, at in ports.items()])
        assert not page.evaluate(OVERLAPS, [".leaflet-control-zoom", ".leaflet-tooltip"])
        middles = (
            "path => { const box = path.getBoundingClientRect(); return [box.left + box.width / 2, box.top + 9]; }"
        )
        for mark in page.locator(".map path.leaflet-interactive").all():
            x, y = mark.evaluate(middles)
            assert page.evaluate("([x, y]) => document.elementFromPoint(x, y).tagName", [x, y]) == "path"
