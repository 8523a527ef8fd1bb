// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Boot: from a platform and an archive to a root task that runs; and what is wrong with an archive or a program.

#include "harness.h"

#include <stdio.h>
#include <string.h>

#include "arch/api/mmu.h"
#include "arch/api/timer.h"
#include "core/boot.h"
#include "core/boot_cpio.h"
#include "core/boot_elf.h"
#include "core/boot_memory.h"
#include "core/scheduler.h"
#include "debug/check.h"
#include "object/vspace.h"

#define RAM (16ul << 20)
#define ARCHIVE 0x300000ul // physical
#define RESERVED 0x50000ul
#define PAGE_SIZE BIT(KN_PAGE_BITS)
#define IMAGE 0x400000ul

// A program of three segments: one read-only, one executable in the same page as its end, one writable with .bss.
struct program {
    struct {
        uint8_t ident[16];
        uint16_t type, machine;
        uint32_t version;
        uint64_t entry, phoff, shoff;
        uint32_t flags;
        uint16_t ehsize, phentsize, phnum, shentsize, shnum, shstrndx;
    } header;
    struct {
        uint32_t type, flags;
        uint64_t offset, vaddr, paddr, filesz, memsz, align;
    } segment[3];
    char text[64];
    char data[64];
};

static struct program program_file(void)
{
    struct program p = {
        .header = {.ident = {0x7f, 'E', 'L', 'F', 2, 1, 1}, .type = 2, .machine = 62, .version = 1, .entry = IMAGE + 0x810,
                   .phoff = 64, .ehsize = 64, .phentsize = 56, .phnum = 3},
        .segment = {{.type = 1, .flags = 4, .offset = 0, .vaddr = IMAGE + 0x10, .filesz = 64, .memsz = 64},
                    {.type = 1, .flags = 5, .offset = offsetof(struct program, text), .vaddr = IMAGE + 0x800, .filesz = 64,
                     .memsz = 64},
                    {.type = 1, .flags = 6, .offset = offsetof(struct program, data), .vaddr = IMAGE + 0x2ff0, .filesz = 64,
                     .memsz = 0x2000}},
    };
    memset(p.text, 'T', sizeof p.text);
    memset(p.data, 'D', sizeof p.data);
    return p;
}

// Puts an entry at POSITION of ARCHIVE_BYTES, its data on a page boundary; returns the position behind it.
static word_t put_entry(char *archive, word_t position, const char *name, unsigned mode, const void *data, word_t size)
{
    word_t data_at = ALIGN_UP(position + 110 + strlen(name) + 1, KN_PAGE_BITS);
    char header[111];
    snprintf(header, sizeof header, "070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X", 1u, mode, 0u, 0u, 1u, 0u,
             (unsigned)size, 0u, 0u, 0u, 0u, (unsigned)(data_at - position - 110), 0u);
    memcpy(archive + position, header, 110);
    memcpy(archive + position + 110, name, strlen(name));
    memcpy(archive + data_at, data, size);
    return ALIGN_UP(data_at + size, KN_PAGE_BITS);
}

static struct platform boot_platform;

// A fresh machine whose archive holds FILE as boot/init behind another file.
static void prepare(const struct program *file)
{
    host_reset(RAM, 1);
    host_select_cpu(0);
    nr_cpus = 1;
    cpus[0].self = &cpus[0];
    char *archive = phys_to_ptr((paddr_t){ARCHIVE});
    word_t end = put_entry(archive, 0, "boot/other", 0100644, "x", 1);
    end = put_entry(archive, end, "boot/init", 0100755, file, sizeof *file);
    end = put_entry(archive, end, "TRAILER!!!", 0, "", 0);
    boot_platform = (struct platform){
        .ram = {{{HOST_RAM_BASE}, {HOST_RAM_BASE + RAM}}}, .nr_ram = 1,
        .reserved = {{{RESERVED}, {RESERVED + 0x3000}}}, .nr_reserved = 1,
        .device = {{{0xb0000000}, {0xb0003000}}}, .nr_device = 1,
        .archive_start = {ARCHIVE}, .archive_size = end, .ticks_per_second = 1000, .command_line = "a=1 b",
    };
}

static struct tcb *boot(const struct program *file)
{
    prepare(file);
    is_state_checked = is_state_compared = false; // the harness's own root thread is gone
    boot_main(&boot_platform);
    return kernel_exit();
}

