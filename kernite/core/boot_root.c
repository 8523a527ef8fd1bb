// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// The root task. Its objects are taken from one block of memory, whose untyped capability it gets too: boot does what
// Untyped_Retype would have done, so that revoking that untyped frees them.
//
// The CNode, from KN_INIT_CAP_FIRST_FREE on: untypeds, scheduling controls, page tables, image frames, boot information
// frames, archive frames, firmware frames, log frames; then empty slots.
//
// I1  Every capability made here is a root of the derivation tree (untypeds, controls, log frames) or a child of
//     the untyped that covers its object.
// I2  The boot information describes exactly the slots that are filled.

#include "core/boot_root.h"

#include "arch/api/boot.h"
#include "arch/api/context.h"
#include "arch/api/cpu.h"
#include "arch/api/mmu.h"
#include "arch/api/timer.h"
#include "core/objects.h"
#include "core/scheduler.h"
#include "debug/log.h"
#include "object/asid.h"
#include "object/sched_context.h"
#include "object/tcb.h"

#define PAGE_SIZE BIT(KN_PAGE_BITS)
#define FREE_SLOTS 4096        // for the root task's own use and everything but archive frames
#define SLOTS_A_PAGE 3         // of the archive: its frame, and copies to map it into two servers
#define ROOT_BUDGET_US 10000
#define ROOT_PRIORITY (KN_NR_PRIORITIES - 1)

struct cte *boot_root_slot(struct boot_root *root)
{
    if (root->next_slot == BIT(root->radix))
        kpanic("boot: the root task's CNode is too small for what there is");
    return &root->cnode[root->next_slot++];
}

static struct cap with_size(struct cap cap, word_t size_bits, bool is_device)
{
    return cap_with_field(cap_with_field(cap, 53, 6, size_bits), 59, 1, is_device);
}

struct cap boot_frame_cap(paddr_t frame, word_t rights, word_t map)
{
    return with_size(cap_with_rights(cap_new(KN_CAP_TYPE_FRAME, frame, map), rights), KN_PAGE_BITS, false);
}

static word_t pages(word_t bytes) { return ALIGN_UP(bytes, KN_PAGE_BITS) >> KN_PAGE_BITS; }
static word_t region_pages(const struct boot_region *r) { return (r->end.raw - r->start.raw) >> KN_PAGE_BITS; }

static word_t string_size(const char *s)
{
    word_t size = 1;
    while (*s++)
        size++;
    return size;
}

static word_t cnode_radix(void)
{
    word_t slots = region_pages(&boot_archive_region) * SLOTS_A_PAGE + FREE_SLOTS;
    return 64 - (word_t)__builtin_clzl(slots - 1);
}

// Sets memory aside for everything, and takes the CNode from it: it is the largest and needs the strictest alignment.
static void reserve(struct boot_root *root)
{
    word_t info = sizeof(struct kn_boot_info) + boot_max_blocks() * sizeof(struct kn_untyped_desc) +
                  string_size(root->platform->command_line);
    root->info_pages = pages(info);
    word_t bytes = BIT(root->radix + KN_SLOT_BITS) + BIT(KN_VSPACE_BITS) + BIT(KN_ASID_POOL_BITS) +
                   (boot_space_max_tables(root->image, root->info_pages) << KN_PAGE_TABLE_BITS) +
                   (root->image->nr_pages + root->info_pages + 1) * PAGE_SIZE + BIT(KN_TCB_BITS) +
                   BIT(KN_SCHED_CONTEXT_MIN_BITS);
    boot_memory_reserve(bytes);
    paddr_t cnode = boot_alloc(root->radix + KN_SLOT_BITS);
    root->cnode = phys_to_ptr(cnode);
    __builtin_memset(root->cnode, 0, BIT(root->radix + KN_SLOT_BITS));
}

