// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// A foreign system call that becomes an upcall, which returns at once.

#include <stddef.h>

#include <kn/stubs.h>

#include "../../../servers/init/die.h"
#include "bench.h"
#include "clock.h"

#define ENTRY_BYTES 16

// The whole runtime range.
__attribute__((naked, noinline, aligned(ENTRY_BYTES))) static void upcall_entry(void)
{
#if defined(__x86_64__)
    __asm__("jmp *%%gs:%c0" : : "i"(offsetof(struct kn_ipc_buffer, upcall_pc)));
#else
    __asm__("svc %0" : : "i"(KN_SYSCALL_NUMBER(KN_SYS_UPCALL_RETURN)));
#endif
}

static inline void foreign_call(void)
{
#if defined(__x86_64__)
    __asm__ volatile("syscall" : : "a"(39) : "rcx", "r11", "memory");
#else
    __asm__ volatile("svc 0" : : : "memory");
#endif
}

__attribute__((noinline)) static uint64_t foreign_calls(void)
{
    uint64_t start = 0;
    for (int round = -WARM_UP; round < ROUNDS; round++) {
        if (round == 0)
            start = clock_now();
        foreign_call();
    }
    return clock_now() - start;
}

void bench_upcall(void)
{
    kn_word_t entry = (kn_word_t)upcall_entry;
    if (kn_tcb_set_upcall(KN_INIT_CAP_TCB, entry, entry, entry + ENTRY_BYTES, entry, entry) != KN_ERROR_NONE)
        init_die("TCB_SetUpcall fails");
    report("upcall_and_return", foreign_calls(), ROUNDS);
    kn_tcb_set_upcall(KN_INIT_CAP_TCB, 0, 0, 0, 0, 0);
}
