// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "env.h"

#include <trona/ticks.h>

#include "thread.h"

#define MAX_PIECES 256 // pieces of device memory
#define MAX_SLEEPER_BUDGET_US 100
#define WALL_TIME_US 50000

struct piece {
    kn_cptr_t untyped;
    kn_word_t paddr, bits;
};

const struct kn_boot_info *boot_info;
kn_cptr_t pool, sched_control;
bool is_wall_time;
bool is_long;

static kn_cptr_t case_pool;             // pool, unless the case has divided it
static kn_cptr_t own_untyped;           // for objects that outlive cases
static kn_cptr_t largest;
static kn_cptr_t next_own, end_own;     // slots of the program itself
static kn_cptr_t first_slot, next_slot; // slots of the case
static kn_cptr_t probe;
static struct thread *sleeper; // of the case's sleep_us
static struct piece pieces[MAX_PIECES];
static kn_word_t nr_pieces;

kn_cptr_t slots_new(kn_word_t n)
{
    CHECK(n <= boot_info->empty.end - next_slot);
    next_slot += n;
    return next_slot - n;
}

kn_cptr_t slot_new(void) { return slots_new(1); }

bool slot_is_empty(kn_cptr_t slot)
{
    // The destination is looked at first.
    return kn_cnode_move(ROOT, slot, DEPTH, slot, DEPTH, ROOT) == KN_ERROR_FAILED_LOOKUP;
}

kn_error_t retype(kn_cptr_t untyped, kn_word_t type, kn_word_t bits, kn_cptr_t slot, kn_word_t n)
{
    return kn_untyped_retype(untyped, type, bits, 0, 0, slot, n, ROOT);
}

kn_cptr_t make_many(kn_word_t type, kn_word_t bits, kn_word_t n)
{
    kn_cptr_t first = slots_new(n);
    for (kn_word_t i = 0; i < n; i += KN_RETYPE_MAX_OBJECTS)
        CHECK_OK(retype(pool, type, bits, first + i, n - i < KN_RETYPE_MAX_OBJECTS ? n - i : KN_RETYPE_MAX_OBJECTS));
    return first;
}

kn_cptr_t make(kn_word_t type, kn_word_t bits) { return make_many(type, bits, 1); }

kn_cptr_t make_sched_context(kn_word_t budget_us, kn_word_t period_us)
{
    kn_cptr_t sc = make(KN_OBJECT_TYPE_SCHED_CONTEXT, KN_SCHED_CONTEXT_MIN_BITS);
    CHECK_OK(kn_sched_control_configure(sched_control, budget_us, period_us, 0, 0, 0, sc));
    return sc;
}

kn_error_t copy(kn_cptr_t to, kn_cptr_t from)
{
    return kn_cnode_copy(ROOT, to, DEPTH, from, DEPTH, KN_RIGHTS_ALL, ROOT);
}

kn_error_t mint(kn_cptr_t to, kn_cptr_t from, kn_word_t rights, kn_word_t badge)
{
    return kn_cnode_mint(ROOT, to, DEPTH, from, DEPTH, rights, badge, ROOT);
}

kn_error_t move(kn_cptr_t to, kn_cptr_t from) { return kn_cnode_move(ROOT, to, DEPTH, from, DEPTH, ROOT); }
kn_error_t delete_cap(kn_cptr_t slot) { return kn_cnode_delete(ROOT, slot, DEPTH); }
kn_error_t revoke(kn_cptr_t slot) { return kn_cnode_revoke(ROOT, slot, DEPTH); }

kn_cptr_t copy_of(kn_cptr_t from)
{
    kn_cptr_t to = slot_new();
    CHECK_OK(copy(to, from));
    return to;
}

kn_cptr_t badged(kn_cptr_t from, kn_word_t badge)
{
    kn_cptr_t to = slot_new();
    CHECK_OK(mint(to, from, KN_RIGHTS_ALL, badge));
    return to;
}

kn_cptr_t with_rights(kn_cptr_t from, kn_word_t rights)
{
    kn_cptr_t to = slot_new();
    CHECK_OK(kn_cnode_copy(ROOT, to, DEPTH, from, DEPTH, rights, ROOT));
    return to;
}

kn_cptr_t guarded(kn_cptr_t cnode, kn_word_t guard, kn_word_t size)
{
    return badged(cnode, kn_cnode_guard_new(guard, size));
}

kn_cptr_t image_frame(const void *page)
{
    return boot_info->user_image.start + (((kn_word_t)page - boot_info->user_image_vaddr) >> KN_PAGE_BITS);
}

struct kn_msg message(kn_word_t label, kn_word_t length, kn_word_t first)
{
    struct kn_msg m = {.info = kn_msg_info_new(label, 0, 0, length)};
    for (kn_word_t i = 0; i < length && i < KN_MSG_MAX_LENGTH; i++)
        kn_msg_set(&m, i, first + i);
    return m;
}

bool message_is(const struct kn_msg *m, kn_word_t label, kn_word_t length, kn_word_t first)
{
    for (kn_word_t i = 0; i < length; i++)
        if (kn_msg_get(m, i) != first + i)
            return false;
    return label_of(m) == label && length_of(m) == length;
}

void send(kn_cptr_t endpoint)
{
    struct kn_msg m = {0};
    kn_send(endpoint, &m);
}

