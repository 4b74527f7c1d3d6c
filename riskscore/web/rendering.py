"""Pages out of templates: compiled once, escaped always, in the visit's language."""

import hashlib
import json
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from riskscore.desk import ItemKey, Right, View, may
from riskscore.web.drawing import band_sign, push_bar
from riskscore.web.languages import LANGUAGES, Speech, marked
from riskscore.web.retold import refusal, subject
from riskscore.web.visit import Visit, cookies_of
from riskscore.web.words import detail_word, word

HERE = Path(__file__).parent
STATIC = HERE / "static"


@dataclass(frozen=True)
class Notice:
    """A sentence at the head of a page; kind: done, warning or fault."""

    text: str
    kind: str = "done"


@dataclass(frozen=True)
class Place:
    """One page of the navigation."""

    name: str
    href: str
    is_here: bool


@cache
def environment() -> Environment:
    """Return the templates, every one of them compiled."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.do"],
    )
    made.globals.update(static=static, languages=LANGUAGES, item_path=item_path, push_bar=push_bar, Right=Right)
    made.globals.update(band_sign=band_sign, with_view=with_view)
    made.policies["json.dumps_kwargs"] = {"ensure_ascii": False}
    for name in made.list_templates():
        made.get_template(name)
    return made


@cache
def static(name: str) -> str:
    """Return the address of a shipped file, which changes with its content, so that browsers may keep it."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]
    return f"/static/{digest}/{name}"


def item_path(key: ItemKey) -> str:
    """Return the address of a container's page."""
    return f"/lists/{key.unit}/{key.day}/{key.voyage_id}/{key.container_number}"


def with_view(path: str, view: View) -> str:
    """Return an address that keeps a view."""
    query = view.query()
    return f"{path}?{query}" if query else path


def page(visit: Visit, template: str, *, status: int = 200, notice: Notice | None = None, **shown: Any) -> HTMLResponse:
    """Write a page."""
    content = environment().get_template(template).render({**_around(visit), "notice": notice, **shown})
    response = HTMLResponse(content, status)
    if visit.new_visitor:
        cookies = cookies_of(visit.request)
        cookies.put(response, cookies.visitor, visit.new_visitor)
    return response


def fresh_token() -> str:
    """Return what marks one form, so that sending it twice does its action once."""
    return secrets.token_urlsafe(18)


def onward(address: str) -> RedirectResponse:
    """Send a browser on after a form, so that reloading does not send the form again."""
    return RedirectResponse(address, 303)


def _around(visit: Visit) -> Mapping[str, Any]:
    """Return what every page may name."""
    speech = visit.speech
    here = visit.request.url.path + (f"?{visit.request.url.query}" if visit.request.url.query else "")
    return {
        "_": speech.text,
        "ngettext": speech.counted,
        "speech": speech,
        "word": lambda kind, code: speech.text(word(kind, code)),
        "detail_word": lambda name, value: _detail(name, value, speech),
        "refusal": lambda reason: refusal(reason, speech),
        "subject": lambda line: subject(line, speech),
        "who": visit.who,
        "csrf": visit.csrf,
        "here": here if visit.request.method == "GET" else "/",
        "places": _places(visit),
        "is_invented": visit.counter.settings.is_invented,
        "may": lambda right, unit=None: visit.who is not None and may(visit.who, right, unit),
        "to_json": lambda value: json.dumps(value, ensure_ascii=False),
    }


def _detail(name: str, value: str, speech: Speech) -> str:
    """Return a detail of an event in words, its instants and numbers as the language writes them."""
    with suppress(ValueError):
        if name == "examined_at":
            return speech.instant(datetime.fromisoformat(value))
        if name == "quantity_kg":
            return speech.number(float(value), 1)
    return speech.text(detail_word(name, value)) if value else ""


def _places(visit: Visit) -> list[Place]:
    """Return the pages that the caller may open."""
    who = visit.who
    if who is None or who.must_change_password:
        return []
    offered = [
        (Right.READ_CARGO, marked("List"), "/lists"),
        (Right.READ_CARGO, marked("Voyages"), "/voyages"),
        (Right.READ_CARGO, marked("Referred to us"), "/referrals"),
        (Right.READ_CARGO, marked("Search"), "/search"),
        (Right.READ_FIGURES, marked("Figures"), "/figures"),
        (Right.READ_FEEDS, marked("Data"), "/data"),
        (Right.MANAGE_ACCOUNTS, marked("Accounts"), "/accounts"),
        (Right.READ_AUDIT, marked("Audit"), "/audit"),
    ]
    path = visit.request.url.path
    return [Place(name, href, path.startswith(href)) for right, name, href in offered if may(who, right)]


def days_around(days: tuple[date, ...], day: date) -> tuple[date | None, date | None]:
    """Return the listed day before and the one after `day`."""
    return max((d for d in days if d < day), default=None), min((d for d in days if d > day), default=None)
