// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Reader of ELF64 executables: checks every field before it is used. Source: System V ABI, "Object Files".

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ELF_PT_LOAD 1
#define ELF_PT_INTERP 3
#define ELF_PT_PHDR 6
#define ELF_PT_GNU_STACK 0x6474e551
#define ELF_PF_X 1
#define ELF_PF_W 2
#define ELF_PF_R 4
#define ELF_ET_EXEC 2
#define ELF_ET_DYN 3
#define ELF_HEADER_SIZE 64
#define ELF_PHDR_SIZE 56
#define ELF_MAX_PHDRS 64

struct elf_header {
    unsigned char ident[16];
    uint16_t type, machine;
    uint32_t version;
    uint64_t entry, phoff, shoff;
    uint32_t flags;
    uint16_t ehsize, phentsize, phnum, shentsize, shnum, shstrndx;
};
static_assert(sizeof(struct elf_header) == ELF_HEADER_SIZE, "ELF64 header");

struct elf_phdr {
    uint32_t type, flags;
    uint64_t offset, vaddr, paddr, filesz, memsz, align;
};
static_assert(sizeof(struct elf_phdr) == ELF_PHDR_SIZE, "ELF64 program header");

// NULL if H, of a file of FILE_SIZE bytes, is an executable (ET_EXEC or ET_DYN) of this machine whose program header
// table lies in the file; else what is wrong with it.
const char *elf_check_header(const struct elf_header *h, uint64_t file_size);
// NULL if the program headers are sound: PT_LOADs in ascending order, without overlap of pages between different
// files offsets, inside the file and below LIMIT, offset congruent to vaddr modulo 4096; else what is wrong.
const char *elf_check_phdrs(const struct elf_header *h, const struct elf_phdr *phdrs, uint64_t file_size, uint64_t limit);
