# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause

"""First stage: YAML to model. Validates every file against uapi/schema and fills in defaults."""

import os

import jsonschema
import yaml

from model import (ARCHES, Arg, BitField, CapArg, Constant, Definitions, Enum, Error, Failure, Fault, Field, Linux, Method,
                   Object, PackedWord, Protocol, Spec, Struct, Syscall, SyscallRegister, Value, lay_out)


class SpecError(Exception):
    """The specification is wrong; the message names the file and the place."""


def read_yaml(path):
    with open(path, encoding="utf-8") as stream:
        try:
            return yaml.safe_load(stream)
        except yaml.YAMLError as error:
            raise SpecError(f"{path}: {error}") from error


def read_schema(root, kind):
    schema = read_yaml(os.path.join(root, "schema", f"{kind}.yaml"))
    schema["$defs"] = read_yaml(os.path.join(root, "schema", "common.yaml"))["$defs"]
    return schema


def read_checked(root, path, kind):
    """One file of the specification, checked against the schema of its kind."""
    data = read_yaml(os.path.join(root, path))
    errors = sorted(jsonschema.Draft202012Validator(read_schema(root, kind)).iter_errors(data), key=str)
    if errors:
        where = "/".join(str(part) for part in errors[0].absolute_path)
        raise SpecError(f"{path}: at /{where}: {errors[0].message}")
    return data


def doc_of(entry):
    """The doc string on one line."""
    return " ".join(entry.get("doc", "").split())


def yaml_files(root, folder):
    path = os.path.join(root, folder)
    names = sorted(os.listdir(path)) if os.path.isdir(path) else []
    return [os.path.join(folder, name) for name in names if name.endswith(".yaml")]


def arch_tuple(entry, default=ARCHES):
    arch = entry.get("arch", default)
    return (arch,) if isinstance(arch, str) else tuple(arch)


def per_arch(entry):
    """The value of a constant on every architecture that has one: value, overridden by the arch's own key."""
    values = {arch: entry["value"] for arch in ARCHES if "value" in entry}
    values.update({arch: entry[arch] for arch in ARCHES if arch in entry})
    return values


def make_constants(entries):
    return [Constant(e["name"], per_arch(e), doc_of(e)) for e in entries]


def make_enums(entries, key):
    return [Enum(e["name"], [Value(v["name"], v[key], doc_of(v)) for v in e["values"]], doc_of(e))
            for e in entries]


def make_words(entries):
    words = []
    for entry in entries:
        shift, fields = 0, []
        for item in entry["fields"]:
            fields.append(BitField(item["name"], item["bits"], shift, doc_of(item)))
            shift += item["bits"]
        words.append(PackedWord(entry["name"], fields, doc_of(entry)))
    return words


def make_structs(entries):
    structs = []
    for entry in entries:
        fields = [Field(f["name"], f.get("type", "word"), f.get("struct", ""), f.get("count", 0), doc_of(f))
                  for f in entry["fields"]]
        struct = Struct(entry["name"], fields, doc_of(entry), declared_size=entry.get("size", 0),
                        packed=entry.get("packed", False))
        try:
            lay_out(struct, structs)
        except (KeyError, ValueError) as error:
            raise SpecError(f"struct {entry['name']}: {error}") from error
        structs.append(struct)
    return structs


def make_definitions(data):
    return Definitions(
        constants=make_constants(data.get("constants", [])),
        enums=make_enums(data.get("enums", []) + data.get("enums_boot", []), "value"),
        flags=make_enums(data.get("flags", []), "bit"),
        words=make_words(data.get("words", [])),
        structs=make_structs(data.get("structs", [])))


def make_args(entries):
    args = []
    for entry in entries:
        entry = {"name": entry} if isinstance(entry, str) else entry
        args.append(Arg(entry["name"], entry.get("type", "word"), entry.get("min"), entry.get("max"),
                        doc_of(entry), entry.get("signed", False)))
    return args


def make_caps(entries):
    caps = []
    for entry in entries:
        entry = {"name": entry} if isinstance(entry, str) else entry
        caps.append(CapArg(entry["name"], entry.get("type", "any"), entry.get("optional", False),
                           doc_of(entry)))
    return caps


def length_failures(method):
    """The dispatcher's first checks: is the message long enough?"""
    if method.args:
        yield Failure("words", f"the message has fewer than {plural(len(method.args), 'word')}", "TRUNCATED_MESSAGE",
                      check="words")
    if method.nr_required_caps:
        yield Failure("caps", f"it has fewer than {plural(method.nr_required_caps, 'capability')}", "TRUNCATED_MESSAGE",
                      check="caps")


def plural(number, noun):
    many = f"{noun.removesuffix('y')}{'ies' if noun[-1] == 'y' else 's'}"
    return f"{number} {noun if number == 1 else many}"


def value_failures(method):
    """Its further checks: capabilities of the right type, arguments within literal bounds."""
    for i, cap in enumerate(method.caps):
        if cap.type != "any":
            yield Failure(f"{cap.name}_type", f"{cap.name} is {'given, but ' if cap.optional else ''}no {cap.type}",
                          "INVALID_CAPABILITY", payload={"argument": i + 1}, check="type", index=i)
    for i, arg in enumerate(method.args):
        if arg.min is not None or arg.max is not None:
            yield Failure(f"{arg.name}_range", f"{arg.name} is out of range", "RANGE_ERROR",
                          payload={"min": arg.min or 0, "max": "no limit" if arg.max is None else arg.max},
                          check="range", index=i)


