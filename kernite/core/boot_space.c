// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// The root task's address space: the image at its own addresses, behind it the IPC buffer, behind that the boot
// information (read-only). Everything else the root task maps itself.

#include "arch/api/mmu.h"
#include "core/boot_root.h"
#include "object/vspace.h"

#define PAGE_SIZE BIT(KN_PAGE_BITS)

word_t boot_space_max_tables(const struct boot_image *image, word_t info_pages)
{
    vaddr_t last = image->end + (info_pages + 1) * PAGE_SIZE - 1;
    word_t tables = 0;
    for (word_t level = 0; level < VSPACE_LEAF; level++)
        tables += (last >> arch_level_shift(level)) - (image->start >> arch_level_shift(level)) + 1;
    word_t pages = image->nr_pages + 1 + info_pages;
    return tables < pages * VSPACE_LEAF ? tables : pages * VSPACE_LEAF; // segments may lie far apart
}

// Makes the tables that VADDR lacks, from the top.
static void make_tables(struct boot_root *root, vaddr_t vaddr)
{
    struct vspace_walk walk = vspace_walk(root->space, vaddr, VSPACE_LEAF);
    while (walk.level != VSPACE_LEAF) {
        paddr_t table = boot_alloc(KN_PAGE_TABLE_BITS);
        __builtin_memset(phys_to_ptr(table), 0, BIT(KN_PAGE_TABLE_BITS));
        arch_pte_write(walk.entry, pte_make_table(table));
        word_t record = map_word(root->asid, vaddr & ~MASK(arch_level_shift(walk.level)), walk.level);
        cdt_insert_object(cap_new(KN_CAP_TYPE_PAGE_TABLE, table, record), root->objects, boot_root_slot(root));
        walk = vspace_walk(root->space, vaddr, VSPACE_LEAF);
    }
}

void boot_space_make_tables(struct boot_root *root)
{
    root->info->user_tables.start = root->next_slot;
    for (vaddr_t page = boot_image_next_page(root->image, root->image->start); page != ARCH_USER_TOP;
         page = boot_image_next_page(root->image, page + PAGE_SIZE))
        make_tables(root, page);
    for (vaddr_t page = root->ipc_buffer_vaddr; page < root->info_vaddr + root->info_pages * PAGE_SIZE; page += PAGE_SIZE)
        make_tables(root, page);
    root->info->user_tables.end = root->next_slot;
}

word_t boot_space_map(struct boot_root *root, vaddr_t vaddr, paddr_t frame, word_t rights, word_t attr)
{
    struct vspace_walk walk = vspace_walk(root->space, vaddr, VSPACE_LEAF);
    arch_pte_write(walk.entry, pte_make_frame(frame, VSPACE_LEAF, rights, attr));
    return map_word(root->asid, vaddr, VSPACE_LEAF);
}

void boot_space_load_image(struct boot_root *root)
{
    root->info->user_image.start = root->next_slot;
    root->info->user_image_vaddr = root->image->start;
    for (vaddr_t page = boot_image_next_page(root->image, root->image->start); page != ARCH_USER_TOP;
         page = boot_image_next_page(root->image, page + PAGE_SIZE)) {
        word_t rights, attr;
        paddr_t frame = boot_alloc(KN_PAGE_BITS);
        boot_image_fill_page(root->image, page, phys_to_ptr(frame));
        arch_clean_frame(phys_to_ptr(frame), PAGE_SIZE);
        boot_image_page_access(root->image, page, &rights, &attr);
        word_t record = boot_space_map(root, page, frame, rights, attr);
        struct cap cap = boot_frame_cap(frame, KN_RIGHTS_READ | KN_RIGHTS_WRITE, record);
        cdt_insert_object(cap, root->objects, boot_root_slot(root));
    }
    root->info->user_image.end = root->next_slot;
}
