"""Photographs through a form: sent, seen, and refused with a plain sentence."""

import pytest

from riskscore.desk import act
from riskscore.queues.workflow import Claim, SendForInspection
from tests.riskscore.desk.made_queue import ANNA, TODAY, UNIT, key
from tests.riskscore.desk.test_photographs import picture
from tests.riskscore.web.site import Site, csrf_in, words

CONTAINER = f"/lists/{UNIT}/{TODAY}/{key().voyage_id}/{key().container_number}"


@pytest.fixture
def examined(site: Site) -> Site:
    """A site whose first item anna has sent for inspection."""
    act(ANNA, site.counter, key(), Claim(), token="claim-0001")
    act(ANNA, site.counter, key(), SendForInspection(), token="send-00001")
    return site


def sent(site: Site, content: bytes, **form: str) -> "tuple[int, str]":
    """Send a photograph by its form; return the status and what the page then says."""
    browser = site.browser("anna", follow=True)
    form = {"csrf": csrf_in(browser.get(CONTAINER).text), "token": "photograph-1", **form}
    answer = browser.post(f"{CONTAINER}/photographs", data=form, files={"photograph": ("x.jpg", content, "image/jpeg")})
    return answer.status_code, answer.text


def test_a_photograph_is_sent_and_seen(examined: Site) -> None:
    status, text = sent(examined, picture())
    assert status == 200
    assert "The photograph is on record." in words(text)
    (address,) = {part.partition('"')[0] for part in text.split('src="')[1:] if "/photographs/" in part}
    shown = examined.browser("anna").get(address)
    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/jpeg")
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in shown.headers["content-security-policy"]
    assert shown.headers["cache-control"] == "no-store"
    assert examined.browser("stranger").get(address).status_code == 403
    assert examined.browser("engineer").get(address).status_code == 403
    assert examined.browser().get(address).status_code == 303


def test_what_is_no_photograph_gets_a_plain_sentence(examined: Site) -> None:
    status, text = sent(examined, b"MZ this is a program")
    assert status == 422
    assert "This file is no photograph. Send a JPEG, PNG or WebP." in words(text)


def test_an_oversized_photograph_is_refused_unread(examined: Site) -> None:
    status, text = sent(examined, b"\xff\xd8\xff" + b"x" * 10_600_000)
    assert status == 413
    assert "A photograph may have 10 megabytes. Send a smaller one" in words(text)
    status, text = sent(examined, b"\xff\xd8\xff" + b"x" * 10_100_000)
    assert status == 422
    assert "The photograph has more than 10 megabytes." in words(text)


def test_a_form_of_nobody_and_a_form_without_a_file_are_refused(examined: Site) -> None:
    assert sent(examined, picture(), csrf="0" * 64)[0] == 403
    browser = examined.browser("anna")
    form = {"csrf": csrf_in(browser.get(CONTAINER).text), "token": "photograph-1"}
    answer = browser.post(f"{CONTAINER}/photographs", data=form)
    assert answer.status_code == 422
    assert "This file is no photograph." in words(answer.text)
    assert not examined.counter.settings.photographs.exists()
