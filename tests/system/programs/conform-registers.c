// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
//
// A system call preserves every register that Linux preserves: calls that stay in the process, calls that go to a server,
// calls that wait, calls that fail; vector registers too.

#include <fcntl.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "conform.h"

struct call {
    const char *name;
    long number, argument[3];
};

static char byte[1];
static int pipe_fd[2];
static struct timespec soon = {.tv_nsec = 1000000};

#if defined(__x86_64__)
// The registers that have changed, one bit each: rbx, rbp, r8, r9, r10, r12 to r15, rdi, rsi, rdx; carry, direction; xmm7.
static uint64_t changed(const struct call *c)
{
    uint64_t bits;
    __asm__ volatile(
        "movq %[number], %%rax; movq %[a0], %%rdi; movq %[a1], %%rsi; movq %[a2], %%rdx\n"
        "pushq %%rbp; pushq %%rdi; pushq %%rsi; pushq %%rdx\n"
        "movq $0x101, %%rbx; movq $0x102, %%rbp; movq $0x103, %%r8; movq $0x104, %%r9\n"
        "movq $0x105, %%r10; movq $0x106, %%r12; movq $0x107, %%r13; movq $0x108, %%r14; movq $0x109, %%r15\n"
        "movq %%r15, %%xmm7; punpcklqdq %%xmm7, %%xmm7\n"
        "stc\n"
        "syscall\n"
        "setnc %%al; movzbl %%al, %%eax\n" // the flags first
        ".macro compare register, value, bit\n"
        "cmpq \\value, %%\\register; je 1f; orq $(1 << \\bit), %%rax\n1:\n"
        ".endm\n"
        "compare rbx, $0x101, 1; compare rbp, $0x102, 2; compare r8, $0x103, 3; compare r9, $0x104, 4\n"
        "compare r10, $0x105, 5; compare r12, $0x106, 6; compare r13, $0x107, 7; compare r14, $0x108, 8\n"
        "compare r15, $0x109, 9; compare rdx, (%%rsp), 10; compare rsi, 8(%%rsp), 11\n"
        "compare rdi, 16(%%rsp), 12\n"
        "movhlps %%xmm7, %%xmm6; movq %%xmm6, %%rcx; compare rcx, $0x109, 13\n"
        ".purgem compare\n"
        "popq %%rdx; popq %%rsi; popq %%rdi; popq %%rbp\n"
        : "=&a"(bits)
        : [number] "m"(c->number), [a0] "m"(c->argument[0]), [a1] "m"(c->argument[1]), [a2] "m"(c->argument[2])
        : "rbx", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "xmm6", "xmm7",
          "memory", "cc");
    return bits;
}
#elif defined(__aarch64__)
// The registers that have changed: bit N for xN, bit 31 for the flags, bit 32 for v8, bit 33 for v31.
static uint64_t changed(const struct call *c)
{
    register uint64_t x0 __asm__("x0") = (uint64_t)c;
    __asm__ volatile("stp x29, x30, [sp, #-16]!\n"
                     "mov x1, x0; ldp x8, x0, [x1]; ldp x1, x2, [x1, #16]\n"
                     "stp x1, x2, [sp, #-16]!; str x8, [sp, #-16]!\n"
                     ".irp n, 3,4,5,6,7,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30\n"
                     "mov x\\n, #(0x100 + \\n)\n"
                     ".endr\n"
                     "fmov d8, x19; dup v31.2d, x20\n"
                     "mov x3, #0xf0000000; msr nzcv, x3; mov x3, #0x103\n"
                     "svc #0\n"
                     "mrs x0, nzcv; eor x0, x0, #0xf0000000; cmp x0, #0; cset x0, ne; lsl x0, x0, #31\n"
                     ".macro compare register, value, bit\n"
                     "sub \\register, \\register, \\value; cmp \\register, #0; cset \\register, ne\n"
                     "orr x0, x0, \\register, lsl #\\bit\n"
                     ".endm\n"
                     ".irp n, 3,4,5,6,7,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30\n"
                     "compare x\\n, #(0x100 + \\n), \\n\n"
                     ".endr\n"
                     "ldr x3, [sp], #16; ldp x4, x5, [sp], #16\n"
                     "compare x8, x3, 8; compare x1, x4, 1; compare x2, x5, 2\n"
                     "fmov x3, d8; compare x3, #0x113, 32; mov x3, v31.d[1]; compare x3, #0x114, 33\n"
                     ".purgem compare\n"
                     "ldp x29, x30, [sp], #16\n"
                     : "+r"(x0)
                     :
                     : "x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12", "x13", "x14", "x15",
                       "x16", "x17", "x18", "x19", "x20", "x21", "x22", "x23", "x24", "x25", "x26", "x27", "x28", "v8",
                       "v31", "memory", "cc");
    return x0;
}
#else
#error "unknown architecture"
#endif

static void calls_preserve_registers(void)
{
    const struct call calls[] = {
        {"getpid", SYS_getpid, {1, 2, 3}},
        {"no such call", 5000, {1, 2, 3}},
        {"write", SYS_write, {pipe_fd[1], (long)byte, 1}},
        {"read", SYS_read, {pipe_fd[0], (long)byte, 1}},
        {"bad pointer", SYS_write, {pipe_fd[1], 8, 1}},
        {"openat", SYS_openat, {AT_FDCWD, (long)"/nonexistent", O_RDONLY}},
        {"nanosleep", SYS_nanosleep, {(long)&soon, 0, 0}},
        {"brk", SYS_brk, {0, 2, 3}},
        {"kill", SYS_kill, {getpid(), 0, 3}},
    };
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        uint64_t bits = changed(&calls[i]);
        if (bits)
            printf("%s: %llx\n", calls[i].name, (unsigned long long)bits);
        CHECK(bits == 0);
    }
}

int main(int argc, char **argv)
{
    CHECK(pipe(pipe_fd) == 0);
    RUN(calls_preserve_registers);
    puts(nr_failed ? "failed" : "passed");
    return nr_failed != 0;
}