static struct cte *slot_of(struct tcb *t, word_t slot)
{
    return (struct cte *)phys_to_ptr(cap_paddr(t->slots[TCB_CSPACE].cap)) + slot;
}
static struct kn_boot_info *info_of(struct tcb *t)
{
    struct vspace_walk walk = vspace_walk(cap_paddr(t->slots[TCB_VSPACE].cap), t->context.reg[KN_REG_CPTR], VSPACE_LEAF);
    EXPECT(walk.level == VSPACE_LEAF && pte_is_valid(*walk.entry));
    return phys_to_ptr(pte_paddr(*walk.entry));
}

TEST(boot_starts_the_root_task_at_its_entry_point)
{
    struct program p = program_file();
    struct tcb *t = boot(&p);
    EXPECT(t != this_cpu()->idle);
    EXPECT_EQ(t->context.reg[KN_REG_PC], p.header.entry);
    EXPECT_EQ(t->priority, 255);
    EXPECT_EQ(t->mcp, 255);
    EXPECT_EQ(info_of(t)->version, KN_ABI_VERSION);
    EXPECT_EQ(info_of(t)->ipc_buffer, t->ipc_buffer);
    EXPECT_EQ(t->ipc_buffer_kernel->self, t->ipc_buffer);
    EXPECT_EQ(check_invariants(), CHECK_OK);
}

TEST(boot_maps_the_image_with_the_rights_of_its_segments)
{
    struct program p = program_file();
    struct tcb *t = boot(&p);
    const struct { vaddr_t page; word_t rights, attr; } pages[] = {
        {IMAGE, KN_RIGHTS_READ, 0},
        {IMAGE + 0x2000, KN_RIGHTS_READ | KN_RIGHTS_WRITE, KN_VM_ATTR_EXECUTE_NEVER},
        {IMAGE + 0x3000, KN_RIGHTS_READ | KN_RIGHTS_WRITE, KN_VM_ATTR_EXECUTE_NEVER},
        {IMAGE + 0x4000, KN_RIGHTS_READ | KN_RIGHTS_WRITE, KN_VM_ATTR_EXECUTE_NEVER},
    };
    EXPECT_EQ(info_of(t)->user_image.end - info_of(t)->user_image.start, 4);
    EXPECT_EQ(info_of(t)->user_image_vaddr, IMAGE);
    const char *content[4];
    for (word_t i = 0; i < 4; i++) {
        struct vspace_walk walk = vspace_walk(cap_paddr(t->slots[TCB_VSPACE].cap), pages[i].page, VSPACE_LEAF);
        EXPECT_EQ(walk.level, VSPACE_LEAF);
        EXPECT_EQ(pte_rights(*walk.entry), pages[i].rights);
        EXPECT_EQ(pte_attr(*walk.entry), pages[i].attr);
        content[i] = phys_to_ptr(pte_paddr(*walk.entry));
        EXPECT_EQ(cap_paddr(slot_of(t, info_of(t)->user_image.start + i)->cap).raw, pte_paddr(*walk.entry).raw);
    }
    EXPECT(content[0][0x0f] == 0 && content[0][0x10] == 0x7f && content[0][0x800] == 'T' && content[0][0x840] == 0);
    EXPECT(content[1][0xfef] == 0 && content[1][0xff0] == 'D' && content[2][0x2f] == 'D' && content[2][0x30] == 0);
}

TEST(boot_gives_every_byte_of_memory_once)
{
    struct program p = program_file();
    struct tcb *t = boot(&p);
    struct kn_boot_info *info = info_of(t);
    struct kn_untyped_desc *desc = (struct kn_untyped_desc *)(info + 1);
    word_t ram = 0, device = 0, nr = info->untyped.end - info->untyped.start;
    for (word_t i = 0; i < nr; i++) {
        struct cap cap = slot_of(t, info->untyped.start + i)->cap;
        EXPECT_EQ(cap_type(cap), KN_CAP_TYPE_UNTYPED);
        EXPECT_EQ(cap_paddr(cap).raw, desc[i].paddr);
        EXPECT_EQ(cap_size_bits(cap), desc[i].size_bits);
        EXPECT_EQ(cap_untyped_used(cap), desc[i].used);
        EXPECT(IS_ALIGNED(desc[i].paddr, desc[i].size_bits));
        *(desc[i].is_device ? &device : &ram) += BIT(desc[i].size_bits);
        for (word_t j = 0; j < i; j++)
            EXPECT(desc[i].paddr + BIT(desc[i].size_bits) <= desc[j].paddr ||
                   desc[j].paddr + BIT(desc[j].size_bits) <= desc[i].paddr);
    }
    EXPECT_EQ(ram, RAM - 0x3000);
    EXPECT_EQ(device, 0x3000);
    EXPECT(strcmp((char *)info + info->command_line_offset, "a=1 b") == 0);
    EXPECT_EQ(info->size, (char *)(desc + nr) + 6 - (char *)info);
}

