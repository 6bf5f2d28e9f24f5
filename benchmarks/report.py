"""How a measurement is printed: a figure, its limit, and the ratio of the two."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """A speed in `unit` beside the limit measured in the same run; `wanted` is the least ratio.

    With `is_cost` less is better: `speed` is a cost, and `wanted` is the most that the ratio may be.
    """

    name: str
    speed: float
    limit_name: str
    limit: float
    unit: str
    wanted: float
    is_cost: bool = False

    @property
    def ratio(self) -> float:
        return self.speed / self.limit if self.limit else 0.0

    @property
    def is_met(self) -> bool:
        return self.ratio <= self.wanted if self.is_cost else self.ratio >= self.wanted

    def line(self) -> str:
        verdict, bound = "ok" if self.is_met else "MISSED", "at most" if self.is_cost else "at least"
        ours = f"{self.name:<24} {self.speed:>8.1f} {self.unit}"
        limit = f"{self.limit_name:<26} {self.limit:>8.1f} {self.unit}"
        return f"{ours:<42} {limit:<42} ratio {self.ratio:.3f} ({bound} {self.wanted:g}) {verdict}"
