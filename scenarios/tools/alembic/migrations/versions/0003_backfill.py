"""backfill"""

from alembic import op
import sqlalchemy as sa

revision = "0003_backfill"
down_revision = "0002_expand"

BATCH = 1000


# Outside the revision's transaction each batch commits by itself and holds its row locks for a moment only.
def upgrade():
    with op.get_context().autocommit_block():
        connection = op.get_bind()
        last = connection.scalar(sa.text("SELECT max(id) FROM orders")) or 0
        for start in range(0, last, BATCH):
            connection.execute(
                sa.text("UPDATE orders SET currency = 'EUR' WHERE id > :start AND id <= :end AND currency IS NULL"),
                {"start": start, "end": start + BATCH},
            )


def downgrade():
    pass
