import os
from urllib.parse import parse_qsl, unquote, urlsplit

database = urlsplit(os.environ["DATABASE_URL"])

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(database.path[1:]),
        "USER": unquote(database.username or ""),
        "PASSWORD": unquote(database.password or ""),
        "HOST": database.hostname,
        "PORT": database.port,
        "OPTIONS": dict(parse_qsl(database.query)),
    }
}
INSTALLED_APPS = ["shop"]
SECRET_KEY = "not a secret: this project serves nobody"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
