// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// The simulated machine's state as one block of three parts: the kernel's initialised and its other variables (two
// linker sections, see state_section.h; struct host_machine is one of them), and the arena.

#define _GNU_SOURCE // mmap flags, madvise

#include "arch/api/cpu.h"
#include "arch/api/mmu.h"
#include "arch/host/host.h"

struct host_machine host;
__attribute__((used)) static int is_state_section_present = 1; // so that the section of initialised variables exists

// From here on variables are this file's own, not state.
#pragma clang section bss = "" data = ""

bool host_uses_fastpath = true;

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

extern char __start_kernite_bss[], __stop_kernite_bss[];
extern char __start_kernite_data[], __stop_kernite_data[];

enum part { PART_DATA, PART_BSS, PART_RAM, NR_PARTS };

static struct {
    char *start;
    word_t size;
} parts[NR_PARTS];
static char *data_at_reset; // the initialised variables as the loader left them

// The sections contain ASan's red zones: memcpy must not touch them, a plain loop may.
__attribute__((no_sanitize("address", "undefined"))) static void copy(char *to, const char *from, word_t size)
{
    word_t i = 0;
    for (; i + 8 <= size; i += 8)
        *(volatile word_t *)(to + i) = *(const volatile word_t *)(from + i);
    for (; i < size; i++)
        ((volatile char *)to)[i] = ((const volatile char *)from)[i];
}

__attribute__((no_sanitize("address", "undefined"))) static void clear(char *to, word_t size)
{
    for (word_t i = 0; i < size; i++)
        ((volatile char *)to)[i] = 0;
}

__attribute__((no_sanitize("address", "undefined"))) static word_t next_difference(const char *a, const char *b,
                                                                                   word_t from, word_t size)
{
    word_t i = from & ~7ul;
    while (i + 8 <= size && *(const volatile word_t *)(a + i) == *(const volatile word_t *)(b + i))
        i += 8;
    return i;
}

static void first_reset(void)
{
    parts[PART_DATA].start = __start_kernite_data;
    parts[PART_DATA].size = (word_t)(__stop_kernite_data - __start_kernite_data);
    parts[PART_BSS].start = __start_kernite_bss;
    parts[PART_BSS].size = (word_t)(__stop_kernite_bss - __start_kernite_bss);
    parts[PART_RAM].start = phys_to_ptr((paddr_t){HOST_RAM_BASE});
    data_at_reset = malloc(parts[PART_DATA].size);
    void *ram = mmap(parts[PART_RAM].start, HOST_RAM_MAX, PROT_NONE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
    if (!data_at_reset || ram != parts[PART_RAM].start) {
        perror("host: no memory for the arena");
        exit(2);
    }
    copy(data_at_reset, parts[PART_DATA].start, parts[PART_DATA].size);
}

void host_reset(word_t ram_bytes, word_t nr_simulated_cpus)
{
    if (!data_at_reset)
        first_reset();
    copy(parts[PART_DATA].start, data_at_reset, parts[PART_DATA].size);
    clear(parts[PART_BSS].start, parts[PART_BSS].size);
    // Fresh pages are zero; what lies behind the machine's memory faults.
    if (parts[PART_RAM].size)
        madvise(parts[PART_RAM].start, parts[PART_RAM].size, MADV_DONTNEED);
    mprotect(parts[PART_RAM].start, HOST_RAM_MAX, PROT_NONE);
    mprotect(parts[PART_RAM].start, ram_bytes, PROT_READ | PROT_WRITE);
    parts[PART_RAM].size = ram_bytes;
    host.ram_bytes = ram_bytes;
    host.nr_cpus = nr_simulated_cpus;
}

word_t host_state_size(void) { return parts[PART_DATA].size + parts[PART_BSS].size + parts[PART_RAM].size; }

void host_state_save(void *to)
{
    char *p = to;
    for (word_t i = 0; i < NR_PARTS; i++) {
        copy(p, parts[i].start, parts[i].size);
        p += parts[i].size;
    }
}

void host_state_restore(const void *from)
{
    const char *p = from;
    for (word_t i = 0; i < NR_PARTS; i++) {
        copy(parts[i].start, p, parts[i].size);
        p += parts[i].size;
    }
}

const void *host_state_next_difference(const void *saved, const void *after)
{
    const char *p = saved;
    for (word_t i = 0; i < NR_PARTS; i++) {
        const char *start = parts[i].start;
        word_t from = 0;
        if ((const char *)after >= start && (const char *)after < start + parts[i].size) {
            from = (word_t)((const char *)after - start) + 8;
            after = NULL;
        }
        if (!after) {
            word_t at = next_difference(p, start, from, parts[i].size);
            if (at + 8 <= parts[i].size)
                return start + at;
        }
        p += parts[i].size;
    }
    return NULL;
}
