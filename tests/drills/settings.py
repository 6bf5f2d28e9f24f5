"""Settings of the drills: production, with two changes that no rule depends on.

Passwords are hashed cheaply, or signing 500 people in would take longer than the drill. Caches and static files lie
in the drill's own folder. Limits on signing in and on everything else are production's: 600 sign-ins a minute from one
address are enough.
"""

import os
from pathlib import Path

from cms.settings.production import *  # noqa: F403 - settings modules extend each other this way
from cms.settings.production import CACHES, PASSWORD_HASHERS

FOLDER = Path(os.environ["DRILL_FOLDER"])
STATIC_ROOT = FOLDER / "static"
CACHES["default"]["LOCATION"] = str(FOLDER / "cache")
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *PASSWORD_HASHERS]
