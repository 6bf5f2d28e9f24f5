"""Settings of the benchmarks: the test settings on a database of their own, with one bare view to compare with."""

import os

from cms.settings import base
from cms.settings.env import NOWHERE, REDIS_URL, caches
from cms.settings.test import *  # noqa: F403 - settings modules extend each other this way
from cms.settings.test import DATABASES

MIDDLEWARE = base.MIDDLEWARE  # with the page cache, which the tests leave out
ROOT_URLCONF = "benchmarks.urls"
WSGI_APPLICATION = "benchmarks.wsgi.application"
DATABASES["default"]["CONN_MAX_AGE"] = 600
TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
WHITENOISE_AUTOREFRESH = False
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "bench"},
    "pages": NOWHERE,
    "kept": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "kept"},
    "renditions": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "renditions"},
}
if REDIS_URL:  # what processes share, shared as on a large site
    CACHES = caches()
if not os.environ.get("BENCH_KEEPS", "yes"):  # the server that shows what keeping is worth
    CACHES |= {"kept": NOWHERE, "renditions": NOWHERE}
