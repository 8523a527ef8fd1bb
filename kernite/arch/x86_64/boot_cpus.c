// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Starting the other CPUs: INIT and two STARTUP messages to the local APIC of each (Intel SDM volume 3, "MP Initialization
// Protocol"), one CPU after the other. A CPU starts in real mode at address 0, which is in no untyped, goes on with the
// boot code's tables, sets itself up, says so, and waits for the kernel lock.

#include <stdatomic.h>

#include "arch/api/cpu.h"
#include "arch/api/mmu.h"
#include "arch/api/timer.h"
#include "arch/x86_64/acpi.h"
#include "arch/x86_64/boot.h"
#include "arch/x86_64/descriptors.h"
#include "arch/x86_64/entry.h"
#include "arch/x86_64/features.h"
#include "arch/x86_64/irq.h"
#include "arch/x86_64/kernel_map.h"
#include "arch/x86_64/switch.h"
#include "core/boot.h"
#include "core/smp.h"
#include "debug/log.h"
#include "driver/lapic.h"

#define TRAMPOLINE_PAGE 0
#define INIT_US 10000
#define STARTUP_US 200
#define PATIENCE_US 1000000

struct cpu *x86_64_starting_cpu;
static const struct acpi_info *acpi_info;
static atomic_bool is_up; // the CPU that is being started is

_Noreturn void x86_64_boot_cpu(struct cpu *cpu)
{
    x86_64_cpu_init(cpu);
    x86_64_enter_kernel_root();
    x86_64_use_smp_syscalls();
    x86_64_irq_init_cpu(acpi_info);
    atomic_store(&is_up, true);
    x86_64_leave(smp_join());
}

// Waits until the CPU is up, for US microseconds at most.
static bool wait(word_t us)
{
    ticks_t end = arch_timer_now() + arch_us_to_ticks(us);
    while (!atomic_load(&is_up) && arch_timer_now() < end)
        arch_cpu_relax();
    return atomic_load(&is_up);
}

static void start(struct cpu *cpu)
{
    uint8_t id = x86_64_lapic_ids[cpu->id];
    x86_64_starting_cpu = cpu;
    atomic_store(&is_up, false);
    lapic_send_init(id);
    wait(INIT_US);
    lapic_send_startup(id, TRAMPOLINE_PAGE);
    if (wait(STARTUP_US))
        return;
    lapic_send_startup(id, TRAMPOLINE_PAGE);
    if (!wait(PATIENCE_US))
        kpanic("boot: CPU %lu, local APIC %u, does not start", cpu->id, id);
}

// Fills in x86_64_lapic_ids behind this CPU's; returns how many there are.
static word_t number_cpus(const struct acpi_info *acpi)
{
    word_t nr = 1;
    for (word_t i = 0; i < acpi->nr_cpus && i < KERNEL_MAX_CPUS && nr < KERNEL_MAX_CPUS; i++)
        if (acpi->lapic_id[i] != x86_64_lapic_ids[0])
            x86_64_lapic_ids[nr++] = acpi->lapic_id[i];
    return nr;
}

void x86_64_start_cpus(const struct acpi_info *acpi, const struct platform *platform)
{
    word_t nr = number_cpus(acpi);
    if (acpi->nr_cpus > nr)
        klog("boot: %lu CPUs, of which %lu are used\n", acpi->nr_cpus, nr);
    if (nr == 1)
        return;
    if (platform->nr_ram == 0 || platform->ram[0].start.raw != 0)
        kpanic("boot: there is no RAM at address 0 for other CPUs to start in");
    __builtin_memcpy(phys_to_ptr((paddr_t){TRAMPOLINE_PAGE}), phys_to_ptr((paddr_t){(word_t)x86_64_trampoline}),
                     (word_t)(x86_64_trampoline_end - x86_64_trampoline));
    acpi_info = acpi;
    for (word_t i = 1; i < nr; i++) {
        cpus[i].self = &cpus[i];
        cpus[i].id = i;
        cpus[i].kernel_stack = (word_t)(&x86_64_kernel_stacks[i] + 1);
    }
    x86_64_use_smp_syscalls();
    smp_boot(nr);
    for (word_t i = 1; i < nr; i++)
        start(&cpus[i]);
}
