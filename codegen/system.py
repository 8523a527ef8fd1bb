# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause
"""Compiles a board's system description (boards/<board>/system.yaml) to the C tables that init reads.

Checks it too: every service once, calls only downwards (the layers of docs/userland.md), no device held twice.
"""
import argparse
import sys
from pathlib import Path

import yaml

LAYERS = ["VFS", "NET", "PROC", "MM", "TIMER", "UART"]  # a service may call those to the right of it


def fail(message):
    sys.exit(f"system description: {message}")


def check(system):
    services, held = set(), set()
    for p in system["processes"]:
        if p["service"] in services:
            fail(f"{p['name']}: service {p['service']} is there twice")
        services.add(p["service"])
        for callee in p.get("calls", []):
            if LAYERS.index(callee) <= LAYERS.index(p["service"]):
                fail(f"{p['name']} may not call {callee}: calls go down")
        for key in ("devices", "io_ports", "irqs"):
            for item in p.get(key, []):
                name = (key, item.get("paddr", item.get("first", item.get("irq"))))
                if name in held:
                    fail(f"{p['name']}: {key} {name[1]:#x} is held twice")
                held.add(name)
    for p in system["processes"]:
        for callee in p.get("calls", []) + [s["to"] for s in p.get("signals", []) if s["to"] != "INIT"]:
            if callee not in services:
                fail(f"{p['name']}: there is no {callee}")


def service(name):
    return f"KN_LAYOUT_SERVICE_{name}"


def memory(name):
    return f"KN_LAYOUT_SHARED_MEMORY_{name}"


def c_bool(value):
    return "true" if value else "false"


def emit_process(p):
    lists = {
        "calls": [service(c) for c in p.get("calls", [])],
        "signals": [f"{{{service(s['to'])}, {s['bit']}}}" for s in p.get("signals", [])],
        "irqs": [f"{{{i['irq']}, {c_bool(i['level'])}, {i['bit']}}}" for i in p.get("irqs", [])],
        "devices": [f"{{{d['paddr']:#x}, {d['size']:#x}}}" for d in p.get("devices", [])],
        "io_ports": [f"{{{d['first']:#x}, {d['last']:#x}}}" for d in p.get("io_ports", [])],
        "shared": [f"{{{memory(s['name'])}, {c_bool(s['write'])}}}" for s in p.get("shared", [])],
        "vspaces": [service(v) for v in p.get("vspaces", [])],
        "shared_frames": [memory(m) for m in p.get("shared_frames", [])],
    }
    fields = [
        f'.name = "{p["name"]}"', f".service = {service(p['service'])}", f".priority = {p['priority']}",
        f".cnode_radix = {p.get('cnode_radix', 8)}", f".heap = {p.get('heap', 0x4000):#x}",
        f".untyped_bits = {p.get('untyped_bits', 16)}",
        f".gets_memory = {c_bool(p.get('memory'))}", f".gets_archive = {c_bool(p.get('archive'))}",
        f".gets_logs = {c_bool(p.get('logs'))}", f".gets_sched_control = {c_bool(p.get('sched_control'))}",
        f".may_use_timer = {c_bool(p.get('timer_access'))}",
    ]
    for name, items in lists.items():
        if items:
            fields.append(f".nr_{name} = {len(items)}, .{name} = {{{', '.join(items)}}}")
    return "    {\n        " + ",\n        ".join(fields) + "},\n"


def emit_power(name, entries):
    rows = []
    for e in entries:
        if "smc" in e:
            rows.append(f"{{0, {e['smc']:#x}, {e.get('argument', 0):#x}}}")
        else:
            rows.append(f"{{{e['width']}, {e['port']:#x}, {e['value']:#x}}}")
    return (f"const struct system_power system_{name}[] = {{{', '.join(rows)}}};\n"
            f"const unsigned nr_system_{name} = {len(rows)};\n")


def emit(system):
    console = system["console"]
    out = ["// SPDX-FileCopyrightText: 2026 The kernite authors\n// SPDX-License-Identifier: BSD-2-Clause\n",
           "// Generated from the board's system.yaml by codegen/system.py. Do not edit.\n\n",
           '#include "system.h"\n\n#include <kn/proto/layout.h>\n\n',
           "const struct system_process system_processes[] = {\n",
           *[emit_process(p) for p in system["processes"]],
           "};\n", f"const unsigned nr_system_processes = {len(system['processes'])};\n\n",
           "const struct system_memory system_shared[] = {",
           ", ".join(f"{{{memory(s['name'])}, {s['size']:#x}}}" for s in system["shared"]), "};\n",
           f"const unsigned nr_system_shared = {len(system['shared'])};\n\n",
           *[emit_power(k, system["power"][k]) for k in ("poweroff", "restart", "failure")],
           f"const kn_word_t system_console = {console.get('port', console.get('paddr')):#x};\n"]
    return "".join(out)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--system", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    system = yaml.safe_load(args.system.read_text())
    check(system)
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(emit(system))


if __name__ == "__main__":
    main()
