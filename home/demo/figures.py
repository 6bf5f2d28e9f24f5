"""Draws the one figure of the writing course: where the parts of an official document stand on the page."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT, SCALE = 1200, 900, 2
GROUND, PAPER, INK, GREY, RED = (234, 239, 246), (255, 255, 255), (31, 58, 95), (176, 184, 196), (181, 32, 44)
LEFT, TOP, RIGHT, BOTTOM = 340, 40, 920, 860
TEXT_LEFT, TEXT_RIGHT = 417, 849  # the type area in the proportions of the standard: 28 mm and 26 mm of 210
ZONES = ((1, 118, 262), (2, 282, 690), (3, 706, 764))


def page_layout() -> bytes:
    """Return the figure as a PNG: three numbered zones and the page number below them."""
    image = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE), GROUND)
    draw = ImageDraw.Draw(image)
    _rectangle(draw, (LEFT + 8, TOP + 10, RIGHT + 8, BOTTOM + 10), (208, 216, 228))
    _rectangle(draw, (LEFT, TOP, RIGHT, BOTTOM), PAPER)
    _head(draw)
    _body(draw)
    _foot(draw)
    for number, top, bottom in ZONES:
        _zone(draw, number, top, bottom)
    _badge(draw, 4, (990, 802))
    _line(draw, (850, 802, 962, 802), INK, 2)
    with io.BytesIO() as file:
        image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS).save(file, "PNG", optimize=True)
        return file.getvalue()


def _head(draw: ImageDraw.ImageDraw) -> None:
    _rectangle(draw, (478, 150, 788, 186), RED)
    _rectangle(draw, (568, 222, 698, 234), GREY)
    _rectangle(draw, (TEXT_LEFT, 256, TEXT_RIGHT, 260), RED)


def _body(draw: ImageDraw.ImageDraw) -> None:
    _rectangle(draw, (488, 294, 778, 314), INK)
    _rectangle(draw, (558, 326, 708, 346), INK)
    _rectangle(draw, (TEXT_LEFT, 376, 560, 386), GREY)
    for index in range(11):
        indent = 34 if index in (0, 4, 8) else 0
        end = 640 if index in (3, 7, 10) else TEXT_RIGHT
        _rectangle(draw, (TEXT_LEFT + indent, 402 + index * 20, end, 411 + index * 20), GREY)
    _rectangle(draw, (660, 640, 812, 650), GREY)
    _rectangle(draw, (676, 660, 796, 670), GREY)


def _foot(draw: ImageDraw.ImageDraw) -> None:
    for y in (712, 736, 760):
        _rectangle(draw, (TEXT_LEFT, y, TEXT_RIGHT, y + 2), INK)
    _rectangle(draw, (TEXT_LEFT + 12, 721, 640, 729), GREY)
    _rectangle(draw, (TEXT_LEFT + 12, 745, 600, 753), GREY)
    _rectangle(draw, (790, 797, 838, 806), INK)


def _zone(draw: ImageDraw.ImageDraw, number: int, top: int, bottom: int) -> None:
    _line(draw, (272, top, 272, bottom), INK, 3)
    for y in (top, bottom):
        _line(draw, (272, y, 300, y), INK, 3)
    _badge(draw, number, (222, (top + bottom) // 2))


def _badge(draw: ImageDraw.ImageDraw, number: int, centre: tuple[int, int]) -> None:
    x, y = centre[0] * SCALE, centre[1] * SCALE
    radius = 28 * SCALE
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=INK)
    draw.text((x, y), str(number), fill=PAPER, font=ImageFont.load_default(34 * SCALE), anchor="mm")


def _rectangle(draw: ImageDraw.ImageDraw, box: tuple[int, int, int, int], colour: tuple[int, int, int]) -> None:
    draw.rectangle([edge * SCALE for edge in box], fill=colour)


def _line(draw: ImageDraw.ImageDraw, box: tuple[int, int, int, int], colour: tuple[int, int, int], width: int) -> None:
    draw.line([edge * SCALE for edge in box], fill=colour, width=width * SCALE)
