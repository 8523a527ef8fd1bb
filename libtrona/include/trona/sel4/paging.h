// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Pages, page tables and ASIDs: what both architectures have under names of their own. <arch>.h includes this file with
// SEL4_ARCH_(name) set to its name, behind its SEL4_ARCH_(VMAttributes) and sel4_attributes().

typedef seL4_CPtr SEL4_ARCH_(Page);
typedef seL4_CPtr SEL4_ARCH_(PageTable);
typedef seL4_CPtr SEL4_ARCH_(ASIDControl);
typedef seL4_CPtr SEL4_ARCH_(ASIDPool);

static inline seL4_Error SEL4_ARCH_(Page_Map)(SEL4_ARCH_(Page) service, seL4_CPtr vspace, seL4_Word vaddr,
                                              seL4_CapRights_t rights, SEL4_ARCH_(VMAttributes) attr)
{
    return kn_frame_map(service, vaddr, rights.words[0], sel4_attributes(attr), vspace);
}

static inline seL4_Error SEL4_ARCH_(Page_Unmap)(SEL4_ARCH_(Page) service) { return kn_frame_unmap(service); }

typedef struct SEL4_ARCH_(Page_GetAddress) {
    int error;
    seL4_Word paddr;
} SEL4_ARCH_(Page_GetAddress_t);

static inline SEL4_ARCH_(Page_GetAddress_t) SEL4_ARCH_(Page_GetAddress)(SEL4_ARCH_(Page) service)
{
    SEL4_ARCH_(Page_GetAddress_t) result = {0};
    result.error = (int)kn_frame_get_address(service, &result.paddr);
    return result;
}

// The table goes where the first one is missing. Tables have no attributes here; those of seL4 are for their own memory.
static inline seL4_Error SEL4_ARCH_(PageTable_Map)(SEL4_ARCH_(PageTable) service, seL4_CPtr vspace, seL4_Word vaddr,
                                                   SEL4_ARCH_(VMAttributes) attr)
{
    return attr == SEL4_ARCH_(Default_VMAttributes) ? kn_page_table_map(service, vaddr, 0, vspace)
                                                    : seL4_InvalidArgument;
}

static inline seL4_Error SEL4_ARCH_(PageTable_Unmap)(SEL4_ARCH_(PageTable) service)
{
    return kn_page_table_unmap(service);
}

static inline seL4_Error SEL4_ARCH_(ASIDControl_MakePool)(SEL4_ARCH_(ASIDControl) service, seL4_Untyped untyped,
                                                          seL4_CNode root, seL4_Word index, seL4_Uint8 depth)
{
    return kn_asid_control_make_pool(service, index, depth, untyped, root);
}

static inline seL4_Error SEL4_ARCH_(ASIDPool_Assign)(SEL4_ARCH_(ASIDPool) service, seL4_CPtr vspace)
{
    return kn_asid_pool_assign(service, vspace);
}

#undef SEL4_ARCH_
