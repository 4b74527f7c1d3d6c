"""Pages say what the desk shows, and every role meets only what it may, whatever address it types."""

import pytest

from riskscore.desk import act
from riskscore.queues.workflow import Claim, Refer
from tests.riskscore.desk.made_queue import ANNA, OTHER, TODAY, UNIT, key
from tests.riskscore.web.site import PEOPLE, Site, csrf_in, words

ITEM = key()
OWN, FOREIGN = f"/lists/{UNIT}/{TODAY}", f"/lists/{OTHER}/{TODAY}"
CONTAINER = f"{OWN}/{ITEM.voyage_id}/{ITEM.container_number}"
FOREIGN_CONTAINER = f"{FOREIGN}/{ITEM.voyage_id}/{ITEM.container_number}"
CARGO = {"anna": {UNIT}, "boss": {UNIT}, "stranger": {OTHER}, "auditor": {UNIT, OTHER}, "engineer": set[str]()}
UNIT_PAGES = [
    "/lists/{unit}/{day}",
    "/lists/{unit}/{day}/print",
    "/lists/{unit}/{day}/files/csv",
    "/lists/{unit}/{day}/" + f"{ITEM.voyage_id}/{ITEM.container_number}",
    "/referrals/{unit}",
    "/api/v1/units/{unit}/days",
    "/api/v1/units/{unit}/days/{day}/items",
    "/api/v1/units/{unit}/days/{day}/items/" + f"{ITEM.voyage_id}/{ITEM.container_number}",
    "/api/v1/units/{unit}/referrals",
]
FIGURES = ["/figures/{unit}", "/api/v1/units/{unit}/figures?first=2026-05-01&last=2026-05-04"]
ROLE_PAGES = {
    "/data": {"engineer", "auditor"},
    "/data/quarantine": {"engineer", "auditor"},
    "/accounts": {"engineer"},
    "/audit": {"auditor"},
    "/api/v1/feeds": {"engineer", "auditor"},
    "/api/v1/quarantine": {"engineer", "auditor"},
    "/api/v1/accounts": {"engineer"},
    "/api/v1/audit": {"auditor"},
    "/search?q=MSCU": {"anna", "boss", "stranger", "auditor"},
    "/api/v1/search?q=MSCU": {"anna", "boss", "stranger", "auditor"},
    "/account": set(PEOPLE) - {"ben"},
    "/api/v1/me": set(PEOPLE) - {"ben"},
}


def test_the_list_says_what_an_officer_needs(site: Site) -> None:
    shown = site.browser("anna").get(OWN)
    said = words(shown.text)
    assert shown.status_code == 200
    assert ITEM.container_number in said
    assert "MSC VESSEL 1" in said
    assert "ECGYE › PABLB › NLRTM" in said
    assert "50.0\u202f% ▲ high" in said
    assert "mandatory" in said
    assert "The consignee is named in a seizure reported in the last 30 days." in said
    assert "↑ Meaning number 0" in said
    assert "⚠ 50\u202f% of inputs known" in said


def test_a_referral_tells_the_other_unit_what_it_needs(site: Site) -> None:
    act(ANNA, site.counter, ITEM, Claim(), token="claim-00001")
    act(ANNA, site.counter, ITEM, Refer(OTHER, "goes_on_to_their_port", "please look"), token="refer-00001")
    said = words(site.browser("stranger").get(f"/referrals/{OTHER}").text)
    for part in (
        ITEM.container_number,
        "4 May 2026, 09:30",
        "ECGYE › PABLB › NLRTM",
        "080390 goods number 1",
        "please look",
    ):
        assert part in said
    assert "It goes on to their port" in said
    assert "(" not in said
    assert ITEM.container_number not in words(site.browser("anna").get(f"/referrals/{UNIT}").text)


def test_nothing_is_written_into_a_page_that_the_policy_forbids(site: Site) -> None:
    for path in (OWN, CONTAINER, f"{OWN}/print", "/account"):
        shown = site.browser("anna").get(path)
        assert " style=" not in shown.text
        assert "<style" not in shown.text
        assert "<script>" not in shown.text
        assert " onclick=" not in shown.text
        assert "http://" not in shown.text.replace("http://www.w3.org", "")
        assert "https://" not in shown.text
        assert "default-src 'none'" in shown.headers["content-security-policy"]
        assert shown.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("unit", [UNIT, OTHER])
@pytest.mark.parametrize("name", CARGO)
@pytest.mark.parametrize("path", UNIT_PAGES)
def test_a_unit_s_pages_open_to_its_own_officers_and_to_auditors(site: Site, path: str, name: str, unit: str) -> None:
    answer = site.browser(name).get(path.format(unit=unit, day=TODAY))
    assert answer.status_code == (200 if unit in CARGO[name] else 403)
    if unit not in CARGO[name]:
        assert "MSCU" not in words(answer.text)


