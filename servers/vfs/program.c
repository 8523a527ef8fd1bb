// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "program.h"

#include <lx/abi.h>

#include "content.h"
#include "inode.h"
#include "trona/elf.h"
#include "trona/string.h"

#define PAGE ((uint64_t)4096)
#define MAX_SEGMENTS (sizeof((struct kn_layout_exec_plan *)0)->segment / sizeof(struct kn_layout_exec_segment))

static uint64_t round_up(uint64_t n) { return (n + PAGE - 1) & ~(PAGE - 1); }

static bool read_exactly(struct inode *inode, void *data, size_t n, uint64_t pos)
{
    size_t done = 0;
    while (done < n) {
        long got = content_read(inode, (char *)data + done, n - done, pos + done);
        if (got <= 0)
            return false;
        done += (size_t)got;
    }
    return true;
}

static uint64_t prot_of(const struct elf_phdr *p)
{
    return (p->flags & ELF_PF_R ? LX_PROT_READ : 0u) | (p->flags & ELF_PF_W ? LX_PROT_WRITE : 0u) |
           (p->flags & ELF_PF_X ? LX_PROT_EXEC : 0u);
}

static bool add_segment(struct kn_layout_exec_plan *plan, const struct kn_layout_exec_segment *segment)
{
    if (plan->nr_segments >= MAX_SEGMENTS)
        return false;
    plan->segment[plan->nr_segments++] = *segment;
    return true;
}

// The file's part of a PT_LOAD, and what follows it in memory.
static bool add_load(struct kn_layout_exec_plan *plan, const struct elf_phdr *p, uint64_t bias, uint64_t object)
{
    uint64_t start = (bias + p->vaddr) & ~(PAGE - 1), file_end = bias + p->vaddr + p->filesz,
             end = bias + p->vaddr + p->memsz;
    struct kn_layout_exec_segment s = {.vaddr = start, .prot = prot_of(p)};
    if (p->filesz) {
        s.length = round_up(file_end) - start;
        s.object = object;
        s.offset = p->offset & ~(PAGE - 1);
        s.zero_from = p->memsz > p->filesz ? file_end - start : s.length;
        if (!add_segment(plan, &s))
            return false;
        s.vaddr = start + s.length;
    }
    if (round_up(end) <= s.vaddr)
        return true;
    s.length = round_up(end) - s.vaddr;
    s.object = s.offset = 0;
    s.zero_from = s.length;
    return add_segment(plan, &s);
}

// The largest alignment that a segment asks for, at least a page.
static uint64_t alignment_of(const struct elf_header *h, const struct elf_phdr *phdrs)
{
    uint64_t align = PAGE;
    for (unsigned i = 0; i < h->phnum; i++)
        if (phdrs[i].type == ELF_PT_LOAD && phdrs[i].align > align && !(phdrs[i].align & (phdrs[i].align - 1)))
            align = phdrs[i].align;
    return align < (uint64_t)1 << 30 ? align : PAGE;
}

// Why the segments cannot be mapped page by page; NULL: they can.
static const char *check_pages(const struct elf_header *h, const struct elf_phdr *phdrs, uint64_t bias)
{
    uint64_t last = 0;
    for (unsigned i = 0; i < h->phnum; i++) {
        const struct elf_phdr *p = &phdrs[i];
        if (p->type != ELF_PT_LOAD || p->memsz == 0)
            continue;
        if (bias + p->vaddr < KN_LAYOUT_PROGRAM_START)
            return "a segment below the lowest address that may be mapped";
        if (((bias + p->vaddr) & ~(PAGE - 1)) < last)
            return "two segments in one page";
        last = round_up(bias + p->vaddr + p->memsz);
    }
    return NULL;
}

static const char *read_interpreter(struct inode *inode, const struct elf_phdr *p, struct program *program)
{
    if (p->filesz < 2 || p->filesz > sizeof program->interpreter)
        return "an interpreter's name of impossible length";
    if (!read_exactly(inode, program->interpreter, p->filesz, p->offset) || program->interpreter[p->filesz - 1])
        return "an interpreter's name that does not end";
    return NULL;
}

static const char *read_headers(struct inode *inode, struct elf_header *h, struct elf_phdr *phdrs)
{
    if (!read_exactly(inode, h, sizeof *h, 0))
        return "shorter than an ELF header";
    const char *wrong = elf_check_header(h, inode->size);
    if (wrong)
        return wrong;
    if (!read_exactly(inode, phdrs, h->phnum * sizeof *phdrs, h->phoff))
        return "program headers that cannot be read";
    return elf_check_phdrs(h, phdrs, inode->size, KN_LAYOUT_STACK_TOP / 2);
}

static const char *load_all(struct inode *inode, const struct elf_header *h, const struct elf_phdr *phdrs,
                            uint64_t object, struct kn_layout_exec_plan *plan, struct program *program)
{
    for (unsigned i = 0; i < h->phnum; i++) {
        const struct elf_phdr *p = &phdrs[i];
        const char *wrong = NULL;
        if (p->type == ELF_PT_LOAD && p->memsz) {
            if (!add_load(plan, p, program->bias, object))
                wrong = "too many segments";
            program->end = round_up(program->bias + p->vaddr + p->memsz);
            if (h->phoff >= p->offset && h->phoff < p->offset + p->filesz)
                program->phdr = program->bias + p->vaddr + (h->phoff - p->offset);
        } else if (p->type == ELF_PT_INTERP) {
            wrong = read_interpreter(inode, p, program);
        } else if (p->type == ELF_PT_GNU_STACK) {
            program->is_stack_executable = p->flags & ELF_PF_X;
        }
        if (wrong)
            return wrong;
    }
    return NULL;
}

long program_load(struct inode *inode, uint64_t base, struct kn_layout_exec_plan *plan, struct program *program,
                  const char **wrong)
{
    static struct elf_header h;
    static struct elf_phdr phdrs[ELF_MAX_PHDRS];
    *program = (struct program){0};
    *wrong = read_headers(inode, &h, phdrs);
    if (*wrong)
        return -LX_ENOEXEC;
    uint64_t align = alignment_of(&h, phdrs), object;
    program->bias = h.type == ELF_ET_DYN ? (base + align - 1) & ~(align - 1) : 0;
    *wrong = check_pages(&h, phdrs, program->bias);
    if (*wrong)
        return -LX_ENOEXEC;
    long status = content_map(inode, &object);
    if (status)
        return status;
    program->entry = program->bias + h.entry;
    program->phnum = h.phnum;
    *wrong = load_all(inode, &h, phdrs, object, plan, program);
    return *wrong ? -LX_ENOEXEC : 0;
}
