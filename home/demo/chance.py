"""Chance with a fixed seed: each part of the demo data has a stream of its own, so parts can be loaded alone."""

import random

SEED = "dongwan"


def stream(label: str) -> random.Random:
    """Return the generator for one part; the same label always gives the same numbers."""
    return random.Random(f"{SEED}:{label}")  # noqa: S311 - demo data, not secrets
