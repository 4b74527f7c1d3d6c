"""A desk served on a port of this machine, and a real browser before it."""

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.riskscore.web.site import PASSWORD, Site

CHROMIUM = os.environ.get("RISKSCORE_TEST_CHROMIUM", "/usr/bin/chromium")
SCREEN = {"width": 1366, "height": 768}
PATIENCE_MS = 60_000
STANDARDS = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
expect.set_options(timeout=PATIENCE_MS)
PICTURES = os.environ.get("RISKSCORE_PICTURES", "")
"""Folder for pictures of the pages; without one no file is made."""


@contextmanager
def served(site: Site) -> Iterator[str]:
    """Serve a desk on a free port; yield its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(site.app, port=port, log_level="error", lifespan="off", ws="none"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(timeout=20)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Debian's browser; Playwright's own is not needed."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


def opened(browser: Browser, address: str, **given: bool) -> Page:
    """Open a window at the size of an old screen; a fault of a script fails the test that closes it."""
    context = browser.new_context(base_url=address, viewport=SCREEN, locale="en-GB", **given)  # type: ignore[arg-type]  # Playwright's own names
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    return page


def log_in(page: Page, name: str) -> None:
    """Log in as an officer does."""
    page.goto("/login")
    page.fill("input[name=name]", name)
    page.fill("input[name=password]", PASSWORD)
    page.click("main button.main")


def fits(page: Page) -> bool:
    """Tell whether a page, once it is there with its style, is no wider than its window."""
    page.wait_for_load_state()  # a click waits for an answer's first byte, when there is no element yet
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def faults(page: Page) -> list[str]:
    """Return what breaks WCAG 2.2 AA on a page, by rule and place."""
    found = Axe().run(page, options=STANDARDS).response["violations"]
    return [f"{one['id']}: {node['target']}" for one in found for node in one["nodes"]]


def picture(page: Page, name: str) -> None:
    """Keep a picture of what is on the screen, where pictures were asked for."""
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png")
