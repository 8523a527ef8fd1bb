# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause
"""The curves that the guest measures: what each is, and how it may grow.

Data of one architecture is a table from curve to points, [N, instructions], N ascending; docs/growth/ARCH.json holds it.
"""

import json
import math
from dataclasses import dataclass
from pathlib import Path

DOCS = Path(__file__).resolve().parents[3] / "docs" / "growth"
TOLERANCE = 1.05  # of a flat curve
MANY = 100  # things, before which a fixed cost, or one of neighbours, may still show
LOGARITHMIC = 0.3  # of the first figure, for each factor of ten


@dataclass(frozen=True)
class Curve:
    name: str
    title: str
    things: str  # what there are N of
    is_logarithmic: bool = False


# Pictures: name, title, curves.
PICTURES = {
    "capabilities": ("Capabilities and objects: instructions for each", [
        Curve("retype", "Retype, 256 in a call", "objects made"),
        Curve("retype_one", "Retype one more", "objects of the untyped"),
        Curve("copy", "Copy one more", "capabilities in the CNode"),
        Curve("move", "Move one", "capabilities in the CNode"),
        Curve("delete", "Delete one", "capabilities in the CNode"),
        Curve("revoke_copies", "Revoke a frame", "copies"),
        Curve("revoke_untyped", "Revoke an untyped", "objects"),
        Curve("delete_cnode", "Delete a CNode", "capabilities in it"),
        Curve("delete_nested", "Delete nested CNodes", "CNodes, each in the one before")]),
    "pages": ("Pages: instructions for each", [
        Curve("map", "Map, one in a call", "pages"),
        Curve("unmap", "Unmap, one in a call", "pages"),
        Curve("revoke_mapped", "Revoke a mapped frame", "copies, all mapped"),
        Curve("map_range", "Map a range, 128 in a call", "pages"),
        Curve("protect_range", "Write-protect a range", "pages"),
        Curve("unmap_range", "Unmap a range", "pages")]),
    "threads": ("Threads: instructions for each", [
        Curve("signal_waiting", "Signal, and wait again", "waiters of the notification"),
        Curve("send_waiting", "Send, and wait again", "waiters of the endpoint"),
        Curve("suspend_ready", "Suspend, Resume: ready", "ready threads"),
        Curve("signal_ready", "Signal beside ready threads", "ready threads"),
        Curve("signal_sleeping", "Signal beside sleeping ones", "threads without budget"),
        Curve("suspend_sleeping", "Suspend, Resume: sleeping", "threads without budget", True),
        Curve("revoke_threads", "Revoke threads and contexts", "threads that wait"),
        Curve("delete_endpoint", "Delete an endpoint", "threads that wait"),
        Curve("cancel_sends", "CancelBadgedSends", "senders")]),
    "lookup": ("CSpace look-up: instructions for each level", [
        Curve("lookup", "CNodes of one bit", "levels"),
        Curve("lookup_guards", "With guards of one bit", "levels")]),
}
CURVES = [curve for _, curves in PICTURES.values() for curve in curves]


def load(arch):
    return json.loads((DOCS / f"{arch}.json").read_text())


def dump(data):
    """The text of a data file: one line a curve."""
    lines = (f' "{name}": {json.dumps(data[name])}' for name in sorted(data))
    return "{\n" + ",\n".join(lines) + "\n}\n"


def limits(curve, points):
    """How much the figure of each of the points may be."""
    first = points[0]
    if curve.is_logarithmic:
        return [first[1] * (1 + LOGARITHMIC * math.log10(n / first[0])) for n, _ in points]
    least = MANY if points[-1][0] >= MANY else first[0]
    return [TOLERANCE * min((cost for n, cost in points[:i] if n >= least), default=math.inf) for i in range(len(points))]


def problems(data):
    """Sentences about what is missing, and about curves that grow more than they may."""
    found = []
    for curve in CURVES:
        points = data.get(curve.name, [])
        if len(points) < 2:
            found.append(f"{curve.name}: not measured")
            continue
        for (n, cost), limit in zip(points, limits(curve, points)):
            if cost > limit:
                found.append(f"{curve.name}: {cost} instructions at {n} {curve.things}, at most {limit:.1f} expected")
    return found
