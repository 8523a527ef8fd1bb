// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// What aarch64 alone promises to user mode: registers across system calls and upcalls, the FPU and timer flags,
// exception classes, SPSR, SMC. Two threads take single steps (child.S); every step ends in a fault message here.

#include <stdbool.h>

#include <kn/stubs.h>

#include <trona/main.h>

#define CHILD_BUFFER 0x5fe000ul // in the part of the address space that the root task's image already has tables for
#define PRIORITY 100
#define TIMER_IRQ 30
#define CLASS_UNKNOWN 0x0
#define CLASS_FP_ACCESS 0x07
#define CLASS_SYSTEM_REGISTER 0x18
#define CLASS_STACK_ALIGNMENT 0x26
#define CLASS_BRK 0x3c
#define PSCI_VERSION 0x84000000
#define PSCI_CPU_ON 0xc4000003
#define PSCI_FEATURES 0x8400000a

void child_foreign(void);
void child_native(void);
void child_upcall_entry(void);
void child_fpu(void);
void child_timer(void);
void child_allowed(void);
void child_brk(void);
void child_load(void);
void child_store(void);
void child_jump(void);
void child_privileged(void);

struct child {
    kn_cptr_t tcb;
    struct kn_msg fault; // its last one
};

static const struct kn_boot_info *info;
static kn_word_t next_slot, untyped;
static kn_cptr_t endpoint, reply;
static struct child a, b;
static _Alignas(64) char scratch[4096];
static _Alignas(16) char stacks[2][4096];

static void print(const char *s)
{
    for (; *s; s++)
        kn_sys_debug_put_char((kn_word_t)*s);
}

static void print_number(kn_word_t v)
{
    for (int shift = 60; shift >= 0; shift -= 4)
        kn_sys_debug_put_char((kn_word_t)"0123456789abcdef"[(v >> shift) & 15]);
}

static void check(bool ok, const char *what)
{
    if (ok)
        return;
    print("aarch64_user: failed: ");
    print(what);
    print("; the last fault is ");
    print_number(kn_msg_info_get_label(a.fault.info));
    for (kn_word_t i = 0; i < kn_msg_info_get_length(a.fault.info); i++) {
        print(" ");
        print_number(kn_msg_get(&a.fault, i));
    }
    print("\n");
    kn_sys_debug_exit(1);
}

static kn_cptr_t make(kn_word_t type, kn_word_t bits)
{
    kn_word_t slot = next_slot++;
    check(kn_untyped_retype(untyped, type, bits, 0, 0, slot, 1, KN_INIT_CAP_CNODE) == KN_ERROR_NONE, "retype");
    return slot;
}

static void make_child(struct child *c)
{
    kn_cptr_t sc = make(KN_OBJECT_TYPE_SCHED_CONTEXT, KN_SCHED_CONTEXT_MIN_BITS);
    check(!kn_sched_control_configure(info->sched_control.start, 10000, 10000, 0, 0, 0, sc), "configure");
    c->tcb = make(KN_OBJECT_TYPE_TCB, 0);
    check(!kn_tcb_set_space(c->tcb, 0, endpoint, KN_INIT_CAP_CNODE, KN_INIT_CAP_VSPACE), "set space");
    check(!kn_tcb_set_sched_params(c->tcb, PRIORITY, PRIORITY, KN_INIT_CAP_TCB, sc, endpoint), "set scheduling");
}

static void set_up(void)
{
    const struct kn_untyped_desc *u = (const struct kn_untyped_desc *)(info + 1);
    while (u[untyped].is_device || u[untyped].used || u[untyped].size_bits < 20)
        untyped++;
    untyped += info->untyped.start;
    next_slot = info->empty.start;
    endpoint = make(KN_OBJECT_TYPE_ENDPOINT, 0);
    reply = make(KN_OBJECT_TYPE_REPLY, 0);
    make_child(&a);
    make_child(&b);
    kn_cptr_t frame = make(KN_OBJECT_TYPE_FRAME, KN_PAGE_BITS);
    check(!kn_frame_map(frame, CHILD_BUFFER, KN_RIGHTS_READ | KN_RIGHTS_WRITE, KN_VM_ATTR_EXECUTE_NEVER, KN_INIT_CAP_VSPACE),
          "map the buffer");
    check(!kn_tcb_set_ipc_buffer(a.tcb, CHILD_BUFFER, frame), "set the buffer");
}

