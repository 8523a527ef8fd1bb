// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Threads: suspending and resuming in every state, spaces and buffers, priorities, TLS, flags.

#include <arch.h>

#include "space.h"
#include "thread.h"
#include "user.h"

static kn_word_t nothing(struct thread *t) { return t->arg[0]; }

static kn_word_t count(struct thread *t)
{
    for (;;)
        t->step++;
}

static kn_word_t wait_for(struct thread *t)
{
    t->msg = wait(t->arg[0]);
    return t->msg.badge;
}

static kn_word_t call(struct thread *t)
{
    t->msg = message(5, 1, t->step++);
    kn_call(t->arg[0], &t->msg);
    return label_of(&t->msg);
}

static kn_word_t suspend_itself(struct thread *t)
{
    t->step = 1;
    t->result = (kn_word_t)kn_tcb_suspend(t->tcb);
    t->step = 2;
    return 0;
}

static kn_word_t read_tls(struct thread *t)
{
    wait(t->arg[0]);
    return arch_tls_base();
}

static kn_word_t read_buffer(struct thread *t)
{
    (void)t;
    return (kn_word_t)kn_ipc_buffer();
}

// A suspended thread does not run, and goes on where it was when resumed.
TEST(tcb_suspend_stops_a_running_thread)
{
    struct thread *t = thread_new(count);
    thread_set_priority(t, PRIORITY_LOW);
    thread_start(t);
    sleep_us(1000);
    CHECK_OK(kn_tcb_suspend(t->tcb));
    kn_word_t steps = t->step;
    CHECK(steps > 0);
    sleep_us(1000);
    CHECK(t->step == steps);
    CHECK_OK(kn_tcb_resume(t->tcb));
    sleep_us(1000);
    CHECK(t->step > steps);
}

// A thread may suspend itself; the invocation has succeeded when it goes on.
TEST(tcb_suspend_of_itself)
{
    struct thread *t = thread_spawn(suspend_itself, 0, 0);
    CHECK(t->step == 1 && !t->is_done);
    CHECK_OK(kn_tcb_resume(t->tcb));
    CHECK(t->step == 2 && t->is_done && t->result == KN_ERROR_NONE);
}

// A new thread is inactive until it is resumed.
TEST(tcb_new_thread_is_inactive)
{
    struct thread *t = thread_new(nothing);
    sleep_us(100);
    CHECK(!t->is_done);
    CHECK_OK(kn_tcb_suspend(t->tcb));
    thread_start(t);
    CHECK(t->is_done);
}

// A thread that waits for a notification waits again when it is resumed.
TEST(tcb_suspend_in_wait_is_repeated)
{
    kn_cptr_t notification = make_notification();
    struct thread *t = thread_spawn(wait_for, notification, 0);
    CHECK_OK(kn_tcb_suspend(t->tcb));
    kn_signal(badged(notification, 3));
    CHECK(!t->is_done);
    CHECK_OK(kn_tcb_resume(t->tcb));
    CHECK(t->is_done && t->result == 3);
}

// A suspended receiver is in no queue, and receives when it is resumed.
TEST(tcb_suspend_in_receive_is_repeated)
{
    kn_cptr_t endpoint = make_endpoint();
    struct thread *t = thread_spawn(wait_for, endpoint, 0);
    CHECK_OK(kn_tcb_suspend(t->tcb));
    struct kn_msg m = message(0, 0, 0);
    kn_nb_send(endpoint, &m);
    CHECK(!t->is_done);
    CHECK_OK(kn_tcb_resume(t->tcb));
    send(badged(endpoint, 6));
    CHECK(t->is_done && t->result == 6);
}

// A thread suspended in the sending half of a Call sends again, the same message.
TEST(tcb_suspend_in_call_is_repeated)
{
    kn_cptr_t endpoint = make_endpoint(), reply = make_reply();
    struct thread *t = thread_spawn(call, endpoint, 0);
    CHECK_OK(kn_tcb_suspend(t->tcb));
    CHECK_OK(kn_tcb_resume(t->tcb));
    struct kn_msg m = receive(endpoint, reply);
    CHECK(message_is(&m, 5, 1, 0));
    answer(reply, 8);
    CHECK(t->result == 8);
}

