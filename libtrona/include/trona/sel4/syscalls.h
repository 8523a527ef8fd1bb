// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// System calls. kernite carries the first words of a message in registers only. The WithMRs forms take and give them in
// variables (NULL: 0, or not wanted); the plain ones in the IPC buffer, where programs look with seL4_GetMR.

#include "functions.h"

_Static_assert(KN_MSG_REGISTERS == 4, "libsel4's calls name four message registers");

static inline struct kn_msg sel4_message(seL4_MessageInfo_t info, const seL4_Word *mr0, const seL4_Word *mr1,
                                         const seL4_Word *mr2, const seL4_Word *mr3)
{
    return (struct kn_msg){.info = info.words[0],
                           .mr = {mr0 ? *mr0 : 0, mr1 ? *mr1 : 0, mr2 ? *mr2 : 0, mr3 ? *mr3 : 0}};
}

static inline seL4_MessageInfo_t sel4_received(const struct kn_msg *msg, seL4_Word *sender, seL4_Word *mr0,
                                               seL4_Word *mr1, seL4_Word *mr2, seL4_Word *mr3)
{
    seL4_Word *words[] = {mr0, mr1, mr2, mr3};
    for (int i = 0; i < KN_MSG_REGISTERS; i++)
        if (words[i])
            *words[i] = msg->mr[i];
    if (sender)
        *sender = msg->badge;
    return (seL4_MessageInfo_t){{msg->info}};
}

static inline void seL4_SendWithMRs(seL4_CPtr dest, seL4_MessageInfo_t msgInfo, seL4_Word *mr0, seL4_Word *mr1,
                                    seL4_Word *mr2, seL4_Word *mr3)
{
    struct kn_msg msg = sel4_message(msgInfo, mr0, mr1, mr2, mr3);
    kn_send(dest, &msg);
}

static inline void seL4_NBSendWithMRs(seL4_CPtr dest, seL4_MessageInfo_t msgInfo, seL4_Word *mr0, seL4_Word *mr1,
                                      seL4_Word *mr2, seL4_Word *mr3)
{
    struct kn_msg msg = sel4_message(msgInfo, mr0, mr1, mr2, mr3);
    kn_nb_send(dest, &msg);
}

static inline seL4_MessageInfo_t seL4_RecvWithMRs(seL4_CPtr src, seL4_Word *sender, seL4_Word *mr0, seL4_Word *mr1,
                                                  seL4_Word *mr2, seL4_Word *mr3, seL4_CPtr reply)
{
    struct kn_msg msg;
    kn_recv(src, reply, &msg);
    return sel4_received(&msg, sender, mr0, mr1, mr2, mr3);
}

static inline seL4_MessageInfo_t seL4_NBRecvWithMRs(seL4_CPtr src, seL4_Word *sender, seL4_Word *mr0, seL4_Word *mr1,
                                                    seL4_Word *mr2, seL4_Word *mr3, seL4_CPtr reply)
{
    struct kn_msg msg;
    kn_nb_recv(src, reply, &msg);
    return sel4_received(&msg, sender, mr0, mr1, mr2, mr3);
}

static inline seL4_MessageInfo_t seL4_WaitWithMRs(seL4_CPtr src, seL4_Word *sender, seL4_Word *mr0, seL4_Word *mr1,
                                                  seL4_Word *mr2, seL4_Word *mr3)
{
    struct kn_msg msg;
    kn_wait(src, &msg);
    return sel4_received(&msg, sender, mr0, mr1, mr2, mr3);
}

static inline seL4_MessageInfo_t seL4_NBWaitWithMRs(seL4_CPtr src, seL4_Word *sender, seL4_Word *mr0, seL4_Word *mr1,
                                                    seL4_Word *mr2, seL4_Word *mr3)
{
    struct kn_msg msg;
    kn_nb_wait(src, &msg);
    return sel4_received(&msg, sender, mr0, mr1, mr2, mr3);
}

static inline seL4_MessageInfo_t seL4_CallWithMRs(seL4_CPtr dest, seL4_MessageInfo_t msgInfo, seL4_Word *mr0,
                                                  seL4_Word *mr1, seL4_Word *mr2, seL4_Word *mr3)
{
    struct kn_msg msg = sel4_message(msgInfo, mr0, mr1, mr2, mr3);
    kn_call(dest, &msg);
    return sel4_received(&msg, NULL, mr0, mr1, mr2, mr3);
}

