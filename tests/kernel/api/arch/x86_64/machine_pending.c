// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Interrupts that become pending while the kernel is in a long operation: it looks at those registers of the local APIC, one
// for each 32 vectors, in which vectors are in use.

#include <arch.h>

#include "edu.h"
#include "thread.h"

#define MESSAGES 0xfee00000 // of the boot CPU
#define FIRST_VECTOR 48     // of interrupt 0
#define LINE 4              // an interrupt line that no device uses here
#define NR_MESSAGES 168     // at least
#define EARLY_US 300 // before the interrupt begins what lasts longer than that
#define LEFT_US 300  // of it when the interrupt comes, at least
#define LATE_US 50   // how much later it may be taken: less than until the next interrupt of the timer
#define MEMORY_BITS 23
#define LARGE_BITS 21
#define NR_LARGE (1ul << (MEMORY_BITS - LARGE_BITS))

static struct edu edu;
static kn_cptr_t handler, notification;
static volatile kn_word_t taken_us[2];

// Two transfers, the second one begun as soon as the first has ended.
static kn_word_t take_two(struct thread *t)
{
    for (kn_word_t i = 0; i < 2; i++) {
        kn_wait(notification, &t->msg);
        taken_us[i] = now_us();
        edu_quiet(&edu);
        if (i == 0)
            edu_transfer(&edu);
        CHECK_OK(kn_irq_handler_ack(handler));
    }
    return 0;
}

// The transfer's interrupt comes while the kernel clears memory, and is taken before that is done.
static void check_it_stops_a_retype(kn_cptr_t memory, kn_cptr_t slots)
{
    case_goes_on();
    struct thread *t = thread_spawn(take_two, 0, 0);
    CHECK_OK(kn_irq_handler_set_notification(handler, notification));
    edu_transfer(&edu);
    sleep_us(EDU_TRANSFER_US);
    kn_word_t begin = taken_us[0] + EDU_TRANSFER_US - EARLY_US;
    while (now_us() < begin)
        ;
    CHECK(!t->is_done);
    CHECK_OK(retype(memory, KN_OBJECT_TYPE_FRAME, LARGE_BITS, slots, NR_LARGE));
    CHECK(t->is_done);
    CHECK(taken_us[1] - taken_us[0] < EDU_TRANSFER_US + LATE_US);
    CHECK(taken_us[1] > begin && now_us() - taken_us[1] > LEFT_US); // it was in the middle
    CHECK_OK(revoke(memory));
}

// A line's vector, then messages' in each other register, when no later one is in use yet.
TEST_TIMED(machine_pending_vectors_are_seen)
{
    kn_cptr_t slots = slots_new(NR_LARGE), memory = make_untyped(MEMORY_BITS);
    edu = edu_open();
    edu_quiet(&edu);
    notification = make_notification();
    handler = slot_new();
    CHECK_OK(kn_irq_control_get(KN_INIT_CAP_IRQ_CONTROL, LINE, 0, handler, DEPTH, ROOT));
    pci_enable_msi(&edu.pci, MESSAGES, FIRST_VECTOR + LINE);
    check_it_stops_a_retype(memory, slots);
    for (kn_word_t n = 0; n < NR_MESSAGES; n += 32) {
        kn_word_t address, data;
        handler = slot_new();
        CHECK_OK(arch_get_msi(n, edu.pci.requester, handler, &address, &data));
        pci_enable_msi(&edu.pci, address, data);
        check_it_stops_a_retype(memory, slots);
    }
    pci_disable_msi(&edu.pci);
}