TEST(boot_gives_the_archive_as_frames_derived_from_its_untypeds)
{
    struct program p = program_file();
    struct tcb *t = boot(&p);
    struct kn_boot_info *info = info_of(t);
    EXPECT_EQ(info->archive_frames.end - info->archive_frames.start, boot_platform.archive_size / PAGE_SIZE);
    for (word_t slot = info->archive_frames.start; slot < info->archive_frames.end; slot++) {
        struct cap cap = slot_of(t, slot)->cap;
        EXPECT_EQ(cap_type(cap), KN_CAP_TYPE_FRAME);
        EXPECT_EQ(cap_paddr(cap).raw, ARCHIVE + (slot - info->archive_frames.start) * PAGE_SIZE);
    }
    EXPECT(cte_is_empty(slot_of(t, info->empty.start)));
    EXPECT(!cte_is_empty(slot_of(t, info->empty.start - 1)));
    EXPECT_EQ(info->empty.end, BIT(info->cnode_radix));
}

static const char *wrong_with(const struct program *p)
{
    static struct boot_image image;
    return boot_elf_read((const char *)p, sizeof *p, &image);
}

TEST(boot_refuses_broken_programs)
{
    struct program good = program_file(), p;
    EXPECT(!wrong_with(&good));
    EXPECT((p = good, p.header.ident[4] = 1, wrong_with(&p)));
    EXPECT((p = good, p.header.machine = 3, wrong_with(&p)));
    EXPECT((p = good, p.header.type = 3, wrong_with(&p)));
    EXPECT((p = good, p.header.phentsize = 32, wrong_with(&p)));
    EXPECT((p = good, p.header.phoff = ~0ul, wrong_with(&p)));
    EXPECT((p = good, p.header.phnum = 1000, wrong_with(&p)));
    EXPECT((p = good, p.header.entry = IMAGE + 0x3000, wrong_with(&p)));
    EXPECT((p = good, p.header.phnum = 0, wrong_with(&p)));
    EXPECT((p = good, p.segment[0].type = 3, wrong_with(&p)));
    EXPECT((p = good, p.segment[1].offset = ~0ul - 10, wrong_with(&p)));
    EXPECT((p = good, p.segment[1].filesz = 65, wrong_with(&p)));
    EXPECT((p = good, p.segment[0].vaddr = 0, wrong_with(&p)));
    EXPECT((p = good, p.segment[2].memsz = ~0ul, wrong_with(&p)));
    EXPECT((p = good, p.segment[2].vaddr = ARCH_USER_TOP - 1, wrong_with(&p)));
    EXPECT((p = good, p.segment[1].vaddr = IMAGE + 0x20, wrong_with(&p)));
}

TEST(boot_refuses_broken_archives)
{
    struct program p = program_file();
    const char *data;
    word_t size;
    prepare(&p);
    char *archive = phys_to_ptr((paddr_t){ARCHIVE});
    word_t end = boot_platform.archive_size;
    EXPECT(!boot_cpio_find(archive, end, "boot/init", &data, &size));
    EXPECT(size == sizeof p && memcmp(data, &p, size) == 0);
    EXPECT(boot_cpio_find(archive, end, "boot/nothing", &data, &size));
    EXPECT(boot_cpio_find(archive, 0x1000, "boot/init", &data, &size));
    for (word_t cut = 0; cut < 0x1000; cut += 7) // no trailer
        EXPECT(boot_cpio_find(archive, cut, "boot/nothing", &data, &size));
    archive[6 + 8 * 6] = 'G';
    EXPECT(boot_cpio_find(archive, end, "boot/init", &data, &size));
    archive[6 + 8 * 6] = 'F';
    EXPECT(boot_cpio_find(archive, end, "boot/init", &data, &size));
    archive[0] = '1';
    EXPECT(boot_cpio_find(archive, end, "boot/init", &data, &size));
}

TEST(boot_without_root_program_panics)
{
    struct program p = program_file();
    jmp_buf halted;
    prepare(&p);
    boot_platform.archive_size = 0;
    host.on_halt = &halted;
    if (setjmp(halted) == 0) {
        boot_main(&boot_platform);
        EXPECT(false);
    }
    EXPECT_EQ(host.halt_status, 1);
}
