"""Every sentence of the interface is in a catalogue, in three languages, with the places it needs."""

import re
import string
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from babel.messages.catalog import Message

from riskscore import web
from riskscore.errors import TakenError
from riskscore.web.catalogues import interface_messages, read, reason_messages
from riskscore.web.languages import LANGUAGES, Speech, speech_of
from riskscore.web.words import sentence
from tests.riskscore.desk.made_queue import TODAY, UNIT
from tests.riskscore.web.site import Site, csrf_in, words

TEMPLATES = Path(web.__file__).parent / "templates"
NO_WORDS = {"riskscore", "IMO", "USD", "kg", "h", "OIDC", "Enter", "?", "c", "i", "j", "k", "r"}
"""What is the same in every language: names, units and keys."""


def places(text: str) -> set[str]:
    """Return the named places of a sentence."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def forms(message: Message) -> list[tuple[str, str]]:
    """Return each form of a message beside what it is in the catalogue's language."""
    if isinstance(message.id, tuple):
        return [(message.id[min(number, 1)], said) for number, said in enumerate(message.string)]
    return [(str(message.id), str(message.string))]


@pytest.mark.parametrize("domain", ["riskscore", "reasons"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_holds_every_message_and_no_other(language: str, domain: str) -> None:
    wanted = set(interface_messages()) if domain == "riskscore" else reason_messages()
    kept = {message.id[0] if isinstance(message.id, tuple) else message.id for message in read(language, domain)}
    assert kept - {""} == wanted


@pytest.mark.parametrize("domain", ["riskscore", "reasons"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_said_and_keeps_its_places(language: str, domain: str) -> None:
    for message in read(language, domain):
        assert not message.fuzzy, message.id
        for asked, said in forms(message) if message.id else []:
            assert said, asked
            assert places(said) == places(asked), asked


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("*.html")), ids=lambda path: path.name)
def test_no_template_holds_visible_text(path: Path) -> None:
    text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "\x00", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    text = re.sub(r'="[^"]*"', "", text)
    shown = re.sub(r"<[^>]*>", "\x00", text)
    found = {word for part in shown.split("\x00") for word in re.findall(r"[A-Za-z]+", part.replace("&amp;", ""))}
    assert found - NO_WORDS <= {"doctype", "html"}


@pytest.mark.parametrize(("language", "heading"), [("en", "List of"), ("fr", "Liste de"), ("es", "Lista de")])
def test_pages_speak_the_browser_s_language(site: Site, language: str, heading: str) -> None:
    shown = site.browser("anna", language=f"{language}-XX,{language};q=0.9").get(f"/lists/{UNIT}/{TODAY}")
    assert f'<html lang="{language}">' in shown.text
    assert heading in words(shown.text)


def test_a_chosen_language_stays_with_the_account(site: Site) -> None:
    browser = site.browser("anna")
    csrf = csrf_in(browser.get("/account").text)
    assert browser.post("/language", data={"csrf": csrf, "language": "es", "back": "/account"}).status_code == 303
    assert '<html lang="es">' in site.browser("anna", language="fr").get("/account").text


@pytest.mark.parametrize(
    ("account", "chosen", "accepted", "spoken"),
    [
        ("", "", "", "en"),
        ("", "", "de,nl;q=0.5", "en"),
        ("", "", "de, es-MX;q=0.3, fr-CA;q=0.8", "fr"),
        ("", "es", "fr", "es"),
        ("fr", "es", "en", "fr"),
        ("xx", "", "fr;q=x, es;q=0.1", "es"),
    ],
)
def test_the_account_s_language_comes_first(account: str, chosen: str, accepted: str, spoken: str) -> None:
    assert speech_of(account, chosen, accepted).language == spoken


def test_a_refusal_is_said_in_the_officer_s_words_codes_included() -> None:
    refusal = TakenError("{holder} has this item: it is {state}. Choose another one.", holder="ben", state="inspection")
    known = TakenError(
        "The item is {state}: “{action}” is not possible then. Load the page again.", state="held", action="claim"
    )
    assert sentence(refusal, Speech("en")) == "ben has this item: it is sent for inspection. Choose another one."
    said = "L’élément est retenu : « Prendre en charge » n’est pas possible alors. Rechargez la page."
    assert sentence(known, Speech("fr")) == said


def test_a_file_speaks_the_officer_s_language(site: Site) -> None:
    file = site.browser("anna", language="fr").get(f"/lists/{UNIT}/{TODAY}/files/csv").text
    heading, first, *_ = file.splitlines()
    assert heading.startswith('\ufeff"Rang","Conteneur","Voyage","Navire","Arrivée prévue (UTC)","Heures restantes"')
    assert '"obligatoire"' in first
    assert "Le destinataire est nommé dans une saisie signalée ces 30 derniers jours" in first
    assert "habituellement 5 kg (augmente)" in first
    assert first.endswith('"ouvert"')


def test_dates_and_numbers_follow_the_language() -> None:
    moment = datetime(2026, 5, 4, 13, 5, tzinfo=UTC)
    assert Speech("en").instant(moment) == "4 May 2026, 13:05"
    assert Speech("fr").instant(moment) == "4 mai 2026, 13:05"
    assert Speech("es").number(12345.678, 1) == "12.345,7"
    assert Speech("fr").percent(0.1234) == "12,3\u202f%"
    assert Speech("en").significant(0.000123456) == "0.000123"
    assert Speech("es").day(date(2026, 1, 2)) == "2 ene 2026"
    assert Speech().number(None) == Speech().day(None) == Speech().percent(None) == "–"
