"""Draws the cover of a course: a quiet geometric motif in the colours of its channel. No letters, no emblems.

Everything is drawn at twice the size and scaled down, so edges are smooth. Coordinates are those of the result.
"""

from __future__ import annotations

import io
import math
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PIL import Image, ImageDraw

from home.demo import chance

WIDTH, HEIGHT, SCALE = 1600, 900, 2
FOCUS = (1060, 450, 1060, 880)  # centre and size of what must stay in every crop
Colour = tuple[int, int, int]
Point = tuple[float, float]


@dataclass(frozen=True)
class Palette:
    """The ground from dark to light, a pale tint, an accent, and the colour of a disc in the sky."""

    dark: Colour
    base: Colour
    light: Colour
    pale: Colour
    accent: Colour
    sky: Colour


PALETTES = {
    "ideology": Palette((92, 14, 22), (150, 26, 36), (196, 58, 54), (250, 226, 200), (235, 184, 104), (240, 194, 116)),
    "law": Palette((13, 29, 51), (31, 58, 95), (66, 103, 150), (222, 232, 244), (181, 32, 44), (226, 232, 240)),
    "competence": Palette((9, 48, 49), (20, 88, 84), (62, 140, 124), (223, 240, 229), (234, 194, 122), (234, 194, 122)),
    "administration": Palette(
        (47, 50, 57), (82, 87, 96), (139, 140, 140), (245, 236, 220), (214, 147, 46), (214, 147, 46)
    ),
}


class Canvas:
    """A ground with a soft gradient, and shapes that blend with what is below them."""

    def __init__(self, palette: Palette, rng: random.Random) -> None:
        self.palette, self.rng = palette, rng
        self.image = _ground(palette)
        self.draw = ImageDraw.Draw(self.image, "RGBA")

    def disc(self, centre: Point, radius: float, colour: Colour, alpha: int = 255) -> None:
        self.draw.ellipse(_box(centre, radius), fill=(*colour, alpha))

    def ring(self, centre: Point, radius: float, width: float, colour: Colour, alpha: int = 255) -> None:
        self.draw.ellipse(_box(centre, radius), outline=(*colour, alpha), width=round(width * SCALE))

    def shape(self, points: Iterable[Point], colour: Colour, alpha: int = 255) -> None:
        self.draw.polygon([(x * SCALE, y * SCALE) for x, y in points], fill=(*colour, alpha))

    def line(self, points: Iterable[Point], width: float, colour: Colour, alpha: int = 255) -> None:
        scaled = [(x * SCALE, y * SCALE) for x, y in points]
        self.draw.line(scaled, fill=(*colour, alpha), width=round(width * SCALE), joint="curve")

    def slice(self, centre: Point, radius: float, start: int, end: int, colour: Colour, alpha: int = 255) -> None:
        self.draw.pieslice(_box(centre, radius), start, end, fill=(*colour, alpha))

    def rounded(self, box: tuple[float, float, float, float], radius: float, colour: Colour, alpha: int = 255) -> None:
        self.draw.rounded_rectangle([edge * SCALE for edge in box], radius * SCALE, fill=(*colour, alpha))


def _box(centre: Point, radius: float) -> list[float]:
    x, y = centre
    return [(x - radius) * SCALE, (y - radius) * SCALE, (x + radius) * SCALE, (y + radius) * SCALE]


def _ground(palette: Palette) -> Image.Image:
    """A gradient from dark at the upper left to light at the lower right, computed small and enlarged smoothly."""
    small = Image.new("RGB", (32, 18))
    for x in range(32):
        for y in range(18):
            small.putpixel((x, y), _between(palette.dark, palette.base, palette.light, (x / 31 * 0.7 + y / 17 * 0.3)))
    return small.resize((WIDTH * SCALE, HEIGHT * SCALE), Image.Resampling.BICUBIC)


def _between(first: Colour, middle: Colour, last: Colour, share: float) -> Colour:
    low, high, part = (first, middle, share * 2) if share < 0.5 else (middle, last, share * 2 - 1)
    return mix(low, high, part)


