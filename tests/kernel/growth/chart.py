# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause
"""Draws docs/growth/*.svg from docs/growth/ARCH.json: a picture for each group of curves, a chart for each curve.

Both axes are logarithmic, so a cost that grows with N rises, and one that is the same for each stays level. Light or dark
is the reader's choice (prefers-color-scheme).
"""

import argparse
import math
from dataclasses import dataclass, field

import curves

COLUMNS = 3
CELL_WIDTH, CELL_HEIGHT = 280, 190
HEAD = 40  # of the picture, with its title and the legend
LEFT, RIGHT, TOP, BOTTOM = 46, 24, 30, 38  # of a chart, around its plot
FONT = {"title": 14, "name": 12, "tick": 10, "value": 11}  # pixels, by class
X86_64, AARCH64 = "x86_64", "aarch64"
STYLE = """
  text { font-family: system-ui, sans-serif; fill: #1f2328 }
  .title { font-size: 14px; font-weight: 600 } .name { font-size: 12px; font-weight: 600 }
  .tick { font-size: 10px; fill: #59636e } 
  .value { font-size: 11px; paint-order: stroke; stroke: #ffffff; stroke-width: 3px }
  .page { fill: #ffffff } .grid { stroke: #e4e8ec; fill: none } .axis { stroke: #818b98; fill: none }
  .x86_64 { stroke: #0969da; fill: none } .aarch64 { stroke: #bc4c00; fill: none }
  .x86_64-mark { fill: #0969da } .aarch64-mark { fill: #bc4c00 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .tick { fill: #9198a1 } .value { stroke: #0d1117 }
    .page { fill: #0d1117 } .grid { stroke: #262c36 } .axis { stroke: #656c76 }
    .x86_64 { stroke: #58a6ff } .aarch64 { stroke: #f0883e } .x86_64-mark { fill: #58a6ff } .aarch64-mark { fill: #f0883e }
  }
"""


@dataclass
class Text:
    x: float
    y: float # of the base line
    words: str
    kind: str
    anchor: str = "start"

    def box(self):
        """Left, top, right, bottom, with letters as wide as they come."""
        width = 0.58 * FONT[self.kind] * len(self.words)
        left = self.x - {"start": 0, "middle": width / 2, "end": width}[self.anchor]
        return left, self.y - 0.8 * FONT[self.kind], left + width, self.y + 0.2 * FONT[self.kind]


@dataclass
class Picture:
    width: int
    height: int
    shapes: list = field(default_factory=list)
    texts: list = field(default_factory=list)

    def line(self, kind, points):
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        self.shapes.append(f'<polyline class="{kind}" points="{path}"/>')

    def mark(self, arch, x, y):
        if arch == X86_64:
            self.shapes.append(f'<circle class="{arch}-mark" cx="{x:.1f}" cy="{y:.1f}" r="3"/>')
        else:
            self.shapes.append(f'<rect class="{arch}-mark" x="{x - 2.5:.1f}" y="{y - 2.5:.1f}" width="5" height="5"/>')

    def svg(self, title):
        texts = [f'<text class="{t.kind}" x="{t.x:.1f}" y="{t.y:.1f}" text-anchor="{t.anchor}">{t.words}</text>'
                 for t in self.texts]
        return "\n".join([
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{self.width}" height="{self.height}" '
            f'viewBox="0 0 {self.width} {self.height}" role="img">',
            "<!-- SPDX-FileCopyrightText: 2026 The kernite authors -->", "<!-- SPDX-License-Identifier: BSD-2-Clause -->",
            "<!-- Drawn by tests/kernel/growth/chart.py. -->", f"<title>{title}</title>", f"<style>{STYLE}</style>",
            '<rect class="page" width="100%" height="100%" rx="6"/>', *self.shapes, *texts, "</svg>", ""])