// Resume of a thread that waits for an answer makes it call again.
TEST(tcb_resume_repeats_a_call)
{
    kn_cptr_t endpoint = make_endpoint(), reply = make_reply();
    struct thread *t = thread_spawn(call, endpoint, 0);
    receive(endpoint, reply);
    CHECK_OK(kn_tcb_resume(t->tcb));
    answer(reply, 1);
    CHECK(!t->is_done);
    receive(endpoint, reply);
    answer(reply, 2);
    CHECK(t->is_done && t->result == 2 && t->step == 1);
}

// Resume of a running thread is nothing.
TEST(tcb_resume_of_a_running_thread_is_nothing)
{
    CHECK_OK(kn_tcb_resume(self->tcb));
    struct thread *t = thread_new(count);
    thread_set_priority(t, PRIORITY_LOW);
    thread_start(t);
    CHECK_OK(kn_tcb_resume(t->tcb));
    sleep_us(200);
    CHECK(t->step > 0);
}

static kn_word_t delete_itself(struct thread *t)
{
    t->step = 1;
    delete_cap(t->tcb);
    t->step = 2;
    return 0;
}

// A thread may delete itself: it runs no further.
TEST(tcb_deletes_itself)
{
    struct thread *t = thread_spawn(delete_itself, 0, 0);
    CHECK(t->step == 1 && slot_is_empty(t->tcb));
}

// Configure refuses what is no CNode, address space or writable page frame of RAM.
TEST(tcb_configure_checks_capabilities)
{
    struct thread *t = thread_new(nothing);
    kn_cptr_t page = make_frame(), fresh = make(KN_OBJECT_TYPE_VSPACE, 0);
    CHECK_ERROR(kn_tcb_configure(t->tcb, 0, 0, page, KN_INIT_CAP_VSPACE, page), INVALID_CAPABILITY);
    CHECK(error_word(0) == 1);
    CHECK_ERROR(kn_tcb_configure(t->tcb, 0, 0, ROOT, page, page), INVALID_CAPABILITY);
    CHECK(error_word(0) == 2);
    CHECK_ERROR(kn_tcb_configure(t->tcb, 0, 0, ROOT, fresh, page), INVALID_CAPABILITY); // no ASID
    CHECK(error_word(0) == 2);
    CHECK_ERROR(kn_tcb_configure(t->tcb, 0, 0, ROOT, KN_INIT_CAP_VSPACE, make_endpoint()), INVALID_CAPABILITY);
    CHECK(error_word(0) == 3);
    CHECK_ERROR(kn_tcb_configure(t->tcb, 0, 8, ROOT, KN_INIT_CAP_VSPACE, page), ALIGNMENT_ERROR);
    CHECK(error_word(0) == KN_PAGE_BITS);
    thread_start(t); // nothing has changed
    CHECK(t->is_done);
}

// SetSpace refuses the same, and fault handlers that are no endpoints.
TEST(tcb_set_space_checks_capabilities)
{
    struct thread *t = thread_new(nothing);
    kn_cptr_t page = make_frame();
    CHECK_ERROR(kn_tcb_set_space(t->tcb, 0, page, ROOT, KN_INIT_CAP_VSPACE), INVALID_CAPABILITY);
    CHECK(error_word(0) == 1);
    CHECK_ERROR(kn_tcb_set_space(t->tcb, 0, 0, page, KN_INIT_CAP_VSPACE), INVALID_CAPABILITY);
    CHECK(error_word(0) == 2);
    CHECK_ERROR(kn_tcb_set_space(t->tcb, 0, 0, ROOT, page), INVALID_CAPABILITY);
    CHECK(error_word(0) == 3);
    CHECK_ERROR(kn_tcb_set_space(t->tcb, kn_cnode_guard_new(0, 63), 0, ROOT, KN_INIT_CAP_VSPACE), ILLEGAL_OPERATION);
}

