// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "runtime_header.h"

#include <kn/proto/layout.h>

#include "trona/cpio.h"
#include "trona/elf.h"
#include "trona/log.h"
#include "trona/startup.h"
#include "trona/string.h"

#define NAME "boot/runtime"

// Where in FILE the bytes of RUNTIME_START are, NULL if no segment has enough of them.
static const char *find_header(const char *file, const struct elf_header *elf)
{
    const struct elf_phdr *ph = (const struct elf_phdr *)(file + elf->phoff);
    for (unsigned i = 0; i < elf->phnum; i++)
        if (ph[i].type == ELF_PT_LOAD && ph[i].vaddr <= KN_LAYOUT_RUNTIME_START &&
            KN_LAYOUT_RUNTIME_START - ph[i].vaddr + sizeof(struct kn_layout_runtime_header) <= ph[i].filesz)
            return file + ph[i].offset + (KN_LAYOUT_RUNTIME_START - ph[i].vaddr);
    return NULL;
}

static bool is_sound(const struct kn_layout_runtime_header *h)
{
    return h->magic == KN_LAYOUT_RUNTIME_MAGIC && h->range_start <= h->range_end && h->range_start <= h->window_start &&
           h->window_start <= h->window_end && h->window_end <= h->range_end && h->start && h->upcall;
}

void runtime_header_read(struct kn_layout_runtime_header *header)
{
    const struct kn_layout_resource *archive = trona_resource(KN_LAYOUT_RESOURCE_ARCHIVE, 0);
    struct elf_header elf = {0};
    struct cpio_entry entry;
    const char *error = NULL;
    if (!cpio_find((const void *)archive->vaddr, archive->size, NAME, &entry, &error))
        trona_panic(NAME " is not in the boot archive: %s", error ? error : "no such entry");
    const char *file = (const char *)archive->vaddr + entry.data_offset;
    memcpy(&elf, file, entry.size < sizeof elf ? entry.size : sizeof elf);
    error = elf_check_header(&elf, entry.size);
    if (!error)
        error = elf_check_phdrs(&elf, (const struct elf_phdr *)(file + elf.phoff), entry.size, KN_LAYOUT_RUNTIME_END);
    if (error)
        trona_panic(NAME ": %s", error);
    const char *found = find_header(file, &elf);
    if (!found)
        trona_panic(NAME ": no segment at the runtime's address");
    memcpy(header, found, sizeof *header);
    if (!is_sound(header))
        trona_panic(NAME ": the header is corrupt");
}
