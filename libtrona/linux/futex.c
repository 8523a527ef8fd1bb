// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Futexes inside the process: a waiter is queued by address and woken through its notification. No server is involved.
//
// I1. A waiter is in exactly the queue of its address's bucket, or in none and is_woken is set.
// I2. The word is compared after the waiter is queued: a wake in between is not lost. The program's memory is read
//     outside of the queues' update.

#include "calls.h"

#include <kn/stubs.h>

#define NR_BUCKETS 32 // a power of two
#define BITSET_ALL 0xffffffffu

struct waiter {
    struct waiter *next, *prev;
    word_t addr;
    uint32_t bitset;
    word_t thread_index;
    bool is_woken;
};

struct bucket {
    struct waiter *first, *last;
};

static struct bucket buckets[NR_BUCKETS];

static struct bucket *bucket_of(word_t addr) { return &buckets[(addr >> 2) % NR_BUCKETS]; }

static void enqueue(struct waiter *w)
{
    struct bucket *b = bucket_of(w->addr);
    w->next = NULL;
    w->prev = b->last;
    *(b->last ? &b->last->next : &b->first) = w;
    b->last = w;
}

static void dequeue(struct waiter *w)
{
    struct bucket *b = bucket_of(w->addr);
    *(w->prev ? &w->prev->next : &b->first) = w->next;
    *(w->next ? &w->next->prev : &b->last) = w->prev;
}

// Wakes at most COUNT waiters at ADDR that share a bit with BITSET; the number woken.
static long wake(word_t addr, uint32_t count, uint32_t bitset)
{
    long woken = 0;
    struct waiter *next;
    for (struct waiter *w = bucket_of(addr)->first; w && woken < (long)count; w = next) {
        next = w->next;
        if (w->addr != addr || !(w->bitset & bitset))
            continue;
        dequeue(w);
        __atomic_store_n(&w->is_woken, true, __ATOMIC_RELEASE);
        kn_signal(KN_LAYOUT_SLOT_THREAD + w->thread_index * KN_LAYOUT_THREAD_SLOTS + KN_LAYOUT_THREAD_SLOT_PEER_SIGNAL);
        woken++;
    }
    return woken;
}

// Moves at most COUNT waiters from ADDR to ADDR2.
static long requeue(word_t addr, word_t addr2, uint32_t count)
{
    long moved = 0;
    struct waiter *next;
    for (struct waiter *w = bucket_of(addr)->first; w && moved < (long)count; w = next) {
        next = w->next;
        if (w->addr != addr)
            continue;
        dequeue(w);
        w->addr = addr2;
        enqueue(w);
        moved++;
    }
    return moved;
}

static long wait(struct thread *t, word_t addr, uint32_t expected, uint32_t bitset, word_t deadline)
{
    struct waiter w = {.addr = addr, .bitset = bitset, .thread_index = t->index};
    uint32_t value;
    if (!bitset)
        return -LX_EINVAL;
    if (get_user(&value, addr)) // before we are in a queue that others walk
        return -LX_EFAULT;
    enqueue(&w);
    long r = get_user(&value, addr);
    if (r == 0 && value != expected)
        r = -LX_EAGAIN;
    while (r == 0 && !__atomic_load_n(&w.is_woken, __ATOMIC_ACQUIRE))
        r = wait_for_wake(t, deadline);
    wait_end(t);
    if (__atomic_load_n(&w.is_woken, __ATOMIC_ACQUIRE))
        return 0;
    dequeue(&w);
    return r;
}

// FUTEX_WAKE_OP's operation on the second word: *OLD is what was there.
static long wake_operation(word_t addr, uint32_t encoded, uint32_t *old)
{
    uint32_t operation = encoded >> 28 & 7, argument = encoded >> 12 & 0xfff, value, new;
    if (encoded >> 31)
        argument = 1u << (argument & 31);
    if (!is_user_range(addr, sizeof value) || get_user(&value, addr))
        return -LX_EFAULT;
    do {
        *old = value;
        switch (operation) {
        case 0: new = argument; break;
        case 1: new = value + argument; break;
        case 2: new = value | argument; break;
        case 3: new = value & ~argument; break;
        case 4: new = value ^ argument; break;
        default: return -LX_ENOSYS;
        }
        if (user_compare_exchange((uint32_t *)addr, &value, new))
            return -LX_EFAULT;
    } while (value != *old);
    return 0;
}

