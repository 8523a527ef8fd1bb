#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause

"""From uapi/ to headers, stubs, decoders, dispatchers, Python numbers and the reference. See codegen/README.md."""

import argparse
import os
import sys

import check
import emit_abi
import emit_kernel
import emit_user
from load import SpecError, load
from model import ARCHES
from render import Output

STAGES = (emit_abi, emit_user, emit_kernel)
ROOT = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "uapi")


def generate(spec, arch, folder):
    """Runs every emitter; returns the paths written, relative to folder."""
    out = Output(folder)
    for stage in STAGES:
        stage.emit(spec, arch, out)
    headers = [p.removeprefix("include/") for p in out.paths if p.startswith("include/kn/")]
    out.template("src/headers_check.c", "headers_check.c.j2", headers=sorted(headers))
    return out.paths


def arguments(argv):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--uapi", default=ROOT, help="folder of the specification")
    parser.add_argument("--arch", choices=ARCHES)
    parser.add_argument("--out", help="folder for the generated files")
    parser.add_argument("--list", action="store_true", help="print the generated files' names, write nothing")
    return parser.parse_args(argv)


def main(argv=None):
    args = arguments(argv)
    try:
        spec = load(args.uapi)
        check.check(spec)
    except SpecError as error:
        print(f"codegen: {error}", file=sys.stderr)
        return 1
    if args.list:
        print("\n".join(generate(spec, args.arch, None)))
    elif args.out:
        generate(spec, args.arch, args.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
