"""Tests: fast hashing, throw-away files, tasks at once, the database that the environment names."""

import tempfile

from cms.settings.base import *  # noqa: F403 - settings modules extend each other this way
from cms.settings.base import DATABASES, MIDDLEWARE
from cms.settings.env import NOWHERE, VAR_DIR, env

DEBUG = False
SECRET_KEY = "test-only-" + "k" * 50
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "testserver"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "test"},
    "kept": NOWHERE,
    "pages": NOWHERE,
}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
MEDIA_ROOT = tempfile.mkdtemp(prefix="training-media-")
DEMO_PASSWORD = "dongwan-2026-demo"  # noqa: S105 - demo data only
WHITENOISE_AUTOREFRESH = True
# A file, not memory: threads in tests must meet real locks.
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["TEST"] = {"NAME": env.str("TEST_DB_NAME", default=str(VAR_DIR / "test.sqlite3"))}
DATABASES["default"]["CONN_MAX_AGE"] = 0
# What is kept for a minute would outlive the rows of one test; the tests of `kept` and of the page cache put it back.
PAGE_CACHE = "cms.page_cache.PageCacheMiddleware"
MIDDLEWARE = [name for name in MIDDLEWARE if name != PAGE_CACHE]
