from django.db import models
from django.db.models.functions import Now


class Account(models.Model):
    id = models.BigAutoField(primary_key=True)
    name = models.TextField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "account"


class Order(models.Model):
    id = models.BigAutoField(primary_key=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, db_index=False)
    total = models.FloatField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "orders"
