# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause
"""--overlay: files arrive as they are, and win."""


def write(path, data, mode=0o644):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    path.chmod(mode)


def test_files_modes_and_links(run_exec, tmp_path):
    overlay = tmp_path / "with a space"
    write(overlay / "etc/motd", b"hello\n")
    write(overlay / "usr/local/bin/greet", b"#!/bin/sh\necho \"$0 $1\"\n", 0o750)
    (overlay / "link").symlink_to("etc/motd")
    write(overlay / "a b/c d", b"spaced\n")
    status, out, err = run_exec("cat /link; greet you; cat '/a b/c d'; stat -c '%a %U %F' /usr/local/bin/greet; "
                                "readlink /link", overlays=[overlay])
    assert (status, err) == (0, b"")
    assert out == b"hello\n/usr/local/bin/greet you\nspaced\n750 root regular file\netc/motd\n"


def test_overlay_wins_over_the_image_and_the_last_over_the_first(run_exec, tmp_path):
    for name in ("1", "2"):
        write(tmp_path / name / "etc/hostname", name.encode())
        write(tmp_path / name / "bin/date", b"#!/bin/sh\necho date " + name.encode(), 0o755)
    status, out, _ = run_exec("cat /etc/hostname; /bin/date; busybox true", overlays=[tmp_path / "1", tmp_path / "2"])
    assert (status, out) == (0, b"2date 2\n")


def test_merged_usr_overlay(run_exec, tmp_path):
    write(tmp_path / "usr/bin/mine", b"#!/bin/sh\necho mine\n", 0o755)
    (tmp_path / "bin").symlink_to("usr/bin")
    assert run_exec("mine; /bin/mine; ls -d /bin/sh", overlays=[tmp_path])[1] == b"mine\nmine\n/bin/sh\n"


def test_large_file_arrives_whole(run_exec, tmp_path):
    data = bytes(range(251)) * 20000
    write(tmp_path / "big", data)
    status, out, _ = run_exec("cat /big", overlays=[tmp_path], timeout=120)
    assert status == 0 and out == data


def test_image_files_can_be_changed_and_removed(run_exec, tmp_path):
    write(tmp_path / "f", b"first\n")
    assert run_exec("echo second >>/f; cat /f; rm /f; ls /f 2>/dev/null || echo gone", overlays=[tmp_path])[:2] == \
        (0, b"first\nsecond\ngone\n")


def test_static_program_of_ones_own(run_exec, programs):
    status, out, err = run_exec("/test/hello a 'b c'; exit $?", overlays=[programs])
    assert (status, out, err) == (3, b"3 arguments\n/test/hello\na\nb c\n1.5\n", b"")
