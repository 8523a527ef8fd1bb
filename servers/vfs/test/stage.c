// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "stage.h"

#include <string.h>

#include "console.h"
#include "device.h"
#include "filesystem.h"
#include "port.h"
#include "streams.h"
#include "trona/heap.h"
#include "unit.h"

struct client stage_client;
struct thread stage_threads[STAGE_THREADS];
unsigned stage_wakes[STAGE_THREADS];
struct kn_layout_proc_table stage_table;
struct stage_signal stage_signals[16];
unsigned stage_nr_signals;
size_t stage_room;
char stage_output[65536];
size_t stage_output_length;
unsigned stage_resumed;

void stage_reset(void)
{
    memset(&stage_client, 0, sizeof stage_client);
    memset(&stage_table, 0, sizeof stage_table);
    memset(stage_wakes, 0, sizeof stage_wakes);
    for (unsigned i = 0; i < STAGE_THREADS; i++) {
        CHECK(!stage_threads[i].waits);
        stage_threads[i] = (struct thread){.client = &stage_client, .index = i};
    }
    stage_client.creds = (struct creds){.pid = 1, .pgid = 1, .sid = 1};
    stage_nr_signals = stage_resumed = 0;
    stage_output_length = 0;
    stage_output[0] = 0;
    stage_room = sizeof stage_output;
}

struct io stage_io(unsigned thread)
{
    return (struct io){.client = &stage_client, .thread = &stage_threads[thread], .may_wait = true};
}

void stage_process(uint32_t pid, uint32_t ppid, uint32_t pgid, uint32_t sid)
{
    stage_table.entry[pid] = (struct kn_layout_proc_entry){.serial = pid,
                                                           .parent_serial = ppid,
                                                           .pid = pid,
                                                           .ppid = ppid,
                                                           .pgid = pgid,
                                                           .sid = sid,
                                                           .state = KN_LAYOUT_PROC_STATE_RUNNING};
    stage_table.nr_processes++;
}

// What streams call of the rest of vfs.

void thread_signal(const struct thread *thread) { stage_wakes[thread->index]++; }
const struct creds *client_creds(struct client *client) { return &client->creds; }
struct file *client_file(struct client *client, uint64_t handle)
{
    return handle < client->nr_handles ? client->handles[handle].file : NULL;
}
const struct kn_layout_proc_table *port_proc_table(void) { return &stage_table; }
void inode_touch_read(struct inode *inode) { (void)inode; }
void inode_touch_data(struct inode *inode) { (void)inode; }

long port_kill(uint64_t kind, int64_t id, unsigned signal)
{
    (void)kind;
    CHECK(stage_nr_signals < 16);
    stage_signals[stage_nr_signals++] = (struct stage_signal){id, signal};
    return 0;
}

struct inode *inode_get(struct inode *inode)
{
    inode->refs++;
    return inode;
}

void inode_put(struct inode *inode)
{
    if (--inode->refs)
        return;
    if (inode_is(inode, LX_S_IFIFO))
        fifo_inode_end(inode);
    trona_free(inode, sizeof *inode);
}

struct inode *inode_create_anonymous(uint32_t mode, const struct client *client)
{
    (void)client;
    struct inode *inode = trona_alloc_zero(sizeof *inode);
    if (inode) {
        inode->refs = 1;
        inode->mode = mode;
    }
    return inode;
}

struct file *file_create(struct inode *inode, unsigned flags)
{
    struct file *file = trona_alloc_zero(sizeof *file);
    if (file) {
        file->refs = 1;
        file->flags = flags;
        file->inode = inode_get(inode);
    }
    return file;
}

void file_put(struct file *file)
{
    if (!file || --file->refs)
        return;
    if (file->ops && file->ops->release)
        file->ops->release(file);
    inode_put(file->inode);
    trona_free(file, sizeof *file);
}

// FIFOs.

struct inode *stage_fifo(void)
{
    static struct filesystem fs; // what tells it from a nameless pipe
    struct inode *inode = inode_create_anonymous(LX_S_IFIFO | 0600, &stage_client);
    if (inode)
        inode->fs = &fs;
    return inode;
}

struct file *stage_open(struct inode *inode, unsigned flags, unsigned thread, long *status)
{
    struct file *file = file_create(inode, flags);
    struct io io = stage_io(thread);
    wait_begin(io.thread, inode);
    *status = fifo_open(file, &io);
    if (*status == 0)
        return file;
    file->ops = NULL;
    file_put(file);
    return NULL;
}

// Terminals.

static struct tty the_tty;
static struct {
    const char *name;
    uint64_t number;
    long (*open)(struct file *file, const struct io *io);
} devices[8];
static unsigned nr_devices;

struct tty *console_tty(void) { return &the_tty; }

void device_register(const char *name, uint32_t mode, uint32_t major, uint32_t minor,
                     long (*open)(struct file *file, const struct io *io))
{
    (void)mode;
    devices[nr_devices].name = name;
    devices[nr_devices].number = device_number(major, minor);
    devices[nr_devices++].open = open;
}

struct file *stage_open_tty(const char *name)
{
    for (unsigned i = 0; i < nr_devices; i++) {
        if (strcmp(devices[i].name, name) != 0)
            continue;
        struct inode *inode = inode_create_anonymous(LX_S_IFCHR | 0600, &stage_client);
        inode->rdev = devices[i].number;
        struct file *file = file_create(inode, LX_O_RDWR);
        inode_put(inode);
        struct io io = stage_io(0);
        if (devices[i].open(file, &io) == 0)
            return file;
        file_put(file);
    }
    return NULL;
}

static size_t room(struct tty *tty)
{
    (void)tty;
    return stage_room;
}
static void kick(struct tty *tty) { (void)tty; }
static size_t unsent(struct tty *tty)
{
    (void)tty;
    return stage_room ? 0 : 1;
}
static bool await_room(struct tty *tty)
{
    (void)tty;
    return stage_room;
}
static void resume_input(struct tty *tty)
{
    (void)tty;
    stage_resumed++;
}

static void put(struct tty *tty, const unsigned char *bytes, size_t n)
{
    (void)tty;
    CHECK(n <= stage_room && stage_output_length + n < sizeof stage_output);
    memcpy(stage_output + stage_output_length, bytes, n);
    stage_output_length += n;
    stage_output[stage_output_length] = 0;
    stage_room -= n;
}

const struct tty_device console_device = {room, put, kick, unsent, await_room, resume_input};

struct tty *stage_tty(void)
{
    stage_reset();
    nr_devices = 0;
    tty_register_devices();
    return &the_tty;
}

void stage_type(struct tty *tty, const char *text)
{
    CHECK(tty_input(tty, (const unsigned char *)text, strlen(text)) == strlen(text));
}
