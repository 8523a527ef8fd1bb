// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Boot on the first CPU, up to the root task. The order matters: the firmware's tables are read while the identity map is
// there, the devices are mapped when the kernel's own tables are.

#include "arch/x86_64/boot.h"

#include "arch/api/cpu.h"
#include "arch/api/mmu.h"
#include "arch/x86_64/acpi.h"
#include "arch/x86_64/entry.h"
#include "arch/x86_64/features.h"
#include "arch/x86_64/irq.h"
#include "arch/x86_64/kernel_map.h"
#include "core/ranges.h"
#include "arch/x86_64/timer.h"
#include "core/scheduler.h"
#include "debug/log.h"

#define FOUR_GIB 0x100000000
#define GIB_BITS 30
#define ADDRESS_BITS 47 // of the largest untyped
#define PAGE BIT(KN_PAGE_BITS)

extern const char kernel_image_start[], kernel_end[]; // kernel.ld: physical, virtual

static struct platform platform;
static struct acpi_info acpi;

void x86_64_copy_command_line(word_t p, struct platform *to)
{
    const char *from = (const char *)p;
    word_t i = 0;
    for (; from && from[i] && i < sizeof(to->command_line) - 1; i++)
        to->command_line[i] = from[i];
    to->command_line[i] = 0;
}

static void add_device(word_t start, word_t end)
{
    ranges_add(platform.device, &platform.nr_device, start, end, "device memory");
}

static void remove_device(word_t start, word_t end)
{
    ranges_subtract(platform.device, &platform.nr_device, start, end, "device memory");
}

// All that is not RAM below 4 GiB, and above RAM what PCI windows may use; but not what the kernel drives itself.
static void find_devices(void)
{
    word_t top = FOUR_GIB;
    add_device(0, FOUR_GIB);
    for (word_t i = 0; i < platform.nr_ram; i++) {
        remove_device(platform.ram[i].start.raw, platform.ram[i].end.raw);
        if (platform.ram[i].end.raw > top)
            top = platform.ram[i].end.raw;
    }
    word_t bits = x86_64_features.nr_phys_bits < ADDRESS_BITS ? x86_64_features.nr_phys_bits : ADDRESS_BITS;
    add_device(ALIGN_UP(top, GIB_BITS), BIT(bits));
    remove_device(acpi.lapic.raw, acpi.lapic.raw + PAGE);
    for (word_t i = 0; i < acpi.nr_ioapics; i++)
        remove_device(acpi.ioapic[i].address.raw, acpi.ioapic[i].address.raw + PAGE);
}

static void reserve(word_t start, word_t end)
{
    ranges_add(platform.reserved, &platform.nr_reserved, start, end, "reserved memory");
}

static void read_platform(word_t protocol, word_t info)
{
    if (protocol == BOOT_PVH)
        x86_64_read_pvh(info, &platform);
    else
        x86_64_read_multiboot2(info, &platform);
    reserve(0, PAGE); // an object at address 0 would look like none; other CPUs start there
    reserve((word_t)kernel_image_start, ptr_to_phys(kernel_end).raw);
    acpi_read(platform.firmware, &acpi);
    if (acpi.lapic.raw == 0 || acpi.nr_ioapics == 0)
        kpanic("no ACPI table names the interrupt controllers");
}

_Noreturn void x86_64_boot(word_t protocol, word_t info)
{
    struct cpu *cpu = &cpus[0];
    cpu->self = cpu;
    cpu->kernel_stack = (word_t)(&x86_64_kernel_stacks[0] + 1);
    x86_64_cpu_init(cpu);
    read_platform(protocol, info);
    find_devices(); // before RAM is cut: what the kernel cannot use is not a device
    x86_64_kernel_map_init(&platform);
    x86_64_irq_init(&acpi);
    x86_64_timer_init(&acpi);
    platform.ticks_per_second = x86_64_ticks_per_second();
    x86_64_start_cpus(&acpi, &platform);
    boot_main(&platform);
    x86_64_leave(kernel_exit());
}
