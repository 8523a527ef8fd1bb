// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Boot, generic part. Runs once, on the boot CPU, before any user code; the only part of the kernel that allocates. What
// goes wrong here ends in a panic that names the cause: the kernel has nobody to tell.
//
// Order: idle threads, archive, root program, memory, root task.

#include "core/boot.h"

#include "arch/api/cpu.h"
#include "arch/api/mmu.h"
#include "core/boot_cpio.h"
#include "core/boot_root.h"
#include "core/objects.h"
#include "core/scheduler.h"
#include "debug/log.h"
#include "object/tcb.h"

#define ROOT_PROGRAM "boot/init"

// Idle threads belong to no untyped and have no capability.
static union {
    struct tcb tcb;
    char object[BIT(KN_TCB_BITS)];
} idle_threads[KERNEL_MAX_CPUS];

static void make_idle_threads(void)
{
    for (word_t i = 0; i < nr_cpus; i++) {
        struct tcb *idle = &idle_threads[i].tcb;
        tcb_init(idle);
        arch_idle_thread_init(idle);
        scheduler_init(&cpus[i], idle);
    }
}

static void read_root_program(const struct platform *platform, struct boot_image *image)
{
    const char *data;
    word_t size;
    if (platform->archive_size == 0)
        kpanic("boot: there is no boot archive (give the kernel one as initrd)");
    const char *archive = phys_to_ptr(platform->archive_start);
    const char *wrong = boot_cpio_find(archive, platform->archive_size, ROOT_PROGRAM, &data, &size);
    if (wrong)
        kpanic("boot: looking for %s in the boot archive: %s", ROOT_PROGRAM, wrong);
    wrong = boot_elf_read(data, size, image);
    if (wrong)
        kpanic("boot: %s: %s", ROOT_PROGRAM, wrong);
}

void boot_main(struct platform *platform)
{
    static struct boot_image image;
    make_idle_threads();
    read_root_program(platform, &image);
    boot_memory_init(platform);
    boot_root_create(platform, &image);
    klog("boot: %lu CPUs, %lu untypeds, root task at %lx\n", nr_cpus, boot_nr_blocks(), image.entry);
}
