// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// From the device tree to struct platform and struct machine.

#include "arch/aarch64/platform.h"

#include "arch/aarch64/fdt.h"
#include "arch/aarch64/sysreg.h"
#include "arch/api/mmu.h"
#include "core/ranges.h"
#include "debug/log.h"

#define INTID_SPI_BASE 32
#define INTID_PPI_BASE 16
#define INTERRUPT_CELLS 3     // type, number, trigger: both GIC bindings
#define TIMER_PHYSICAL 1      // entries of the timer's interrupts: secure, physical, virtual, hypervisor
#define TIMER_VIRTUAL 2
#define ADDRESS_BITS_MAX 48   // what a capability can name

struct machine machine;

extern char image_start[], image_end[]; // kernel.ld

static void read_chosen(const struct fdt *f, const struct fdt_node *node, struct platform *platform)
{
    struct fdt_value arguments = fdt_property(f, node, "bootargs");
    if (arguments.length > sizeof platform->command_line)
        kpanic("the command line is longer than %lu bytes", sizeof platform->command_line - 1);
    for (word_t i = 0; i + 1 < arguments.length; i++)
        platform->command_line[i] = (char)arguments.data[i];

    struct fdt_value first = fdt_property(f, node, "linux,initrd-start");
    struct fdt_value last = fdt_property(f, node, "linux,initrd-end");
    word_t start, end;
    if (!first.data && !last.data)
        return;
    if (!fdt_cells(first, 0, first.length / 4, &start) || !fdt_cells(last, 0, last.length / 4, &end) || start > end)
        kpanic("device tree: /chosen has a bad linux,initrd-start or linux,initrd-end");
    platform->archive_start.raw = start;
    platform->archive_size = end - start;
}

static void read_memory(const struct fdt *f, const struct fdt_node *node, struct platform *platform)
{
    word_t address, size;
    for (word_t i = 0; fdt_reg(f, node, i, &address, &size); i++)
        ranges_add(platform->ram, &platform->nr_ram, ALIGN_UP(address, 12), (address + size) & ~MASK(12), "RAM");
}

static void add_reserved(struct platform *platform, word_t start, word_t end)
{
    ranges_add(platform->reserved, &platform->nr_reserved, start & ~MASK(12), ALIGN_UP(end, 12), "reserved RAM");
}

static void read_reserved_memory(const struct fdt *f, const struct fdt_node *node, struct platform *platform)
{
    word_t address, size;
    for (word_t i = 0; fdt_reg(f, node, i, &address, &size); i++)
        add_reserved(platform, address, address + size);
}

// The others: the boot CPU is there already.
static void read_cpu(const struct fdt *f, const struct fdt_node *node)
{
    word_t affinity;
    if (!fdt_cells(fdt_property(f, node, "reg"), 0, node->address_cells, &affinity))
        kpanic("device tree: %s has a bad reg", node->name);
    if (affinity == machine.cpu_affinity[0])
        return;
    if (machine.nr_cpus < KERNEL_MAX_CPUS && fdt_has_string(f, node, "enable-method", "psci"))
        machine.cpu_affinity[machine.nr_cpus++] = affinity;
    else
        machine.nr_other_cpus++;
}

static void read_psci(const struct fdt *f, const struct fdt_node *node)
{
    if (fdt_has_string(f, node, "method", "hvc"))
        machine.psci = PSCI_HVC;
    else if (fdt_has_string(f, node, "method", "smc"))
        machine.psci = PSCI_SMC;
    else
        kpanic("device tree: %s has neither hvc nor smc as its method", node->name);
}

static struct device_region region(const struct fdt *f, const struct fdt_node *node, word_t index)
{
    struct device_region r;
    if (!fdt_reg(f, node, index, &r.base, &r.size) || !r.size)
        kpanic("device tree: %s lacks region %lu of its reg", node->name, index);
    return r;
}

static void read_gic(const struct fdt *f, const struct fdt_node *node, word_t version)
{
    machine.gic_version = version;
    machine.gic_distributor = region(f, node, 0);
    if (version == 2) {
        machine.gic_cpu = region(f, node, 1);
        return;
    }
    word_t count = 1;
    fdt_cells(fdt_property(f, node, "#redistributor-regions"), 0, 1, &count);
    if (count > MAX_REDISTRIBUTOR_REGIONS)
        kpanic("device tree: %s has more than %d redistributor regions", node->name, MAX_REDISTRIBUTOR_REGIONS);
    for (word_t i = 0; i < count; i++)
        machine.gic_redistributors[i] = region(f, node, 1 + i);
}

static word_t timer_irq(const struct fdt *f, const struct fdt_node *node, word_t which)
{
    struct fdt_value list = fdt_property(f, node, "interrupts");
    word_t type, number;
    if (!fdt_cells(list, which * INTERRUPT_CELLS, 1, &type) || !fdt_cells(list, which * INTERRUPT_CELLS + 1, 1, &number) ||
        type != 1 || INTID_PPI_BASE + number >= INTID_SPI_BASE)
        kpanic("device tree: entry %lu of %s's interrupts is no private interrupt", which, node->name);
    return INTID_PPI_BASE + number;
}

