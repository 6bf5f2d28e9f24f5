"""What must always be true of the data, as checks that each app registers and one command runs."""

from collections.abc import Callable, Iterable, Iterator

Check = Callable[[], Iterable[str]]
_checks: dict[str, Check] = {}


def invariant(name: str) -> Callable[[Check], Check]:
    """Register a check: a function that yields one plain sentence for each fault that it finds."""

    def register(check: Check) -> Check:
        _checks[name] = check
        return check

    return register


def faults() -> Iterator[tuple[str, str]]:
    """Run every check; yield (check name, sentence) for each fault."""
    for name, check in sorted(_checks.items()):
        for sentence in check():
            yield name, sentence