// An IPC buffer is a page of RAM that may be written, at a page's address.
TEST(tcb_set_ipc_buffer_checks_the_frame)
{
    struct thread *t = thread_new(nothing);
    kn_cptr_t page = make_frame(), device = slot_new();
    CHECK_OK(retype(device_untyped(ARCH_DEVICE_PADDR), KN_OBJECT_TYPE_FRAME, KN_PAGE_BITS, device, 1));
    CHECK_ERROR(kn_tcb_set_ipc_buffer(t->tcb, TEST_VADDR, device), INVALID_CAPABILITY);
    CHECK_ERROR(kn_tcb_set_ipc_buffer(t->tcb, TEST_VADDR, with_rights(page, KN_RIGHTS_READ)), INVALID_CAPABILITY);
    CHECK_ERROR(kn_tcb_set_ipc_buffer(t->tcb, TEST_VADDR, make(KN_OBJECT_TYPE_FRAME, 21)), INVALID_CAPABILITY);
    CHECK_ERROR(kn_tcb_set_ipc_buffer(t->tcb, TEST_VADDR + 8, page), ALIGNMENT_ERROR);
    CHECK_ERROR(kn_tcb_set_ipc_buffer(t->tcb, 0xfffffffffffff000, page), ILLEGAL_OPERATION);
    CHECK_OK(kn_tcb_set_ipc_buffer(t->tcb, TEST_VADDR, page));
}

// The thread block register is the buffer's address, which the buffer itself names, too.
TEST(tcb_buffer_address_is_the_thread_block)
{
    struct thread *t = thread_spawn(read_buffer, 0, 0);
    CHECK(t->result == (kn_word_t)t->buffer && t->buffer->self == t->result);
}

// When the buffer's frame goes, messages are as long as the registers; nothing is written to the page any more.
TEST(tcb_deleted_buffer_frame_is_not_written)
{
    kn_cptr_t endpoint = make_endpoint(), page = make_frame();
    struct thread *t = thread_new(wait_for);
    map_tables(KN_INIT_CAP_VSPACE, TEST_VADDR);
    CHECK_OK(kn_frame_map(page, TEST_VADDR, READ_WRITE, 0, KN_INIT_CAP_VSPACE));
    CHECK_OK(kn_tcb_set_ipc_buffer(t->tcb, TEST_VADDR, page));
    t->arg[0] = endpoint;
    thread_start(t);
    CHECK_OK(revoke(page)); // the thread's own capability
    struct kn_msg m = message(1, 8, 50);
    kn_send(endpoint, &m);
    CHECK(t->is_done && length_of(&t->msg) == KN_MSG_REGISTERS);
    CHECK(((struct kn_ipc_buffer *)TEST_VADDR)->msg[5] == 0);
}

// A priority above the authority's maximum controlled priority is RANGE_ERROR with that maximum.
TEST(tcb_priority_is_limited_by_the_authority)
{
    struct thread *t = thread_new(nothing), *boss = thread_new(nothing);
    CHECK_OK(kn_tcb_set_mc_priority(boss->tcb, 50, KN_INIT_CAP_TCB));
    CHECK_ERROR(kn_tcb_set_priority(t->tcb, 51, boss->tcb), RANGE_ERROR);
    CHECK(error_word(0) == 0 && error_word(1) == 50);
    CHECK_ERROR(kn_tcb_set_mc_priority(t->tcb, 51, boss->tcb), RANGE_ERROR);
    CHECK_ERROR(kn_tcb_set_sched_params(t->tcb, 51, 1, boss->tcb, t->sc, 0), RANGE_ERROR);
    CHECK_ERROR(kn_tcb_set_sched_params(t->tcb, 1, 51, boss->tcb, t->sc, 0), RANGE_ERROR);
    CHECK_OK(kn_tcb_set_priority(t->tcb, 50, boss->tcb));
    CHECK_ERROR(kn_tcb_set_priority(t->tcb, KN_NR_PRIORITIES, KN_INIT_CAP_TCB), RANGE_ERROR);
}