def steps(first, last, digits):
    """Numbers of one of the DIGITS and zeros, from at most FIRST to at least LAST, as few as that takes."""
    numbers = sorted(digit * 10 ** i for i in range(9) for digit in digits)
    low = max(n for n in numbers if n <= first)
    high = min(n for n in numbers if n >= last)
    return [n for n in numbers if low <= n <= high]


class Axis:
    """A logarithmic one: values from FIRST to LAST lie from START to END."""

    def __init__(self, first, last, start, end):
        self.first, self.start = first, start
        self.scale = (end - start) / math.log(last / first)

    def at(self, value):
        return self.start + self.scale * math.log(value / self.first)


def draw_axes(picture, curve, points, left, top):
    """Grid, numbers and names; returns the axes."""
    right, bottom = left + CELL_WIDTH - LEFT - RIGHT, top + CELL_HEIGHT - TOP - BOTTOM
    costs = steps(0.6 * min(c for _, c in points), 1.4 * max(c for _, c in points), (1, 2, 5)) # room for the last values
    most = max(n for n, _ in points)
    numbers = sorted({n for n, _ in points}) if most < 100 else [n for n in steps(1, most, (1,)) if n <= most]
    x, y = Axis(numbers[0], most, left, right), Axis(costs[0], costs[-1], bottom, top)
    for cost in costs:
        picture.line("grid", [(left, y.at(cost)), (right, y.at(cost))])
        picture.texts.append(Text(left - 6, y.at(cost) + 3, f"{cost:,}", "tick", "end"))
    for n in numbers:
        picture.line("axis", [(x.at(n), bottom), (x.at(n), bottom + 4)])
        picture.texts.append(Text(x.at(n), bottom + 15, f"{n:,}", "tick", "middle"))
    picture.line("axis", [(left, top), (left, bottom), (right, bottom)])
    picture.texts.append(Text((left + right) / 2, bottom + 29, curve.things, "tick", "middle"))
    picture.texts.append(Text(left, top - 12, curve.title, "name"))
    return x, y


def draw_chart(picture, curve, data, left, top):
    x, y = draw_axes(picture, curve, [point for table in data.values() for point in table[curve.name]], left, top)
    last = {arch: table[curve.name][-1][1] for arch, table in data.items()}
    for arch, table in data.items():
        points = [(x.at(n), y.at(cost)) for n, cost in table[curve.name]]
        picture.line(arch, points)
        for point in points:
            picture.mark(arch, *point)
        is_above = last[arch] == max(last.values()) and (arch == X86_64 or last[X86_64] < last[AARCH64])
        at_x, at_y = points[-1]
        picture.texts.append(Text(at_x + 4, at_y - 7 if is_above else at_y + 15, f"{last[arch]:,.0f}", "value", "end"))


def draw(name, data):
    """The text of the picture NAME; DATA: a table for each architecture."""
    title, group = curves.PICTURES[name]
    columns = min(COLUMNS, len(group))
    picture = Picture(CELL_WIDTH * columns, HEAD + CELL_HEIGHT * -(-len(group) // columns))
    picture.texts.append(Text(12, 25, title, "title"))
    for i, arch in enumerate(data):
        x = picture.width - 170 + 90 * i
        picture.line(arch, [(x - 18, 21), (x, 21)])
        picture.mark(arch, x - 9, 21)
        picture.texts.append(Text(x + 5, 25, arch, "name"))
    for i, curve in enumerate(group):
        draw_chart(picture, curve, data, i % columns * CELL_WIDTH + LEFT, HEAD + i // columns * CELL_HEIGHT + TOP)
    return picture, picture.svg(title)


def pictures():
    """Name, picture and text of each, from the data that is there."""
    data = {arch: curves.load(arch) for arch in (X86_64, AARCH64)}
    for name in curves.PICTURES:
        yield name, *draw(name, data)


def main():
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    for name, _, text in pictures():
        (curves.DOCS / f"{name}.svg").write_text(text)


if __name__ == "__main__":
    main()
