"""Development and `make run`: works without any set-up, never meant for the open network."""

from cms.settings.base import *  # noqa: F403 - settings modules extend each other this way
from cms.settings.env import env

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = "development-only-" + "k" * 50
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", "testserver", *env.list("ALLOWED_HOSTS", default=[])]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
DEMO_PASSWORD = env.str("DEMO_PASSWORD", default="dongwan-2026-demo")
