// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
//
// misbehave WHAT: does one thing that the processor or the system must refuse. Linux ends it by a signal;
// status 0 means that nobody stopped it.

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#if defined(__x86_64__)
#define KERNEL_ADDRESS 0xffffffff80000000ul
#define NON_CANONICAL 0x8000000000000000ul
static void privileged(void) { __asm__ volatile("hlt"); }
static void undefined(void) { __asm__ volatile("ud2"); }
static void breakpoint(void) { __asm__ volatile("int3"); }
#elif defined(__aarch64__)
#define KERNEL_ADDRESS 0xffff000000000000ul
#define NON_CANONICAL 0x0080000000000000ul
static void privileged(void) { __asm__ volatile("msr daifset, #15; mrs x0, sctlr_el1" ::: "x0"); }
static void undefined(void) { __asm__ volatile("udf #0"); }
static void breakpoint(void) { __asm__ volatile("brk #0"); }
#else
#error "unknown architecture"
#endif

static void poke(uintptr_t address) { *(volatile char *)address = 1; }
static void peek(uintptr_t address) { (void)*(volatile char *)address; }
static void jump(uintptr_t address) { ((void (*)(void))address)(); }

static void null_jump(void) { jump(0); }
static void null_write(void) { poke(0); }
static void null_read(void) { peek(0); }
static void kernel_read(void) { peek(KERNEL_ADDRESS); }
static void kernel_jump(void) { jump(KERNEL_ADDRESS); }
static void non_canonical(void) { peek(NON_CANONICAL); }
static void non_canonical_jump(void) { jump(NON_CANONICAL); }
static void text_write(void) { poke((uintptr_t)text_write); }

static void stack_jump(void)
{
    volatile unsigned char code[16];
    memset((void *)code, 0, sizeof(code));
    jump((uintptr_t)code);
}

static volatile int depth;

static void overflow(void)
{
    volatile char page[4096];
    page[0] = (char)depth++;
    if (depth > 0) {
        overflow();
    }
    page[1] = page[0];
}

static void unmapped(void)
{
    char *page = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    munmap(page, 4096);
    poke((uintptr_t)page);
}

static void read_only(void)
{
    poke((uintptr_t)mmap(0, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
}

static const struct {
    const char *name;
    void (*act)(void);
} acts[] = {
    {"null-jump", null_jump},
    {"null-write", null_write},
    {"null-read", null_read},
    {"kernel-read", kernel_read},
    {"kernel-jump", kernel_jump},
    {"non-canonical", non_canonical},
    {"non-canonical-jump", non_canonical_jump},
    {"text-write", text_write},
    {"stack-jump", stack_jump},
    {"overflow", overflow},
    {"unmapped", unmapped},
    {"read-only", read_only},
    {"privileged", privileged},
    {"undefined", undefined},
    {"breakpoint", breakpoint},
};

int main(int argc, char **argv)
{
    for (unsigned i = 0; argc > 1 && i < sizeof(acts) / sizeof(acts[0]); i++) {
        if (strcmp(argv[1], acts[i].name) == 0) {
            acts[i].act();
            return 0;
        }
    }
    fprintf(stderr, "usage: misbehave WHAT\n");
    return 2;
}
