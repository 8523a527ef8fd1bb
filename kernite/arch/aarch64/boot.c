// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// From boot.S to the generic boot code.

#include "arch/aarch64/boot.h"

#include "arch/aarch64/cpu.h"
#include "arch/aarch64/irq.h"
#include "arch/aarch64/kernel_map.h"
#include "arch/aarch64/platform.h"
#include "arch/aarch64/sysreg.h"
#include "arch/aarch64/timer.h"
#include "arch/api/mmu.h"
#include "core/boot.h"
#include "core/scheduler.h"
#include "debug/log.h"
#include "driver/psci.h"
#include "driver/semihosting.h"
#include "object/tcb.h"

#define DEVICE_TREE_MAX_BYTES 0x200000 // Linux's boot protocol
#define BLOCK_BITS 21

static struct platform platform;

static void read_platform(paddr_t device_tree)
{
    paddr_t block = {device_tree.raw & ~MASK(BLOCK_BITS)};
    kernel_map_ram(block, 2 * BIT(BLOCK_BITS));
    platform_from_device_tree(&platform, phys_to_ptr(device_tree), device_tree, DEVICE_TREE_MAX_BYTES);
    for (word_t i = 0; i < platform.nr_ram; i++)
        kernel_map_ram(platform.ram[i].start, platform.ram[i].end.raw - platform.ram[i].start.raw);
}

// Whether OPTION is one of the words of the command line.
static bool has_option(const char *command_line, const char *option)
{
    for (const char *at = command_line; *at; at++) {
        const char *word = at, *wanted = option;
        while (*wanted && *word == *wanted) {
            word++;
            wanted++;
        }
        if (!*wanted && (!*word || *word == ' ') && (at == command_line || at[-1] == ' '))
            return true;
    }
    return false;
}

struct arch_context *aarch64_boot(word_t device_tree)
{
    aarch64_cpu_init(&cpus[0]);
    kernel_map_stack_guards();
    semihosting_init();
    klog("kernite on aarch64: CPU %lx, image at %lx, device tree at %lx\n", SYSREG_READ(midr_el1),
         KERNEL_BASE - aarch64_image_offset, device_tree);
    if (!device_tree || !IS_ALIGNED(device_tree, 3))
        kpanic("the firmware passed no device tree (x0 is %lx)", device_tree);
    read_platform((paddr_t){device_tree});
    psci_init(machine.psci == PSCI_HVC);
    aarch64_irq_init();
    aarch64_timer_init();
    if (has_option(platform.command_line, "user_counter"))
        aarch64_cpu_start_user_counter();
    boot_main(&platform);
    // The root task's text was written as data.
    __asm__ volatile("ic ialluis" : : : "memory");
    DSB(ish);
    ISB();
    return &kernel_exit()->context;
}
