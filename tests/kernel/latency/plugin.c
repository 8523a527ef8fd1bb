// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// A plugin for QEMU (TCG, plugin API 1) that looks for the longest stretches with interrupts off, in guest instructions.
//
// A stretch begins with the first instruction of a kernel entry, or of preemption_point, and ends with the last one before
// user mode or the next beginning. That is how long an interrupt has to wait at most, since it is taken at each such place
// (and in the idle loop, which is but a few instructions). The guest runs one case after the other; of each case the
// longest stretch is kept, with the address of every instruction. It is one CPU, and nothing counts before the first case.
//
// Arguments: mark, user code that is executed once before each case; begin (several), START-END, kernel code at which
// a stretch begins when it is reached from elsewhere; out, the file to be written: for each case the number of
// instructions and then their addresses, words of 64 bits in the machine's order. Addresses are hexadecimal.

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// The part of QEMU's interface that is used here.
typedef uint64_t plugin_id_t;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
typedef void exec_callback_t(unsigned int cpu, void *data);
enum { API_VERSION = 1, NO_REGISTERS = 0 };
int qemu_plugin_install(plugin_id_t id, const void *info, int argc, char **argv);
void qemu_plugin_register_vcpu_tb_trans_cb(plugin_id_t id, void (*callback)(plugin_id_t id, struct qemu_plugin_tb *tb));
void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *tb, exec_callback_t *callback, int flags, void *data);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn, exec_callback_t *callback, int flags, void *data);
void qemu_plugin_register_atexit_cb(plugin_id_t id, void (*callback)(plugin_id_t id, void *data), void *data);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t i);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);
extern int qemu_plugin_version;
int qemu_plugin_version = API_VERSION;

#define MAX_CASES 4096
#define MAX_BEGINS 8
#define MAX_PATH (1 << 20) // instructions of a stretch that are kept
#define KERNEL (UINT64_C(1) << 63)

struct range {
    uint64_t start, end; // [start, end)
};

struct stretch {
    uint64_t length;
    uint64_t *pc; // NULL: none yet
};

static struct stretch worst[MAX_CASES];
static size_t nr_cases;
static uint64_t path[MAX_PATH];
static uint64_t length; // of the present stretch
static bool is_in_begin; // the last instruction was in one of begins
static struct range begins[MAX_BEGINS];
static size_t nr_begins;
static uint64_t mark;
static const char *out;

static void end_stretch(void)
{
    if (nr_cases > 0 && length > worst[nr_cases - 1].length) {
        struct stretch *s = &worst[nr_cases - 1];
        size_t kept = length < MAX_PATH ? length : MAX_PATH;
        s->length = length;
        s->pc = realloc(s->pc, kept * sizeof *path);
        if (!s->pc)
            abort();
        memcpy(s->pc, path, kept * sizeof *path);
    }
    length = 0;
}

static void step(void *pc)
{
    if (length < MAX_PATH)
        path[length] = (uint64_t)pc;
    length++;
}

static void on_kernel(unsigned int cpu, void *pc)
{
    (void)cpu;
    is_in_begin = false;
    step(pc);
}

static void on_begin(unsigned int cpu, void *pc)
{
    (void)cpu;
    if (!is_in_begin)
        end_stretch();
    is_in_begin = true;
    step(pc);
}

static void on_outside(unsigned int cpu, void *pc)
{
    (void)cpu;
    (void)pc;
    is_in_begin = false;
    end_stretch();
}

static void on_mark(unsigned int cpu, void *pc)
{
    on_outside(cpu, pc);
    if (nr_cases < MAX_CASES)
        nr_cases++;
}

static bool is_within(struct range r, uint64_t pc) { return r.start <= pc && pc < r.end; }

static void translate_kernel(struct qemu_plugin_insn *insn, uint64_t pc)
{
    exec_callback_t *callback = on_kernel;
    for (size_t i = 0; i < nr_begins; i++)
        if (is_within(begins[i], pc))
            callback = on_begin;
    qemu_plugin_register_vcpu_insn_exec_cb(insn, callback, NO_REGISTERS, (void *)pc);
}

static void translate(plugin_id_t id, struct qemu_plugin_tb *tb)
{
    (void)id;
    size_t count = qemu_plugin_tb_n_insns(tb);
    for (size_t i = 0; i < count; i++) {
        struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
        uint64_t pc = qemu_plugin_insn_vaddr(insn);
        if (pc & KERNEL)
            translate_kernel(insn, pc);
        else if (pc == mark)
            qemu_plugin_register_vcpu_insn_exec_cb(insn, on_mark, NO_REGISTERS, NULL);
        else if (i == 0)
            qemu_plugin_register_vcpu_tb_exec_cb(tb, on_outside, NO_REGISTERS, NULL);
    }
}

static void finish(plugin_id_t id, void *data)
{
    (void)id;
    (void)data;
    FILE *file = fopen(out, "wb");
    if (!file)
        abort();
    for (size_t i = 0; i < nr_cases; i++) {
        const struct stretch *s = &worst[i];
        fwrite(&s->length, sizeof s->length, 1, file);
        fwrite(s->pc, sizeof *s->pc, s->length < MAX_PATH ? s->length : MAX_PATH, file);
    }
    fclose(file);
}

static struct range read_range(const char *text)
{
    char *dash;
    uint64_t start = strtoull(text, &dash, 16);
    return (struct range){start, *dash == '-' ? strtoull(dash + 1, NULL, 16) : start};
}

// Whether ARGUMENT, NAME=VALUE, is one.
static bool read_argument(const char *argument)
{
    const char *value = strchr(argument, '=');
    if (!value)
        return false;
    size_t name_length = (size_t)(value++ - argument);
    if (strncmp(argument, "mark", name_length) == 0)
        mark = read_range(value).start;
    else if (strncmp(argument, "begin", name_length) == 0 && nr_begins < MAX_BEGINS)
        begins[nr_begins++] = read_range(value);
    else if (strncmp(argument, "out", name_length) == 0)
        out = strdup(value);
    else
        return false;
    return true;
}

int qemu_plugin_install(plugin_id_t id, const void *info, int argc, char **argv)
{
    (void)info;
    for (int i = 0; i < argc; i++)
        if (!read_argument(argv[i]))
            return 1;
    if (!out)
        return 1;
    qemu_plugin_register_vcpu_tb_trans_cb(id, translate);
    qemu_plugin_register_atexit_cb(id, finish, NULL);
    return 0;
}
