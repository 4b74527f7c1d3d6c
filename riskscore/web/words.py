"""Words for codes: what the desk calls a state, a reason, a method; each is translated where it is shown."""

from riskscore.errors import DeskError
from riskscore.web.languages import Speech, marked

WORDS: dict[str, dict[str, str]] = {
    "state": {
        "open": marked("open"),
        "claimed": marked("claimed"),
        "held": marked("held"),
        "inspection": marked("sent for inspection"),
        "examined": marked("examined"),
        "released": marked("released"),
        "referred": marked("referred"),
        "": "–",
    },
    "why": {
        "mandatory": marked("mandatory"),
        "score": marked("score"),
        "random": marked("random"),
        "rule": marked("rule"),
        "all": marked("all"),
    },
    "band": {"high": marked("high"), "medium": marked("medium"), "low": marked("low")},
    "action": {
        "claim": marked("Claim"),
        "give_back": marked("Give back"),
        "hold": marked("Hold"),
        "release": marked("Release"),
        "send_for_inspection": marked("Send for inspection"),
        "record_outcome": marked("Record the outcome"),
        "add_photograph": marked("Add a photograph"),
        "refer": marked("Refer to another unit"),
        "hand_over": marked("Hand over"),
        "reopen": marked("Reopen"),
        "note": marked("Note"),
    },
    "release_reason": {
        "container_left": marked("The container has left"),
        "no_capacity": marked("No capacity to examine it"),
        "not_landed": marked("It was not landed here"),
        "equipment_failure": marked("The equipment failed"),
        "documents_in_order": marked("The documents are in order"),
        "known_shipment": marked("A known, regular shipment"),
        "already_examined": marked("Already examined elsewhere"),
        "wrongly_listed": marked("Wrongly listed"),
    },
    "refer_reason": {
        "goes_on_to_their_port": marked("It goes on to their port"),
        "their_case": marked("It belongs to a case of theirs"),
        "their_equipment": marked("They have the equipment"),
    },
    "method": {
        "xray": marked("X-ray"),
        "physical": marked("physical"),
        "dog": marked("dog"),
        "documents": marked("documents"),
    },
    "result": {
        "contraband": marked("contraband"),
        "nothing": marked("nothing found"),
        "inconclusive": marked("inconclusive"),
        "not_examined": marked("not examined"),
    },
    "substance": {
        "cocaine": marked("cocaine"),
        "heroin": marked("heroin"),
        "cannabis_resin": marked("cannabis resin"),
        "methamphetamine": marked("methamphetamine"),
        "cigarettes": marked("cigarettes"),
    },
    "concealment": {
        "cover_load": marked("in the cover load"),
        "rip_on_rip_off": marked("rip-on/rip-off"),
        "structure": marked("in the structure"),
        "other": marked("other"),
    },
    "role": {
        "officer": marked("officer"),
        "supervisor": marked("supervisor"),
        "data_engineer": marked("data engineer"),
        "auditor": marked("auditor"),
    },
    "party": {"shipper": marked("Shipper"), "consignee": marked("Consignee")},
    "link": {
        "container": marked("same container"),
        "shipper": marked("same shipper"),
        "consignee": marked("same consignee"),
        "shipper_name": marked("shipper of the same name"),
        "consignee_name": marked("consignee of the same name"),
        "vessel": marked("same vessel"),
        "lane": marked("same lane"),
        "hs6": marked("same goods code"),
        "loading": marked("same port of loading"),
        "transhipment": marked("same transhipment port"),
    },
    "stop": {
        "loading": marked("loading"),
        "call": marked("call"),
        "transhipment": marked("transhipment"),
        "discharge": marked("discharge"),
        "destination": marked("destination"),
    },
    "handling": {
        "restricted": marked("restricted"),
        "official": marked("official"),
        "open": marked("open source"),
    },
    "freight": {"prepaid": marked("prepaid"), "collect": marked("collect")},
    "delivery": {
        "landed": marked("landed"),
        "published": marked("published"),
        "refused": marked("refused"),
    },
    "run": {
        "running": marked("running"),
        "done": marked("done"),
        "failed": marked("failed"),
        "stale": marked("overtaken"),
    },
    "level": {"ok": marked("in order"), "warn": marked("warning"), "alarm": marked("alarm")},
    "audit": {
        "read": marked("read"),
        "export": marked("taken along"),
        "login": marked("login"),
        "login_failed": marked("login failed"),
        "logout": marked("logout"),
        "account": marked("account"),
        "repair": marked("row put right"),
    },
    "found": {
        "container": marked("container"),
        "voyage": marked("voyage"),
        "bill_of_lading": marked("bill of lading"),
        "vessel": marked("vessel"),
        "imo": marked("IMO number"),
    },
    "detail": {
        "reason": marked("reason"),
        "note": marked("note"),
        "unit": marked("unit"),
        "to": marked("to"),
        "officer": marked("officer"),
        "method": marked("method"),
        "result": marked("result"),
        "outcome": marked("outcome"),
        "substance": marked("substance"),
        "quantity_kg": marked("quantity (kg)"),
        "concealment": marked("concealment"),
        "photograph": marked("photograph"),
        "seal_numbers": marked("seal numbers"),
        "examined_at": marked("examined at"),
    },
    "unit": {
        "hours": marked("hours"),
        "days": marked("days"),
        "kg": marked("kg"),
        "km": marked("km"),
        "kn": marked("kn"),
        "m": marked("m"),
        "USD": marked("USD"),
        "USD per kg": marked("USD per kg"),
    },
    "yes_no": {"yes": marked("yes"), "no": marked("no")},
}
"""By kind of code, then by code."""

DETAIL_KINDS = {
    "method": ("method",),
    "result": ("result",),
    "outcome": ("result",),
    "substance": ("substance",),
    "concealment": ("concealment",),
    "reason": ("release_reason", "refer_reason"),
}
"""Which codes the details of an event are written in."""


def word(kind: str, code: str) -> str:
    """Return the English word (a message id) for a code; a code nobody named is shown as it is."""
    return WORDS[kind].get(code, code)


def detail_word(name: str, value: str) -> str:
    """Return the English word for a detail of an event, or the text itself where it is no code."""
    return next((WORDS[kind][value] for kind in DETAIL_KINDS.get(name, ()) if value in WORDS[kind]), value)


SAID_AS = {"state": "state", "action": "action", "role": "role"}
"""Values of the desk's sentences that are codes, and of which kind."""


def sentence(error: DeskError, speech: Speech) -> str:
    """Return what the desk refuses, and the next step, in a language: its codes become words too."""
    values = {
        name: speech.text(word(SAID_AS[name], value)) if name in SAID_AS else value
        for name, value in error.values.items()
    }
    return speech.text(error.sentence, **values)
