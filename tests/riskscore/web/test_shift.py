"""An officer's shift in a real browser: from login to outcome, by keys, without a mouse, and without JavaScript."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Error, Page, expect
from sqlalchemy import update

from riskscore.desk import Desk
from riskscore.store.database import QueueItem, engine_of, insert_rows, transaction
from tests.riskscore.desk.made_queue import TODAY, UNIT, item, key
from tests.riskscore.steps.small_world import SmallWorld
from tests.riskscore.web.served import chromium, faults, fits, log_in, opened, served
from tests.riskscore.web.site import Site, settle

pytestmark = pytest.mark.browser
LISTEN = """
document.documentElement.dataset.key = "awaited";
document.addEventListener("keydown", () => { document.documentElement.dataset.key = "heard"; }, { capture: true });
"""
LIST = f"/lists/{UNIT}/{TODAY}"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all tests; each test opens windows of its own."""
    with chromium() as started:
        yield started


@pytest.fixture
def address(site: Site) -> Iterator[str]:
    """A served desk over queues made by hand."""
    with served(site) as found:
        yield found


@pytest.fixture(scope="module")
def world_address(small_world: SmallWorld, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A served desk over the small world, where pages have all their parts."""
    settings = small_world.copy("fill_queues", tmp_path_factory.mktemp("served"))
    counter = Desk.of(settings)
    settle(counter, settings.home)
    with served(Site.over(settings, clock=counter.clock)) as found:
        yield found
    engine_of(settings.database).dispose()


def press(page: Page, wanted: str) -> None:
    """Press a key once the page listens to keys; a browser drops what is typed before it has painted a page."""
    expect(page.locator("[data-keys]").first).to_be_visible()
    page.wait_for_load_state()
    page.evaluate(LISTEN)
    for _ in range(5):
        page.keyboard.press(wanted)
        for _ in range(30):
            if not is_awaited(page):
                return
            page.wait_for_timeout(100)
    pytest.fail(f"The page never heard the key {wanted}.")


def is_awaited(page: Page) -> bool:
    """Tell whether the page that was told to listen is still there and has heard nothing."""
    try:
        return bool(page.evaluate("document.documentElement.dataset.key === 'awaited'"))
    except Error:  # it is on its way to another page
        return False


def test_a_shift_from_login_to_outcome_by_keys(browser: Browser, address: str) -> None:
    page = opened(browser, address)
    log_in(page, "anna")
    expect(page).to_have_url(f"{address}{LIST}")
    press(page, "j")
    press(page, "j")
    press(page, "k")
    press(page, "Enter")
    expect(page.locator("h1")).to_have_text(key(1).container_number)
    press(page, "c")
    expect(page.get_by_role("status")).to_have_text("It is yours now.")
    press(page, "i")
    page.select_option("#inspect select[name=method]", "xray")
    page.click("#inspect button")
    expect(page.get_by_role("status")).to_have_text("It is sent for inspection.")
    page.click("#outcome summary")
    page.select_option("#outcome select[name=method]", "xray")
    page.select_option("#outcome select[name=result]", "contraband")
    page.select_option("#outcome select[name=substance]", "cocaine")
    page.fill("#outcome input[name=quantity_kg]", "12,5")
    page.select_option("#outcome select[name=concealment]", "rip_on_rip_off")
    page.click("#outcome button")
    expect(page.get_by_role("status")).to_have_text("The outcome is on record.")
    expect(page.locator("section", has_text="What was done")).to_contain_text("cocaine")
    press(page, "j")
    expect(page.locator("h1")).to_have_text(key(2).container_number)


def test_two_officers_race_for_one_container(browser: Browser, address: str) -> None:
    windows = [opened(browser, address) for _ in range(2)]
    for page, name in zip(windows, ("anna", "ben"), strict=True):
        log_in(page, name)
        page.goto(f"{LIST}/{key(1).voyage_id}/{key(1).container_number}")
    for page in windows:
        page.evaluate("document.querySelector('#claim').submit()")
    for page in windows:
        page.wait_for_load_state()
    said = [page.locator(".notice").first.inner_text() for page in windows]
    assert sorted("It is yours now." in text for text in said) == [False, True]
    assert any("anna" in text or "ben" in text or "changed this item" in text for text in said)


def test_the_desk_works_without_javascript(browser: Browser, address: str) -> None:
    page = opened(browser, address, java_script_enabled=False)
    log_in(page, "anna")
    page.fill("input[name=q]", key(2).container_number)
    page.click("form.filters button")
    page.click("table.list tbody a")
    page.click("#claim button")
    expect(page.get_by_role("status")).to_have_text("It is yours now.")
    page.click("#release summary")
    page.select_option("#release select[name=reason]", "documents_in_order")
    page.click("#release button")
    expect(page.get_by_role("status")).to_have_text("It is released.")


def test_names_from_right_to_left_and_very_long_ones_break_nothing(browser: Browser, site: Site, address: str) -> None:
    goods = "شحنة من الفواكه الطازجة والمجففة " * 8 + "X" * 300
    with transaction(site.counter.settings.database) as session:
        shown = {**item(1)["shown"], "goods": f"080390 {goods}", "vessel_name": "سفينة " * 12}
        session.execute(update(QueueItem).where(QueueItem.position == 1, QueueItem.unit == UNIT).values(shown=shown))
    page = opened(browser, address)
    log_in(page, "anna")
    assert fits(page)
    expect(page.locator("table.list")).to_contain_text("شحنة")
    page.click("table.list tbody a")
    expect(page.locator("h1")).to_have_text(key(1).container_number)
    assert fits(page)


def test_the_print_view_is_the_list_and_nothing_else(browser: Browser, address: str) -> None:
    page = opened(browser, address)
    log_in(page, "anna")
    page.goto(f"{LIST}/print?sort=-eta")
    page.emulate_media(media="print")
    assert page.locator("button:visible, .bar:visible, form:visible").count() == 0
    assert page.locator("table.list tbody tr").count() == 8
    assert page.pdf(landscape=True).startswith(b"%PDF")


def test_two_thousand_rows_can_be_walked_by_keys(browser: Browser, site: Site, address: str) -> None:
    rows = [item(number) for number in range(9, 2001)]
    with transaction(site.counter.settings.database) as session:
        insert_rows(session, QueueItem, rows)
    page = opened(browser, address)
    log_in(page, "anna")
    expect(page.locator("table.list tbody tr:not(.line)")).to_have_count(2000)
    expect(page.locator("table.list tbody tr.line")).to_have_count(1)
    for _ in range(30):
        press(page, "j")
    expect(page.locator("tr.on a")).to_have_text(key(30).container_number)


@pytest.mark.parametrize(
    "path", ["/login", LIST, f"{LIST}/print", "/account", "/search?q=MSCU", "/referrals", "/nowhere"]
)
def test_pages_keep_wcag_2_2_aa(browser: Browser, address: str, path: str) -> None:
    page = opened(browser, address)
    if path != "/login":
        log_in(page, "boss")
    page.goto(path)
    assert faults(page) == []


@pytest.mark.parametrize("path", ["/data", "/data/quarantine", "/accounts"])
def test_the_engineer_s_pages_keep_wcag_2_2_aa(browser: Browser, world_address: str, path: str) -> None:
    page = opened(browser, world_address)
    log_in(page, "engineer")
    page.goto(path)
    assert faults(page) == []
