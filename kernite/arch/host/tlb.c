// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// The simulated translation of user addresses: table walk and TLB, independent of the kernel's own walker.

#include "arch/api/cpu.h"
#include "arch/api/mmu.h"
#include "arch/host/host.h"
#include "object/asid.h"

// The leaf entry for VA under ROOT; false if there is none.
static bool walk(word_t root, vaddr_t va, pte_t *leaf, word_t *size_bits)
{
    const pte_t *table = phys_to_ptr((paddr_t){root});
    for (word_t level = 0; level < ARCH_LEVELS; level++) {
        word_t shift = 12 + 9 * (3 - level);
        pte_t e = table[(va >> shift) & 511];
        if (!(e & HOST_PTE_VALID))
            return false;
        if (level == ARCH_LEVELS - 1 || !(e & HOST_PTE_TABLE)) {
            *leaf = e;
            *size_bits = shift;
            return true;
        }
        table = phys_to_ptr((paddr_t){e & HOST_PTE_PADDR});
    }
    return false;
}

static bool allows(pte_t e, word_t access)
{
    if (access == KN_VM_ACCESS_WRITE)
        return pte_rights(e) & KN_RIGHTS_WRITE;
    if (access == KN_VM_ACCESS_EXECUTE)
        return (pte_rights(e) & KN_RIGHTS_READ) && !(pte_attr(e) & KN_VM_ATTR_EXECUTE_NEVER);
    return pte_rights(e) & KN_RIGHTS_READ;
}

static struct host_tlb_entry *tlb_find(word_t asid, vaddr_t va)
{
    for (word_t i = 0; i < HOST_TLB_ENTRIES; i++) {
        struct host_tlb_entry *e = &host.cpu[host_cpu].tlb[i];
        if (e->is_valid && e->asid == asid && e->vaddr == (va & ~MASK(e->size_bits)))
            return e;
    }
    return NULL;
}

static struct host_tlb_entry *tlb_fill(word_t asid, vaddr_t va, word_t root)
{
    pte_t leaf;
    word_t size_bits;
    if (!walk(root, va, &leaf, &size_bits))
        return NULL;
    struct host_tlb_entry *e = &host.cpu[host_cpu].tlb[host.cpu[host_cpu].tlb_next];
    host.cpu[host_cpu].tlb_next = (host.cpu[host_cpu].tlb_next + 1) % HOST_TLB_ENTRIES;
    *e = (struct host_tlb_entry){true, asid, va & ~MASK(size_bits), size_bits, leaf};
    return e;
}

bool host_translate(vaddr_t va, word_t access, paddr_t *out)
{
    word_t root = host.cpu[host_cpu].root;
    word_t asid = host.cpu[host_cpu].asid;
    if (!root || va >= ARCH_USER_TOP)
        return false;
    struct host_tlb_entry *e = tlb_find(asid, va);
    // As on real CPUs, an entry that refuses may be out of date in the harmless direction: look again.
    if (e && !allows(e->pte, access)) {
        e->is_valid = false;
        e = NULL;
    }
    if (!e)
        e = tlb_fill(asid, va, root);
    if (!e || !allows(e->pte, access))
        return false;
    out->raw = (e->pte & HOST_PTE_PADDR) | (va & MASK(e->size_bits));
    return true;
}

static bool entry_is_coherent(const struct host_tlb_entry *e, const char **why)
{
    paddr_t root;
    pte_t leaf;
    word_t size_bits;
    if (!asid_lookup(e->asid, &root)) {
        *why = "a TLB entry has an ASID without an address space";
    } else if (!walk(root.raw, e->vaddr, &leaf, &size_bits) || size_bits != e->size_bits) {
        *why = "a TLB entry has no entry in the tables";
    } else if ((leaf & HOST_PTE_PADDR) != (e->pte & HOST_PTE_PADDR)) {
        *why = "a TLB entry leads to another frame than the tables";
    } else if (pte_rights(e->pte) & ~pte_rights(leaf)) {
        *why = "a TLB entry gives rights that the tables do not give";
    } else if (pte_attr(leaf) & ~pte_attr(e->pte)) {
        *why = "a TLB entry lacks a restriction that the tables have";
    } else {
        return true;
    }
    return false;
}

bool host_tlb_is_coherent(const char **why)
{
    for (word_t c = 0; c < host.nr_cpus; c++) {
        paddr_t root;
        word_t live = host.cpu[c].root;
        if (live && (!asid_lookup(host.cpu[c].asid, &root) || root.raw != live)) {
            *why = "the live root table does not belong to its ASID any more";
            return false;
        }
        for (word_t i = 0; i < HOST_TLB_ENTRIES; i++) {
            const struct host_tlb_entry *e = &host.cpu[c].tlb[i];
            if (e->is_valid && !entry_is_coherent(e, why))
                return false;
        }
    }
    return true;
}
