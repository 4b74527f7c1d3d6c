"""What is on record in English is told in the reader's language: no sentence of ours stays behind."""

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

import riskscore
from riskscore import desk
from riskscore.contracts.contract import Limits
from riskscore.contracts.deliveries import VIEWS, Account
from riskscore.desk import Desk
from riskscore.errors import UnknownFieldError, UnreadableDeliveryError
from riskscore.store.database import Delivery, transaction
from riskscore.web.languages import Speech
from riskscore.web.retold import refusal, subject
from tests.riskscore.desk.made_queue import ENGINEER, TODAY
from tests.riskscore.web.site import Site, words

ENGINE = Path(riskscore.__file__).parent
FR, ES, EN = Speech("fr"), Speech("es"), Speech("en")
FAULTS = {"UnreadableDeliveryError", "_UnusableWorkbookError"}


def written(node: ast.AST) -> Iterator[str]:
    """Yield the texts of an expression, with a 7 wherever a value goes."""
    if isinstance(node, ast.JoinedStr):
        parts = (part.value if isinstance(part, ast.Constant) else "7" for part in node.values)
        yield "".join(str(part) for part in parts)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp | ast.Call | ast.Attribute):
        for part in ast.iter_child_nodes(node):
            yield from written(part)


def calls(room: str) -> Iterator[tuple[str, ast.Call]]:
    """Yield every call in a room with the name of what is called."""
    for path in sorted((ENGINE / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                yield node.func.id, node


def faults_of_files() -> set[str]:
    """Return what the sources say is wrong with a file."""
    given = [
        argument
        for name, call in calls("sources")
        if name in FAULTS
        for argument in (*call.args, *(one.value for one in call.keywords if one.arg == "why"))
    ]
    said = {text.replace("has 7 expected", "has 7 of 7 expected") for argument in given for text in written(argument)}
    return said | {"it is not a workbook that can be read (7)"}


def subjects() -> set[str]:
    """Return what the desk puts on record as the subject of a line: in the call, or just before it."""
    said = set[str]()
    for path in sorted((ENGINE / "desk").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            is_given = isinstance(node, ast.keyword) and node.arg == "subject"
            is_named = isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in {"subject", "about"}
            if isinstance(node, ast.keyword | ast.Assign) and (is_given or is_named):
                said |= set(written(node.value))
    return {text for text in said if set(text) & set(string.ascii_letters)}


@pytest.mark.parametrize("fault", sorted(faults_of_files()))
def test_what_is_wrong_with_a_file_is_told_in_every_language(fault: str) -> None:
    reason = str(UnreadableDeliveryError(feed="manifest", file="f.csv", why=fault))
    assert refusal(reason, EN) == reason
    for speech in (FR, ES):
        told = refusal(reason, speech)
        assert told.startswith("manifest, ")
        assert fault not in told
        assert "Ask the sender" not in told


@pytest.mark.parametrize("said", sorted(subjects()))
def test_what_a_line_of_the_audit_is_about_is_told_in_every_language(said: str) -> None:
    assert subject(said, EN) == said
    assert said not in {subject(said, FR), subject(said, ES)}


def test_there_is_something_to_tell() -> None:
    assert len(faults_of_files()) >= 13
    assert len(subjects()) >= 10


def test_limits_that_a_delivery_broke_are_told_one_by_one() -> None:
    account, limits = Account("d", 0, ("hs6",), ("colour",), 3), Limits(1, 9, 5.0)
    reason = "; ".join(f"{rule}: {explain(account, limits)}" for rule, (_, explain) in VIEWS.items())
    assert refusal(reason, EN) == reason
    french = refusal(reason, FR).split("; ")
    assert [part.partition(" : ")[0] for part in french] == list(VIEWS)
    assert refusal("row_count: 0 row(s), at least 1 agreed", ES) == "row_count: 0 fila(s), lo acordado es 1 como mínimo"


def test_unknown_fields_and_copies_are_told_and_the_unknown_stays() -> None:
    unknown = str(UnknownFieldError(feed="manifest", fields=["COLOUR"], row=0))
    assert refusal(unknown, FR).startswith("manifest, ligne 0 : champ(s) inconnu(s) COLOUR. Reliez-les")
    assert refusal("same content as delivery ab12, which came before", FR).endswith("ab12, arrivée avant")
    assert refusal("no feed is called 'x'; add data_contracts/inbound/x.odcs.yaml", ES).startswith("ningún flujo")
    assert refusal("the cat ate it", FR) == "the cat ate it"
    assert subject("2026-05-04 V1 MSCU1234567", FR) == "2026-05-04 V1 MSCU1234567"


def refuse_one(counter: Desk) -> None:
    """Put one refused delivery on record."""
    with transaction(counter.settings.database) as session:
        session.add(
            Delivery(
                delivery_id="d", feed="manifest", file_name="f.csv", folder_day=TODAY, known_day=TODAY, sha256="s",
                byte_count=0, state="refused", reason="row_count: 0 row(s), at least 1 agreed",
            )
        )  # fmt: skip


def test_pages_tell_them(site: Site) -> None:
    refuse_one(site.counter)
    desk.link_subject(ENGINEER, site.counter, "anna", issuer="", subject="")
    shown = site.browser("auditor", language="fr").get("/data")
    assert "row_count : 0 ligne(s), au moins 1 convenue(s)" in words(shown.text)
    lines = words(site.browser("auditor", language="es").get("/audit").text)
    assert "anna: vínculo con una identidad retirado" in lines
    assert "engineer: añadida, ingeniero de datos" in lines or "engineer: añadida" in lines
