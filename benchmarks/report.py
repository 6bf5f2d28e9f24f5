"""How a measurement is printed: a figure, its limit, and the ratio of the two."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """A speed in `unit` beside the limit measured in the same run; `wanted` is the least ratio."""

    name: str
    speed: float
    limit_name: str
    limit: float
    unit: str
    wanted: float

    @property
    def ratio(self) -> float:
        return self.speed / self.limit if self.limit else 0.0

    def line(self) -> str:
        verdict = "ok" if self.ratio >= self.wanted else "BELOW"
        ours = f"{self.name:<24} {self.speed:>8.1f} {self.unit}"
        limit = f"{self.limit_name:<26} {self.limit:>8.1f} {self.unit}"
        return f"{ours:<42} {limit:<42} ratio {self.ratio:.3f} (at least {self.wanted}) {verdict}"
