// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// From boot.S to the generic boot code. The boot CPU sets the machine up and starts the other CPUs one after the other; they
// wait for the kernel lock then, until it goes to the root task.

#include "arch/aarch64/boot.h"

#include <stdatomic.h>

#include "arch/aarch64/cpu.h"
#include "arch/aarch64/irq.h"
#include "arch/aarch64/kernel_map.h"
#include "arch/aarch64/platform.h"
#include "arch/aarch64/sysreg.h"
#include "arch/aarch64/timer.h"
#include "arch/api/cpu.h"
#include "arch/api/mmu.h"
#include "arch/api/timer.h"
#include "core/boot.h"
#include "core/scheduler.h"
#include "core/smp.h"
#include "debug/log.h"
#include "driver/psci.h"
#include "driver/semihosting.h"
#include "object/tcb.h"

#define DEVICE_TREE_MAX_BYTES 0x200000 // Linux's boot protocol
#define BLOCK_BITS 21
#define START_US 10000000 // a CPU that takes longer to start is broken, or so is the host of a virtual one

static struct platform platform;      // [I]
static bool has_user_counter;         // [I]
static _Atomic word_t last_started;   // number of the CPU that has come up last

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

static void start_cpu(word_t cpu)
{
    cpus[cpu].takes_lock = true;
    word_t affinity = machine.cpu_affinity[cpu];
    ticks_t give_up = arch_timer_now() + arch_us_to_ticks(START_US);
    word_t error = smc_call(PSCI_CPU_ON, affinity, ptr_to_phys(boot_start_other).raw, cpu).r[0];
    if (error)
        kpanic("the firmware does not start CPU %lu (affinity %lx): error %lx", cpu, affinity, error);
    while (atomic_load_explicit(&last_started, memory_order_acquire) != cpu) {
        if (arch_timer_now() > give_up)
            kpanic("CPU %lu (affinity %lx) does not come up", cpu, affinity);
        arch_cpu_relax();
    }
}

static void start_cpus(void)
{
    if (machine.nr_other_cpus > 0)
        klog("CPUs that the kernel does not use: %lu\n", machine.nr_other_cpus);
    if (machine.nr_cpus == 1)
        return;
    cpus[0].takes_lock = true;
    smp_boot(machine.nr_cpus);
    for (word_t i = 1; i < nr_cpus; i++)
        start_cpu(i);
}

struct arch_context *aarch64_boot_other(void)
{
    struct cpu *cpu = this_cpu();
    aarch64_cpu_init(cpu);
    aarch64_irq_init_cpu();
    aarch64_timer_init_cpu();
    if (has_user_counter)
        aarch64_cpu_start_user_counter();
    atomic_store_explicit(&last_started, cpu->id, memory_order_release);
    struct tcb *idle = smp_join();
    smp_leave(cpu);
    return &idle->context;
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
    has_user_counter = has_option(platform.command_line, "user_counter");
    if (has_user_counter)
        aarch64_cpu_start_user_counter();
    start_cpus();
    boot_main(&platform);
    // The root task's text was written as data.
    __asm__ volatile("ic ialluis" : : : "memory");
    DSB(ish);
    ISB();
    struct tcb *first = kernel_exit();
    smp_leave(&cpus[0]);
    return &first->context;
}
