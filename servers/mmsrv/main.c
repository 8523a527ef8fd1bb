// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// mmsrv: address spaces, memory objects, demand paging. One thread; every request and fault is answered at once.

#include <lx/abi.h>

#include "commit.h"
#include "fault.h"
#include "pool.h"
#include "runtime_image.h"
#include "server_space.h"
#include "session.h"
#include "space.h"
#include "trona/log.h"
#include "trona/main.h"
#include "trona/server.h"
#include "trona/startup.h"

static long on_message(const struct kn_server_msg *in, struct kn_server_msg *out)
{
    struct mm_session session = {0};
    if (in->badge & KN_LAYOUT_SERVER_BADGE)
        session.service = in->badge & ~(kn_word_t)KN_LAYOUT_SERVER_BADGE;
    else
        session.space = space_find(in->badge);
    if (kn_mm_has_label(in->label))
        return session.service || session.space ? kn_mm_dispatch(&session, in, out) : -LX_ESRCH;
    if (!session.space)
        return -LX_ENOSYS;
    fault_handle(session.space, in, out);
    return -(long)out->label;
}

static void on_signal(kn_word_t bits)
{
    (void)bits; // nobody signals mmsrv
}

void trona_main(void *start)
{
    trona_startup(start, "mmsrv");
    pool_init();
    commit_init();
    server_space_init();
    space_init();
    runtime_image_init();
    trona_log("%lu of %lu pages free", pool_free_pages(), pool_total_pages());
    static const struct trona_server server = {on_message, on_signal};
    trona_server_run(&server);
}
