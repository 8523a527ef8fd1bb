#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause

"""From uapi/ to headers, stubs, decoders, dispatchers, Python numbers and the reference. See codegen/README.md."""

import argparse
import os
import sys

import check
import emit_abi
import emit_doc
import emit_kernel
import emit_linux
import emit_protocol
import emit_python
import emit_tests
import emit_user
import lock
from load import SpecError, load
from model import ARCHES
from render import Output, write_if_changed
from shuffle import shuffle

STAGES = (emit_abi, emit_user, emit_kernel, emit_protocol, emit_linux, emit_python, emit_doc, emit_tests)
ROOT = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "uapi")


def generate(spec, arch, folder):
    """Runs every emitter; returns the paths written, relative to folder."""
    out = Output(folder)
    for stage in STAGES:
        stage.emit(spec, arch, out)
    headers = [p.removeprefix("include/") for p in out.paths if p.startswith(("include/kn/", "include/lx/"))]
    out.template("src/headers_check.c", "headers_check.c.j2", headers=sorted(headers))
    return out.paths


def arguments(argv):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--uapi", default=ROOT, help="folder of the specification")
    parser.add_argument("--arch", choices=ARCHES)
    parser.add_argument("--out", help="folder for the generated files")
    parser.add_argument("--list", action="store_true", help="print the generated files' names, write nothing")
    parser.add_argument("--shuffle", metavar="SEED", help="permute all numbers of the ABI")
    parser.add_argument("--check-lock", nargs="?", choices=("warn", "fail"), const="fail",
                        help="whether ABI.lock is in step with the specification")
    parser.add_argument("--write-lock", action="store_true", help="bring ABI.lock into step")
    return parser.parse_args(argv)


def load_checked(root, seed=None):
    """The specification, checked, with permuted numbers if a seed is given."""
    spec = load(root)
    check.check(spec)
    if seed:
        shuffle(spec, seed)
        check.check(spec)
    return spec


def check_lock(path, text, is_error):
    """Complains if ABI.lock is not in step with the specification, with what changed and what to do."""
    old = ""
    if os.path.exists(path):
        with open(path, encoding="utf-8") as stream:
            old = stream.read()
    changed = lock.difference(old, text)
    if not changed:
        return
    message = "\n".join(["the ABI changed:"] + changed + [
        "if that is meant, run: codegen/main.py --write-lock, and commit uapi/ABI.lock"])
    if is_error:
        raise SpecError(message)
    print(f"codegen: warning: {message}", file=sys.stderr)


def run(args):
    spec = load_checked(args.uapi, args.shuffle)
    path = os.path.join(args.uapi, "ABI.lock")
    if args.write_lock:
        write_if_changed(path, lock.lock_text(spec))
    if args.check_lock:
        check_lock(path, lock.lock_text(spec), args.check_lock == "fail")
    if args.list:
        print("\n".join(generate(spec, args.arch, None)))
    elif args.out:
        generate(spec, args.arch, args.out)


def main(argv=None):
    args = arguments(argv)
    try:
        run(args)
    except SpecError as error:
        print(f"codegen: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
