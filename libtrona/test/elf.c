// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "unit.h"

#include <string.h>

#include "trona/elf.h"

#define LIMIT 0x10000000ul
#define FILE_SIZE 0x5000ul

static struct elf_header header;
static struct elf_phdr phdr[3];

static void make(void)
{
    header = (struct elf_header){
        .ident = {0x7f, 'E', 'L', 'F', 2, 1, 1}, .type = ELF_ET_EXEC, .phoff = 64, .phentsize = 56, .phnum = 3};
#if defined(__x86_64__)
    header.machine = 62;
#else
    header.machine = 183;
#endif
    phdr[0] = (struct elf_phdr){.type = ELF_PT_LOAD, .offset = 0, .vaddr = 0x400000, .filesz = 0x1234, .memsz = 0x1234};
    phdr[1] = (struct elf_phdr){.type = ELF_PT_LOAD, .offset = 0x2010, .vaddr = 0x403010, .filesz = 0x100, .memsz = 0x9000};
    phdr[2] = (struct elf_phdr){.type = ELF_PT_GNU_STACK};
}

static bool is_refused(void)
{
    const char *error = elf_check_header(&header, FILE_SIZE);
    if (!error)
        error = elf_check_phdrs(&header, phdr, FILE_SIZE, LIMIT);
    make();
    return error != NULL;
}

TEST(elf_accepts_a_sound_file_and_refuses_each_flaw)
{
    make();
    CHECK(!is_refused());
    header.ident[0] = 0;
    CHECK(is_refused());
    header.ident[4] = 1;
    CHECK(is_refused());
    header.machine ^= 1;
    CHECK(is_refused());
    header.type = 1;
    CHECK(is_refused());
    header.phnum = 0;
    CHECK(is_refused());
    header.phnum = ELF_MAX_PHDRS + 1;
    CHECK(is_refused());
    header.phentsize = 32;
    CHECK(is_refused());
    header.phoff = FILE_SIZE - 3 * 56 + 1;
    CHECK(is_refused());
    header.phoff = ~0ul - 8;
    CHECK(is_refused());
    phdr[0].filesz = 0x1235;
    CHECK(is_refused());
    phdr[1].offset = ~0ul - 0xfef;
    CHECK(is_refused());
    phdr[1].memsz = ~0ul;
    CHECK(is_refused());
    phdr[1].vaddr = LIMIT + 0x10;
    CHECK(is_refused());
    phdr[1].vaddr += 8;
    CHECK(is_refused());
    phdr[1].vaddr = 0x401010;
    CHECK(is_refused());
    phdr[0].type = phdr[1].type = 0;
    CHECK(is_refused());
    CHECK(elf_check_header(&header, 63) != NULL);
}
