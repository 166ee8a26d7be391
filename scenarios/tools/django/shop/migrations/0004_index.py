from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("shop", "0003_backfill")]

    operations = [
        AddIndexConcurrently("order", models.Index(fields=["account"], name="orders_account_id_idx")),
    ]
