# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause

"""Templates to files. A file whose content did not change is left alone, so that ninja rebuilds little."""

import os

import jinja2

from model import SCALARS

NOTE = "Generated from uapi/ by codegen/. Do not edit."


def c_type(item):
    """C type of a structure field, without the array part."""
    return f"struct {item.struct}" if item.struct else SCALARS[item.type][0]


def environment():
    env = jinja2.Environment(
        loader=jinja2.FileSystemLoader(os.path.join(os.path.dirname(os.path.abspath(__file__)), "templates")),
        undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True)
    env.globals["note"] = NOTE
    env.globals["c_type"] = c_type
    return env


def write_if_changed(path, text):
    """True if the file was written."""
    try:
        with open(path, encoding="utf-8") as stream:
            if stream.read() == text:
                return False
    except FileNotFoundError:
        os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as stream:
        stream.write(text)
    return True


class Output:
    """Renders templates into a folder (None: nowhere) and remembers the names."""

    def __init__(self, folder):
        self.folder = folder
        self.env = environment()
        self.paths = []

    def text(self, path, text):
        if self.folder is not None:
            write_if_changed(os.path.join(self.folder, path), text)
        self.paths.append(path)

    def template(self, path, name, **values):
        self.text(path, self.env.get_template(name).render(**values))
