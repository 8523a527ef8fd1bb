# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause
"""What the end of a run means: only an orderly power-off may look like success."""

import json

GUEST_FAILED = 70
TIMED_OUT = 124


def end_of_run(board, qemu_status, reason):
    """None for an orderly power-off, else a sentence that says what happened.

    qemu_status: QEMU's exit status (negative: a signal); reason: QEMU's own report of a shutdown, or "".
    """
    if qemu_status < 0:
        return f"QEMU was killed by signal {-qemu_status}"
    if reason.startswith("host-"):
        return "QEMU was told to quit while the guest was running"
    if reason == "guest-reset":
        return "the guest reset itself, or a triple fault did"
    if qemu_status == 0 and reason != "guest-shutdown":
        return "the guest stopped without an orderly power-off"
    if qemu_status == board.exits["power_off"]:
        return None
    if qemu_status == board.exits["panic"]:
        return "kernel panic"
    if qemu_status == board.exits["server_died"]:
        return "an essential server died"
    return f"QEMU ended with status {qemu_status}"


def exec_status(problem, final):
    """The exit status of an --exec run and the sentence for a failed one (or None)."""
    if problem is not None:
        return GUEST_FAILED, problem
    if final is None:
        return GUEST_FAILED, "the guest powered off without a final status of the command"
    return final & 0xff, None


def shutdown_reason(qmp):
    """The reason of the last SHUTDOWN event in what QEMU wrote on its control socket."""
    reason = ""
    for line in qmp.splitlines():
        try:
            event = json.loads(line)
        except ValueError:
            continue
        if isinstance(event, dict) and event.get("event") == "SHUTDOWN":
            reason = event.get("data", {}).get("reason", "")
    return reason