static void wait_for_fault(struct child *c)
{
    kn_recv(endpoint, reply, &c->fault);
}

// Starts C at ENTRY with xN = 0x1000 + N but for x0 and x1, and waits for its fault.
static void start(struct child *c, void (*entry)(void), kn_word_t x0, kn_word_t x1, kn_word_t spsr)
{
    struct kn_registers r = {.pc = (kn_word_t)entry, .sp = (kn_word_t)stacks[c == &b] + sizeof stacks[0], .spsr = spsr};
    kn_word_t *x[] = {&r.x0,  &r.x1,  &r.x2,  &r.x3,  &r.x4,  &r.x5,  &r.x6,  &r.x7,  &r.x8,  &r.x9,  &r.x10,
                      &r.x11, &r.x12, &r.x13, &r.x14, &r.x15, &r.x16, &r.x17, &r.x18, &r.x19, &r.x20, &r.x21,
                      &r.x22, &r.x23, &r.x24, &r.x25, &r.x26, &r.x27, &r.x28, &r.x29, &r.x30};
    for (kn_word_t i = 0; i < 31; i++)
        *x[i] = 0x1000 + i;
    r.x0 = x0;
    r.x1 = x1;
    kn_tcb_suspend(c->tcb); // its fault, if one is open
    check(!kn_tcb_write_registers(c->tcb, KN_REGISTER_FLAG_SUSPEND_OR_RESUME, KN_NR_REGISTERS, &r), "write registers");
    wait_for_fault(c);
}

// Replies to the fault of C as the message now is, and waits for the next.
static void resume(struct child *c, kn_word_t length)
{
    c->fault.info = kn_msg_info_new(KN_FAULT_REPLY_RESUME, 0, 0, length);
    kn_send(reply, &c->fault);
    wait_for_fault(c);
}

static kn_word_t word(const struct child *c, kn_word_t i) { return kn_msg_get(&c->fault, i); }
static bool is_fault(const struct child *c, kn_word_t label) { return kn_msg_info_get_label(c->fault.info) == label; }
static bool is_step(const struct child *c) { return is_fault(c, KN_FAULT_UNKNOWN_SYSCALL); }
static bool is_exception(const struct child *c, kn_word_t class)
{
    return is_fault(c, KN_FAULT_USER_EXCEPTION) && word(c, KN_FAULT_USER_EXCEPTION_NUMBER) == class;
}
static bool is_vm_fault(const struct child *c, kn_word_t addr, kn_word_t access)
{
    return is_fault(c, KN_FAULT_VM) && word(c, KN_FAULT_VM_ADDR) == addr && word(c, KN_FAULT_VM_ACCESS) == access;
}

#define FLAGS_N_C 0xa0000000ul

static void test_registers(void)
{
    start(&a, child_foreign, 0, 0x1001, 0x3c5); // EL1, masked: nothing of it may remain
    check(is_step(&a) && word(&a, KN_FAULT_UNKNOWN_SYSCALL_FLAGS) == 0, "a user cannot ask for privilege");
    check(word(&a, KN_FAULT_UNKNOWN_SYSCALL_X7) == 0x2007, "x7 in the message");
    check(word(&a, KN_FAULT_UNKNOWN_SYSCALL_SYSCALL) == 0x2008, "x8 is the number of a foreign call");
    check(word(&a, KN_FAULT_UNKNOWN_SYSCALL_PC) == (kn_word_t)child_foreign + 32 * 4, "pc is behind the svc");
    kn_msg_set(&a.fault, KN_FAULT_UNKNOWN_SYSCALL_X0, 0x2000);
    kn_msg_set(&a.fault, KN_FAULT_UNKNOWN_SYSCALL_FLAGS, FLAGS_N_C | 0x3c5);
    resume(&a, KN_FAULT_UNKNOWN_SYSCALL_REPLY_LENGTH);
    check(is_step(&a) && word(&a, KN_FAULT_UNKNOWN_SYSCALL_X0) == 0, "a foreign call preserves what the reply leaves alone");
    start(&a, child_native, 0x1000, 0x1001, 0);
    check(is_step(&a) && word(&a, KN_FAULT_UNKNOWN_SYSCALL_X0) == 0, "a native call preserves x0 to x7 and x18 to x30");
}

