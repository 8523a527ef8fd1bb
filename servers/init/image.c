// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Loading of an ELF image into a process that init builds: every page of every segment is a fresh frame, filled through
// init's scratch mapping and then mapped with the segment's rights.

#include <kn/stubs.h>

#include "die.h"
#include "objects.h"
#include "process.h"
#include "trona/cpio.h"
#include "trona/elf.h"
#include "trona/format.h"
#include "trona/string.h"

#define PAGE 4096
#define IMAGE_LIMIT KN_LAYOUT_SERVER_HEAP

// Copies what the file has for the page at VADDR into DEST.
static void fill_page(char *dest, const struct elf_phdr *ph, const char *file, kn_word_t vaddr)
{
    kn_word_t from = vaddr > ph->vaddr ? vaddr : ph->vaddr;
    kn_word_t file_end = ph->vaddr + ph->filesz;
    kn_word_t to = vaddr + PAGE < file_end ? vaddr + PAGE : file_end;
    if (from < to)
        memcpy(dest + (from - vaddr), file + ph->offset + (from - ph->vaddr), to - from);
}

static void load_segment(struct process *p, const struct elf_phdr *ph, const char *file)
{
    kn_word_t rights = KN_RIGHTS_READ | (ph->flags & ELF_PF_W ? KN_RIGHTS_WRITE : 0);
    kn_word_t attr = ph->flags & ELF_PF_X ? 0 : KN_VM_ATTR_EXECUTE_NEVER;
    kn_word_t end = ph->vaddr + ph->memsz;
    for (kn_word_t vaddr = ph->vaddr & ~(kn_word_t)(PAGE - 1); vaddr < end; vaddr += PAGE) {
        kn_cptr_t frame = frames_make(1);
        fill_page(map_scratch(frame), ph, file, vaddr);
        map_frames(p->vspace, cap_copy(frame), 1, vaddr, rights, attr);
    }
}

void process_load(struct process *p, const void *archive, kn_word_t archive_size)
{
    char name[64];
    trona_format(name, sizeof name, "boot/%s", p->description->name);
    struct cpio_entry entry;
    const char *error = NULL;
    if (!cpio_find(archive, archive_size, name, &entry, &error))
        init_die("%s is not in the boot archive%s%s", name, error ? ": " : "", error ? error : "");
    const char *file = (const char *)archive + entry.data_offset;
    struct elf_header header;
    memcpy(&header, file, entry.size < sizeof header ? entry.size : sizeof header);
    error = elf_check_header(&header, entry.size);
    if (error)
        init_die("%s: %s", name, error);
    struct elf_phdr phdrs[ELF_MAX_PHDRS];
    memcpy(phdrs, file + header.phoff, (size_t)header.phnum * sizeof phdrs[0]);
    error = elf_check_phdrs(&header, phdrs, entry.size, IMAGE_LIMIT);
    for (unsigned i = 0; i < header.phnum && !error; i++)
        if (phdrs[i].type == ELF_PT_LOAD && phdrs[i].memsz && i + 1 < header.phnum && phdrs[i + 1].type == ELF_PT_LOAD &&
            ((phdrs[i].vaddr + phdrs[i].memsz - 1) ^ phdrs[i + 1].vaddr) < PAGE)
            error = "two segments in one page";
    if (error)
        init_die("%s: %s", name, error);
    for (unsigned i = 0; i < header.phnum; i++)
        if (phdrs[i].type == ELF_PT_LOAD && phdrs[i].memsz)
            load_segment(p, &phdrs[i], file);
    p->entry = header.entry;
}
