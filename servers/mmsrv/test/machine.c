// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "machine.h"

#include <stdio.h>
#include <string.h>

#include <kn/proto/layout.h>
#include <lx/abi.h>

#include "commit.h"
#include "cspace.h"
#include "fake_kernel.h"
#include "fault.h"
#include "kernel_memory.h"
#include "runtime_image.h"
#include "server_space.h"
#include "shared.h"
#include "source.h"
#include "trona/elf.h"
#include "trona/heap.h"
#include "trona/log.h"
#include "trona/slots.h"
#include "trona/startup.h"
#include "unit.h"

#define RAM_PAGES 6000
#define ARCHIVE_PAGES 70
#define RIGHTS_RW (KN_RIGHTS_READ | KN_RIGHTS_WRITE)

// Of libtrona's start: the log goes nowhere, the heap is the host's.
void trona_log_init(struct kn_log_ring *ring, const char *name) { (void)ring, (void)name; }
void trona_heap_init(kn_word_t start, kn_word_t mapped, kn_word_t end) { (void)start, (void)mapped, (void)end; }
void trona_slots_init(kn_cptr_t first, kn_cptr_t end) { (void)first, (void)end; }

void trona_panic(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vfprintf(stderr, format, args);
    fprintf(stderr, "\n");
    abort();
}

// An archive that holds the layer's image alone: header and text in one page, data with a zero tail, and the rest of memory.
static void write_archive(unsigned char *a)
{
    struct elf_header h = {.ident = {0x7f, 'E', 'L', 'F', 2, 1, 1}, .type = ELF_ET_EXEC, .version = 1, .phoff = ELF_HEADER_SIZE,
                           .ehsize = ELF_HEADER_SIZE, .phentsize = ELF_PHDR_SIZE, .phnum = 2, .entry = KN_LAYOUT_RUNTIME_START};
#if defined(__x86_64__)
    h.machine = 62;
#else
    h.machine = 183;
#endif
    struct elf_phdr p[2] = {{.type = ELF_PT_LOAD,
                             .flags = ELF_PF_R | ELF_PF_X,
                             .vaddr = KN_LAYOUT_RUNTIME_START,
                             .filesz = 0x1000,
                             .memsz = 0x1000},
                            {.type = ELF_PT_LOAD,
                             .flags = ELF_PF_R | ELF_PF_W,
                             .offset = 0x1000,
                             .vaddr = KN_LAYOUT_RUNTIME_START + 0x1000,
                             .filesz = 0x1008,
                             .memsz = 0x3000}};
    sprintf((char *)a, "070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X", 1, 0100644, 0, 0, 1, 0, 0x2008, 0,
            0, 0, 0, 4096 - 110, 0);
    strcpy((char *)a + 110, "boot/runtime");
    memcpy(a + 4096, &h, sizeof h);
    memcpy(a + 4096 + sizeof h, p, sizeof p);
    memset(a + 2 * 4096, 0x11, 0x1008);
    memset(a + 3 * 4096 + 8, 0, 4088);
    sprintf((char *)a + 4 * 4096, "070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X", 2, 0, 0, 0, 1, 0, 0, 0,
            0, 0, 0, 11, 0);
    strcpy((char *)a + 4 * 4096 + 110, "TRAILER!!!");
}

__attribute__((constructor)) void machine_start(void)
{
    static bool is_started;
    if (is_started)
        return;
    is_started = true;
    fake_init(RAM_PAGES, ARCHIVE_PAGES);
    write_archive(fake_archive_memory());
    trona_startup(fake_startup_page(), "mmsrv");
    const struct kn_layout_resource *archive = trona_resource(KN_LAYOUT_RESOURCE_ARCHIVE, 0);
    source_init();
    cspace_init();
    page_init((uint32_t)archive->slot, archive->arg);
    table_fill_reserve();
    commit_set_reserve();
    server_space_init();
    space_init();
    runtime_image_init();
    struct space *s; // tables that grow with the first user are not a test's leak
    if (space_create(&s) == 0)
        space_destroy(s);
}

static bool grants(const struct fake_mapping *m, kn_word_t access)
{
    if (!m->memory || !(m->rights & KN_RIGHTS_READ))
        return false;
    if (access == KN_VM_ACCESS_WRITE)
        return m->rights & KN_RIGHTS_WRITE;
    return access != KN_VM_ACCESS_EXECUTE || !(m->attr & KN_VM_ATTR_EXECUTE_NEVER);
}

void *machine_access(struct space *s, uint64_t vaddr, kn_word_t access)
{
    bool was_urgent = commit_is_urgent();
    for (int tries = 0; tries < 3; tries++) {
        struct fake_mapping m = fake_lookup(s->mapping.vspace, vaddr);
        if (grants(&m, access))
            return m.memory;
        commit_set_urgent(true);
        long error = fault_resolve(s, vaddr, access);
        commit_set_urgent(was_urgent);
        if (error)
            return NULL;
    }
    CHECK(!"a fault was resolved, and the access still fails");
    return NULL;
}

// A page's first and last words carry the same value.
bool machine_write(struct space *s, uint64_t vaddr, uint64_t value)
{
    uint64_t *memory = machine_access(s, vaddr, KN_VM_ACCESS_WRITE);
    if (memory)
        memory[0] = memory[511] = value;
    return memory;
}

bool machine_read(struct space *s, uint64_t vaddr, uint64_t *value)
{
    const uint64_t *memory = machine_access(s, vaddr, KN_VM_ACCESS_READ);
    if (!memory)
        return false;
    CHECK(memory[0] == memory[511]);
    *value = memory[0];
    return true;
}

static uint64_t *file_memory(struct object *o, uint64_t offset, bool allocate)
{
    kn_word_t vaddr;
    uint64_t mapped;
    if (object_window(o, offset, 4096, allocate, &vaddr, &mapped) || mapped < 4096)
        return NULL;
    struct fake_mapping m = fake_lookup(server_mapping(KN_LAYOUT_SERVICE_VFS)->vspace, vaddr);
    CHECK(m.memory && (m.rights & RIGHTS_RW) == RIGHTS_RW);
    return m.memory;
}

bool machine_file_write(struct object *o, uint64_t offset, uint64_t value)
{
    uint64_t *memory = file_memory(o, offset, true);
    if (memory)
        memory[0] = memory[511] = value;
    return memory;
}

bool machine_file_read(struct object *o, uint64_t offset, uint64_t *value)
{
    const uint64_t *memory = file_memory(o, offset, false);
    if (memory)
        *value = memory[0];
    return memory;
}