// The authority is a TCB.
TEST(tcb_priority_needs_a_tcb_as_authority)
{
    struct thread *t = thread_new(nothing);
    CHECK_ERROR(kn_tcb_set_priority(t->tcb, 1, make_endpoint()), INVALID_CAPABILITY);
    CHECK(error_word(0) == 1);
}

// SetSchedParams checks context and handler before it changes anything.
TEST(tcb_set_sched_params_checks_capabilities)
{
    struct thread *t = thread_new(nothing), *u = thread_new(nothing);
    kn_cptr_t endpoint = make_endpoint();
    CHECK_ERROR(kn_tcb_set_sched_params(t->tcb, 1, 1, KN_INIT_CAP_TCB, endpoint, 0), INVALID_CAPABILITY);
    CHECK(error_word(0) == 2);
    CHECK_ERROR(kn_tcb_set_sched_params(t->tcb, 1, 1, KN_INIT_CAP_TCB, t->sc, t->sc), INVALID_CAPABILITY);
    CHECK(error_word(0) == 3);
    CHECK_ERROR(kn_tcb_set_sched_params(t->tcb, 1, 1, KN_INIT_CAP_TCB, u->sc, 0), ILLEGAL_OPERATION);
    CHECK_ERROR(kn_tcb_set_sched_params(self->tcb, 1, PRIORITY_CASE, KN_INIT_CAP_TCB, 0, 0), ILLEGAL_OPERATION);
    thread_start(t);
    CHECK(t->is_done); // still above this one
}

// The base of thread-local storage is the thread's own.
TEST(tcb_tls_base_is_set)
{
    kn_cptr_t endpoint = make_endpoint();
    struct thread *t[2];
    for (kn_word_t i = 0; i < 2; i++) {
        t[i] = thread_spawn(read_tls, endpoint, 0); // it waits first
        CHECK_OK(kn_tcb_set_tls_base(t[i]->tcb, 0x12345000 + i));
    }
    for (kn_word_t i = 0; i < 2; i++) {
        send(endpoint);
        CHECK(t[i]->is_done && t[i]->result == 0x12345000 + i);
    }
}

// A thread can set it for itself.
TEST(tcb_tls_base_of_itself)
{
    CHECK_OK(kn_tcb_set_tls_base(self->tcb, 0x7fff5000));
    CHECK(arch_tls_base() == 0x7fff5000);
    sleep_us(200);
    CHECK(arch_tls_base() == 0x7fff5000);
}

// Unknown flags are INVALID_ARGUMENT; known ones are returned.
TEST(tcb_flags_are_checked)
{
    struct thread *t = thread_new(nothing);
    kn_word_t flags = 99;
    CHECK_ERROR(kn_tcb_set_flags(t->tcb, 0, 1ul << 40, 0, &flags), INVALID_ARGUMENT);
    CHECK(error_word(0) == 1);
    CHECK_ERROR(kn_tcb_set_flags(t->tcb, 1ul << 40, 0, 0, &flags), INVALID_ARGUMENT);
    CHECK(error_word(0) == 0);
    CHECK_ERROR(kn_tcb_set_flags(t->tcb, 0, KN_TCB_FLAG_TIMER, 0, &flags), INVALID_ARGUMENT);
    CHECK_OK(kn_tcb_set_flags(t->tcb, 0, KN_TCB_FLAG_FPU, 0, &flags));
    CHECK(flags == KN_TCB_FLAG_FPU);
    CHECK_OK(kn_tcb_set_flags(t->tcb, KN_TCB_FLAG_FPU, 0, 0, &flags));
    CHECK(flags == 0);
}

