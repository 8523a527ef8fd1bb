// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// What x86_64 alone promises to user mode: registers across system calls and upcalls, the FPU flag, FS base, exceptions,
// flags, addresses that are not canonical. Two threads take single steps (child.S); every step ends in a fault message
// here.

#include <stdbool.h>

#include <kn/stubs.h>

#include <trona/main.h>

#define CHILD_BUFFER 0x5fe000ul // in the part of the address space that the root task's image already has tables for
#define PRIORITY 100
#define VECTOR_DIVIDE 0
#define VECTOR_DEBUG 1
#define VECTOR_BREAKPOINT 3
#define VECTOR_UNDEFINED 6
#define VECTOR_NO_FPU 7
#define VECTOR_PROTECTION 13
#define FLAG_CARRY 0x1ul
#define FLAG_TRAP 0x100ul
#define FLAG_INTERRUPT 0x200ul
#define FLAG_IOPL 0x3000ul
#define FLAG_NESTED 0x4000ul
#define FLAG_ALIGNMENT 0x40000ul
#define NOT_CANONICAL 0x800000000000ul
#define MADE_CANONICAL 0xffff800000000000ul // also where the kernel's window starts

void child_foreign(void);
void child_native(void);
void child_upcall_entry(void);
void child_upcall_end(void);
void child_upcall(void);
void child_kicked(void);
void child_fpu(void);
void child_allowed(void);
void child_int3(void);
void child_int80(void);
void child_ud(void);
void child_divide(void);
void child_cli(void);
void child_hlt(void);
void child_in(void);
void child_rdmsr(void);
void child_cr(void);
void child_sgdt(void);
void child_swapgs(void);
void child_far(void);
void child_load(void);
void child_store(void);
void child_jump(void);
void child_nop(void);

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
        kn_sys_debug_put_char((kn_word_t) "0123456789abcdef"[(v >> shift) & 15]);
}

static void check(bool ok, const char *what)
{
    if (ok)
        return;
    print("x86_64_user: failed: ");
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
    check(!kn_frame_map(frame, CHILD_BUFFER, KN_RIGHTS_READ | KN_RIGHTS_WRITE, KN_VM_ATTR_EXECUTE_NEVER,
                        KN_INIT_CAP_VSPACE),
          "map the buffer");
    check(!kn_tcb_set_ipc_buffer(a.tcb, CHILD_BUFFER, frame), "set the buffer");
}

static void wait_for_fault(struct child *c) { kn_recv(endpoint, reply, &c->fault); }

// C's registers for ENTRY, the values as child.S wants them, but for RDI.
static struct kn_registers registers(const struct child *c, void (*entry)(void), kn_word_t rdi, kn_word_t flags)
{
    return (struct kn_registers){
        .rip = (kn_word_t)entry,
        .rsp = (kn_word_t)stacks[c == &b] + sizeof stacks[0],
        .rflags = flags,
        .rax = 0x1000,
        .rbx = 0x1001,
        .rcx = 0x1002,
        .rdx = 0x1003,
        .rsi = 0x1004,
        .rdi = rdi,
        .rbp = 0x1006,
        .r8 = 0x1007,
        .r9 = 0x1008,
        .r10 = 0x1009,
        .r11 = 0x100a,
        .r12 = 0x100b,
        .r13 = 0x100c,
        .r14 = 0x100d,
        .r15 = 0x100e,
    };
}

// Starts C with R and waits for its fault.
static void start_with(struct child *c, const struct kn_registers *r)
{
    kn_tcb_suspend(c->tcb); // its fault, if one is open
    check(!kn_tcb_write_registers(c->tcb, KN_REGISTER_FLAG_SUSPEND_OR_RESUME, KN_NR_REGISTERS, r), "write registers");
    wait_for_fault(c);
}