def mix(low: Colour, high: Colour, share: float) -> Colour:
    """Return the colour that lies at `share` between two."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(low, high, strict=True))
    return red, green, blue


def sunrise(c: Canvas) -> None:
    """A sun over still water."""
    x, horizon = 1060, 640 + c.rng.randint(-20, 20)
    for step in range(8):
        c.disc((x, horizon), 700 - step * 78, c.palette.pale, 13)
    c.disc((x, horizon), 150, c.palette.sky)
    c.shape([(0, horizon), (WIDTH, horizon), (WIDTH, HEIGHT), (0, HEIGHT)], c.palette.dark, 235)
    for step in range(9):
        y, half = horizon + 22 + step * 27, 190 - step * 13 + c.rng.randint(-26, 26)
        c.rounded((x - half, y, x + half, y + 6), 3, c.palette.sky, 210 - step * 20)


def waves(c: Canvas) -> None:
    """Layers of a bay, one before the other."""
    phase, lift = c.rng.uniform(0, 6), c.rng.randint(-30, 30)
    c.disc((1120, 300 + lift), 118, c.palette.sky, 235)
    for layer in range(6):
        top = 330 + layer * 95
        crest = [_swell(x, top, 46 - layer * 3, phase + layer * 1.25) for x in range(0, WIDTH + 16, 16)]
        tint = mix(c.palette.light, c.palette.dark, layer / 5)
        c.shape([*crest, (WIDTH, HEIGHT), (0, HEIGHT)], tint, 190)
        c.line(crest, 2, c.palette.pale, 90 - layer * 10)


def _swell(x: float, top: float, height: float, phase: float) -> Point:
    return x, top + height * math.sin(x / 265 + phase) + height * 0.4 * math.sin(x / 118 + phase * 1.7)


def columns(c: Canvas) -> None:
    """A row of pillars on steps, one of them marked."""
    marked = c.rng.choice((2, 3, 4))
    for step in range(3):
        c.rounded(
            (620 - step * 34, 690 + step * 38, 1500 + step * 34, 722 + step * 38), 4, c.palette.pale, 150 - step * 38
        )
    for index in range(7):
        left = 662 + index * 120
        colour, alpha = (c.palette.accent, 255) if index == marked else (c.palette.pale, 205)
        c.rounded((left, 270, left + 76, 690), 3, colour, alpha)
        c.shape([(left + 46, 270), (left + 76, 270), (left + 76, 690), (left + 46, 690)], c.palette.dark, 46)
        c.rounded((left - 12, 244, left + 88, 270), 4, colour, alpha)
    c.shape([(600, 226), (1520, 226), (1060, 96)], c.palette.pale, 165)
    c.shape([(1060, 96), (1520, 226), (1060, 226)], c.palette.dark, 40)


def lattice(c: Canvas) -> None:
    """A window lattice, clearest where the light comes through."""
    size = 150
    for row in range(-1, 7):
        for column in range(3, 12):
            x, y = column * size + 20, row * size + (size // 2 if column % 2 else 0)
            strength = max(0.0, 1 - math.hypot(x - 1080, y - 450) / 760)
            _pane(c, (x, y), size, strength)
    for radius in (250, 236):
        c.ring((1080, 450), radius, 5 if radius == 250 else 2, c.palette.accent, 235)


def _pane(c: Canvas, centre: Point, size: int, strength: float) -> None:
    x, y = centre
    for share, width in ((0.5, 5), (0.33, 3), (0.16, 3)):
        half = size * share
        diamond = [(x, y - half), (x + half, y), (x, y + half), (x - half, y), (x, y - half)]
        c.line(diamond, width, c.palette.pale, round(190 * strength))
    if strength > 0.68:
        half = size * 0.16
        c.shape([(x, y - half), (x + half, y), (x, y + half), (x - half, y)], c.palette.accent, 230)


def rings(c: Canvas) -> None:
    """Two circles that share ground: different sides, a common part."""
    gap, y = c.rng.randint(150, 180), 450
    left, right, radius = (1060 - gap, y), (1060 + gap, y), 285
    for step in range(5):
        c.ring((1060, y), 380 + step * 74, 2, c.palette.pale, 70 - step * 12)
    c.disc(left, radius, c.palette.pale, 66)
    c.disc(right, radius, c.palette.accent, 120)
    c.shape(_lens(left, right, radius), c.palette.pale, 225)
    c.ring(left, radius, 4, c.palette.pale, 220)
    c.ring(right, radius, 4, c.palette.accent, 255)


def _lens(left: Point, right: Point, radius: float) -> list[Point]:
    half = math.acos((right[0] - left[0]) / 2 / radius)
    turns = [half * (step / 40 * 2 - 1) for step in range(41)]
    east = [(left[0] + radius * math.cos(turn), left[1] + radius * math.sin(turn)) for turn in turns]
    west = [(right[0] - radius * math.cos(turn), right[1] - radius * math.sin(turn)) for turn in turns]
    return east + west


def sheets(c: Canvas) -> None:
    """Papers laid over each other; the upper one is ruled and begins with a coloured line."""
    for index, turn in enumerate((17, 9, 1)):
        centre = (1130 - index * 46, 470 - index * 12)
        colour = mix(c.palette.light, c.palette.pale, 0.35 + index * 0.32)
        c.shape(_turned(centre, 430, 590, turn, (14, 18)), c.palette.dark, 60)
        c.shape(_turned(centre, 430, 590, turn), colour)
    _ruled(c, (1038, 446))


def _turned(centre: Point, width: float, height: float, degrees: float, shift: Point = (0, 0)) -> list[Point]:
    angle, (x, y) = math.radians(degrees), centre
    corners = [(-width / 2, -height / 2), (width / 2, -height / 2), (width / 2, height / 2), (-width / 2, height / 2)]
    turned = [
        (a * math.cos(angle) - b * math.sin(angle), a * math.sin(angle) + b * math.cos(angle)) for a, b in corners
    ]
    return [(x + a + shift[0], y + b + shift[1]) for a, b in turned]


def _ruled(c: Canvas, centre: Point) -> None:
    x, y = centre
    c.shape(_turned((x + 3, y - 190), 340, 9, 1), c.palette.accent)
    c.shape(_turned((x + 2, y - 240), 200, 22, 1), c.palette.base)
    for index in range(10):
        short = index in (4, 9)
        width = c.rng.randint(150, 240) if short else 340
        c.shape(_turned((x + 3 - (340 - width) / 2, y - 138 + index * 39), width, 9, 1), c.palette.dark, 82)


def tiles(c: Canvas) -> None:
    """A honeycomb in which a few cells are lit."""
    radius = 84
    across, down = radius * math.sqrt(3), radius * 1.5
    for row in range(-1, 8):
        for column in range(2, 12):
            x, y = column * across + (across / 2 if row % 2 else 0), row * down
            strength = max(0.0, 1 - math.hypot(x - 1090, y - 450) / 720)
            lit = strength > 0.55 and c.rng.random() < 0.2
            colour, alpha = (
                (c.palette.accent, 235)
                if lit
                else (c.palette.pale, round((0.16 + 0.5 * c.rng.random()) * 255 * strength))
            )
            c.shape(_hexagon((x, y), radius - 5), colour, alpha)


def _hexagon(centre: Point, radius: float) -> list[Point]:
    turns = [math.radians(60 * step + 30) for step in range(6)]
    return [(centre[0] + radius * math.cos(turn), centre[1] + radius * math.sin(turn)) for turn in turns]


def ridges(c: Canvas) -> None:
    """Ranges of hills, the near ones darker, a disc above."""
    c.disc((1130, 285), 132, c.palette.sky, 240)
    for layer in range(5):
        top = 380 + layer * 105
        ridge, x = [(0.0, float(top + c.rng.randint(0, 90)))], 0.0
        while x < WIDTH:
            x += c.rng.randint(120, 250)
            ridge.append((x, top + (c.rng.randint(-95, -15) if len(ridge) % 2 else c.rng.randint(25, 95))))
        tint = mix(mix(c.palette.light, c.palette.pale, 0.28), c.palette.dark, layer / 4)
        c.shape([*ridge, (WIDTH + 250, HEIGHT), (0, HEIGHT)], tint, 225)


def mosaic(c: Canvas) -> None:
    """Quarter discs in a grid, as many parts that make one field."""
    size = 180
    for row in range(5):
        for column in range(3, 9):
            x, y = column * size - 20, row * size
            colour = c.rng.choice((c.palette.pale, c.palette.light, c.palette.base, c.palette.dark))
            c.shape([(x, y), (x + size, y), (x + size, y + size), (x, y + size)], colour, 70 + column * 10)
            _quarter(c, (x, y), size)


def _quarter(c: Canvas, corner: Point, size: int) -> None:
    turn = c.rng.randrange(4)
    x, y = corner[0] + (size if turn in (1, 2) else 0), corner[1] + (size if turn in (2, 3) else 0)
    colour, alpha = c.rng.choice(
        ((c.palette.accent, 235), (c.palette.pale, 215), (c.palette.pale, 120), (c.palette.dark, 190))
    )
    c.slice((x, y), size, turn * 90, turn * 90 + 90, colour, alpha)
    if c.rng.random() < 0.35:
        c.slice((x, y), size * 0.5, turn * 90, turn * 90 + 90, c.palette.base, 255)


def network(c: Canvas) -> None:
    """Places joined by lines."""
    points = [
        (620 + column * 150 + c.rng.randint(-44, 44), 130 + row * 160 + c.rng.randint(-44, 44))
        for column in range(7)
        for row in range(5)
    ]
    for index, first in enumerate(points):
        for second in points[index + 1 :]:
            if math.dist(first, second) < 205:
                c.line([first, second], 2.5, c.palette.pale, 105)
    for point in points:
        big = c.rng.random() < 0.24
        c.disc(point, 34 if big else 22, c.palette.pale, 40)
        c.disc(point, 19 if big else 9, c.palette.accent if big else c.palette.pale, 255)


def steps(c: Canvas) -> None:
    """A stair that rises to the right."""
    for index in range(8):
        left, top = 520 + index * 136, 760 - index * 84
        tint = mix(c.palette.base, c.palette.pale, 0.1 + index * 0.1)
        c.shape([(left, top), (left + 136, top), (left + 136, HEIGHT), (left, HEIGHT)], tint, 235)
        c.shape(
            [(left, top), (left + 136, top), (left + 136, top + 12), (left, top + 12)],
            c.palette.accent,
            70 + index * 25,
        )
    for radius in (86, 150, 214):
        c.ring((744, 268), radius, 3, c.palette.pale, 150 - radius // 2)
    c.disc((744, 268), 46, c.palette.accent)


def bridge(c: Canvas) -> None:
    """Arches over water, and what the water shows of them."""
    line, count = 520, 6
    c.disc((1290, 200), 78, c.palette.sky, 245)
    c.shape([(0, line), (WIDTH, line), (WIDTH, HEIGHT), (0, HEIGHT)], c.palette.dark, 205)
    for index in range(count):
        centre = (20 + index * 290, line)
        for radius, colour, alpha in ((150, c.palette.pale, 225), (112, c.palette.base, 255)):
            c.slice(centre, radius, 180, 360, colour, alpha)
            c.slice(centre, radius, 0, 180, colour, alpha // 4)
    c.shape([(0, 352), (WIDTH, 352), (WIDTH, 388), (0, 388)], c.palette.pale, 245)
    for index in range(7):
        y, left = line + 52 + index * 46, 520 + c.rng.randint(0, 240)
        c.rounded((left, y, left + c.rng.randint(340, 700), y + 5), 2, c.palette.pale, 80 - index * 8)


def orbits(c: Canvas) -> None:
    """One lamp and its circles of light."""
    centre = (1070, 450)
    for step in range(9):
        c.disc(centre, 640 - step * 64, c.palette.pale, 12)
    for radius in (150, 250, 350):
        c.ring(centre, radius, 3, c.palette.pale, 170)
        turn = c.rng.uniform(0, 2 * math.pi)
        c.disc((centre[0] + radius * math.cos(turn), centre[1] + radius * math.sin(turn)), 24, c.palette.pale)
    c.disc(centre, 84, c.palette.accent)


def weave(c: Canvas) -> None:
    """Broad ribbons that cross; they come out of the dark and grow clear."""
    marked = c.rng.randrange(3)
    for index in range(6):
        x = 560 + index * 190
        c.shape(
            [(x, -10), (x + 96, -10), (x - 204, HEIGHT + 10), (x - 300, HEIGHT + 10)], c.palette.pale, 16 + index * 24
        )
    for index in range(4):
        colour, strength = (c.palette.accent, 235) if index == marked + 1 else (c.palette.pale, 96)
        for part in range(24):
            x, y = 300 + part * 55, 150 + index * 230 - part * 10
            c.shape([(x, y), (x + 55, y - 10), (x + 55, y + 70), (x, y + 80)], colour, strength * part // 23)


Motif = Callable[[Canvas], None]
MOTIFS: dict[str, Motif] = {
    "ZZ-01": sunrise, "ZZ-02": mosaic, "ZZ-03": network, "ZZ-04": orbits, "ZZ-05": steps,
    "FL-01": columns, "FL-02": rings, "FL-03": sheets, "FL-04": ridges, "FL-05": tiles,
    "FL-06": steps, "FL-07": sunrise, "FL-08": bridge, "FL-09": lattice, "FL-10": weave,
    "LS-01": columns, "LS-02": orbits, "GZ-01": sheets, "GZ-02": tiles, "FY-01": ridges,
    "TJ-01": bridge, "TJ-02": weave, "TJ-03": rings, "JC-01": steps, "PF-01": mosaic,
    "PF-02": sunrise, "SJ-01": waves, "TF-01": network, "QZ-01": lattice,
    "XZ-01": sheets, "XZ-02": lattice, "XZ-03": tiles, "XZ-04": network, "XZ-05": mosaic,
}  # fmt: skip


def draw(code: str, category: str) -> bytes:
    """Return the cover of one course as a JPEG; the same code always gives the same picture."""
    canvas = Canvas(PALETTES[category], chance.stream(f"cover {code}"))
    MOTIFS.get(code, waves)(canvas)
    result = canvas.image.reduce(SCALE)
    with io.BytesIO() as file:
        result.save(file, "JPEG", quality=88)
        return file.getvalue()