// A thread's capabilities go with it: what it alone held is free again.
TEST(tcb_deletion_frees_what_it_held)
{
    kn_cptr_t untyped = make_untyped(KN_ENDPOINT_BITS), endpoint = slot_new();
    CHECK_OK(retype(untyped, KN_OBJECT_TYPE_ENDPOINT, 0, endpoint, 1));
    struct thread *t = thread_new(nothing);
    thread_set_fault_endpoint(t, endpoint);
    CHECK_OK(delete_cap(endpoint));
    CHECK_ERROR(retype(untyped, KN_OBJECT_TYPE_ENDPOINT, 0, endpoint, 1), NOT_ENOUGH_MEMORY);
    CHECK_OK(delete_cap(t->tcb));
    CHECK_OK(retype(untyped, KN_OBJECT_TYPE_ENDPOINT, 0, endpoint, 1));
}

// A thread whose address space is deleted faults at its next instruction.
TEST(tcb_faults_without_its_address_space)
{
    kn_cptr_t vspace = make_vspace_with_program(KN_INIT_CAP_ASID_POOL), handler = make_endpoint(), reply = make_reply();
    struct thread *t = thread_new(nothing);
    CHECK_OK(kn_tcb_set_space(t->tcb, 0, handler, ROOT, vspace));
    thread_set_priority(t, PRIORITY_LOW);
    thread_start_at(t, (kn_word_t)user_spin, 0);
    sleep_us(200);
    CHECK_OK(revoke(vspace));
    CHECK_OK(delete_cap(vspace));
    struct kn_msg m = receive(handler, reply);
    CHECK(label_of(&m) == KN_FAULT_VM && kn_msg_get(&m, KN_FAULT_VM_ADDR) == (kn_word_t)user_spin);
}

enum { SLOT_TCB = 1, SLOT_ROOT };

// arg[0] and arg[1]: the addresses of its own TCB and of the CSpace that all others have, through SLOT_ROOT.
static kn_word_t leave_cspace(struct thread *t)
{
    t->step = 1;
    kn_tcb_set_space(t->arg[0], 0, 0, t->arg[1] | KN_INIT_CAP_CNODE, t->arg[1] | KN_INIT_CAP_VSPACE);
    t->step = 2;
    return 0;
}

// A thread that gives up the CSpace which holds the last capability to it ends with that, and gets nothing; what is left
// of the two, each in the other, goes with their untyped.
TEST(tcb_leaves_the_cspace_that_holds_it)
{
    kn_cptr_t untyped = make_untyped(KN_TCB_BITS + 1), tcb = slot_new(), node = slot_new();
    kn_word_t radix = boot_info->cnode_radix;
    struct thread *t = thread_new(leave_cspace);
    CHECK_OK(delete_cap(t->tcb));
    CHECK_OK(retype(untyped, KN_OBJECT_TYPE_TCB, 0, tcb, 1));
    CHECK_OK(retype(untyped, KN_OBJECT_TYPE_CNODE, 4, node, 1));
    t->tcb = tcb;
    t->arg[0] = (kn_word_t)SLOT_TCB << radix;
    t->arg[1] = (kn_word_t)SLOT_ROOT << radix;
    CHECK_OK(kn_tcb_configure(tcb, kn_cnode_guard_new(0, KN_WORD_BITS - 4 - radix), (kn_word_t)t->buffer, node,
                              KN_INIT_CAP_VSPACE, image_frame(t->buffer)));
    CHECK_OK(kn_tcb_set_sched_params(tcb, 0, PRIORITY_LOW, KN_INIT_CAP_TCB, t->sc, 0));
    thread_start(t); // below this one: not yet
    CHECK_OK(kn_cnode_mint(node, SLOT_ROOT, 4, ROOT, DEPTH, KN_RIGHTS_ALL, kn_cnode_guard_new(0, 0), ROOT));
    CHECK_OK(kn_cnode_move(node, SLOT_TCB, 4, tcb, DEPTH, ROOT));
    CHECK_OK(delete_cap(node));
    sleep_us(500);
    CHECK(t->step == 1);
    CHECK_OK(revoke(untyped));
    CHECK_OK(retype(untyped, KN_OBJECT_TYPE_TCB, 0, tcb, 1));
}
