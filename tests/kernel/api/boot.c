// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// What the kernel hands to the root task.

#include "env.h"

static const struct kn_untyped_desc *untypeds(void) { return (const struct kn_untyped_desc *)(boot_info + 1); }
static kn_word_t nr_untypeds(void) { return boot_info->untyped.end - boot_info->untyped.start; }
static kn_word_t bytes(const struct kn_untyped_desc *u) { return 1ul << u->size_bits; }

// The boot information says which ABI it follows, and where it ends.
TEST(boot_information_has_the_version)
{
    CHECK(boot_info->version == KN_ABI_VERSION && boot_info->nr_cpus >= 1);
    CHECK(boot_info->size > sizeof *boot_info + nr_untypeds() * sizeof(struct kn_untyped_desc));
    CHECK(boot_info->command_line_offset < boot_info->size);
}

// Untypeds are aligned to their size, used no further than that, and do not overlap: one inventory of memory.
TEST(boot_untypeds_are_disjoint)
{
    const struct kn_untyped_desc *u = untypeds();
    for (kn_word_t i = 0; i < nr_untypeds(); i++) {
        CHECK((u[i].paddr & (bytes(&u[i]) - 1)) == 0 && u[i].used <= bytes(&u[i]));
        for (kn_word_t j = 0; j < i; j++)
            CHECK(u[i].paddr + bytes(&u[i]) <= u[j].paddr || u[j].paddr + bytes(&u[j]) <= u[i].paddr);
    }
}

// Most of the memory is free.
TEST(boot_memory_is_mostly_free)
{
    kn_word_t all = 0, free = 0;
    for (const struct kn_untyped_desc *u = untypeds(); u < untypeds() + nr_untypeds(); u++) {
        all += u->is_device ? 0 : bytes(u);
        free += u->is_device ? 0 : bytes(u) - u->used;
    }
    CHECK(free > all / 4 * 3 && free > 16 << 20);
}

// The archive's frames are at the archive's address, in its order.
TEST(boot_archive_frames_are_in_order)
{
    kn_word_t nr = boot_info->archive_frames.end - boot_info->archive_frames.start;
    CHECK(nr == (boot_info->archive_size + PAGE_SIZE - 1) / PAGE_SIZE);
    for (kn_word_t i = 0; i < nr; i++) {
        kn_word_t paddr;
        CHECK_OK(kn_frame_get_address(boot_info->archive_frames.start + i, &paddr));
        CHECK(paddr == boot_info->archive_paddr + i * PAGE_SIZE);
    }
}

// The slots that the boot information calls empty are.
TEST(boot_empty_slots_are_empty)
{
    kn_cptr_t last = boot_info->empty.end - 1;
    CHECK(boot_info->empty.start < boot_info->empty.end && slot_is_empty(last));
}