// The untyped capabilities of all blocks, in the order of their descriptors.
static void make_untypeds(struct boot_root *root)
{
    for (word_t i = 0; i < boot_nr_blocks(); i++) {
        const struct boot_block *b = boot_block(i);
        struct cte *slot = boot_root_slot(root);
        cdt_insert_root(with_size(cap_new(KN_CAP_TYPE_UNTYPED, b->start, b->used), b->size_bits, b->is_device), slot);
        if (i == boot_object_block())
            root->objects = slot;
    }
}

static void make_roots(struct boot_root *root)
{
    static const struct { word_t type, slot; } caps[] = {
        {KN_CAP_TYPE_IRQ_CONTROL, KN_INIT_CAP_IRQ_CONTROL},
        {KN_CAP_TYPE_ASID_CONTROL, KN_INIT_CAP_ASID_CONTROL},
        ARCH_INIT_CAPS
    };
    for (word_t i = 0; i < ARRAY_SIZE(caps); i++)
        cdt_insert_root(cap_new(caps[i].type, (paddr_t){0}, 0), &root->cnode[caps[i].slot]);
    root->info->sched_control.start = root->next_slot;
    for (word_t i = 0; i < nr_cpus; i++)
        cdt_insert_root(cap_new(KN_CAP_TYPE_SCHED_CONTROL, (paddr_t){0}, i), boot_root_slot(root));
    root->info->sched_control.end = root->next_slot;
}

// The capability of an object at P made from the boot objects' untyped.
static void insert_object(struct boot_root *root, struct cap cap, word_t slot)
{
    cdt_insert_object(cap, root->objects, &root->cnode[slot]);
}

static void make_space(struct boot_root *root)
{
    paddr_t pool = boot_alloc(KN_ASID_POOL_BITS);
    __builtin_memset(phys_to_ptr(pool), 0, BIT(KN_ASID_POOL_BITS));
    asid_pool_install(0, pool);
    insert_object(root, cap_new(KN_CAP_TYPE_ASID_POOL, pool, 0), KN_INIT_CAP_ASID_POOL);

    root->space = boot_alloc(KN_VSPACE_BITS);
    __builtin_memset(phys_to_ptr(root->space), 0, BIT(KN_VSPACE_BITS));
    vspace_init(phys_to_ptr(root->space));
    root->asid = asid_pool_find_free(0);
    asid_assign(root->asid, root->space);
    insert_object(root, cap_new(KN_CAP_TYPE_VSPACE, root->space, map_word(root->asid, 0, 0)), KN_INIT_CAP_VSPACE);
}

// Boot information and IPC buffer: pages first, since building the rest fills in the information.
static void make_buffers(struct boot_root *root)
{
    paddr_t first = boot_alloc(KN_PAGE_BITS);
    for (word_t i = 1; i < root->info_pages; i++)
        boot_alloc(KN_PAGE_BITS); // consecutive
    root->info = phys_to_ptr(first);
    __builtin_memset(root->info, 0, root->info_pages * PAGE_SIZE);
    root->ipc_buffer = boot_alloc(KN_PAGE_BITS);
    __builtin_memset(phys_to_ptr(root->ipc_buffer), 0, PAGE_SIZE);
    root->ipc_buffer_vaddr = root->image->end;
    root->info_vaddr = root->ipc_buffer_vaddr + PAGE_SIZE;
    if (root->info_vaddr > ARCH_USER_TOP || root->info_pages * PAGE_SIZE > ARCH_USER_TOP - root->info_vaddr)
        kpanic("boot: boot/init leaves no room behind it for its boot information");
}

