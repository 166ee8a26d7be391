"""index"""

from alembic import op

revision = "0004_index"
down_revision = "0003_backfill"


def upgrade():
    with op.get_context().autocommit_block():
        op.create_index("orders_account_id_idx", "orders", ["account_id"], postgresql_concurrently=True)


def downgrade():
    with op.get_context().autocommit_block():
        op.drop_index("orders_account_id_idx", "orders", postgresql_concurrently=True, if_exists=True)
