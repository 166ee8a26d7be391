from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shop", "0001_init")]

    operations = [
        migrations.AddField("order", "note", models.TextField(null=True)),
        migrations.RunSQL("ALTER TABLE orders ADD COLUMN total text", migrations.RunSQL.noop),
    ]
