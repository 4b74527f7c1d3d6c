"""What Alembic runs to migrate: the steps not taken yet, on the connection it was handed."""

from alembic import context

from riskscore.store.records import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
