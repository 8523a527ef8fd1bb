// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "log_reader.h"

#include <kn/abi.h>
#include <kn/proto/layout.h>
#include <lx/abi.h>

#include "trona/startup.h"
#include "trona/string.h"

struct source {
    const struct kn_log_ring *ring;
    uint64_t capacity; // checked once: the writer may be anybody by now
};

static struct source sources[LOG_MAX_SOURCES];
static unsigned nr_sources;
static struct log_cursor cleared; // SYSLOG_ACTION_CLEAR
static struct log_cursor taken;   // SYSLOG_ACTION_READ

void log_reader_init(void)
{
    const struct kn_layout_resource *r = trona_startup_page()->resources;
    for (; r->kind != KN_LAYOUT_RESOURCE_END && nr_sources < LOG_MAX_SOURCES; r++) {
        if (r->kind != KN_LAYOUT_RESOURCE_LOG || r->size <= sizeof(struct kn_log_ring))
            continue;
        const struct kn_log_ring *ring = (const struct kn_log_ring *)r->vaddr;
        uint64_t capacity = ring->capacity;
        if (capacity && !(capacity & (capacity - 1)) && capacity <= r->size - sizeof *ring)
            sources[nr_sources++] = (struct source){ring, capacity};
    }
}

static char byte_at(const struct source *s, uint64_t position)
{
    const char *data = (const char *)(s->ring + 1);
    return data[position & (s->capacity - 1)];
}

// Where reading goes on: behind what was overwritten, at the start of a line.
static uint64_t start_of(const struct source *s, uint64_t position, uint64_t written)
{
    if (position <= written && written - position <= s->capacity)
        return position;
    position = written > s->capacity ? written - s->capacity : 0;
    while (position && position < written && byte_at(s, position - 1) != '\n')
        position++;
    return position;
}

// The end of the line at POSITION (its newline); WRITTEN if it is not complete.
static uint64_t end_of(const struct source *s, uint64_t position, uint64_t written)
{
    while (position < written && byte_at(s, position) != '\n')
        position++;
    return position;
}

static uint64_t written_of(const struct source *s) { return __atomic_load_n(&s->ring->written, __ATOMIC_ACQUIRE); }

int log_next_line(struct log_cursor *cursor, char line[LOG_MAX_LINE])
{
    for (unsigned i = 0; i < nr_sources; i++) {
        const struct source *s = &sources[i];
        uint64_t written = written_of(s), start = start_of(s, cursor->position[i], written);
        uint64_t end = end_of(s, start, written);
        if (end == written)
            continue;
        int n = 0;
        for (uint64_t at = start; at < end && n < LOG_MAX_LINE; at++)
            line[n++] = byte_at(s, at);
        cursor->position[i] = end + 1;
        return n;
    }
    return -1;
}

bool log_has_line(const struct log_cursor *cursor)
{
    for (unsigned i = 0; i < nr_sources; i++) {
        uint64_t written = written_of(&sources[i]), start = start_of(&sources[i], cursor->position[i], written);
        if (end_of(&sources[i], start, written) != written)
            return true;
    }
    return false;
}

void log_seek_end(struct log_cursor *cursor)
{
    for (unsigned i = 0; i < nr_sources; i++)
        cursor->position[i] = written_of(&sources[i]);
}

#define PREFIX "<6>"
#define PREFIX_LENGTH 3

// Writes lines from *CURSOR on, each with its level and a newline, leaving out the first SKIP bytes; how many there were (that
// may be more than N), advancing over lines that are wholly written.
static size_t format_lines(struct log_cursor *cursor, char *data, size_t n, size_t skip, bool stop_when_full)
{
    char line[PREFIX_LENGTH + LOG_MAX_LINE + 1];
    size_t total = 0;
    for (;;) {
        struct log_cursor before = *cursor;
        memcpy(line, PREFIX, PREFIX_LENGTH);
        int got = log_next_line(cursor, line + PREFIX_LENGTH);
        if (got < 0)
            return total;
        size_t length = PREFIX_LENGTH + (size_t)got + 1;
        line[length - 1] = '\n';
        if (stop_when_full && total + length > n) {
            *cursor = before;
            return total;
        }
        for (size_t i = 0; i < length; i++, total++)
            if (total >= skip && total - skip < n)
                data[total - skip] = line[i];
    }
}

// The newest N bytes since the last clear.
static long read_all(char *data, size_t n)
{
    struct log_cursor cursor = cleared;
    size_t total = format_lines(&cursor, NULL, 0, SIZE_MAX, false);
    cursor = cleared;
    size_t skip = total > n ? total - n : 0;
    format_lines(&cursor, data, n, skip, false);
    return (long)(total - skip);
}

long log_syslog(unsigned type, void *data, size_t n)
{
    struct log_cursor copy;
    switch (type) {
    case 0: // open, close: nothing to do
    case 1:
    case 6: // console off, on, level: the console shows no log
    case 7:
    case 8: return 0;
    case 2: return (long)format_lines(&taken, data, n, 0, true);
    case 3: return read_all(data, n);
    case 4: {
        long got = read_all(data, n);
        log_seek_end(&cleared);
        return got;
    }
    case 5: log_seek_end(&cleared); return 0;
    case 9: copy = taken; return (long)format_lines(&copy, NULL, 0, SIZE_MAX, false);
    case 10: return KN_LAYOUT_WINDOW_SIZE;
    default: return -LX_EINVAL;
    }
}