static inline seL4_MessageInfo_t seL4_ReplyRecvWithMRs(seL4_CPtr src, seL4_MessageInfo_t msgInfo, seL4_Word *sender,
                                                       seL4_Word *mr0, seL4_Word *mr1, seL4_Word *mr2, seL4_Word *mr3,
                                                       seL4_CPtr reply)
{
    struct kn_msg msg = sel4_message(msgInfo, mr0, mr1, mr2, mr3);
    kn_reply_recv(src, reply, &msg);
    return sel4_received(&msg, sender, mr0, mr1, mr2, mr3);
}

static inline seL4_MessageInfo_t seL4_NBSendRecvWithMRs(seL4_CPtr dest, seL4_MessageInfo_t msgInfo, seL4_CPtr src,
                                                        seL4_Word *sender, seL4_Word *mr0, seL4_Word *mr1,
                                                        seL4_Word *mr2, seL4_Word *mr3, seL4_CPtr reply)
{
    struct kn_msg msg = sel4_message(msgInfo, mr0, mr1, mr2, mr3);
    kn_nb_send_recv(dest, src, reply, &msg);
    return sel4_received(&msg, sender, mr0, mr1, mr2, mr3);
}

static inline seL4_MessageInfo_t seL4_NBSendWaitWithMRs(seL4_CPtr dest, seL4_MessageInfo_t msgInfo, seL4_CPtr src,
                                                        seL4_Word *sender, seL4_Word *mr0, seL4_Word *mr1,
                                                        seL4_Word *mr2, seL4_Word *mr3)
{
    struct kn_msg msg = sel4_message(msgInfo, mr0, mr1, mr2, mr3);
    kn_nb_send_wait(dest, src, &msg);
    return sel4_received(&msg, sender, mr0, mr1, mr2, mr3);
}

// The four words of the IPC buffer that travel in registers.
#define SEL4_MRS_ &kn_ipc_buffer()->msg[0], &kn_ipc_buffer()->msg[1], &kn_ipc_buffer()->msg[2], &kn_ipc_buffer()->msg[3]

static inline void seL4_Send(seL4_CPtr dest, seL4_MessageInfo_t msgInfo)
{
    seL4_SendWithMRs(dest, msgInfo, SEL4_MRS_);
}

static inline void seL4_NBSend(seL4_CPtr dest, seL4_MessageInfo_t msgInfo)
{
    seL4_NBSendWithMRs(dest, msgInfo, SEL4_MRS_);
}

static inline seL4_MessageInfo_t seL4_Recv(seL4_CPtr src, seL4_Word *sender, seL4_CPtr reply)
{
    return seL4_RecvWithMRs(src, sender, SEL4_MRS_, reply);
}

static inline seL4_MessageInfo_t seL4_NBRecv(seL4_CPtr src, seL4_Word *sender, seL4_CPtr reply)
{
    return seL4_NBRecvWithMRs(src, sender, SEL4_MRS_, reply);
}

static inline seL4_MessageInfo_t seL4_Wait(seL4_CPtr src, seL4_Word *sender)
{
    return seL4_WaitWithMRs(src, sender, SEL4_MRS_);
}

static inline seL4_MessageInfo_t seL4_NBWait(seL4_CPtr src, seL4_Word *sender)
{
    return seL4_NBWaitWithMRs(src, sender, SEL4_MRS_);
}

static inline seL4_MessageInfo_t seL4_Poll(seL4_CPtr src, seL4_Word *sender) { return seL4_NBWait(src, sender); }

static inline seL4_MessageInfo_t seL4_Call(seL4_CPtr dest, seL4_MessageInfo_t msgInfo)
{
    return seL4_CallWithMRs(dest, msgInfo, SEL4_MRS_);
}

static inline seL4_MessageInfo_t seL4_ReplyRecv(seL4_CPtr src, seL4_MessageInfo_t msgInfo, seL4_Word *sender,
                                                seL4_CPtr reply)
{
    return seL4_ReplyRecvWithMRs(src, msgInfo, sender, SEL4_MRS_, reply);
}

static inline seL4_MessageInfo_t seL4_NBSendRecv(seL4_CPtr dest, seL4_MessageInfo_t msgInfo, seL4_CPtr src,
                                                 seL4_Word *sender, seL4_CPtr reply)
{
    return seL4_NBSendRecvWithMRs(dest, msgInfo, src, sender, SEL4_MRS_, reply);
}

static inline seL4_MessageInfo_t seL4_NBSendWait(seL4_CPtr dest, seL4_MessageInfo_t msgInfo, seL4_CPtr src,
                                                 seL4_Word *sender)
{
    return seL4_NBSendWaitWithMRs(dest, msgInfo, src, sender, SEL4_MRS_);
}

#undef SEL4_MRS_

static inline void seL4_Signal(seL4_CPtr dest) { kn_signal(dest); }
static inline void seL4_Yield(void) { kn_yield(); }
