"""Export: hand a partner what its agreement allows of one day's scores, signed."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from pathlib import Path

from sqlalchemy import select

from riskscore.errors import ExchangeError, NotReadyError
from riskscore.exchange import (
    Agreement,
    Edition,
    KeyPair,
    Manifest,
    PseudonymKey,
    Published,
    accept_bundle,
    compose,
    create_key_pair,
    create_pseudonym_key,
    key_pair,
    load_agreements,
    load_outbound_folder,
    load_private_key,
    load_pseudonym_key,
    load_public_key,
    publish,
)
from riskscore.exchange.durable import exclusive_lock
from riskscore.settings import Settings
from riskscore.steps.running import Running, running
from riskscore.steps.telling import told
from riskscore.steps.workspace import Workspace, open_workspace
from riskscore.store.database import Export
from riskscore.store.leases import Partition

TABLES = ("container_score", "voyage_score")


@told
def export_day(settings: Settings, partner: str, day: date, *, today: date) -> Published:
    """Publish the bundle of `day` for `partner`; the same scores give the same bytes under the same number.

    `today` is the day of the export, on which the agreement must be in force. Raises ExchangeError where there is no
    such agreement or it does not cover the days, NotReadyError before the day is scored.
    """
    with running(settings, "export_day", [Partition(f"{partner} {day}", day)], partner=partner) as run:
        run.reads(*TABLES)
        made = _exported(run, partner, day, today)
        run.outcome |= {"sequence": made.edition.sequence, "content": made.edition.content_digest}
        run.outcome["rows"] = sum(entry.rows for entry in made.manifest.files)
    return made


def _exported(run: Running, partner: str, day: date, today: date) -> Published:
    work, settings = run.work, run.settings
    agreement = _agreement(work, partner)
    tables = {name: work.lake.read(name, since=day, until=day) for name in TABLES}
    if all(rows.empty for rows in tables.values()):
        raise NotReadyError(step=f"The export to {partner}", needs="the day's scores", day=str(day))
    content = compose(agreement, tables, day=day, today=today, pseudonym_key=_pseudonyms(settings))
    with run.transaction() as session:
        earlier = session.scalars(select(Export).where(Export.partner == partner))
        previous = [Edition(row.sequence, row.day, row.content_digest) for row in earlier]
        pair = signing_keys(settings)
        made = publish(
            content,
            previous=previous,
            signing_key=load_private_key(pair.private_path),
            folder=settings.exports,
            permit=lambda: run.lease.require(session),
        )
        if made.edition not in previous:
            session.add(
                Export(
                    partner=partner,
                    day=day,
                    sequence=made.edition.sequence,
                    content_digest=made.edition.content_digest,
                    folder=made.folder.name,
                )
            )
    return made


def partners(settings: Settings) -> list[str]:
    """Return the codes of the partners with an agreement."""
    return sorted(_agreements(open_workspace(settings)))


def signing_keys(settings: Settings) -> KeyPair:
    """Return the pair that signs bundles, created on first use."""
    keys = settings.keys
    if not (keys / "export.pub.pem").exists() or not (keys / "export.key.pem").exists():
        with _alone_with(keys):
            return key_pair(keys) if (keys / "export.key.pem").exists() else create_key_pair(keys)
    return key_pair(keys)


def _pseudonyms(settings: Settings) -> PseudonymKey:
    path = settings.keys / "pseudonyms.key"
    if not path.exists():
        with _alone_with(settings.keys):
            return load_pseudonym_key(path) if path.exists() else create_pseudonym_key(path)
    return load_pseudonym_key(path)


@contextmanager
def _alone_with(keys: Path) -> Iterator[None]:
    """Keep out whoever misses a key too: on the first day every partner's export does, all at once."""
    keys.mkdir(parents=True, exist_ok=True)
    with exclusive_lock(keys / ".lock"):
        yield


def _agreement(work: Workspace, partner: str) -> Agreement:
    found = _agreements(work)
    if partner not in found:
        raise ExchangeError(
            f"No agreement with {partner!r}; there are {', '.join(sorted(found))}. Ask for one of them."
        )
    return found[partner]


def _agreements(work: Workspace) -> dict[str, Agreement]:
    root = work.project.agreements
    return load_agreements(root, load_outbound_folder(root.parent / "outbound"))


def verify(folder: Path, key: Path, *, recipient: str, state: Path | None, today: date) -> Manifest:
    """Accept a bundle for `recipient`, or raise BundleRejectedError; `state` remembers the last sequence accepted."""
    now = datetime.combine(today, time(12), UTC)
    return accept_bundle(folder, load_public_key(key), recipient=recipient, state=state, now=now)
