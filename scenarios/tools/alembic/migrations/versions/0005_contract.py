"""contract"""

from alembic import op

revision = "0005_contract"
down_revision = "0004_index"


# Each step by itself: the scan of VALIDATE blocks nobody, and SET NOT NULL trusts the constraint instead of a scan of its own.
def upgrade():
    with op.get_context().autocommit_block():
        op.create_check_constraint("orders_currency_given", "orders", "currency IS NOT NULL", postgresql_not_valid=True)
        op.execute("ALTER TABLE orders VALIDATE CONSTRAINT orders_currency_given")
        op.alter_column("orders", "currency", nullable=False)
        op.drop_constraint("orders_currency_given", "orders")


def downgrade():
    op.alter_column("orders", "currency", nullable=True)
