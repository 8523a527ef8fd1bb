# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause
"""The pictures of docs/growth are what chart.py draws from the data beside them, and the data is what it should be."""
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "kernel" / "growth"))

import chart  # noqa: E402
import curves  # noqa: E402

ARCHES = ["x86_64", "aarch64"]


def test_pictures_are_drawn_from_the_data():
    drawn = {name: text for name, _, text in chart.pictures()}
    assert {path.stem for path in curves.DOCS.glob("*.svg")} == set(drawn)
    for name, text in drawn.items():
        assert (curves.DOCS / f"{name}.svg").read_text() == text, f"{name}.svg: run tests/kernel/growth/chart.py"


def overlap(a, b):
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def test_texts_of_pictures_do_not_overlap():
    for name, picture, _ in chart.pictures():
        boxes = [(text.words, text.box()) for text in picture.texts]
        for i, (words, box) in enumerate(boxes):
            assert 0 <= box[0] and 0 <= box[1] and box[2] <= picture.width and box[3] <= picture.height, f"{name}: {words}"
            assert not [other for other, b in boxes[:i] if overlap(box, b)], f"{name}: {words}"


@pytest.mark.parametrize("arch", ARCHES)
def test_data_is_complete_and_does_not_grow(arch):
    data = curves.load(arch)
    assert curves.dump(data) == (curves.DOCS / f"{arch}.json").read_text()
    assert curves.problems(data) == []


@pytest.mark.parametrize("name", [curve.name for curve in curves.CURVES])
def test_growth_is_noticed(name):
    data = curves.load("x86_64")
    first = data[name][0][1]
    data[name] = [[n, cost + first * 0.01 * (n - data[name][0][0])] for n, cost in data[name]]
    assert {problem.split(":")[0] for problem in curves.problems(data)} == {name}


def test_missing_curve_is_noticed():
    data = curves.load("aarch64")
    del data["retype"]
    assert curves.problems(data) == ["retype: not measured"]