static void start(struct child *c, void (*entry)(void), kn_word_t rdi, kn_word_t flags)
{
    struct kn_registers r = registers(c, entry, rdi, flags);
    start_with(c, &r);
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
static bool is_exception(const struct child *c, kn_word_t vector)
{
    return is_fault(c, KN_FAULT_USER_EXCEPTION) && word(c, KN_FAULT_USER_EXCEPTION_NUMBER) == vector;
}
static bool is_vm_fault(const struct child *c, kn_word_t addr, kn_word_t access)
{
    return is_fault(c, KN_FAULT_VM) && word(c, KN_FAULT_VM_ADDR) == addr && word(c, KN_FAULT_VM_ACCESS) == access;
}

#define RDI 0x1005ul

static void test_registers(void)
{
    start(&a, child_foreign, RDI, ~0ul & ~(FLAG_TRAP | FLAG_NESTED | FLAG_ALIGNMENT));
    kn_word_t flags = word(&a, KN_FAULT_UNKNOWN_SYSCALL_FLAGS);
    check(is_step(&a) && (flags & FLAG_INTERRUPT) && !(flags & FLAG_IOPL), "a user cannot ask for privilege");
    check(word(&a, KN_FAULT_UNKNOWN_SYSCALL_R15) == 0x200e, "r15 in the message");
    check(word(&a, KN_FAULT_UNKNOWN_SYSCALL_SYSCALL) == 0x2000, "rax is the number of a foreign call");
    kn_msg_set(&a.fault, KN_FAULT_UNKNOWN_SYSCALL_RCX, 0x2002);
    kn_msg_set(&a.fault, KN_FAULT_UNKNOWN_SYSCALL_R11, 0x200a);
    kn_msg_set(&a.fault, KN_FAULT_UNKNOWN_SYSCALL_FLAGS, FLAG_IOPL | FLAG_NESTED);
    resume(&a, KN_FAULT_UNKNOWN_SYSCALL_REPLY_LENGTH);
    check(is_step(&a) && word(&a, KN_FAULT_UNKNOWN_SYSCALL_RDI) == 0, "a reply may give every register a value");
    flags = word(&a, KN_FAULT_UNKNOWN_SYSCALL_FLAGS);
    check((flags & FLAG_INTERRUPT) && !(flags & (FLAG_IOPL | FLAG_NESTED)), "but not every flag");
    start(&a, child_native, RDI, 0);
    check(is_step(&a) && word(&a, KN_FAULT_UNKNOWN_SYSCALL_RDI) == 0, "a native call preserves the others");
}

static void check_exception(void (*entry)(void), kn_word_t flags, kn_word_t vector, const char *what)
{
    start(&a, entry, RDI, flags);
    check(is_exception(&a, vector), what);
}

static void test_exceptions(void)
{
    start(&a, child_allowed, 0, 0);
    check(is_step(&a) && word(&a, KN_FAULT_UNKNOWN_SYSCALL_RDI) == 7, "XCR0 is x87, SSE, AVX");
    check(!(word(&a, KN_FAULT_UNKNOWN_SYSCALL_RSI) & FLAG_IOPL), "IOPL stays 0");
    check_exception(child_int3, 0, VECTOR_BREAKPOINT, "INT3");
    check(word(&a, KN_FAULT_USER_EXCEPTION_PC) == (kn_word_t)child_int3 + 1, "PC is behind INT3");
    check_exception(child_int80, 0, VECTOR_PROTECTION, "INT 0x80 is nothing");
    check_exception(child_ud, 0, VECTOR_UNDEFINED, "UD2");
    check_exception(child_divide, 0, VECTOR_DIVIDE, "a division by zero");
    check_exception(child_cli, 0, VECTOR_PROTECTION, "CLI is privileged");
    check_exception(child_hlt, 0, VECTOR_PROTECTION, "HLT is privileged");
    check_exception(child_in, 0, VECTOR_PROTECTION, "there is no port map");
    check_exception(child_rdmsr, 0, VECTOR_PROTECTION, "RDMSR is privileged");
    check_exception(child_cr, 0, VECTOR_PROTECTION, "CR3 is privileged");
    check_exception(child_sgdt, 0, VECTOR_PROTECTION, "UMIP is on");
    check_exception(child_swapgs, 0, VECTOR_PROTECTION, "SWAPGS is privileged");
    check_exception(child_far, 0, VECTOR_PROTECTION, "there is no 32-bit code");
    check_exception(child_nop, FLAG_TRAP, VECTOR_DEBUG, "a single step");
    check(word(&a, KN_FAULT_USER_EXCEPTION_PC) == (kn_word_t)child_nop + 1, "is one instruction");
    start(&a, child_nop, 0, FLAG_ALIGNMENT); // QEMU does not check alignment, but the flag also opens SMAP
    check(is_step(&a) && (word(&a, KN_FAULT_UNKNOWN_SYSCALL_FLAGS) & FLAG_ALIGNMENT), "AC belongs to the user");
}

static void test_addresses(void)
{
    start(&a, child_load, NOT_CANONICAL, 0);
    check(is_exception(&a, VECTOR_PROTECTION), "a load from an address that is not canonical");
    start(&a, child_load, 0xffffffff80101000, 0);
    check(is_vm_fault(&a, 0xffffffff80101000, KN_VM_ACCESS_READ), "the kernel cannot be read");
    start(&a, child_store, MADE_CANONICAL, 0);
    check(is_vm_fault(&a, MADE_CANONICAL, KN_VM_ACCESS_WRITE), "memory cannot be written through the kernel's window");
    start(&a, child_store, (kn_word_t)child_store, 0);
    check(is_vm_fault(&a, (kn_word_t)child_store, KN_VM_ACCESS_WRITE), "text cannot be written");
    start(&a, child_jump, (kn_word_t)scratch, 0);
    check(is_vm_fault(&a, (kn_word_t)scratch, KN_VM_ACCESS_EXECUTE), "data cannot be executed");
    start(&a, child_jump, 0xffffffff80101000, 0);
    check(is_vm_fault(&a, 0xffffffff80101000, KN_VM_ACCESS_EXECUTE), "the kernel cannot be executed");
    start(&a, (void (*)(void))NOT_CANONICAL, 0, 0);
    check(is_vm_fault(&a, MADE_CANONICAL, KN_VM_ACCESS_EXECUTE), "a PC that is not canonical faults in user mode");
    start(&a, child_nop, 0, 0);
    kn_msg_set(&a.fault, KN_FAULT_UNKNOWN_SYSCALL_PC, NOT_CANONICAL);
    resume(&a, KN_FAULT_UNKNOWN_SYSCALL_PC + 1);
    check(is_vm_fault(&a, MADE_CANONICAL, KN_VM_ACCESS_EXECUTE), "behind a system call, too");
    struct kn_registers r = registers(&a, child_nop, 0, 0);
    r.rsp = NOT_CANONICAL;
    r.fs_base = NOT_CANONICAL;
    start_with(&a, &r);
    check(is_step(&a) && word(&a, KN_FAULT_UNKNOWN_SYSCALL_SP) == NOT_CANONICAL, "any stack pointer will do");
    check(!kn_tcb_read_registers(a.tcb, 0, KN_NR_REGISTERS, &r) && r.fs_base == MADE_CANONICAL, "but not any FS base");
}

static struct kn_ipc_buffer *child_buffer(void) { return (struct kn_ipc_buffer *)CHILD_BUFFER; }

static void test_upcall(void)
{
    kn_word_t entry = (kn_word_t)child_upcall_entry;
    struct kn_registers r;
    check(!kn_tcb_set_upcall(a.tcb, entry, entry, (kn_word_t)child_upcall_end, entry, entry), "set upcall");
    start(&a, child_upcall, RDI, 0);
    check(is_exception(&a, VECTOR_BREAKPOINT), "an upcall enters with clean flags, and leaves the old ones");
    check(!kn_tcb_read_registers(a.tcb, 0, KN_NR_REGISTERS, &r) && r.rdi == 0,
          "an upcall preserves all but RCX and R11");
    check(child_buffer()->upcall_cause == KN_UPCALL_CAUSE_SYSCALL && child_buffer()->user[0] == 1, "it happened");
    r = registers(&a, child_kicked, RDI, FLAG_CARRY);
    kn_tcb_suspend(a.tcb);
    check(!kn_tcb_write_registers(a.tcb, KN_REGISTER_FLAG_SUSPEND_OR_RESUME, KN_NR_REGISTERS, &r), "write registers");
    check(!kn_tcb_kick(a.tcb), "kick");
    wait_for_fault(&a);
    check(is_exception(&a, VECTOR_BREAKPOINT), "a kick leaves the flags");
    check(!kn_tcb_read_registers(a.tcb, 0, KN_NR_REGISTERS, &r) && r.rdi == 0, "a kick preserves everything");
    check(child_buffer()->upcall_cause == KN_UPCALL_CAUSE_KICK && child_buffer()->user[0] == 2, "it happened");
    check(!kn_tcb_set_upcall(a.tcb, 0, 0, 0, 0, 0), "clear upcall");
}

static void set_fpu_flag(struct child *c, bool on)
{
    kn_word_t flags = 0;
    check(!kn_tcb_set_flags(c->tcb, on ? 0 : KN_TCB_FLAG_FPU, on ? KN_TCB_FLAG_FPU : 0, 0, &flags), "set flag");
    check((flags & KN_TCB_FLAG_FPU) == (on ? KN_TCB_FLAG_FPU : 0), "the flag is set");
}

static void check_fpu(const struct child *c, kn_word_t value, const char *what)
{
    check(is_step(c) && word(c, KN_FAULT_UNKNOWN_SYSCALL_RDI) == value &&
              word(c, KN_FAULT_UNKNOWN_SYSCALL_RBX) == value && word(c, KN_FAULT_UNKNOWN_SYSCALL_RDX) == value &&
              word(c, KN_FAULT_UNKNOWN_SYSCALL_RSI) == value && word(c, KN_FAULT_UNKNOWN_SYSCALL_RBP) == 0x7f,
          what);
}

// AVX, SSE, x87 and FS base of two threads that take turns.
static void test_fpu(void)
{
    start(&a, child_fpu, 0x1111, 0);
    check(is_exception(&a, VECTOR_NO_FPU), "no FPU without the flag");
    set_fpu_flag(&a, true);
    set_fpu_flag(&b, true);
    resume(&a, 0);
    check(is_step(&a), "an FPU with the flag");
    kn_cptr_t kept = reply; // a's step is answered after b's
    reply = make(KN_OBJECT_TYPE_REPLY, 0);
    start(&b, child_fpu, 0x2222, 0);
    check(is_step(&b), "the second FPU user");
    kn_cptr_t second = reply;
    reply = kept;
    resume(&a, 0);
    check_fpu(&a, 0x1111, "the first one's FPU state");
    reply = second;
    resume(&b, 0);
    check_fpu(&b, 0x2222, "the second one's FPU state");
    reply = kept;
    set_fpu_flag(&a, false);
    start(&a, child_fpu, 0x1111, 0);
    check(is_exception(&a, VECTOR_NO_FPU), "the flag can be taken back");
}

void trona_main(void *start_page)
{
    info = start_page;
    set_up();
    test_registers();
    test_exceptions();
    test_addresses();
    test_upcall();
    test_fpu();
    kn_word_t broken = 0;
    kn_sys_debug_check(&broken);
    check(broken == 0, "the kernel's invariants");
    print("x86_64_user: passed\n");
    kn_sys_debug_exit(0);
    __builtin_trap();
}
