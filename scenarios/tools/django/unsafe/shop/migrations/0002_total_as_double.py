from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shop", "0001_init")]

    operations = [migrations.AlterField("order", "total", models.FloatField())]
