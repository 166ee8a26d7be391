"""second statement fails"""

from alembic import op
import sqlalchemy as sa

revision = "0002_second_statement_fails"
down_revision = "0001_init"


def upgrade():
    op.add_column("orders", sa.Column("note", sa.Text))
    op.add_column("orders", sa.Column("total", sa.Text))


def downgrade():
    op.drop_column("orders", "note")
