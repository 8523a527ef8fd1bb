# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause
"""The interactive console: line discipline, signals from the keyboard, window size, leaving.

What is typed for a program comes after a word of the program's own: the shell has given it the terminal then.
"""

import re


def test_commands_are_run_and_echoed(console):
    terminal = console()
    assert terminal.command("echo $((6*7))") == "42"
    assert terminal.command("cat /etc/hostname") == "kernite"


def test_window_size_and_terminal_name(console):
    terminal = console(rows=33, columns=99)
    assert terminal.command("stty size") == "33 99"
    assert terminal.command("echo $TERM") == "vt100"
    assert re.match(r"/dev/\w+", terminal.command("tty"))


def test_control_c_interrupts_the_program_not_the_shell(console):
    terminal = console()
    terminal.type("sh -c 'echo begun; sleep 1000'\r")
    terminal.expect("\nbegun\r+\n")
    terminal.type("\x03")
    terminal.prompt()
    assert terminal.command("echo $?") == "130"


def test_control_c_at_the_prompt_gives_a_new_prompt(console):
    terminal = console()
    terminal.type("echo not this")
    terminal.expect("not this")
    terminal.type("\x03")
    terminal.prompt()
    assert terminal.command("echo this") == "this"


def test_control_c_reaches_every_program_of_a_pipeline(console):
    terminal = console()
    terminal.type("sh -c 'echo begun >&2; sleep 1000' | cat | cat\r")
    terminal.expect("\nbegun\r+\n")
    terminal.type("\x03")
    terminal.prompt()
    assert terminal.command("echo alive") == "alive"


def test_control_d_ends_the_input_of_a_program(console):
    terminal = console()
    terminal.type("sh -c 'echo begun; exec cat'\r")
    terminal.expect("\nbegun\r+\n")
    terminal.type("some text\r")
    terminal.expect("some text\r+\n.*some text\r+\n")
    terminal.type("\x04")
    terminal.prompt()
    assert terminal.command("echo $?") == "0"


def test_erase_and_kill_edit_a_canonical_line(console):
    terminal = console()
    terminal.type("sh -c 'echo begun; exec cat'\r")
    terminal.expect("\nbegun\r+\n")
    terminal.type("rubbish\x15abX\x7fc\r")
    terminal.expect("\nabc\r+\n|abc\r+\nabc\r+\n")
    terminal.type("\x04")
    terminal.prompt()


def test_echo_can_be_switched_off(console):
    terminal = console()
    terminal.type("stty -echo; echo now; read x; stty echo; echo \"<$x>\"\r")
    terminal.expect("\nnow\r+\n")
    terminal.type("secret\r")
    terminal.expect("<secret>")
    assert "secret" not in terminal.child.before
    terminal.prompt()


def test_control_z_stops_and_the_shell_goes_on(console):
    terminal = console()
    terminal.type("sh -c 'echo begun; sleep 1000'\r")
    terminal.expect("\nbegun\r+\n")
    terminal.type("\x1a")
    terminal.prompt()
    assert "sleep 1000" in terminal.command("jobs")
    terminal.command("kill -9 %1")
    # The shell says that the job is killed as soon as it knows, before or behind it.
    assert "alive" in terminal.command("echo alive").splitlines()


def test_control_d_at_the_prompt_powers_off(console):
    terminal = console()
    terminal.type("\x04")
    assert terminal.status() == 0


def test_exit_powers_off(console):
    terminal = console()
    terminal.type("exit\r")
    assert terminal.status() == 0


def test_poweroff(console):
    terminal = console()
    terminal.type("poweroff\r")
    assert terminal.status() == 0


def test_leaving_by_the_monitor_is_not_a_power_off(console):
    terminal = console()
    terminal.type("\x01x")
    assert terminal.status() == 1
