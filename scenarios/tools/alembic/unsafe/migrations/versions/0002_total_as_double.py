"""total as double"""

from alembic import op
import sqlalchemy as sa

revision = "0002_total_as_double"
down_revision = "0001_init"


def upgrade():
    op.alter_column("orders", "total", type_=sa.Double)


def downgrade():
    op.alter_column("orders", "total", type_=sa.Numeric(12, 2))
