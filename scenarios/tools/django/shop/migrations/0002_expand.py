from django.db import migrations, models


# New rows get the default at once; the rows that are there stay null until the backfill.
class Migration(migrations.Migration):
    dependencies = [("shop", "0001_init")]

    operations = [
        migrations.AddField("order", "currency", models.TextField(null=True)),
        migrations.AlterField("order", "currency", models.TextField(null=True, db_default="EUR")),
    ]
