// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// The smallest root task: the kernel has reached user mode, what it handed over makes sense, and a system call returns. It
// needs a debug build's kernel, to print and to end the machine.

#include <stdbool.h>

#include <kn/syscalls.h>

#include <trona/main.h>

static void print(const char *s)
{
    for (; *s; s++)
        kn_sys_debug_put_char((kn_word_t)*s);
}

static void check(bool ok, const char *what)
{
    if (ok)
        return;
    print("boot_smoke: failed: ");
    print(what);
    print("\n");
    kn_sys_debug_exit(1);
}

static bool untypeds_are_sound(const struct kn_boot_info *info)
{
    const struct kn_untyped_desc *u = (const struct kn_untyped_desc *)(info + 1);
    kn_word_t nr = info->untyped.end - info->untyped.start, free_bytes = 0;
    for (kn_word_t i = 0; i < nr; i++) {
        if (u[i].paddr & (((kn_word_t)1 << u[i].size_bits) - 1))
            return false;
        if (!u[i].is_device)
            free_bytes += ((kn_word_t)1 << u[i].size_bits) - u[i].used;
    }
    return free_bytes > (16 << 20);
}

static kn_word_t identify(kn_word_t cptr)
{
    kn_word_t type;
    kn_sys_debug_cap_identify(cptr, &type);
    return type;
}

void trona_main(void *start)
{
    const struct kn_boot_info *info = start;
    check(info->version == KN_ABI_VERSION, "the ABI version");
    check(kn_ipc_buffer() == (void *)info->ipc_buffer, "the thread block register is the IPC buffer");
    check(kn_ipc_buffer()->self == info->ipc_buffer, "the IPC buffer knows itself");
    check(untypeds_are_sound(info), "untypeds are aligned and most memory is free");
    check(identify(KN_INIT_CAP_TCB) == KN_CAP_TYPE_TCB, "the TCB capability");
    check(identify(KN_INIT_CAP_IRQ_CONTROL) == KN_CAP_TYPE_IRQ_CONTROL, "the IRQControl capability");
    check(identify(info->archive_frames.start) == KN_CAP_TYPE_FRAME, "the archive's frames");
    print("boot_smoke: passed\n");
    kn_sys_debug_exit(0);
    __builtin_trap();
}
