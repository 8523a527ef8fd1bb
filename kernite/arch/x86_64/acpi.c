// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// ACPI 6: RSDP -> RSDT or XSDT -> MADT ("APIC"), FADT ("FACP"), HPET. Fields are read bytewise by their offsets; nothing
// is aligned in these tables.

#include "acpi.h"

#include "debug/log.h"

#define IDENTITY_END 0x100000000

#define RSDP_BYTES 20
#define RSDP_REVISION 15
#define RSDP_RSDT 16
#define RSDP_XSDT 24
#define HEADER_BYTES 36
#define HEADER_LENGTH 4
#define MADT_LAPIC 36
#define MADT_ENTRIES 44
#define MADT_TYPE_CPU 0
#define MADT_CPU_ENABLED BIT(0)
#define MADT_TYPE_IOAPIC 1
#define MADT_TYPE_LAPIC_ADDRESS 5
#define FADT_PM_TIMER 76
#define HPET_ADDRESS 44

static word_t read_field(const unsigned char *p, word_t nr_bytes)
{
    word_t v = 0;
    for (word_t i = nr_bytes; i > 0; i--)
        v = v << 8 | p[i - 1];
    return v;
}

static bool checksum_ok(const unsigned char *p, word_t nr_bytes)
{
    unsigned char sum = 0;
    for (word_t i = 0; i < nr_bytes; i++)
        sum += p[i];
    return sum == 0;
}

// The table at P and its length; NULL if it is out of reach or damaged.
static const unsigned char *table_at(word_t p, word_t *length)
{
    if (p == 0 || p > IDENTITY_END - HEADER_BYTES)
        return NULL;
    const unsigned char *t = (const unsigned char *)p;
    *length = read_field(t + HEADER_LENGTH, 4);
    if (*length < HEADER_BYTES || *length > IDENTITY_END - p || !checksum_ok(t, *length))
        return NULL;
    return t;
}

static bool has_signature(const unsigned char *t, const char *signature)
{
    return t[0] == signature[0] && t[1] == signature[1] && t[2] == signature[2] && t[3] == signature[3];
}

static void add_ioapic(const unsigned char *entry, struct acpi_info *info)
{
    if (info->nr_ioapics == ACPI_MAX_IOAPICS)
        return;
    info->ioapic[info->nr_ioapics].address = (paddr_t){read_field(entry + 4, 4)};
    info->ioapic[info->nr_ioapics].first_gsi = read_field(entry + 8, 4);
    info->nr_ioapics++;
}

static void add_cpu(const unsigned char *entry, struct acpi_info *info)
{
    if (!(read_field(entry + 4, 4) & MADT_CPU_ENABLED))
        return;
    if (info->nr_cpus < KERNEL_MAX_CPUS)
        info->lapic_id[info->nr_cpus] = entry[3];
    info->nr_cpus++;
}

static void read_madt(const unsigned char *t, word_t length, struct acpi_info *info)
{
    if (length < MADT_ENTRIES)
        return;
    info->lapic = (paddr_t){read_field(t + MADT_LAPIC, 4)};
    for (word_t at = MADT_ENTRIES; at + 2 <= length;) {
        word_t type = t[at], size = t[at + 1];
        if (size < 2 || size > length - at)
            return;
        if (type == MADT_TYPE_CPU && size >= 8)
            add_cpu(t + at, info);
        if (type == MADT_TYPE_IOAPIC && size >= 12)
            add_ioapic(t + at, info);
        if (type == MADT_TYPE_LAPIC_ADDRESS && size >= 12)
            info->lapic = (paddr_t){read_field(t + at + 4, 8)};
        at += size;
    }
}

static void read_table(word_t p, struct acpi_info *info)
{
    word_t length;
    const unsigned char *t = table_at(p, &length);
    if (!t)
        return;
    if (has_signature(t, "APIC"))
        read_madt(t, length, info);
    else if (has_signature(t, "FACP") && length >= FADT_PM_TIMER + 4)
        info->pm_timer_port = (uint16_t)read_field(t + FADT_PM_TIMER, 4);
    else if (has_signature(t, "HPET") && length >= HPET_ADDRESS + 8)
        info->hpet = (paddr_t){read_field(t + HPET_ADDRESS, 8)};
}

void acpi_read(paddr_t rsdp, struct acpi_info *info)
{
    *info = (struct acpi_info){0};
    const unsigned char *r = (const unsigned char *)rsdp.raw;
    if (!r || rsdp.raw > IDENTITY_END - HEADER_BYTES || !checksum_ok(r, RSDP_BYTES))
        return;
    bool is_xsdt = r[RSDP_REVISION] >= 2 && read_field(r + RSDP_XSDT, 8) != 0;
    word_t entry_size = is_xsdt ? 8 : 4;
    word_t length;
    const unsigned char *list =
        table_at(is_xsdt ? read_field(r + RSDP_XSDT, 8) : read_field(r + RSDP_RSDT, 4), &length);
    for (word_t at = HEADER_BYTES; list && at + entry_size <= length; at += entry_size)
        read_table(read_field(list + at, entry_size), info);
}
