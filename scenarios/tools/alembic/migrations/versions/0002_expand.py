"""expand"""

from alembic import op
import sqlalchemy as sa

revision = "0002_expand"
down_revision = "0001_init"


# New rows get the default at once; the rows that are there stay null until the backfill.
def upgrade():
    op.add_column("orders", sa.Column("currency", sa.Text))
    op.alter_column("orders", "currency", server_default="EUR")


def downgrade():
    op.drop_column("orders", "currency")