static void map_buffers(struct boot_root *root)
{
    const word_t rights = KN_RIGHTS_READ | KN_RIGHTS_WRITE;
    word_t record = boot_space_map(root, root->ipc_buffer_vaddr, root->ipc_buffer, rights, KN_VM_ATTR_EXECUTE_NEVER);
    insert_object(root, boot_frame_cap(root->ipc_buffer, rights, record), KN_INIT_CAP_IPC_BUFFER);
    root->info->boot_info_frames.start = root->next_slot;
    for (word_t i = 0; i < root->info_pages; i++) {
        paddr_t frame = {ptr_to_phys(root->info).raw + i * PAGE_SIZE};
        record = boot_space_map(root, root->info_vaddr + i * PAGE_SIZE, frame, KN_RIGHTS_READ, KN_VM_ATTR_EXECUTE_NEVER);
        cdt_insert_object(boot_frame_cap(frame, rights, record), root->objects, boot_root_slot(root));
    }
    root->info->boot_info_frames.end = root->next_slot;
}

// Frames of all pages of REGION, children of the untypeds that cover them.
static struct kn_slot_range make_region_frames(struct boot_root *root, const struct boot_region *region, word_t rights)
{
    struct kn_slot_range range = {.start = root->next_slot};
    for (word_t i = region->first_block; i < region->end_block; i++) {
        const struct boot_block *b = boot_block(i);
        struct cte *untyped = &root->cnode[root->info->untyped.start + i];
        for (word_t offset = 0; offset < BIT(b->size_bits); offset += PAGE_SIZE)
            cdt_insert_object(boot_frame_cap((paddr_t){b->start.raw + offset}, rights, 0), untyped, boot_root_slot(root));
    }
    range.end = root->next_slot;
    return range;
}

// The log's pages belong to the kernel's image: no untyped covers them.
static struct kn_slot_range make_log_frames(struct boot_root *root)
{
    word_t size;
    const char *ring = klog_ring(&size);
    struct kn_slot_range range = {.start = root->next_slot};
    for (word_t offset = 0; ARCH_IMAGE_IN_RAM && offset < size; offset += PAGE_SIZE)
        cdt_insert_root(boot_frame_cap(ptr_to_phys(ring + offset), KN_RIGHTS_READ, 0), boot_root_slot(root));
    range.end = root->next_slot;
    return range;
}

static struct sched_context *make_sched_context(struct boot_root *root)
{
    paddr_t p = boot_alloc(KN_SCHED_CONTEXT_MIN_BITS);
    struct sched_context *sc = phys_to_ptr(p);
    __builtin_memset(sc, 0, BIT(KN_SCHED_CONTEXT_MIN_BITS));
    struct cap cap = with_size(cap_new(KN_CAP_TYPE_SCHED_CONTEXT, p, 0), KN_SCHED_CONTEXT_MIN_BITS, false);
    insert_object(root, cap, KN_INIT_CAP_SCHED_CONTEXT);
    return sc;
}

// A copy of the initial capability SLOT for a slot of the TCB.
static void give_tcb(struct boot_root *root, struct tcb *t, enum tcb_slot tcb_slot, struct cap cap, word_t slot)
{
    cdt_insert(cap, &root->cnode[slot], &t->slots[tcb_slot]);
}

static struct tcb *make_tcb(struct boot_root *root)
{
    paddr_t p = boot_alloc(KN_TCB_BITS);
    struct tcb *t = phys_to_ptr(p);
    __builtin_memset(t, 0, BIT(KN_TCB_BITS));
    tcb_init(t);
    t->is_root = true;
    insert_object(root, cap_new(KN_CAP_TYPE_TCB, p, 0), KN_INIT_CAP_TCB);
    give_tcb(root, t, TCB_CSPACE, root->cnode[KN_INIT_CAP_CNODE].cap, KN_INIT_CAP_CNODE);
    give_tcb(root, t, TCB_VSPACE, root->cnode[KN_INIT_CAP_VSPACE].cap, KN_INIT_CAP_VSPACE);
    struct cap buffer = boot_frame_cap(root->ipc_buffer, KN_RIGHTS_READ | KN_RIGHTS_WRITE, 0);
    give_tcb(root, t, TCB_IPC_BUFFER, buffer, KN_INIT_CAP_IPC_BUFFER);
    tcb_install_ipc_buffer(t, root->ipc_buffer_vaddr);
    t->mcp = ROOT_PRIORITY;
    t->priority = ROOT_PRIORITY;
    arch_set_pc(&t->context, root->image->entry);
    arch_set_register(t, ARCH_FIRST_ARGUMENT_REGISTER, root->info_vaddr);
    return t;
}