static void test_upcall(void)
{
    kn_word_t entry = (kn_word_t)child_upcall_entry;
    check(!kn_tcb_set_upcall(a.tcb, entry, entry, entry + 64, entry, entry), "set upcall");
    start(&a, child_foreign, 0x1000, 0x1001, FLAGS_N_C);
    // Both svc of child_foreign are upcalls now; what is left is the brk behind them.
    struct kn_registers r;
    check(is_exception(&a, CLASS_BRK), "an upcall enters with clean flags and the thread block in x16");
    check(!kn_tcb_read_registers(a.tcb, 0, KN_NR_REGISTERS, &r) && r.x0 == 0, "an upcall preserves everything");
    check(!kn_tcb_set_upcall(a.tcb, 0, 0, 0, 0, 0), "clear upcall");
}

static void set_flag(struct child *c, kn_word_t flag, kn_cptr_t authority, kn_error_t wanted)
{
    kn_word_t flags = 0;
    check(kn_tcb_set_flags(c->tcb, 0, flag, authority, &flags) == wanted, "set flag");
    check(wanted || (flags & flag), "the flag is set");
}

// Whether child_fpu's second half found VALUE in the vector registers, and FPCR.
static bool read_back(const struct child *c, kn_word_t value, kn_word_t fpcr)
{
    return word(c, KN_FAULT_UNKNOWN_SYSCALL_X0) == value && word(c, KN_FAULT_UNKNOWN_SYSCALL_X2) == value &&
           word(c, KN_FAULT_UNKNOWN_SYSCALL_X1) == fpcr;
}

static void test_fpu(void)
{
    start(&a, child_fpu, 1, 0, 0);
    check(is_exception(&a, CLASS_FP_ACCESS), "no FPU without the flag");
    set_flag(&a, KN_TCB_FLAG_FPU, 0, KN_ERROR_NONE);
    resume(&a, 0);
    check(is_step(&a), "an FPU with the flag");
    set_flag(&b, KN_TCB_FLAG_FPU, 0, KN_ERROR_NONE);
    start(&a, child_fpu, 0x1111, 1ul << 22, 0);
    kn_cptr_t kept = reply; // a's step is answered after b's
    reply = make(KN_OBJECT_TYPE_REPLY, 0);
    start(&b, child_fpu, 0x2222, 3ul << 22, 0);
    check(is_step(&b), "the second FPU user");
    kn_cptr_t second = reply;
    reply = kept;
    resume(&a, 0);
    check(read_back(&a, 0x1111, 1ul << 22), "the first one's FPU state");
    kept = reply;
    reply = second;
    resume(&b, 0);
    check(read_back(&b, 0x2222, 3ul << 22), "the second one's FPU state");
    reply = kept;
}

