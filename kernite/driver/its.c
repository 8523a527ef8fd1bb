// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// The ITS (Arm IHI 0069, chapters 5 and 12). It reads commands from a queue in memory, and keeps in memory who may send what:
// a table of devices, for each device a table of its events (ITT), and a table of collections, which are CPUs; there is
// one. All of that is the kernel's own, for who could write it could have the ITS write anywhere. It is of fixed size:
//
//   vector n is event n of its device and LPI n, enabled for ever; without its mapping it never comes
//   as there are as many ITTs as vectors, there is one for every device that has a vector
//
// The ITS need not be coherent with the caches: to it the memory is uncached, and what the kernel writes is cleaned.
//
// I1  Vectors of one device have one ITT, of different devices different ones; a device without vector is not mapped.

#include "driver/its.h"

#include "arch/aarch64/sysreg.h"
#include "arch/api/cpu.h"
#include "arch/api/mmu.h"
#include "debug/log.h"
#include "driver/gic.h"
#include "driver/gic_registers.h"

#define GITS_CTLR 0x0
#define GITS_CTLR_ENABLED 0x1u
#define GITS_CTLR_QUIESCENT 0x80000000u
#define GITS_TYPER 0x8
#define GITS_TYPER_ITT_ENTRY(type) (((type) >> 4 & 0xf) + 1) // bytes
#define GITS_TYPER_EVENT_BITS(type) (((type) >> 8 & 0x1f) + 1)
#define GITS_TYPER_DEVICE_BITS(type) (((type) >> 13 & 0x1f) + 1)
#define GITS_TYPER_PTA 0x80000                               // CPUs are named by the addresses of their redistributors
#define GITS_CBASER 0x80
#define GITS_CWRITER 0x88
#define GITS_CREADR 0x90
#define GITS_BASER(i) (0x100 + 8 * (i))
#define GITS_NR_BASERS 8
#define GITS_BASER_TYPE(value) ((value) >> 56 & 7)
#define GITS_BASER_DEVICES 1
#define GITS_BASER_COLLECTIONS 4
#define GITS_BASER_ENTRY(value) (((value) >> 48 & 0x1f) + 1) // bytes
#define GITS_BASER_PAGE_SIZE 0x300                           // 0: 4 KiB
#define GITS_TRANSLATER 0x10040

#define VALID BIT(63)           // of CBASER, BASER and the commands that map
#define UNCACHED BIT(59)        // of CBASER and BASER
#define COMMAND_MAPD 0x08
#define COMMAND_MAPC 0x09
#define COMMAND_MAPTI 0x0a
#define COMMAND_DISCARD 0x0f
#define COMMAND_SYNC 0x05
#define COMMAND_CPU_SHIFT 16

#define PAGE 0x1000
#define EVENT_BITS 6
#define ITT_ENTRY_MAX 16
#define MAX_READS 1000          // of GITS_CREADR, until the ITS is given up
#define ALL_DEVICES (~(word_t)0)
static_assert(ITS_NR_VECTORS == BIT(EVENT_BITS), "an event for each vector; a bit of a word for each ITT");

// What the GIC reads and writes. The queue and the pending table must lie at multiples of 64 KiB.
struct its_memory {
    uint64_t queue[PAGE / 32][4];                    // [k] commands
    unsigned char collections[PAGE];                   // the ITS's own
    unsigned char properties[GIC_LPI_PROPERTY_BYTES];  // [I] for the redistributor: which LPIs are on
    unsigned char devices[12 * PAGE];                  // the ITS's own: where a device's ITT is
    unsigned char pending[PAGE];                       // the redistributor's own: LPIs that wait to be taken
    unsigned char itt[ITS_NR_VECTORS][ITS_NR_VECTORS * ITT_ENTRY_MAX]; // the ITS's own while a device has it
};
static_assert(__builtin_offsetof(struct its_memory, pending) % 0x10000 == 0, "for GICR_PENDBASER");
static_assert(GIC_LPI_PENDING_BYTES <= PAGE, "the pending table has room");

struct vector {
    bool is_mapped;     // [k] somebody has it
    unsigned char itt;  // [k] number of its device's ITT
    uint32_t device;    // [k] that may send it
};

static struct its_memory memory __attribute__((aligned(0x10000)));
static char *gits;             // [I]
static paddr_t translater;     // [I] where devices write
static word_t nr_devices;      // [I]
static word_t cpu;             // [I] the boot CPU, as commands name it in their third word
static bool is_working;        // [k]
static word_t next;            // [k] command to be written
static struct vector vectors[ITS_NR_VECTORS]; // [k] I1

bool its_works(void) { return is_working; }
word_t its_device_count(void) { return nr_devices; }

static void put(word_t code, word_t device, word_t w1, word_t w2)
{
    uint64_t *command = memory.queue[next];
    next = (next + 1) % ARRAY_SIZE(memory.queue);
    command[0] = code | device << 32;
    command[1] = w1;
    command[2] = w2;
    command[3] = 0;
}

