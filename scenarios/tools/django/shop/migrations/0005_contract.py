from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint
from django.db import migrations, models

GIVEN = "orders_currency_given"


# Each step by itself: the scan of ValidateConstraint blocks nobody, and SET NOT NULL trusts the constraint instead of a scan of its own.
class Migration(migrations.Migration):
    atomic = False
    dependencies = [("shop", "0004_index")]

    operations = [
        AddConstraintNotValid(
            "order", models.CheckConstraint(condition=models.Q(currency__isnull=False), name=GIVEN)
        ),
        ValidateConstraint("order", GIVEN),
        migrations.AlterField("order", "currency", models.TextField(db_default="EUR")),
        migrations.RemoveConstraint("order", GIVEN),
    ]
