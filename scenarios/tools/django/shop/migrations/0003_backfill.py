from django.db import migrations
from django.db.models import Max

BATCH = 1000


def backfill(apps, schema_editor):
    orders = apps.get_model("shop", "Order").objects
    last = orders.aggregate(last=Max("id"))["last"] or 0
    for start in range(0, last, BATCH):
        orders.filter(id__gt=start, id__lte=start + BATCH, currency=None).update(currency="EUR")


# Outside a transaction of Django's each batch commits by itself and holds its row locks for a moment only.
class Migration(migrations.Migration):
    atomic = False
    dependencies = [("shop", "0002_expand")]

    operations = [migrations.RunPython(backfill, migrations.RunPython.noop)]
