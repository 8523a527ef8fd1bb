// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Reader of static ELF64 programs. Nothing in the file is trusted. Segments need not start on a page boundary, and two
// may share a page; such a page has the rights of both.

#include "core/boot_elf.h"

#include "arch/api/boot.h"
#include "arch/api/mmu.h"

#define PAGE_SIZE BIT(KN_PAGE_BITS)
#define ET_EXEC 2
#define PT_LOAD 1
#define PT_DYNAMIC 2
#define PT_INTERP 3
#define PF_X 1
#define PF_W 2

// Layouts: System V ABI, Elf64_Ehdr and Elf64_Phdr.
struct elf_header {
    uint8_t ident[16];
    uint16_t type, machine;
    uint32_t version;
    uint64_t entry, phoff, shoff;
    uint32_t flags;
    uint16_t ehsize, phentsize, phnum, shentsize, shnum, shstrndx;
};
static_assert(sizeof(struct elf_header) == 64, "Elf64_Ehdr");

struct elf_segment {
    uint32_t type, flags;
    uint64_t offset, vaddr, paddr, filesz, memsz, align;
};
static_assert(sizeof(struct elf_segment) == 56, "Elf64_Phdr");

static vaddr_t page_of(vaddr_t vaddr) { return vaddr & ~MASK(KN_PAGE_BITS); }
static vaddr_t segment_end(const struct boot_segment *s) { return s->vaddr + s->mem_size; }

static const char *check_header(const struct elf_header *h, word_t size)
{
    static const uint8_t ident[6] = {0x7f, 'E', 'L', 'F', 2, 1}; // 64 bits, little endian
    for (word_t i = 0; i < sizeof(ident); i++)
        if (h->ident[i] != ident[i])
            return "not a little-endian ELF64 file";
    if (h->machine != ARCH_ELF_MACHINE)
        return "a program for another machine";
    if (h->type != ET_EXEC)
        return "not a static program at fixed addresses";
    if (h->phentsize != sizeof(struct elf_segment))
        return "its program headers have an unknown size";
    if (h->phoff > size || h->phnum > (size - h->phoff) / sizeof(struct elf_segment))
        return "its program headers do not lie in the file";
    return NULL;
}

static const char *check_segment(const struct elf_segment *p, word_t size, const struct boot_image *image)
{
    if (p->type == PT_INTERP || p->type == PT_DYNAMIC)
        return "it is linked dynamically";
    if (p->type != PT_LOAD || p->memsz == 0)
        return NULL;
    if (p->filesz > p->memsz || p->offset > size || p->filesz > size - p->offset)
        return "a segment does not lie in the file";
    if (p->vaddr < PAGE_SIZE || p->vaddr >= ARCH_USER_TOP || p->memsz > ARCH_USER_TOP - p->vaddr)
        return "a segment does not lie in user addresses (or in page 0)";
    if (image->nr_segments && p->vaddr < segment_end(&image->segment[image->nr_segments - 1]))
        return "its segments overlap or do not ascend";
    if (image->nr_segments == BOOT_MAX_SEGMENTS)
        return "it has too many segments";
    return NULL;
}

static bool is_executable_address(const struct boot_image *image, vaddr_t vaddr)
{
    for (word_t i = 0; i < image->nr_segments; i++) {
        const struct boot_segment *s = &image->segment[i];
        if (s->is_executable && vaddr >= s->vaddr && vaddr < segment_end(s))
            return true;
    }
    return false;
}

// Fills in what follows from the segments.
static const char *complete(struct boot_image *image)
{
    if (!is_executable_address(image, image->entry))
        return "its entry point is in no executable segment";
    image->start = page_of(image->segment[0].vaddr);
    image->end = ALIGN_UP(segment_end(&image->segment[image->nr_segments - 1]), KN_PAGE_BITS);
    for (word_t i = 0; i < image->nr_segments; i++) {
        const struct boot_segment *s = &image->segment[i];
        word_t pages = (ALIGN_UP(segment_end(s), KN_PAGE_BITS) - page_of(s->vaddr)) >> KN_PAGE_BITS;
        bool is_shared = i > 0 && page_of(segment_end(s - 1) - 1) == page_of(s->vaddr);
        image->nr_pages += pages - is_shared;
    }
    return NULL;
}

const char *boot_elf_read(const char *file, word_t size, struct boot_image *image)
{
    struct elf_header header;
    if (size < sizeof(header))
        return "too short for an ELF file";
    __builtin_memcpy(&header, file, sizeof(header));
    const char *wrong = check_header(&header, size);
    *image = (struct boot_image){.entry = header.entry};
    for (word_t i = 0; !wrong && i < header.phnum; i++) {
        struct elf_segment p;
        __builtin_memcpy(&p, file + header.phoff + i * sizeof(p), sizeof(p));
        wrong = check_segment(&p, size, image);
        if (!wrong && p.type == PT_LOAD && p.memsz != 0)
            image->segment[image->nr_segments++] = (struct boot_segment){
                p.vaddr, p.memsz, p.filesz, file + p.offset, (p.flags & PF_W) != 0, (p.flags & PF_X) != 0};
    }
    return wrong ? wrong : complete(image);
}

vaddr_t boot_image_next_page(const struct boot_image *image, vaddr_t from)
{
    for (word_t i = 0; i < image->nr_segments; i++) { // they ascend
        const struct boot_segment *s = &image->segment[i];
        if (from < segment_end(s))
            return from > page_of(s->vaddr) ? from : page_of(s->vaddr);
    }
    return ARCH_USER_TOP;
}

// The part [*FROM, *TO) of the page that lies in SIZE bytes from START on; false if there is none.
static bool overlap(vaddr_t page, vaddr_t start, word_t size, vaddr_t *from, vaddr_t *to)
{
    *from = start > page ? start : page;
    *to = start + size < page + PAGE_SIZE ? start + size : page + PAGE_SIZE;
    return *from < *to;
}

void boot_image_page_access(const struct boot_image *image, vaddr_t page, word_t *rights, word_t *attr)
{
    vaddr_t from, to;
    *rights = KN_RIGHTS_READ;
    *attr = KN_VM_ATTR_EXECUTE_NEVER;
    for (word_t i = 0; i < image->nr_segments; i++) {
        const struct boot_segment *s = &image->segment[i];
        if (!overlap(page, s->vaddr, s->mem_size, &from, &to))
            continue;
        if (s->is_writable)
            *rights |= KN_RIGHTS_WRITE;
        if (s->is_executable)
            *attr &= ~(word_t)KN_VM_ATTR_EXECUTE_NEVER;
    }
}

void boot_image_fill_page(const struct boot_image *image, vaddr_t page, char *frame)
{
    word_t filled = 0; // the frame's bytes before it are final: segments ascend
    for (word_t i = 0; i < image->nr_segments; i++) {
        const struct boot_segment *s = &image->segment[i];
        vaddr_t from, to;
        if (!overlap(page, s->vaddr, s->file_size, &from, &to))
            continue;
        __builtin_memset(frame + filled, 0, from - page - filled);
        __builtin_memcpy(frame + (from - page), s->data + (from - s->vaddr), to - from);
        filled = to - page;
    }
    __builtin_memset(frame + filled, 0, PAGE_SIZE - filled);
}
