// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// mmsrv: address spaces, memory objects, demand paging. One thread; every request and fault is answered at once.

#include <lx/abi.h>

#include "commit.h"
#include "cspace.h"
#include "fault.h"
#include "kernel_memory.h"
#include "own.h"
#include "page.h"
#include "runtime_image.h"
#include "server_space.h"
#include "session.h"
#include "source.h"
#include "space.h"
#include "trona/heap.h"
#include "trona/log.h"
#include "trona/main.h"
#include "trona/server.h"
#include "trona/startup.h"

// Requests that give memory back, and so may use the reserve for what that takes.
static bool is_urgent(kn_word_t label)
{
    switch (label) {
    case KN_MM_MUNMAP:
    case KN_MM_MADVISE:
    case KN_MM_AS_THREAD_END:
    case KN_MM_AS_DESTROY:
    case KN_MM_KERNEL_MEMORY_FREE:
    case KN_MM_WINDOW_UNMAP:
    case KN_MM_OBJECT_DESTROY:
    case KN_MM_OBJECT_PUNCH:
        return true;
    default:
        return !kn_mm_has_label(label); // a fault
    }
}

static long on_message(const struct kn_server_msg *in, struct kn_server_msg *out)
{
    struct mm_session session = {0};
    if (in->badge & KN_LAYOUT_SERVER_BADGE)
        session.service = in->badge & ~(kn_word_t)KN_LAYOUT_SERVER_BADGE;
    else
        session.space = space_find(in->badge);
    commit_set_urgent(is_urgent(in->label));
    table_fill_reserve();
    if (kn_mm_has_label(in->label))
        return session.service || session.space ? kn_mm_dispatch(&session, in, out) : -LX_ESRCH;
    if (!session.space)
        return -LX_ENOSYS; // no answer to a fault: a thread of an address space that is gone stays where it is
    fault_handle(session.space, in, out);
    return -(long)out->label;
}

static void on_signal(kn_word_t bits)
{
    (void)bits; // nobody signals mmsrv
}

static void take_memory(void)
{
    const struct kn_layout_resource *archive = trona_resource(KN_LAYOUT_RESOURCE_ARCHIVE, 0);
    trona_heap_set_grow(own_grow_heap);
    source_init();
    cspace_init();
    page_init((uint32_t)archive->slot, archive->arg);
    table_fill_reserve();
    commit_set_reserve();
}

void trona_main(void *start)
{
    trona_startup(start, "mmsrv");
    take_memory();
    server_space_init();
    space_init();
    runtime_image_init();
    trona_log("%lu of %lu pages free", page_free(), page_total());
    static const struct trona_server server = {on_message, on_signal};
    trona_server_run(&server);
}
