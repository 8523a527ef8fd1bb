# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause

"""Templates to files. A file whose content did not change is left alone, so that ninja rebuilds little."""

import os
import textwrap

import jinja2

from model import SCALARS

NOTE = "Generated from uapi/ by codegen/. Do not edit."


def c_type(item):
    """C type of a structure field, without the array part."""
    return f"struct {item.struct}" if item.struct else SCALARS[item.type][0]


def comment(text):
    """Line comments of at most 120 columns."""
    return "\n".join(textwrap.wrap(text, 120, initial_indent="// ", subsequent_indent="// ", break_long_words=False,
                                   break_on_hyphens=False))


def documented(code, text, indent=""):
    """A line of C with its comment: behind it where 120 columns suffice, else above it."""
    if not text:
        return indent + code
    line = f"{indent}{code} // {text}"
    if len(line) <= 120:
        return line
    above = textwrap.wrap(text, 120, initial_indent=f"{indent}// ", subsequent_indent=f"{indent}// ",
                          break_long_words=False, break_on_hyphens=False)
    return "\n".join(above + [indent + code])


def prototype(text):
    """A function's head, broken at commas to stay within 120 columns, further lines under the first parameter."""
    indent = " " * (text.index("(") + 1)
    lines, first = [], True
    for part in text.split(", "):
        if not first and len(lines[-1]) + len(", ") + len(part) < 120:
            lines[-1] += ", " + part
        else:
            if not first:
                lines[-1] += ","
            lines.append(part if first else indent + part)
        first = False
    return "\n".join(lines)


def environment():
    env = jinja2.Environment(
        loader=jinja2.FileSystemLoader(os.path.join(os.path.dirname(os.path.abspath(__file__)), "templates")),
        undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True)
    env.filters["comment"] = comment
    env.filters["prototype"] = prototype
    env.globals["note"] = NOTE
    env.globals["c_type"] = c_type
    env.globals["documented"] = documented
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
