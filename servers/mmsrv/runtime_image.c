// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "runtime_image.h"

#include <kn/stubs.h>
#include <lx/abi.h>

#include "object.h"
#include "shared.h"
#include "space.h"
#include "trona/cpio.h"
#include "trona/elf.h"
#include "trona/log.h"
#include "trona/startup.h"
#include "trona/string.h"

#define NAME "boot/runtime"
#define MAX_SEGMENTS 8

struct segment {
    uint64_t start, end, file_end, offset; // page aligned but for file_end, the end of what the file has
    unsigned prot;
};

static struct segment segments[MAX_SEGMENTS];
static unsigned nr_segments;
static struct object *image;
static uint32_t time_frame;

static void add_segment(const struct elf_phdr *ph)
{
    if (ph->vaddr < KN_LAYOUT_RUNTIME_START || ph->vaddr + ph->memsz > KN_LAYOUT_RUNTIME_END || nr_segments == MAX_SEGMENTS)
        trona_panic(NAME ": a segment outside the layer's range");
    segments[nr_segments++] = (struct segment){
        .start = ph->vaddr & ~(PAGE - 1),
        .end = page_round_up(ph->vaddr + ph->memsz),
        .file_end = ph->vaddr + ph->filesz,
        .offset = ph->offset & ~(PAGE - 1),
        .prot = (ph->flags & ELF_PF_R ? LX_PROT_READ : 0u) | (ph->flags & ELF_PF_W ? LX_PROT_WRITE : 0u) |
                (ph->flags & ELF_PF_X ? LX_PROT_EXEC : 0u),
    };
}

void runtime_image_init(void)
{
    const struct kn_layout_resource *archive = trona_resource(KN_LAYOUT_RESOURCE_ARCHIVE, 0);
    const char *base = page_archive_memory(), *error = NULL;
    struct cpio_entry entry;
    if (!cpio_find(base, archive->size, NAME, &entry, &error))
        trona_panic(NAME " is not in the boot archive: %s", error ? error : "no such entry");
    struct elf_header header;
    static struct elf_phdr phdrs[ELF_MAX_PHDRS];
    const char *file = base + entry.data_offset;
    memcpy(&header, file, entry.size < sizeof header ? entry.size : sizeof header);
    error = elf_check_header(&header, entry.size);
    if (!error) {
        memcpy(phdrs, file + header.phoff, (size_t)header.phnum * sizeof phdrs[0]);
        error = elf_check_phdrs(&header, phdrs, entry.size, KN_LAYOUT_RUNTIME_END);
    }
    if (!error && object_create_from_archive(entry.data_offset, entry.size, &image))
        error = "it does not lie on pages, or there is no memory for it";
    if (error)
        trona_panic(NAME ": %s", error);
    for (unsigned i = 0; i < header.phnum; i++)
        if (phdrs[i].type == ELF_PT_LOAD && phdrs[i].memsz)
            add_segment(&phdrs[i]);
    time_frame = (uint32_t)trona_resource(KN_LAYOUT_RESOURCE_SHARED, KN_LAYOUT_SHARED_MEMORY_TIME)->slot;
}

static long map_part(struct space *s, const struct segment *g, uint64_t start, uint64_t end, struct object *object)
{
    uint64_t at;
    struct map_request q = {.addr = start,
                            .length = end - start,
                            .flags = LX_MAP_FIXED_NOREPLACE | LX_MAP_PRIVATE,
                            .prot = g->prot,
                            .object = object,
                            .offset = object ? g->offset : 0,
                            .is_runtime = true};
    return start < end ? space_map(s, &q, &at) : 0;
}

static long map_segment(struct space *s, const struct segment *g)
{
    uint64_t file_pages_end = page_round_up(g->file_end);
    if (file_pages_end < g->start)
        file_pages_end = g->start;
    long error = map_part(s, g, g->start, file_pages_end, image);
    if (!error)
        error = map_part(s, g, file_pages_end, g->end, NULL);
    // Behind the file's part of its last page must be zeros.
    if (!error && g->prot & LX_PROT_WRITE && g->file_end % PAGE && g->file_end > g->start)
        error = space_clear_tail(s, g->file_end);
    return error;
}

long runtime_image_map(struct space *s)
{
    for (unsigned i = 0; i < nr_segments; i++) {
        long error = map_segment(s, &segments[i]);
        if (error)
            return error;
    }
    return shared_time_page(s, time_frame);
}