static bool is_compatible(const struct fdt *f, const struct fdt_node *node, const char *binding)
{
    return fdt_has_string(f, node, "compatible", binding);
}

static void read_node(const struct fdt *f, const struct fdt_node *node, bool is_reserved_memory, struct platform *platform)
{
    if (node->depth == 1 && fdt_name_is(node, "chosen"))
        read_chosen(f, node, platform);
    else if (fdt_has_string(f, node, "device_type", "memory"))
        read_memory(f, node, platform);
    else if (fdt_has_string(f, node, "device_type", "cpu"))
        read_cpu(f, node);
    else if (is_reserved_memory)
        read_reserved_memory(f, node, platform);
    else if (is_compatible(f, node, "arm,psci-1.0") || is_compatible(f, node, "arm,psci-0.2"))
        read_psci(f, node);
    else if (is_compatible(f, node, "arm,gic-v3"))
        read_gic(f, node, 3);
    else if (is_compatible(f, node, "arm,gic-v3-its") && !machine.gic_its.size)
        machine.gic_its = region(f, node, 0);
    else if (is_compatible(f, node, "arm,cortex-a15-gic") || is_compatible(f, node, "arm,gic-400"))
        read_gic(f, node, 2);
    else if (is_compatible(f, node, "arm,armv8-timer")) {
        machine.user_timer_irq = timer_irq(f, node, TIMER_PHYSICAL);
        machine.kernel_timer_irq = timer_irq(f, node, TIMER_VIRTUAL);
    }
}

// Disabled nodes are not for this side of the machine: secure memory, for instance.
static bool is_available(const struct fdt *f, const struct fdt_node *node)
{
    return !fdt_property(f, node, "status").data || fdt_has_string(f, node, "status", "okay") ||
           fdt_has_string(f, node, "status", "ok");
}

static void read_nodes(const struct fdt *f, struct platform *platform)
{
    struct fdt_walk walk = {.fdt = f};
    struct fdt_node node;
    bool is_reserved_memory = false;
    while (fdt_next_node(&walk, &node)) {
        if (node.depth == 1)
            is_reserved_memory = fdt_name_is(&node, "reserved-memory");
        if (is_available(f, &node))
            read_node(f, &node, is_reserved_memory && node.depth == 2, platform);
    }
}

static void check_complete(const struct platform *platform)
{
    if (!platform->nr_ram)
        kpanic("device tree: no memory node with a usable reg");
    if (!machine.gic_version)
        kpanic("device tree: no interrupt controller that the kernel drives (GICv2, GICv3)");
    if (!machine.kernel_timer_irq)
        kpanic("device tree: no arm,armv8-timer");
    if (machine.psci == PSCI_NONE)
        kpanic("device tree: no PSCI 0.2 or later");
}

static void subtract_device(struct platform *platform, word_t start, word_t end)
{
    ranges_subtract(platform->device, &platform->nr_device, start & ~MASK(12), ALIGN_UP(end, 12), "devices");
}

static void subtract_region(struct platform *platform, struct device_region r)
{
    subtract_device(platform, r.base, r.base + r.size);
}

// Everything that is neither RAM nor the kernel's own device. Nobody can tell which of it answers; an access to what does
// not is the user's exception.
static void find_device_memory(struct platform *platform)
{
    static const unsigned char address_bits[] = {32, 36, 40, 42, 44, 48};
    word_t size = SYSREG_READ(id_aa64mmfr0_el1) & 0xf;
    word_t end = BIT(size < sizeof address_bits ? address_bits[size] : ADDRESS_BITS_MAX);
    ranges_add(platform->device, &platform->nr_device, 0, end, "devices");
    for (word_t i = 0; i < platform->nr_ram; i++)
        subtract_device(platform, platform->ram[i].start.raw, platform->ram[i].end.raw);
    subtract_region(platform, machine.gic_distributor);
    subtract_region(platform, machine.gic_cpu);
    subtract_region(platform, machine.gic_its);
    for (word_t i = 0; i < MAX_REDISTRIBUTOR_REGIONS; i++)
        subtract_region(platform, machine.gic_redistributors[i]);
}

void platform_from_device_tree(struct platform *platform, const void *blob, paddr_t p, word_t size)
{
    struct fdt fdt;
    const char *problem = fdt_open(&fdt, blob, size);
    if (problem)
        kpanic("%s", problem);
    word_t image = ptr_to_phys(image_start).raw;
    add_reserved(platform, image, image + (word_t)(image_end - image_start));
    machine.nr_cpus = 1;
    machine.cpu_affinity[0] = SYSREG_READ(mpidr_el1) & MPIDR_AFFINITY;
    word_t start, length;
    for (word_t i = 0; fdt_reservation(&fdt, i, &start, &length); i++)
        add_reserved(platform, start, start + length);
    read_nodes(&fdt, platform);
    check_complete(platform);
    find_device_memory(platform);
    platform->firmware = p;
    platform->firmware_size = fdt.used_size;
    platform->ticks_per_second = SYSREG_READ(cntfrq_el0);
}