static void put_device(word_t device, word_t itt, word_t valid)
{
    put(COMMAND_MAPD, device, EVENT_BITS - 1, ptr_to_phys(memory.itt[itt]).raw | valid);
}

// Has the ITS carry out the commands that were put; their effects are visible everywhere then.
static void run(void)
{
    put(COMMAND_SYNC, 0, 0, cpu);
    arch_clean_frame(memory.queue, sizeof memory.queue);
    gic_write64(gits, GITS_CWRITER, next * sizeof memory.queue[0]);
    for (word_t i = 0; i < MAX_READS; i++) {
        if (gic_read64(gits, GITS_CREADR) == next * sizeof memory.queue[0])
            return;
        arch_cpu_relax();
    }
    is_working = false;
    klog("the ITS has stopped: it does not carry out command %lu\n", next);
}

static bool set_table(word_t i, void *table, word_t bytes)
{
    gic_write64(gits, GITS_BASER(i), VALID | UNCACHED | ptr_to_phys(table).raw | (bytes / PAGE - 1));
    return !(gic_read64(gits, GITS_BASER(i)) & GITS_BASER_PAGE_SIZE);
}

static bool set_tables(void)
{
    bool fits = true;
    for (word_t i = 0; i < GITS_NR_BASERS; i++) {
        word_t value = gic_read64(gits, GITS_BASER(i));
        if (GITS_BASER_TYPE(value) == GITS_BASER_DEVICES) {
            fits &= set_table(i, memory.devices, sizeof memory.devices);
            nr_devices = sizeof memory.devices / GITS_BASER_ENTRY(value);
        } else if (GITS_BASER_TYPE(value) == GITS_BASER_COLLECTIONS) {
            fits &= set_table(i, memory.collections, sizeof memory.collections);
        }
    }
    return fits;
}

static bool start(void)
{
    word_t type = gic_read64(gits, GITS_TYPER);
    bool is_idle = (gic_read(gits, GITS_CTLR) & (GITS_CTLR_QUIESCENT | GITS_CTLR_ENABLED)) == GITS_CTLR_QUIESCENT;
    if (!is_idle || (type & GITS_TYPER_PTA) || GITS_TYPER_ITT_ENTRY(type) > ITT_ENTRY_MAX ||
        GITS_TYPER_EVENT_BITS(type) < EVENT_BITS || !set_tables())
        return false;
    if (nr_devices > BIT(GITS_TYPER_DEVICE_BITS(type)))
        nr_devices = BIT(GITS_TYPER_DEVICE_BITS(type));
    for (word_t i = 0; i < ITS_NR_VECTORS; i++)
        memory.properties[i] = GIC_LPI_ENABLED;
    arch_clean_frame(&memory, sizeof memory);
    if (!gicv3_enable_lpis(ptr_to_phys(memory.properties), ptr_to_phys(memory.pending), &cpu))
        return false;
    cpu <<= COMMAND_CPU_SHIFT;
    gic_write64(gits, GITS_CBASER, VALID | UNCACHED | ptr_to_phys(memory.queue).raw | (sizeof memory.queue / PAGE - 1));
    gic_write64(gits, GITS_CWRITER, 0);
    gic_write(gits, GITS_CTLR, GITS_CTLR_ENABLED);
    is_working = true;
    put(COMMAND_MAPC, 0, 0, VALID | cpu);
    run();
    return is_working;
}

void its_init(void *registers, paddr_t base)
{
    gits = registers;
    translater.raw = base.raw + GITS_TRANSLATER;
    if (!start())
        klog("the ITS at %lx is not used: there are no message-signalled interrupts\n", base.raw);
}

// The ITTs, as bits, of DEVICE or ALL_DEVICES.
static word_t itts_of(word_t device)
{
    word_t itts = 0;
    for (const struct vector *v = vectors; v < vectors + ITS_NR_VECTORS; v++)
        if (v->is_mapped && (device == ALL_DEVICES || v->device == device))
            itts |= BIT(v->itt);
    return itts;
}

bool its_map(word_t vector, word_t device, word_t *address, word_t *data)
{
    kassert(is_working && device < nr_devices && !vectors[vector].is_mapped);
    word_t itts = itts_of(device), itt = (word_t)__builtin_ctzl(itts ? itts : ~itts_of(ALL_DEVICES));
    if (!itts) {
        arch_clear(memory.itt[itt], sizeof memory.itt[itt]);
        arch_clean_frame(memory.itt[itt], sizeof memory.itt[itt]);
        put_device(device, itt, VALID);
    }
    vectors[vector] = (struct vector){true, (unsigned char)itt, (uint32_t)device};
    put(COMMAND_MAPTI, device, vector | (GIC_FIRST_LPI + vector) << 32, 0);
    run();
    *address = translater.raw;
    *data = vector;
    return is_working;
}

void its_unmap(word_t vector)
{
    struct vector *v = &vectors[vector];
    v->is_mapped = false;
    if (!is_working)
        return;
    put(COMMAND_DISCARD, v->device, vector, 0);
    if (!itts_of(v->device))
        put_device(v->device, v->itt, 0);
    run();
}
