// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// The parts, one after the other; then an orderly end of the machine.

#include "root.h"

static const struct part {
    const char *name;
    void (*run)(void);
} parts[] = {
    {"boot information", check_boot_info},
    {"untyped memory", check_untyped},
    {"CNode operations", check_cnodes},
    {"a CSpace of two levels", check_cspace},
    {"calls and replies", check_calls},
    {"sends", check_sends},
    {"capability transfer", check_transfer},
    {"notifications", check_notifications},
    {"cancelled sends", check_cancelled_sends},
    {"VM fault", check_vm_fault},
    {"capability fault", check_cap_fault},
    {"unknown system call", check_unknown_syscall},
    {"user exception", check_user_exception},
    {"registers", check_registers},
    {"priorities", check_priorities},
    {"breakpoints and single-stepping", check_debugging},
    {"budgets", check_budgets},
    {"passive servers", check_passive_server},
    {"a notification's scheduling context", check_notification_context},
    {"SchedContext_YieldTo", check_yield_to},
    {"processors", check_processors},
    {"mappings", check_mappings},
    {"large pages", check_large_pages},
    {"pages of 1 GiB", check_huge_pages},
    {"a second address space", check_address_space},
    {"interrupts", check_interrupts},
    {"the architecture's own", arch_check},
};

int main(void)
{
    root_init();
    for (unsigned int i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        parts[i].run();
        print("ok ");
        print(parts[i].name);
        print("\n");
    }
    print("all parts passed\n");
    arch_end_machine(0);
    return 0;
}
