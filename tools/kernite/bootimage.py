# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause
"""What goes into the boot archive: the system's own files under boot/, the root file system under root/."""

import os
import platform
import stat
import subprocess
from pathlib import Path

from . import cpio, paths, say, tree

PID1 = "pid1"        # the file of the build that becomes /sbin/init
MTIME = 1767225600   # 2026-01-01 00:00:00 UTC: the same inputs give the same archive

DIRECTORIES = {
    "bin": 0o755, "dev": 0o755, "etc": 0o755, "home": 0o755, "mnt": 0o755, "proc": 0o555, "root": 0o700,
    "run": 0o755, "sbin": 0o755, "tmp": 0o1777, "usr": 0o755, "usr/bin": 0o755, "usr/lib": 0o755,
    "usr/local": 0o755, "usr/local/bin": 0o755, "usr/local/sbin": 0o755, "usr/sbin": 0o755, "usr/share": 0o755,
    "var": 0o755, "var/lib": 0o755, "var/log": 0o755, "var/run": 0o755, "var/tmp": 0o1777, "lib": 0o755,
}


def boot_entries(system, files, command, options):
    """boot/init first, then the other system files, then `command` and `options`.

    system: folder whose files become boot/<name>, or None; files: (name, path) pairs on top of it;
    command: bytes or None; options: a mapping.
    """
    found = {}
    if system is not None:
        found.update({path.name: path for path in sorted(Path(system).glob("*"))
                      if path.is_file() and path.name != PID1})
    found.update({name: Path(path) for name, path in files})
    if "init" not in found:
        raise say.Failure(f"the system has no boot/init (looked in {system})")
    entries = []
    for name in sorted(found, key=lambda name: (name != "init", name)):
        mode = stat.S_IFREG | (0o755 if os.access(found[name], os.X_OK) else 0o644)
        entries.append(cpio.Entry(b"boot/" + os.fsencode(name), mode, read(found[name])))
    for name, data in told(command, options):
        entries.append(cpio.Entry(b"boot/" + name, stat.S_IFREG | 0o644, data))
    return entries


def told(command, options):
    """The files that tell the guest about this run."""
    if command is not None:
        yield b"command", command
    yield b"options", os.fsencode("".join(f"{key}={value}\n" for key, value in options.items()))


def read(path):
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise say.Failure(f"{path}: {error.strerror}") from error


def root_tree(arch, overlays, system, command, options):
    """The root file system: BusyBox with its links, pid 1, tools/rootfs, then the overlays in their order, and what
    pid 1 is told."""
    root = tree.Tree()
    for name, mode in DIRECTORIES.items():
        root.directory(name.encode(), mode)
    root.file(b"bin/busybox", read(paths.third_party_root(arch) / "bin/busybox"), 0o755)
    for applet in applets():
        if applet != b"bin/busybox":
            root.symlink(applet, b"/bin/busybox")
    if system is not None and (Path(system) / PID1).is_file():
        root.file(b"sbin/init", read(Path(system) / PID1), 0o755)
    try:
        root.lay_over(paths.ROOTFS, plain_modes=True)
        for overlay in overlays:
            root.lay_over(overlay)
    except tree.TreeError as error:
        raise say.Failure(str(error)) from error
    for name, data in told(command, options):
        root.file(b"run/boot/" + name, data, 0o444)
    return root


def applets():
    """Paths of BusyBox's applets. The list is the same for both architectures, so the host's binary tells."""
    host = {"x86_64": "x86_64", "aarch64": "aarch64", "arm64": "aarch64"}.get(platform.machine(), "x86_64")
    busybox = paths.third_party_root(host) / "bin/busybox"
    return subprocess.run([busybox, "--list-full"], check=True, capture_output=True).stdout.split()


def build(entries, mtime=MTIME):
    """The archive of the entries, with its errors as failures."""
    try:
        return cpio.archive(entries, mtime)
    except cpio.CpioError as error:
        raise say.Failure(str(error)) from error