@pytest.mark.parametrize("unit", [UNIT, OTHER])
@pytest.mark.parametrize("name", CARGO)
@pytest.mark.parametrize("path", FIGURES)
def test_figures_open_to_the_unit_s_supervisor_and_to_auditors(site: Site, path: str, name: str, unit: str) -> None:
    answer = site.browser(name).get(path.format(unit=unit))
    may_read = name == "auditor" or (name == "boss" and unit == UNIT)
    assert answer.status_code == (200 if may_read else 403)


@pytest.mark.parametrize("name", CARGO)
@pytest.mark.parametrize("path", ROLE_PAGES)
def test_pages_of_a_role_open_to_that_role(site: Site, path: str, name: str) -> None:
    assert site.browser(name).get(path).status_code == (200 if name in ROLE_PAGES[path] else 403)


@pytest.mark.parametrize("path", [OWN, CONTAINER, "/data", "/accounts", "/audit", "/figures", "/account", "/"])
def test_nobody_is_sent_to_the_login_page_and_comes_back(site: Site, path: str) -> None:
    answer = site.browser().get(path)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith(f"/login?next={path}")


@pytest.mark.parametrize("name", ["stranger", "auditor", "engineer"])
def test_nobody_works_on_what_is_not_theirs(site: Site, name: str) -> None:
    browser = site.browser(name)
    csrf = csrf_in(browser.get("/account").text)
    answer = browser.post(f"{CONTAINER}/claim", data={"csrf": csrf, "token": "a-token-of-this-form"})
    assert answer.status_code == 403
    assert "open" in words(site.browser("anna").get(f"{OWN}?state=open").text)


def test_every_read_of_a_container_is_on_record(site: Site) -> None:
    site.browser("anna").get(CONTAINER)
    site.browser("stranger").get(CONTAINER)
    said = words(site.browser("auditor").get("/audit?actor=anna&kind=read").text)
    assert ITEM.container_number in said


@pytest.mark.parametrize(
    ("path", "status", "sentence"),
    [
        ("/lists/XXXXX/2026-05-04", 403, "XXXXX is not your unit; you see the rows of NLRTM only. Choose NLRTM."),
        (f"/lists/{UNIT}/2019-01-01", 404, "Choose another day of the list."),
        (f"/lists/{UNIT}/tomorrow", 422, "begin at the list"),
        (f"{OWN}?sort=colour", 422, "is not known"),
        (f"{OWN}/VOY9-W/MSCU9999999", 404, "Search for the container."),
        ("/nowhere", 404, "Check it, or begin at the list."),
        (f"{OWN}/files/exe", 422, "Give one of"),
    ],
)
def test_bad_addresses_get_a_plain_sentence_and_the_next_step(
    site: Site, path: str, status: int, sentence: str
) -> None:
    answer = site.browser("anna").get(path)
    assert answer.status_code == status
    assert sentence in words(answer.text)
    assert "Traceback" not in answer.text


def test_an_unknown_unit_gets_the_units_there_are(site: Site) -> None:
    answer = site.browser("auditor").get(f"/lists/XXXXX/{TODAY}")
    assert answer.status_code == 404
    assert "Choose one of the units offered." in words(answer.text)


def test_an_oversized_upload_is_refused_unread(site: Site) -> None:
    browser = site.browser("anna")
    for content in (b"x" * 2_000_000, iter([b"x" * 600_000] * 3)):
        answer = browser.post(
            f"{CONTAINER}/note", content=content, headers={"content-type": "application/x-www-form-urlencoded"}
        )
        assert answer.status_code == 413
        assert "No form here needs more than a megabyte." in words(answer.text)


def test_a_file_holds_exactly_what_the_view_shows(site: Site) -> None:
    browser = site.browser("anna")
    shown = browser.get(f"{OWN}?from=COCTG&sort=-eta")
    file = browser.get(f"{OWN}/files/csv?from=COCTG&sort=-eta")
    table = "<main" + shown.text.partition('class="list"')[2]
    listed = [word for word in words(table).split() if word.startswith("MSCU")]
    assert listed
    assert [cell for cell in file.text.replace('"', "").split(",") if cell.startswith("MSCU")] == listed
    assert f'filename="{UNIT}' in file.headers["content-disposition"]


def test_next_and_previous_keep_the_view(site: Site) -> None:
    shown = site.browser("anna").get(f"{OWN}/{key(3).voyage_id}/{key(3).container_number}?sort=-position")
    assert f'rel="prev" href="{OWN}/{key(4).voyage_id}/{key(4).container_number}?sort=-position"' in shown.text
    assert f'rel="next" href="{OWN}/{key(2).voyage_id}/{key(2).container_number}?sort=-position"' in shown.text
