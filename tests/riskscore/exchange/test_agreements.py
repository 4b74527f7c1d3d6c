"""Agreement files are read strictly, and every problem is said at once."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from riskscore.errors import AgreementError, AgreementNotInForceError
from riskscore.exchange.agreements import (
    Agreement,
    expires_on,
    load_agreement,
    load_agreements,
    require_in_force,
    why_not_in_force,
)
from riskscore.exchange.outbound import OutboundContract
from riskscore.exchange.terms import AnyOf, Condition

AGREEMENTS = Path(__file__).parents[3] / "data_contracts" / "agreements"
DAY = date(2026, 2, 1)

Change = Callable[[dict[str, Any]], object]


def feed(terms: dict[str, Any]) -> dict[str, Any]:
    return terms["feeds"][0]


WRONG: dict[str, tuple[Change, str]] = {
    "unknown key": (lambda terms: terms.update(purpse="x"), r"purpse: Extra inputs are not permitted \(found 'x'\)"),
    "unknown key of a feed": (lambda terms: feed(terms).update(row=[]), r"feeds\.0\.row: Extra inputs"),
    "unknown key of a condition": (lambda terms: feed(terms)["rows"][0].update(below="1"), r"rows\.0.*below: Extra"),
    "missing key": (lambda terms: terms.pop("purposes"), "purposes: Field required"),
    "no rows at all": (lambda terms: feed(terms).update(rows=[]), r"feeds\.0\.rows: .*at least 1"),
    "two tests in one": (lambda terms: feed(terms)["rows"][0].update(equals="1"), "exactly one of"),
    "no test": (lambda terms: feed(terms)["rows"][0].pop("at_least"), "exactly one of"),
    "not a number": (lambda terms: feed(terms)["rows"][0].update(at_least="high"), "valid number.*found 'high'"),
    "not finite": (lambda terms: feed(terms)["rows"][0].update(at_least="nan"), "finite number.*found 'nan'"),
    "an expression": (
        lambda terms: feed(terms)["rows"][0].update(column="probability > 0 or 1"),
        "found 'probability > 0 or 1'",
    ),
    "unknown column": (
        lambda terms: feed(terms)["rows"].append({"column": "shipper_name", "equals": "x"}),
        r"rows, column shipper_name: not in the outbound contract",
    ),
    "unfit test": (
        lambda terms: feed(terms)["rows"].append({"column": "unit", "at_least": "3"}),
        "column unit: at_least does not suit a string",
    ),
    "unfit test in any_of": (
        lambda terms: feed(terms)["rows"].append({"any_of": [{"column": "rank", "equals": "3"}]}),
        "column rank: equals does not suit a integer",
    ),
    "unknown field": (
        lambda terms: feed(terms)["fields"].update(shipper_name="as_is"),
        r"feeds\.0 \(container_score\)\.fields\.shipper_name: not in the outbound contract 1\.0\.0; it has score_day,",
    ),
    "unknown treatment": (lambda terms: feed(terms)["fields"].update(unit="blurred"), "blurred"),
    "unfit treatment": (
        lambda terms: feed(terms)["fields"].update(unit={"treatment": "rounded", "digits": "1"}),
        "unit: rounded does not suit a string",
    ),
    "pseudonym of a number": (
        lambda terms: feed(terms)["fields"].update(rank="pseudonymised"),
        "rank: pseudonymised does not suit a integer",
    ),
    "digits of an integer": (
        lambda terms: feed(terms)["fields"].update(rank={"treatment": "rounded", "digits": "2"}),
        "rank: 2 decimal digits do not suit an integer",
    ),
    "unknown part": (
        lambda terms: feed(terms)["fields"].update(reasons={"treatment": "parts", "keep": ["party"]}),
        "reasons: no part party; it has feature, meaning, value, push",
    ),
    "bands without labels": (
        lambda terms: feed(terms)["fields"].update(
            probability={"treatment": "band", "edges": ["0.1", "0.2"], "labels": ["low", "high"]}
        ),
        "need 3 labels",
    ),
    "falling edges": (
        lambda terms: feed(terms)["fields"].update(
            probability={"treatment": "band", "edges": ["0.2", "0.1"], "labels": ["a", "b", "c"]}
        ),
        "edges must rise",
    ),
    "a score without its reasons": (
        lambda terms: feed(terms)["fields"].pop("reasons"),
        "a score never travels without reasons",
    ),
    "unknown table": (lambda terms: feed(terms).update(table="consignment"), "no outbound contract of that table"),
    "one table twice": (lambda terms: terms["feeds"].append(feed(terms)), "the table has two feeds"),
    "one format twice": (lambda terms: feed(terms).update(formats=["csv", "csv"]), "csv, csv names one twice"),
    "unknown format": (lambda terms: feed(terms).update(formats=["xlsx"]), r"formats\.0.*found 'xlsx'"),
    "another partner's file": (lambda terms: terms.update(partner="BR"), "partner: BR does not match the file's name"),
    "a path for a partner": (lambda terms: terms.update(partner="../ES"), r"partner: .*found '\.\./ES'"),
    "until before from": (lambda terms: terms["valid"].update(until="2025-12-31"), "until lies before from"),
    "no such day": (lambda terms: terms["valid"].update(until="2026-02-30"), r"valid\.until: .*found '2026-02-30'"),
    "two expiries": (lambda terms: terms["expiry"].update(on="2026-12-31"), "either days or on"),
    "negative days": (lambda terms: terms["expiry"].update(days="-1"), r"expiry\.days: .*found '-1'"),
    "unknown handling code": (lambda terms: terms.update(handling_code="secret"), "found 'secret'"),
}


@pytest.fixture
def write(tmp_path: Path, terms: dict[str, Any]) -> Callable[[], Path]:
    def written() -> Path:
        path = tmp_path / "ES.yaml"
        path.write_text(yaml.safe_dump(terms), encoding="utf-8")
        return path

    return written


def test_the_shipped_agreements_are_valid_and_invented(contracts: dict[str, OutboundContract]) -> None:
    agreements = load_agreements(AGREEMENTS, contracts)
    assert sorted(agreements) == ["BR", "ES", "US"]
    for agreement in agreements.values():
        assert "invented" in agreement.terms.partner_name
        assert "Invented world" in str(agreement.terms.notice)


def test_a_valid_file_is_understood(write: Callable[[], Path], contracts: dict[str, OutboundContract]) -> None:
    agreement = load_agreement(write(), contracts)
    assert agreement.terms.feeds[0].rows == (Condition(column="probability", at_least=0.1),)
    assert list(agreement.contracts) == ["container_score"]


@pytest.mark.parametrize(("change", "said"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_said(
    change: Change, said: str, write: Callable[[], Path], terms: dict[str, Any], contracts: dict[str, OutboundContract]
) -> None:
    change(terms)
    with pytest.raises(AgreementError, match=said) as caught:
        load_agreement(write(), contracts)
    assert str(caught.value).startswith("Agreement ES.yaml: ")
    assert "Nothing leaves under it until the file is corrected" in str(caught.value)


def test_all_problems_are_said_at_once(
    write: Callable[[], Path], terms: dict[str, Any], contracts: dict[str, OutboundContract]
) -> None:
    feed(terms)["fields"].update(shipper_name="as_is", consignee_name="as_is")
    feed(terms)["formats"] = ["csv", "csv"]
    with pytest.raises(AgreementError) as caught:
        load_agreement(write(), contracts)
    assert all(word in str(caught.value) for word in ("shipper_name", "consignee_name", "names one twice"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("partner: ES\npartner: BR\n", "given twice: partner"),
        ("valid: {from: 2026-01-01, from: 2026-01-02}", "given twice: from"),
        ("partner: [", "while parsing"),
        ("? [a]\n: 1\n", "unhashable|found"),
        ("", "the file: "),
        ("- ES", "the file: "),
    ],
)
def test_broken_yaml_is_refused(tmp_path: Path, contracts: dict[str, OutboundContract], text: str, said: str) -> None:
    path = tmp_path / "ES.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(AgreementError, match=said):
        load_agreement(path, contracts)


def test_yaml_cannot_run_code(tmp_path: Path, contracts: dict[str, OutboundContract]) -> None:
    path = tmp_path / "ES.yaml"
    path.write_text(f"partner: !!python/object/apply:os.mkdir ['{tmp_path}/made']", encoding="utf-8")
    with pytest.raises(AgreementError):
        load_agreement(path, contracts)
    assert not (tmp_path / "made").exists()


def test_norway_is_a_country(tmp_path: Path, terms: dict[str, Any], contracts: dict[str, OutboundContract]) -> None:
    path = tmp_path / "ES.yaml"
    feed(terms)["rows"] = [{"any_of": [{"column": "unit", "country_in": ["PLACE"]}]}]
    path.write_text(yaml.safe_dump(terms).replace("PLACE", "NO"), encoding="utf-8")
    (term,) = load_agreement(path, contracts).terms.feeds[0].rows
    assert isinstance(term, AnyOf)
    assert term.any_of[0].test == ("country_in", ("NO",))


@pytest.mark.parametrize(
    ("day", "today", "why"),
    [
        (date(2026, 1, 1), date(2026, 1, 1), ""),
        (date(2026, 12, 31), date(2026, 12, 31), ""),
        (date(2025, 12, 31), date(2026, 1, 1), "not valid before 2026-01-01"),
        (date(2027, 1, 1), date(2027, 1, 1), "ended on 2026-12-31"),
        (date(2026, 12, 31), date(2027, 1, 1), "ended on 2026-12-31"),
        (date(2026, 2, 1), date(2026, 3, 3), ""),
        (date(2026, 2, 1), date(2026, 3, 4), "be used until 2026-03-03 only"),
    ],
)
def test_when_an_agreement_is_in_force(
    make_agreement: Callable[..., Agreement], day: date, today: date, why: str
) -> None:
    agreement = make_agreement()
    assert why in why_not_in_force(agreement, day=day, today=today)
    if why:
        with pytest.raises(AgreementNotInForceError, match="Nothing is exported to ES: agreement ES-TEST-1"):
            require_in_force(agreement, day=day, today=today)
    else:
        assert why_not_in_force(agreement, day=day, today=today) == ""
        require_in_force(agreement, day=day, today=today)


def test_a_bundle_never_outlives_its_agreement(make_agreement: Callable[..., Agreement]) -> None:
    assert expires_on(make_agreement(), DAY) == DAY + timedelta(days=30)
    assert expires_on(make_agreement(), date(2026, 12, 20)) == date(2026, 12, 31)
    assert expires_on(make_agreement(expiry={"on": "2026-05-01"}), DAY) == date(2026, 5, 1)
    assert expires_on(make_agreement(expiry={"days": "0"}), DAY) == DAY


def test_the_digest_is_that_of_the_file(make_agreement: Callable[..., Agreement]) -> None:
    assert make_agreement().sha256 == make_agreement().sha256
    assert make_agreement().sha256 != make_agreement(purposes=["other"]).sha256
