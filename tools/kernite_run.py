# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause
"""./run, once Python is there: check the arguments, build, make the boot archive, start QEMU."""

import os
import shutil
import sys

from kernite import board as boards
from kernite import bootimage, build, machine, options, paths, say, session, thirdparty


def guest_options(parsed):
    """The lines of boot/options: what the guest is told about this run."""
    size = shutil.get_terminal_size((80, 24))
    return {
        "mode": "shell" if parsed.command is None else "exec",
        "verbose": int(parsed.verbose),
        "columns": size.columns,
        "rows": size.lines,
        "term": os.environ.get("TERM") or "dumb",
    }


def prepare(guest, board, parsed, memory):
    """Build if need be, and put kernel and archive into the run's folder, with the build held still."""
    with paths.build_lock():
        thirdparty.ensure()
        if parsed.build_dir is None:
            build.build(parsed.preset)
        folder = parsed.build_dir or paths.BUILD / parsed.preset
        kernel = boards.kernel_file(board, folder)
        told = (parsed.command, guest_options(parsed))
        entries = bootimage.boot_entries(folder / "system", [], *told)
        entries += bootimage.root_tree(parsed.arch, parsed.overlay, folder / "system", *told).entries(b"root")
        archive = bootimage.build(entries)
        if len(archive) > memory - (8 << 20):
            raise say.Failure(f"the boot archive has {len(archive) >> 20} MiB: too much for {memory >> 20} MiB "
                              "of memory (see --mem)", 2)
        guest.install(kernel, archive)
    return folder / board.symbols


def debugger(guest, parsed, symbols):
    """QEMU's words for --gdb; the socket lies in the run's own folder."""
    if not parsed.gdb:
        return []
    where = guest.folder / "gdb"
    say.note(f"waiting for a debugger; attach with\n"
             f"  gdb-multiarch '{symbols}' -ex 'target remote {where}'")
    return ["-chardev", "socket,id=gdb,path=gdb,server=on,wait=off", "-gdb", "chardev:gdb"]


def run(arguments):
    parsed = options.parse_run(arguments)
    board = boards.load(parsed.arch)
    memory = parsed.mem or options.memory_size(board.memory)
    machine.arm()
    with machine.Machine() as guest:
        symbols = prepare(guest, board, parsed, memory)
        words = boards.command(board, memory, parsed.icount, parsed.smp) + debugger(guest, parsed, symbols)
        if parsed.command is None:
            return session.run_console(guest, board, words, parsed)
        return session.run_command(guest, board, words, parsed)


def main():
    try:
        status = run(sys.argv[1:])
    except say.Failure as failure:
        say.note(failure.message)
        status = failure.status
    except machine.Stopped as stopped:
        if stopped.status == 124:
            say.note("time is up")
        status = stopped.status
    except BrokenPipeError:
        # Nobody reads our output any more: end as a program killed by SIGPIPE does.
        status = 141
    except OSError as error:
        # A build folder of another user, a full disk: the system's words name the file.
        say.note(str(error))
        status = 1
    # A closed stdout must not turn into a traceback at interpreter exit.
    os._exit(status)


if __name__ == "__main__":
    main()
