# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause
"""The root file system while it is put together: directories, files and links in memory.

Folders are laid over what is there. A directory over a directory merges and takes the new mode; anything
else replaces. A symbolic link to a directory that replaces a directory (as /bin -> usr/bin does in a
merged-/usr tree) passes on what that directory held, so that the old names still work.
"""

import os
import posixpath
import stat

from .cpio import Entry


class TreeError(Exception):
    """A file that cannot be taken over; the message names it."""


class Tree:
    def __init__(self):
        self.nodes = {}   # path without leading slash, as bytes -> Entry; the root itself is b""
        self.directory(b"", 0o755)

    def directory(self, path, mode=0o755):
        self.put(path, stat.S_IFDIR | mode, b"")

    def file(self, path, data, mode=0o644):
        self.put(path, stat.S_IFREG | mode, data)

    def symlink(self, path, target):
        self.put(path, stat.S_IFLNK | 0o777, target)

    def put(self, path, mode, data):
        """Add one node; what stood in its place goes, except that directories merge."""
        if path:
            self.need_parent(path)
        old = self.nodes.get(path)
        if old is not None and stat.S_ISDIR(old.mode) and not stat.S_ISDIR(mode):
            if not path:
                raise TreeError("the root directory cannot be replaced")
            self.replace_directory(path, mode, data)
        self.nodes[path] = Entry(path, mode, data)

    def need_parent(self, path):
        """Every directory above exists and is one: a link or file in the way is replaced."""
        parent = posixpath.dirname(path)
        node = self.nodes.get(parent)
        if node is None or not stat.S_ISDIR(node.mode):
            self.directory(parent)

    def replace_directory(self, path, mode, data):
        held = {name: self.nodes.pop(name) for name in list(self.nodes) if name.startswith(path + b"/")}
        del self.nodes[path]
        if not stat.S_ISLNK(mode):
            return
        target = link_target(Entry(path, mode, data))
        node = self.nodes.get(target)
        if target == path or target.startswith(path + b"/") or not (node and stat.S_ISDIR(node.mode)):
            return
        for name in sorted(held):
            moved = target + name[len(path):]
            if moved not in self.nodes:
                self.put(moved, held[name].mode, held[name].data)

    def lay_over(self, folder, plain_modes=False):
        """Put the files of a host folder over the tree; with plain_modes as 0755 and 0644, whatever
        the umask of the one who checked them out was."""
        self.lay_node(os.fsencode(folder), b"", plain_modes)

    def lay_node(self, host, path, plain_modes):
        try:
            # The overlay folder itself may be a link, and its mode says nothing about "/".
            mode = (os.lstat(host) if path else os.stat(host)).st_mode
            if plain_modes and not stat.S_ISLNK(mode):
                mode = stat.S_IFMT(mode) | (0o755 if mode & 0o100 else 0o644)
            if stat.S_ISDIR(mode):
                path = self.lay_directory(path, mode)
                for child in children(host):
                    self.lay_node(os.path.join(host, child), posixpath.join(path, child), plain_modes)
            else:
                self.put(path, mode, content(host, mode))
        except OSError as error:
            raise TreeError(f"{os.fsdecode(host)}: {error.strerror}") from error

    def lay_directory(self, path, mode):
        """Make or merge a directory; returns where its children go. A link to a directory stays one, so
        that a package with ./bin/x can be laid over a tree in which /bin is a link."""
        node = self.nodes.get(path)
        if node is not None and stat.S_ISLNK(node.mode):
            target = link_target(node)
            if target in self.nodes and stat.S_ISDIR(self.nodes[target].mode):
                return target
        if path:
            self.put(path, mode, b"")
        return path

    def entries(self, prefix):
        """All nodes in the order of their path's components, each name below `prefix`."""
        for path in sorted(self.nodes, key=lambda name: name.split(b"/") if name else []):
            node = self.nodes[path]
            yield Entry(prefix + (b"/" + path if path else b""), node.mode, node.data)


def link_target(link):
    """The path in the tree that a symbolic link names (one step, by its text)."""
    return posixpath.normpath(posixpath.join(b"/" + posixpath.dirname(link.name), link.data)).lstrip(b"/")


def children(host):
    """Symbolic links last: whether one of them takes over a directory depends on its target being there."""
    with os.scandir(host) as scan:
        found = [(entry.is_symlink(), entry.name) for entry in scan]
    return [name for _, name in sorted(found)]


def content(host, mode):
    """A node's data. Devices and sockets belong to servers, not to files."""
    if stat.S_ISLNK(mode):
        return os.readlink(host)
    if stat.S_ISFIFO(mode):
        return b""
    if not stat.S_ISREG(mode):
        raise TreeError(f"{os.fsdecode(host)}: only files, directories, symbolic links and FIFOs are supported")
    with open(host, "rb") as file:
        return file.read()
