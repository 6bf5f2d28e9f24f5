"""Where this machine keeps Chromium, and how it is started."""

import os
import shutil

NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
# Chromium's own sandbox refuses to work for root, which CI containers are.
# Machines that test have no graphics processor; to imitate one takes longer than the journey itself.
OPTIONS = ["--disable-gpu", *(["--no-sandbox"] if os.geteuid() == 0 else [])]


def find() -> str | None:
    """Return the path of the browser: $CHROMIUM, else the first known name on the path."""
    named = os.environ.get("CHROMIUM")
    return named or next((path for name in NAMES if (path := shutil.which(name))), None)
