// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "trona/elf.h"

#include "trona/string.h"

#if defined(__x86_64__)
#define ELF_MACHINE 62
#elif defined(__aarch64__)
#define ELF_MACHINE 183
#else
#error "no ELF machine number"
#endif

const char *elf_check_header(const struct elf_header *h, uint64_t file_size)
{
    if (file_size < ELF_HEADER_SIZE)
        return "shorter than an ELF header";
    if (memcmp(h->ident, "\177ELF", 4) != 0)
        return "no ELF magic";
    if (h->ident[4] != 2 || h->ident[5] != 1 || h->ident[6] != 1)
        return "not a 64-bit little-endian ELF file";
    if (h->machine != ELF_MACHINE)
        return "built for another machine";
    if (h->type != ELF_ET_EXEC && h->type != ELF_ET_DYN)
        return "not an executable";
    if (h->phentsize != ELF_PHDR_SIZE || h->phnum == 0 || h->phnum > ELF_MAX_PHDRS)
        return "bad number or size of program headers";
    uint64_t table = (uint64_t)h->phnum * ELF_PHDR_SIZE;
    if (h->phoff > file_size || file_size - h->phoff < table)
        return "program headers outside the file";
    return NULL;
}

static const char *check_load(const struct elf_phdr *p, uint64_t file_size, uint64_t limit)
{
    if (p->filesz > p->memsz)
        return "a segment larger in the file than in memory";
    if (p->offset > file_size || file_size - p->offset < p->filesz)
        return "a segment outside the file";
    if (p->vaddr >= limit || limit - p->vaddr < p->memsz)
        return "a segment outside the address space";
    if ((p->offset ^ p->vaddr) & 4095)
        return "a segment whose offset and address differ within the page";
    return NULL;
}

const char *elf_check_phdrs(const struct elf_header *h, const struct elf_phdr *phdrs, uint64_t file_size, uint64_t limit)
{
    uint64_t end = 0;
    bool any = false;
    for (unsigned i = 0; i < h->phnum; i++) {
        const struct elf_phdr *p = &phdrs[i];
        if (p->type != ELF_PT_LOAD || p->memsz == 0)
            continue;
        const char *wrong = check_load(p, file_size, limit);
        if (wrong)
            return wrong;
        if (any && p->vaddr < end)
            return "segments that overlap or are out of order";
        end = p->vaddr + p->memsz;
        any = true;
    }
    return any ? NULL : "nothing to load";
}