struct kn_msg receive(kn_cptr_t endpoint, kn_cptr_t reply)
{
    struct kn_msg m = {0};
    kn_recv(endpoint, reply, &m);
    return m;
}

struct kn_msg wait(kn_cptr_t object)
{
    struct kn_msg m = {0};
    kn_wait(object, &m);
    return m;
}

struct kn_msg poll(kn_cptr_t object)
{
    struct kn_msg m = {0};
    kn_nb_wait(object, &m);
    return m;
}

void answer(kn_cptr_t reply, kn_word_t label)
{
    struct kn_msg m = message(label, 0, 0);
    kn_send(reply, &m);
}

kn_word_t now_us(void) { return trona_ticks() * 1000000 / boot_info->ticks_per_second; }

// Gives up the budget of one period, and is back at the start of the next.
static kn_word_t sleep(struct thread *t)
{
    kn_yield();
    kn_signal(t->arg[0]);
    return 0;
}

static void make_sleeper(void)
{
    sleeper = thread_new(sleep);
    sleeper->arg[0] = make_notification();
    thread_make_passive(sleeper);
}

void sleep_us(kn_word_t us)
{
    if (is_wall_time)
        us += WALL_TIME_US;
    // A budget near the least one would end with the first interrupt, before the yield or the signal.
    kn_word_t budget = us / 2 < MAX_SLEEPER_BUDGET_US ? us / 2 : MAX_SLEEPER_BUDGET_US;
    if (!sleeper)
        make_sleeper();
    thread_set_budget(sleeper, budget, us); // a full one, since nobody has the context
    CHECK_OK(kn_sched_context_bind(sleeper->sc, sleeper->tcb));
    thread_start(sleeper);
    wait(sleeper->arg[0]);
    thread_make_passive(sleeper);
}

static void add_piece(kn_cptr_t untyped, kn_word_t paddr, kn_word_t bits)
{
    CHECK(nr_pieces < MAX_PIECES);
    pieces[nr_pieces++] = (struct piece){untyped, paddr, bits};
}

// The smallest piece that covers PADDR.
static struct piece piece_at(kn_word_t paddr)
{
    struct piece best = {0, 0, KN_WORD_BITS};
    for (kn_word_t i = 0; i < nr_pieces; i++)
        if (paddr - pieces[i].paddr < (kn_word_t)1 << pieces[i].bits && pieces[i].bits < best.bits)
            best = pieces[i];
    CHECK(best.untyped != 0);
    return best;
}

kn_cptr_t device_untyped_of(kn_word_t paddr, kn_word_t bits)
{
    struct piece p;
    while ((p = piece_at(paddr)).bits > bits) {
        kn_cptr_t low = env_slot(), high = env_slot();
        CHECK_OK(retype(p.untyped, KN_OBJECT_TYPE_UNTYPED, p.bits - 1, low, 2));
        add_piece(low, p.paddr, p.bits - 1);
        add_piece(high, p.paddr + ((kn_word_t)1 << (p.bits - 1)), p.bits - 1);
    }
    return p.untyped;
}

kn_cptr_t largest_untyped(void) { return largest; }

kn_cptr_t env_slot(void)
{
    CHECK(next_own < end_own);
    return next_own++;
}

kn_cptr_t env_make(kn_word_t type, kn_word_t bits)
{
    kn_cptr_t slot = env_slot();
    CHECK_OK(retype(own_untyped, type, bits, slot, 1));
    return slot;
}

void env_init(const struct kn_boot_info *info)
{
    const struct kn_untyped_desc *u = (const struct kn_untyped_desc *)(info + 1);
    kn_word_t nr = info->untyped.end - info->untyped.start, big = nr, top = nr;
    boot_info = info;
    sched_control = info->sched_control.start;
    next_own = info->empty.start;
    end_own = next_own + 256;
    for (kn_word_t i = 0; i < nr; i++)
        if (u[i].is_device)
            add_piece(info->untyped.start + i, u[i].paddr, u[i].size_bits);
        else if (!u[i].used && u[i].size_bits > POOL_BITS) {
            if (big == nr || u[i].size_bits < u[big].size_bits)
                big = i;
            if (top == nr || u[i].size_bits > u[top].size_bits)
                top = i;
        }
    CHECK(big < nr);
    largest = info->untyped.start + top;
    case_pool = env_slot();
    own_untyped = env_slot();
    probe = env_slot();
    CHECK_OK(retype(info->untyped.start + big, KN_OBJECT_TYPE_UNTYPED, POOL_BITS, case_pool, 1));
    CHECK_OK(retype(info->untyped.start + big, KN_OBJECT_TYPE_UNTYPED, 20, own_untyped, 1));
    first_slot = next_slot = end_own;
}

void env_begin(void)
{
    next_slot = first_slot;
    pool = case_pool;
    sleeper = NULL;
    threads_begin();
}

// Whether the pool is as it was: it can be given to one object in whole.
static bool pool_is_free(void)
{
    bool is_free = retype(case_pool, KN_OBJECT_TYPE_UNTYPED, POOL_BITS, probe, 1) == KN_ERROR_NONE;
    delete_cap(probe);
    return is_free;
}

kn_cptr_t env_mark(void) { return next_slot; }

void env_release(kn_cptr_t mark)
{
    while (next_slot > mark)
        delete_cap(--next_slot);
}

bool env_end(void)
{
    env_release(first_slot);
    bool was_free = pool_is_free();
    revoke(case_pool);
    return was_free && pool_is_free();
}
