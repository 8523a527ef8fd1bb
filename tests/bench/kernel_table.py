# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause
"""The kernel's operations, both ways: guest instructions of the kernel alone, and as user mode sees them; and how often
an operation switches the address space, invalidates TLB entries, touches an interrupt controller, programs the timer.

Prints the table and, with --output, writes it as JSON. Fails when an operation is above its goal, or has not been seen
often enough to be measured.
"""
import argparse
import collections
import json
import sys
from dataclasses import dataclass
from pathlib import Path

import kernel_bench
from kernel_trace import EVENTS, Benchmark

FEWEST = 1000 # operations


@dataclass(frozen=True)
class Row:
    name: str
    phase: str         # whose report comes after it
    entries: tuple     # what one operation consists of
    goal: float
    items: int = 1     # in one operation
    is_per_entry: bool = True # the user's figure is of the same thing


THERE_AND_BACK = ("client_loop-server_loop", "server_loop-client_loop")
ROWS = [
    Row("round trip, 0 words, passive receiver", "ipc_round_trip_0_words_passive", THERE_AND_BACK, 380),
    Row("round trip, 4 words, passive receiver", "ipc_round_trip_4_words_passive", THERE_AND_BACK, 380),
    Row("round trip, 0 words, active receiver", "ipc_round_trip_0_words_active", THERE_AND_BACK, 440),
    Row("round trip, 4 words, active receiver", "ipc_round_trip_4_words_active", THERE_AND_BACK, 440),
    Row("round trip, 10 words, passive receiver", "ipc_round_trip_10_words_passive", THERE_AND_BACK, 600),
    Row("round trip, 10 words, active receiver", "ipc_round_trip_10_words_active", THERE_AND_BACK, 600),
    Row("Send to a waiting receiver", "send_and_receive_again", ("send_loop-receive_loop",), 450, 1, False),
    Row("Signal that wakes a higher-priority process", "signal_and_wait_again", ("signal_loop-wait_loop",), 450, 1, False),
    Row("fault to a handler and back", "fault_to_handler_and_back",
        ("fault_loop-fault_handler", "fault_handler-fault_loop"), 800),
    Row("interrupt to a user handler", "yield_to_another_and_back", ("spin_loop-interrupt_loop",), 450, 1, False),
    Row("yield to another process", "yield_to_another_and_back", ("yield_loop-yield_partner",), 320, 1, False),
    Row("map a frame", "map_frame", ("map_frame-map_frame",), 450),
    Row("map a frame of a range", "map_frame", ("map_range-map_range",), 120, 64),
    Row("write-protect a page of a range", "map_frame", ("protect_range-protect_range",), 120, 64),
    Row("retype, an object of one call", "retype_object_of_one_call", ("retype_objects-retype_objects",), 150, 64),
    Row("clear 4 KiB", "clear_4_kib", ("clear_frame-clear_frame",), 600, 512),
    Row("revoke a copied frame capability", "revoke_frame_copy", ("revoke_copies-revoke_copies",), 200, 64),
    Row("revoke a copied and mapped frame capability", "revoke_mapped_frame_copy",
        ("revoke_mapped_copies-revoke_mapped_copies",), 200, 64),
    Row("upcall and return", "upcall_and_return", ("foreign_calls-upcall_entry", "upcall_entry-foreign_calls"), 120),
]
# What user mode measures for a row, where that is not the row's phase; None where it measures more than the row.
USER = {"map a frame of a range": "map_frame_of_a_range", "write-protect a page of a range": "write_protect_page_of_a_range"}


def usual(entries):
    """The most common cost of a list of entries, and how often there were any."""
    costs = collections.Counter(cost for cost, _ in entries)
    cost = costs.most_common(1)[0][0]
    return cost, next(events for c, events in entries if c == cost)


def read(benchmark):
    seen = collections.defaultdict(list)
    wanted = {name for row in ROWS for name in row.entries}
    for entry in benchmark.entries():
        if entry.name in wanted:
            seen[entry.phase, entry.name].append((len(entry.pcs), entry.events))
    return {(benchmark.phases[phase], name): entries for (phase, name), entries in seen.items() if phase < len(benchmark.phases)}


def measure(row, seen, user):
    parts = [seen[row.phase, name] for name in row.entries if (row.phase, name) in seen]
    if not parts or min(map(len, parts)) * row.items < FEWEST:
        sys.exit(f"{row.name}: seen {min(map(len, parts), default=0)} times only")
    kernel, events = 0, collections.Counter()
    for part in parts:
        cost, found = usual(part)
        kernel += cost
        events.update(found)
    figure = {"kernel": round(kernel / row.items, 1), "goal": row.goal,
              "events": {name: round(events[name] / row.items, 2) for name in EVENTS}}
    if row.is_per_entry:
        figure["user"] = user[USER.get(row.name, row.phase)]
    return figure


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--arch", required=True)
    parser.add_argument("--build", type=Path, required=True, help="a release build folder")
    parser.add_argument("--output", type=Path, help="the JSON file to write")
    args = parser.parse_args()
    user = kernel_bench.figures(args.arch, args.build, "kernel_bench")
    benchmark = Benchmark(args.arch, args.build)
    seen = read(benchmark)
    table = {row.name: measure(row, seen, user) for row in ROWS}
    print(f"{'':44} {'kernel':>8} {'goal':>6} {'user':>8} " + " ".join(f"{name:>7}" for name in EVENTS))
    for name, figure in table.items():
        print(f"{name:44} {figure['kernel']:8} {figure['goal']:6} {figure.get('user', ''):>8} " +
              " ".join(f"{figure['events'][event]:7}" for event in EVENTS))
    if args.output:
        args.output.write_text(json.dumps(table, indent=1) + "\n")
    above = [name for name, figure in table.items() if figure["kernel"] > figure["goal"]]
    if above:
        sys.exit("above the goal: " + "; ".join(above))


if __name__ == "__main__":
    main()