def make_failures(entries):
    """Declared errors; an entry may be a list of entries."""
    failures = []
    for entry in entries:
        if isinstance(entry, list):
            failures += make_failures(entry)
        else:
            failures.append(Failure(entry["id"], entry["when"], entry.get("error", ""), entry.get("fault", ""),
                                    entry.get("effect", ""), dict(entry.get("payload", {})), arch_tuple(entry),
                                    untested=entry.get("untested", "")))
    return failures


def make_method(entry):
    flags = ("preemptible", "registers", "returns_registers", "deferred", "oneway")
    return Method(entry["name"], entry["label"], make_args(entry.get("args", [])), make_caps(entry.get("caps", [])),
                  make_args(entry.get("returns", [])), make_caps(entry.get("returns_caps", [])),
                  make_failures(entry.get("errors", [])), doc_of(entry), arch_tuple(entry),
                  **{flag: entry.get(flag, False) for flag in flags})


def make_invocation(entry):
    """A method of a kernel object: what the dispatcher checks comes before what the decode function does."""
    method = make_method(entry)
    method.errors = [*length_failures(method), *value_failures(method), *method.errors]
    return method


def make_objects(data):
    return [Object(o["name"], o["cap"], o["label_base"], [make_invocation(m) for m in o["methods"]], doc_of(o),
                   arch_tuple(o), o.get("header", f"object/{o['name']}.h")) for o in data["objects"]]


def make_faults(data):
    faults = []
    for entry in data["faults"]:
        words = entry["words"]
        if isinstance(words, list):
            words = {arch: words for arch in ARCHES}
        faults.append(Fault(entry["name"], entry["label"], {a: list(w) for a, w in words.items()},
                            doc_of(entry), entry.get("reply_writes_registers", False),
                            entry.get("reply_words", 0)))
    return faults


def make_syscall_registers(roles):
    registers = []
    for role, entry in roles.items():
        if role == "clobbers":
            continue
        entry = {"reg": entry} if isinstance(entry, str) else entry
        registers.append(SyscallRegister(role, entry["reg"], entry.get("result", "")))
    return registers


def make_syscalls(data):
    return [Syscall(s["name"], s["number"], s["in"], s["out"], doc_of(s), arch_tuple(s), s.get("debug", False),
                    make_failures(s["errors"])) for s in data["syscalls"]]


def load_protocols(root):
    protocols = []
    for path in yaml_files(root, "protocols"):
        data = read_checked(root, path, "protocol")
        if os.path.basename(path) != f"{data['protocol']}.yaml":
            raise SpecError(f"{path}: is named otherwise than its protocol {data['protocol']}")
        try:
            protocols.append(Protocol(data["protocol"], data["label_base"], make_definitions(data),
                                      [make_method(m) for m in data.get("methods", [])], doc_of(data)))
        except SpecError as error:
            raise SpecError(f"{path}: {error}") from error
    return protocols


def load_linux(root):
    linux = Linux(structs={arch: [] for arch in ARCHES})
    for path in yaml_files(root, "linux"):
        data = read_checked(root, path, "linux")
        for arch, numbers in data.get("syscalls", {}).items():
            linux.syscalls.setdefault(arch, {}).update(numbers)
        linux.errnos.update(data.get("errnos", {}))
        linux.constants += make_constants(data.get("constants", []))
        for arch in ("x86_64", "aarch64"):
            entries = [s for s in data.get("structs", []) if arch in arch_tuple(s)]
            try:
                linux.structs[arch] += make_structs(entries)
            except SpecError as error:
                raise SpecError(f"{path}: {error}") from error
    return linux


def load(root):
    """The whole specification below root (the uapi folder)."""
    kernel = {kind: read_checked(root, f"kernel/{kind}.yaml", kind)
              for kind in ("base", "errors", "faults", "invocations", "registers", "syscalls")}
    base, calls = kernel["base"], kernel["syscalls"]
    bits = {name: {arch: value for arch in ARCHES} for name, value in base["object_size_bits"].items()}
    for name, value in base.get("object_size_bits_host", {}).items():
        bits.setdefault(name, {})["host"] = value
    return Spec(
        abi_version=base["abi_version"], base=make_definitions(base), object_bits=bits,
        errors=[Error(e["name"], e["number"], e["payload"], doc_of(e), e.get("given", len(e["payload"])))
                for e in kernel["errors"]["errors"]],
        faults=make_faults(kernel["faults"]), registers=dict(kernel["registers"]["registers"]),
        syscall_base=calls["syscall_base"],
        syscall_registers={a: make_syscall_registers(r) for a, r in calls["registers"].items()},
        syscall_clobbers={a: r.get("clobbers", []) for a, r in calls["registers"].items()},
        syscalls=make_syscalls(calls), objects=make_objects(kernel["invocations"]),
        protocols=load_protocols(root), linux=load_linux(root))
