"""What Alembic runs to take the steps; the connection comes from `migrate`."""

from alembic import context

from kijun.ratings.tables import Tables

__all__: list[str] = []

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Tables.metadata,
    render_as_batch=True,
)
context.run_migrations()