static void test_exceptions(void)
{
    start(&a, child_allowed, 0, (kn_word_t)scratch, 0);
    check(is_step(&a), "counters and cache maintenance are allowed");
    start(&a, child_brk, 0, 0, 0);
    check(is_exception(&a, CLASS_BRK) && word(&a, KN_FAULT_USER_EXCEPTION_PC) == (kn_word_t)child_brk, "brk");
    start(&a, child_privileged, 0, 0, 0);
    check(is_exception(&a, CLASS_SYSTEM_REGISTER), "DAIF is privileged");
    kn_msg_set(&a.fault, KN_FAULT_USER_EXCEPTION_PC, (kn_word_t)child_privileged + 4);
    resume(&a, KN_FAULT_USER_EXCEPTION_REPLY_LENGTH);
    check(is_exception(&a, CLASS_SYSTEM_REGISTER) || is_exception(&a, CLASS_UNKNOWN), "SCTLR is privileged");
    start(&a, child_load, 0, 0x5a00000000000123, 0);
    check(is_vm_fault(&a, 0x123, KN_VM_ACCESS_READ), "a tagged address faults without its tag");
    start(&a, child_load, 0, 0xffffffff80000000, 0);
    check(is_vm_fault(&a, 0xffffffff80000000, KN_VM_ACCESS_READ), "the kernel cannot be read");
    start(&a, child_store, 0, (kn_word_t)child_store, 0);
    check(is_vm_fault(&a, (kn_word_t)child_store, KN_VM_ACCESS_WRITE), "text cannot be written");
    start(&a, child_jump, 0, (kn_word_t)scratch, 0);
    check(is_vm_fault(&a, (kn_word_t)scratch, KN_VM_ACCESS_EXECUTE), "data cannot be executed");
    start(&a, child_jump, 0, 0xffff000040000000, 0);
    check(is_vm_fault(&a, 0xffff000040000000, KN_VM_ACCESS_EXECUTE), "the kernel cannot be executed");
}

static void test_timer(void)
{
    kn_cptr_t irq = next_slot++, notification = make(KN_OBJECT_TYPE_NOTIFICATION, 0);
    start(&a, child_timer, 0, 0, 0);
    check(is_exception(&a, CLASS_SYSTEM_REGISTER), "no physical timer without the flag");
    set_flag(&a, KN_TCB_FLAG_TIMER, 0, KN_ERROR_INVALID_ARGUMENT);
    check(!kn_irq_control_get(KN_INIT_CAP_IRQ_CONTROL, TIMER_IRQ, KN_IRQ_TRIGGER_LEVEL, irq, 64, KN_INIT_CAP_CNODE), "get");
    check(!kn_irq_handler_set_notification(irq, notification), "set notification");
    set_flag(&a, KN_TCB_FLAG_TIMER, irq, KN_ERROR_NONE);
    resume(&a, 0);
    check(is_step(&a), "the physical timer with the flag");
    struct kn_msg m = {0};
    kn_wait(notification, &m);
    resume(&a, KN_FAULT_UNKNOWN_SYSCALL_REPLY_LENGTH);
    check(is_step(&a) && !kn_irq_handler_ack(irq), "the timer is off again");
}

static void test_smc(void)
{
    kn_word_t r0 = 0;
    check(!kn_smc_call(KN_INIT_CAP_SMC, PSCI_VERSION, 0, 0, 0, &r0, NULL, NULL, NULL) && r0 >= 2, "PSCI's version");
    check(kn_smc_call(KN_INIT_CAP_SMC, PSCI_CPU_ON, 1, 0, 0, &r0, NULL, NULL, NULL) == KN_ERROR_ILLEGAL_OPERATION, "CPU_ON");
    kn_cptr_t narrow = next_slot++;
    check(!kn_cnode_mint(KN_INIT_CAP_CNODE, narrow, 64, KN_INIT_CAP_SMC, 64, KN_RIGHTS_ALL, PSCI_VERSION, KN_INIT_CAP_CNODE),
          "mint");
    check(!kn_smc_call(narrow, PSCI_VERSION, 0, 0, 0, &r0, NULL, NULL, NULL), "the badge's function");
    check(kn_smc_call(narrow, PSCI_FEATURES, 0, 0, 0, &r0, NULL, NULL, NULL) == KN_ERROR_ILLEGAL_OPERATION, "another one");
}

void trona_main(void *start_page)
{
    info = start_page;
    set_up();
    test_registers();
    test_exceptions();
    test_upcall();
    test_fpu();
    test_timer();
    test_smc();
    kn_word_t broken = 0;
    kn_sys_debug_check(&broken);
    check(broken == 0, "the kernel's invariants");
    print("aarch64_user: passed\n");
    kn_sys_debug_exit(0);
    __builtin_trap();
}
