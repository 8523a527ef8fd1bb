# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause
"""A system that cannot go on never looks like one that succeeded: ./run says 70, soon, and the message names the culprit."""

import shutil
import subprocess

import elf
import pytest
from guest import ROOT, run_console_to_its_end

GUEST_FAILED = 70
SERVERS = ["init", "timer", "uart", "mmsrv", "procsrv", "vfs"]
SOON_S = 45   # far more than any of these needs on a busy machine; a guest that hangs gives 124

BROKEN = {
    "garbage": lambda arch, good: b"this is no program\n" * 100,
    "empty": lambda arch, good: b"",
    "cut": lambda arch, good: good[:len(good) // 2],
    "header alone": lambda arch, good: good[:64],
    "foreign": lambda arch, good: elf.foreign(arch),
    "segment outside the file": lambda arch, good: elf.with_segment_outside_the_file(arch),
}


@pytest.fixture(scope="session")
def built(arch, build_dir):
    """The folder of the binaries under test."""
    return build_dir or str(ROOT / "build" / f"{arch}-release")


@pytest.fixture
def spoiled(built, tmp_path):
    """spoiled(name, make): a build folder like the one under test, but for system/<name>, which is make(its bytes)."""
    def call(name, make):
        folder = tmp_path / "spoiled"
        shutil.copytree(f"{built}/system", folder / "system")
        (folder / "kernite").symlink_to(f"{built}/kernite")
        victim = folder / "system" / name
        victim.write_bytes(make(victim.read_bytes()))
        return folder
    return call


def expect_failure(run_exec, name, **options):
    """stderr of a run that must fail because of NAME."""
    status, out, err = run_exec("echo hi", timeout=SOON_S, **options)
    assert (status, out) == (GUEST_FAILED, b""), err
    assert name.encode() in err
    return err


@pytest.mark.parametrize("defect", BROKEN)
@pytest.mark.parametrize("name", [*SERVERS, "runtime"])
def test_corrupt_program_of_the_system_is_refused_by_name(run_exec, spoiled, arch, name, defect):
    folder = spoiled(name, lambda good: BROKEN[defect](arch, good))
    expect_failure(run_exec, f"boot/{name}", build_dir=folder)


@pytest.mark.parametrize("name", SERVERS)
def test_death_of_a_server_at_its_start_ends_the_machine(run_exec, spoiled, arch, name):
    err = expect_failure(run_exec, name, build_dir=spoiled(name, lambda _: elf.faulting(arch)))
    assert b"died" in err


def test_layer_with_a_spoilt_header_is_refused_by_name(run_exec, spoiled):
    """Its header stands at the start of what is loaded first."""
    def spoil(good):
        offset, _ = elf.first_segment(good)
        return good[:offset] + bytes(8) + good[offset + 8:]
    expect_failure(run_exec, "boot/runtime", build_dir=spoiled("runtime", spoil))


@pytest.mark.parametrize("defect", ["garbage", "empty", "cut", "foreign", "faulting"])
def test_corrupt_first_program_is_named(run_exec, arch, built, tmp_path, defect):
    make = {**BROKEN, "faulting": lambda arch, good: elf.faulting(arch)}[defect]
    program = tmp_path / "sbin/init"
    program.parent.mkdir()
    program.write_bytes(make(arch, open(f"{built}/system/pid1", "rb").read()))
    program.chmod(0o755)
    expect_failure(run_exec, "/sbin/init", overlays=[tmp_path])


def test_console_run_of_a_broken_system_is_no_success_either(arch, spoiled):
    status, shown = run_console_to_its_end(arch, build_dir=spoiled("vfs", lambda _: elf.faulting(arch)))
    assert status == GUEST_FAILED
    assert "vfs has died" in shown


@pytest.fixture(scope="session")
def archive(arch, built, tmp_path_factory):
    """A boot archive as ./run makes it, with a large file of a known name in the middle of its root file system."""
    overlay, output = tmp_path_factory.mktemp("overlay"), tmp_path_factory.mktemp("archive") / "archive"
    (overlay / "landmark").write_bytes(b"x" * 100000)
    subprocess.run(["/usr/bin/python3", "-E", ROOT / "tools/image.py", "--arch", arch, "--system", f"{built}/system",
                    "--option", "mode=exec", "--command", "echo hi", "--overlay", overlay, "--output", output], check=True)
    return output.read_bytes()


def boot(arch, built, archive, tmp_path):
    """Status and what the machine wrote, log and console."""
    file = tmp_path / "archive"
    file.write_bytes(archive)
    kernel = "kernite.img" if arch == "aarch64" else "kernite.elf"
    done = subprocess.run(["/usr/bin/python3", "-E", ROOT / "tools/boot.py", "--arch", arch, "--timeout", str(SOON_S),
                           "--kernel", f"{built}/kernite/{kernel}", "--archive", file], capture_output=True, check=False)
    return done.returncode, done.stdout + done.stderr


def header_of(archive, name):
    """Where the entry's header starts."""
    return archive.index(b"\0", archive.index(name + b"\0")) - len(name) - 110


def without_magic(archive):
    at = header_of(archive, b"root/landmark")
    return archive[:at] + b"070709" + archive[at + 6:]


def with_bad_digits(archive):
    at = header_of(archive, b"root/landmark") + 54
    return archive[:at] + b"xyzxyzxy" + archive[at + 8:]


def with_impossible_type(archive):
    at = header_of(archive, b"root/landmark") + 14
    return archive[:at] + b"0000C1A4" + archive[at + 8:]


def cut_in_a_file(archive):
    return archive[:(header_of(archive, b"root/landmark") & -4096) + 16384]


def with_name_twice(archive):
    at = header_of(archive, b"root/landmark") + 110
    return archive[:at] + b"root/etc\0\0\0\0\0" + archive[at + 13:]


def without_trailer(archive):
    at = archive.rindex(b"TRAILER!!!")
    return archive[:at] + b"TRAILER!!?" + archive[at + 10:]


# What is named: the entry, or the last good one before it (which stands before landmark among the root's own).
BEFORE = b"after root/home"
SPOILT = {without_magic: BEFORE, with_bad_digits: BEFORE, with_impossible_type: b"root/landmark", cut_in_a_file: BEFORE,
          with_name_twice: b"root/etc", without_trailer: b"TRAILER"}


@pytest.mark.parametrize("spoil", SPOILT, ids=lambda f: f.__name__)
def test_corrupt_archive_is_refused_with_a_name(arch, built, archive, tmp_path, spoil):
    status, shown = boot(arch, built, spoil(archive), tmp_path)
    assert status == GUEST_FAILED, shown
    assert b"archive" in shown and SPOILT[spoil] in shown


def test_sound_archive_boots(arch, built, archive, tmp_path):
    """So the tests above fail for the right reason."""
    assert boot(arch, built, archive, tmp_path)[0] == 0


@pytest.mark.parametrize("size", [0, 100, 4096])
def test_archive_without_a_root_task_is_a_panic_that_names_it(arch, built, archive, tmp_path, size):
    status, shown = boot(arch, built, archive[:size], tmp_path)
    assert status == GUEST_FAILED
    assert b"panic: boot" in shown


@pytest.mark.parametrize("command", ["poweroff -f", "reboot -f", "halt -f"])
def test_end_of_the_machine_in_the_middle_of_a_command_is_no_success(run_exec, command):
    status, _, err = run_exec(f"{command}; sleep 1000", timeout=SOON_S)
    assert status == GUEST_FAILED, err


def test_first_process_cannot_be_killed(run_exec):
    assert run_exec("kill -9 1; kill -SEGV 1; kill -STOP 1; echo on") == (0, b"on\n", b"")
