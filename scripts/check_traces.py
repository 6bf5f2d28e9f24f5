"""No file may name the machine that it was written on: home folders, work folders, package hosts of one office."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TRACES = re.compile(
    r"(?<![\w.])/(?:work|root|opt/pypi|opt/wheels|tmp/[a-z]+|home/[a-z]+)/"  # folders of one machine
    r"|--(?:extra-)?index-url|--find-links"  # where one office fetches packages
    r"|co-authored-by:",
    re.IGNORECASE,
)
TEXT = {
    ".py",
    ".html",
    ".css",
    ".js",
    ".md",
    ".txt",
    ".in",
    ".toml",
    ".yaml",
    ".yml",
    ".csv",
    ".po",
    ".json",
    ".svg",
    "",
}
ALLOWED = {"scripts/check_traces.py"}


def traces() -> list[str]:
    names = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    found = []
    for name in names:
        path = ROOT / name
        if path.suffix in TEXT and path.is_file() and name not in ALLOWED:
            for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1):
                if match := TRACES.search(line):
                    found.append(f"{name}:{number}: {match.group()}")
    return found


if __name__ == "__main__":
    found = traces()
    print("\n".join(found))
    sys.exit(1 if found else 0)