static bool wake_condition(uint32_t encoded, uint32_t old)
{
    int32_t argument = (int32_t)(encoded << 20) >> 20, value = (int32_t)old;
    switch (encoded >> 24 & 15) {
    case 0: return value == argument;
    case 1: return value != argument;
    case 2: return value < argument;
    case 3: return value <= argument;
    case 4: return value > argument;
    case 5: return value >= argument;
    default: return false;
    }
}

static long wake_op(const word_t *a)
{
    uint32_t old;
    long r = wake_operation(a[4], (uint32_t)a[5], &old);
    if (r)
        return r;
    r = wake(a[0], (uint32_t)a[2], BITSET_ALL);
    if (wake_condition((uint32_t)a[5], old))
        r += wake(a[4], (uint32_t)a[3], BITSET_ALL);
    return r;
}

static long compare_requeue(const word_t *a, bool compares)
{
    uint32_t value;
    if ((int)a[2] < 0 || (int)a[3] < 0 || a[4] % sizeof value)
        return -LX_EINVAL;
    if (compares) {
        if (get_user(&value, a[0]))
            return -LX_EFAULT;
        if (value != (uint32_t)a[5])
            return -LX_EAGAIN;
    }
    long woken = wake(a[0], (uint32_t)a[2], BITSET_ALL);
    long moved = requeue(a[0], a[4], (uint32_t)a[3]);
    return compares ? woken + moved : woken;
}

// FUTEX_WAIT's time is relative, FUTEX_WAIT_BITSET's absolute.
static long read_deadline(word_t addr, uint32_t operation, bool is_absolute, word_t *deadline)
{
    struct lx_timespec ts;
    *deadline = NEVER;
    if (!addr)
        return 0;
    if (get_user(&ts, addr))
        return -LX_EFAULT;
    if (!timespec_is_valid(&ts))
        return -LX_EINVAL;
    word_t ns = timespec_to_ns(&ts);
    if (!is_absolute) {
        *deadline = deadline_after(ns);
        return 0;
    }
    if (operation & LX_FUTEX_CLOCK_REALTIME) {
        word_t offset = (word_t)clock_realtime_offset_ns();
        ns = ns > offset ? ns - offset : 0;
    }
    *deadline = ns;
    return 0;
}

SYSCALL(futex)
{
    word_t deadline;
    uint32_t operation = (uint32_t)a[1], command = operation & (uint32_t)LX_FUTEX_CMD_MASK;
    bool is_bitset = command == LX_FUTEX_WAIT_BITSET || command == LX_FUTEX_WAKE_BITSET;
    uint32_t bitset = is_bitset ? (uint32_t)a[5] : BITSET_ALL;
    if (a[0] % sizeof(uint32_t))
        return -LX_EINVAL;
    if (!is_user_range(a[0], sizeof(uint32_t)))
        return -LX_EFAULT;
    switch (command) {
    case LX_FUTEX_WAIT:
    case LX_FUTEX_WAIT_BITSET: {
        long r = read_deadline(a[3], operation, is_bitset, &deadline);
        return r ? r : wait(t, a[0], (uint32_t)a[2], bitset, deadline);
    }
    case LX_FUTEX_WAKE:
    case LX_FUTEX_WAKE_BITSET: return bitset ? wake(a[0], (uint32_t)a[2], bitset) : -LX_EINVAL;
    case LX_FUTEX_REQUEUE:
    case LX_FUTEX_CMP_REQUEUE: return compare_requeue(a, command == LX_FUTEX_CMP_REQUEUE);
    case LX_FUTEX_WAKE_OP: return wake_op(a);
    default: return -LX_ENOSYS;
    }
}

#define ROBUST_HEAD_BYTES 24

SYSCALL(set_robust_list)
{
    if (a[1] != ROBUST_HEAD_BYTES)
        return -LX_EINVAL;
    t->robust_head = a[0];
    return 0;
}

SYSCALL(get_robust_list)
{
    word_t length = ROBUST_HEAD_BYTES;
    if (a[0] && a[0] != thread_tid(t))
        return -LX_ESRCH;
    if (put_user(&t->robust_head, a[1]) || put_user(&length, a[2]))
        return -LX_EFAULT;
    return 0;
}
