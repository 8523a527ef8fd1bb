// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "debug/log.h"

#include <stdarg.h>

#include "arch/api/cpu.h"

#define RING_CAPACITY BIT(15)
#define PAGE_SIZE BIT(KN_PAGE_BITS)

// Whole pages, so that mapping them shows nothing else.
static union {
    struct {
        struct kn_log_ring head;
        char data[RING_CAPACITY];
    };
    char pages[ALIGN_UP(sizeof(struct kn_log_ring) + RING_CAPACITY, KN_PAGE_BITS)];
} ring __attribute__((aligned(PAGE_SIZE)));

const void *klog_ring(word_t *size)
{
    ring.head.capacity = RING_CAPACITY;
    *size = sizeof(ring);
    return &ring;
}

static void put(char c)
{
    ring.head.capacity = RING_CAPACITY;
    ring.data[ring.head.written % RING_CAPACITY] = c;
    __atomic_store_n(&ring.head.written, ring.head.written + 1, __ATOMIC_RELEASE); // who reads it runs on another CPU, perhaps
    arch_log_putchar(c);
}

static void put_string(const char *s)
{
    for (; *s; s++)
        put(*s);
}

static void put_number(word_t value, word_t base)
{
    char digits[20];
    word_t n = 0;
    do {
        digits[n++] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value);
    while (n > 0)
        put(digits[--n]);
}

static void put_signed(int64_t value)
{
    if (value < 0)
        put('-');
    put_number(value < 0 ? -(word_t)value : (word_t)value, 10);
}

// One conversion, F points behind the %; returns its end.
static const char *put_conversion(const char *f, va_list *args)
{
    bool is_long = *f == 'l';
    if (is_long)
        f++;
    switch (*f) {
    case 's': put_string(va_arg(*args, const char *)); break;
    case 'c': put((char)va_arg(*args, int)); break;
    case 'd': put_signed(is_long ? va_arg(*args, long) : va_arg(*args, int)); break;
    case 'u': put_number(is_long ? va_arg(*args, unsigned long) : va_arg(*args, unsigned), 10); break;
    case 'x': put_number(is_long ? va_arg(*args, unsigned long) : va_arg(*args, unsigned), 16); break;
    case 'p':
        put_string("0x");
        put_number((word_t)va_arg(*args, void *), 16);
        break;
    case '%': put('%'); break;
    case 0: return f;
    }
    return f + 1;
}

static void print(const char *format, va_list *args)
{
    while (*format) {
        if (*format == '%')
            format = put_conversion(format + 1, args);
        else
            put(*format++);
    }
}

void klog(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    print(format, &args);
    va_end(args);
}

void kpanic(const char *format, ...)
{
    va_list args;
    put_string("kernite: panic: ");
    va_start(args, format);
    print(format, &args);
    va_end(args);
    put('\n');
    arch_halt(1);
}

void kassert_failed(const char *expr, const char *file, int line)
{
    kpanic("assertion failed at %s:%d: %s", file, line, expr);
}
