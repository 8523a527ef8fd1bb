# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause
"""Overlays: what wins, what merges, what is refused."""

import os
import socket
import stat

import pytest
from kernite import tree


@pytest.fixture
def base():
    root = tree.Tree()
    root.directory(b"bin")
    root.file(b"bin/busybox", b"base", 0o755)
    root.symlink(b"bin/sh", b"/bin/busybox")
    root.file(b"etc/motd", b"base")
    return root


def names(root):
    return [entry.name for entry in root.entries(b"root")]


def test_file_wins_and_keeps_its_mode(base, tmp_path):
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/motd").write_bytes(b"mine")
    (tmp_path / "etc/motd").chmod(0o4751)
    base.lay_over(tmp_path)
    assert base.nodes[b"etc/motd"].data == b"mine"
    assert base.nodes[b"etc/motd"].mode == stat.S_IFREG | 0o4751


def test_directories_merge_and_take_the_new_mode(base, tmp_path):
    (tmp_path / "bin").mkdir(mode=0o700)
    (tmp_path / "bin/new").write_bytes(b"")
    base.lay_over(tmp_path)
    assert base.nodes[b"bin"].mode == stat.S_IFDIR | 0o700
    assert {b"bin/busybox", b"bin/new", b"bin/sh"} <= set(base.nodes)


def test_link_to_a_file_is_replaced_by_a_file_not_followed(base, tmp_path):
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/sh").write_bytes(b"my shell")
    base.lay_over(tmp_path)
    assert base.nodes[b"bin/sh"].data == b"my shell"
    assert base.nodes[b"bin/busybox"].data == b"base"


def test_link_to_a_file_is_replaced_by_a_directory(base, tmp_path):
    (tmp_path / "bin/sh").mkdir(parents=True)
    (tmp_path / "bin/sh/x").write_bytes(b"x")
    base.lay_over(tmp_path)
    assert stat.S_ISDIR(base.nodes[b"bin/sh"].mode)
    assert base.nodes[b"bin/sh/x"].data == b"x"


def test_file_replaces_a_whole_directory(base, tmp_path):
    (tmp_path / "bin").write_bytes(b"")
    base.lay_over(tmp_path)
    assert [name for name in base.nodes if name.startswith(b"bin")] == [b"bin"]


def test_symbolic_links_are_kept_even_dangling_ones(base, tmp_path):
    (tmp_path / "away").symlink_to("/nowhere/at all")
    base.lay_over(tmp_path)
    assert base.nodes[b"away"].mode == stat.S_IFLNK | 0o777
    assert base.nodes[b"away"].data == b"/nowhere/at all"


def test_merged_usr_overlay_keeps_the_base_programs(base, tmp_path):
    (tmp_path / "usr/bin").mkdir(parents=True)
    (tmp_path / "usr/bin/sh").write_bytes(b"theirs")
    (tmp_path / "bin").symlink_to("usr/bin")
    base.lay_over(tmp_path)
    assert stat.S_ISLNK(base.nodes[b"bin"].mode)
    assert base.nodes[b"usr/bin/busybox"].data == b"base"
    assert base.nodes[b"usr/bin/sh"].data == b"theirs"


def test_directory_goes_through_a_link_to_a_directory(base, tmp_path):
    first, second = tmp_path / "1", tmp_path / "2"
    (first / "usr/bin").mkdir(parents=True)
    (first / "bin").symlink_to("usr/bin")
    (second / "bin").mkdir(parents=True)
    (second / "bin/x").write_bytes(b"x")
    base.lay_over(first)
    base.lay_over(second)
    assert base.nodes[b"usr/bin/x"].data == b"x"
    assert stat.S_ISLNK(base.nodes[b"bin"].mode)


def test_later_overlay_wins(base, tmp_path):
    for name in ("1", "2"):
        (tmp_path / name / "etc").mkdir(parents=True)
        (tmp_path / name / "etc/motd").write_text(name)
        base.lay_over(tmp_path / name)
    assert base.nodes[b"etc/motd"].data == b"2"


def test_hard_links_become_separate_files(base, tmp_path):
    (tmp_path / "a").write_bytes(b"same")
    os.link(tmp_path / "a", tmp_path / "b")
    base.lay_over(tmp_path)
    assert base.nodes[b"a"].data == base.nodes[b"b"].data == b"same"


def test_names_may_have_spaces_newlines_and_any_bytes(base, tmp_path):
    name = b"a b\n\xff\xfe"
    with open(os.path.join(os.fsencode(tmp_path), name), "wb") as file:
        file.write(b"odd")
    base.lay_over(tmp_path)
    assert base.nodes[name].data == b"odd"


def test_socket_is_refused_by_name(base, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("my socket")
        with pytest.raises(tree.TreeError, match="my socket"):
            base.lay_over(tmp_path)


def test_missing_overlay_is_refused_by_name(base, tmp_path):
    with pytest.raises(tree.TreeError, match="not there"):
        base.lay_over(tmp_path / "not there")


def test_a_directory_comes_before_what_it_holds(base, tmp_path):
    for name in ("a", "a.b", "a/c", "a-b/c"):
        (tmp_path / name).mkdir(parents=True, exist_ok=True)
    base.lay_over(tmp_path)
    listed = names(base)
    assert listed[0] == b"root"
    for name in listed[1:]:
        assert listed.index(os.path.dirname(name)) < listed.index(name)
    assert len(set(listed)) == len(listed)
