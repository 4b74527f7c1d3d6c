"""All commands together."""

import typer

from riskscore.cli import (
    bench,
    database,
    deliveries,
    demo,
    exports,
    ledger,
    lists,
    models,
    run,
    serve,
    users,
    watch,
)

app = typer.Typer(
    name="riskscore",
    help="From cargo manifests, voyages and shared seizures to ranked interception queues.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
)

app.command("demo")(demo.demo)
app.command("ingest")(run.ingest)
app.command("features")(run.features)
app.command("score")(run.score)
app.command("run")(run.run)
app.command("learn")(models.learn)
app.command("train")(models.train)
app.command("catalogue")(models.catalogue)
app.command("queue")(lists.queue)
app.command("voyages")(lists.voyages)
app.command("serve")(serve.serve)
app.command("deliveries")(deliveries.deliveries)
app.command("runs")(ledger.runs)
app.command("why")(ledger.why)
app.command("findings")(deliveries.findings)
app.command("monitor")(watch.monitor)
app.command("housekeeping")(watch.housekeeping)
app.command("health")(watch.health)
app.command("metrics")(watch.metrics)
app.add_typer(deliveries.quarantine, name="quarantine", help="Rows set aside: see them, put them right, replay them.")
app.add_typer(exports.app, name="exports", help="Signed bundles for partner agencies: make them, verify them.")
app.add_typer(users.users, name="users", help="Accounts of the targeting unit's desk.")
app.add_typer(database.app, name="database", help="The database's tables and roles: which version, to another one.")
app.add_typer(bench.app, name="bench", help="How good the engine is on real-derived data.")