static void make_cnode_cap(struct boot_root *root)
{
    struct cap cap = cap_new(KN_CAP_TYPE_CNODE, ptr_to_phys(root->cnode), 0);
    cap = cap_cnode_with_guard_size(cap_cnode_with_radix(cap, root->radix), KN_WORD_BITS - root->radix);
    insert_object(root, cap, KN_INIT_CAP_CNODE);
}

// Descriptors and command line behind the structure, and what no other step has written.
static void finish_info(struct boot_root *root)
{
    struct kn_boot_info *info = root->info;
    const struct platform *platform = root->platform;
    struct kn_untyped_desc *desc = (struct kn_untyped_desc *)(info + 1);
    for (word_t i = 0; i < boot_nr_blocks(); i++) {
        const struct boot_block *b = boot_block(i);
        desc[i] = (struct kn_untyped_desc){
            .paddr = b->start.raw, .size_bits = b->size_bits, .is_device = b->is_device, .used = b->used};
    }
    char *command_line = (char *)(desc + boot_nr_blocks());
    word_t command_line_size = string_size(platform->command_line);
    __builtin_memcpy(command_line, platform->command_line, command_line_size);
    info->command_line_offset = (word_t)(command_line - (char *)info);
    info->size = info->command_line_offset + command_line_size;
    info->version = KN_ABI_VERSION;
    info->arch = ARCH_BOOT_ARCH;
    info->nr_cpus = nr_cpus;
    info->ipc_buffer = root->ipc_buffer_vaddr;
    info->cnode_radix = root->radix;
    info->ticks_per_second = platform->ticks_per_second;
    info->archive_paddr = platform->archive_start.raw;
    info->archive_size = platform->archive_size;
    info->firmware_paddr = platform->firmware.raw;
    info->firmware_size = platform->firmware_size;
    info->empty = (struct kn_slot_range){.start = root->next_slot, .end = BIT(root->radix)};
}

// T runs on SC from the next kernel_exit on, round robin.
static void start(struct tcb *t, struct sched_context *sc)
{
    kernel_enter(); // the time of boot so far is charged to nobody
    ticks_t budget = arch_us_to_ticks(ROOT_BUDGET_US);
    struct sched_context_parameters parameters = {
        .budget = budget, .period = budget, .refills = KN_SCHED_CONTEXT_MIN_REFILLS, .cpu = this_cpu()->id};
    sched_context_configure(sc, &parameters);
    sched_context_bind_tcb(sc, t);
    tcb_resume(t);
}

void boot_root_create(const struct platform *platform, const struct boot_image *image)
{
    struct boot_root root = {
        .platform = platform, .image = image, .radix = cnode_radix(), .next_slot = KN_INIT_CAP_FIRST_FREE};
    reserve(&root);
    make_buffers(&root);
    root.info->untyped.start = root.next_slot;
    make_untypeds(&root);
    root.info->untyped.end = root.next_slot;
    make_roots(&root);
    make_cnode_cap(&root);
    make_space(&root);
    boot_space_make_tables(&root);
    boot_space_load_image(&root);
    map_buffers(&root);
    root.info->archive_frames = make_region_frames(&root, &boot_archive_region, KN_RIGHTS_READ | KN_RIGHTS_WRITE);
    root.info->firmware_frames = make_region_frames(&root, &boot_firmware_region, KN_RIGHTS_READ);
    root.info->log_frames = make_log_frames(&root);
    struct sched_context *sc = make_sched_context(&root);
    struct tcb *t = make_tcb(&root);
    // The watermark: boot objects are all there now.
    root.objects->cap = cap_untyped_with_used(root.objects->cap, boot_block(boot_object_block())->used);
    finish_info(&root);
    start(t, sc);
}
