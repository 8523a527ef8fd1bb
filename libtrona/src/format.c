// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "trona/format.h"

#include <stdbool.h>
#include <stdint.h>

#include "trona/string.h"

struct output {
    char *dest;
    size_t size, length;
};

struct spec {
    bool left, zero, is_long;
    int width, precision;
};

static void put(struct output *o, char c)
{
    if (o->length + 1 < o->size)
        o->dest[o->length] = c;
    o->length++;
}

static void put_padded(struct output *o, const struct spec *s, const char *text, size_t n, bool is_negative)
{
    int pad = s->width - (int)n - is_negative;
    if (!s->left && !s->zero)
        for (; pad > 0; pad--)
            put(o, ' ');
    if (is_negative)
        put(o, '-');
    if (!s->left && s->zero)
        for (; pad > 0; pad--)
            put(o, '0');
    for (size_t i = 0; i < n; i++)
        put(o, text[i]);
    for (; pad > 0; pad--)
        put(o, ' ');
}

static void put_number(struct output *o, const struct spec *s, uint64_t v, unsigned base, bool upper, bool is_negative)
{
    char digits[24];
    size_t i = sizeof digits;
    do {
        unsigned d = (unsigned)(v % base);
        digits[--i] = (char)(d < 10 ? '0' + d : (upper ? 'A' : 'a') + d - 10);
        v /= base;
    } while (v);
    put_padded(o, s, digits + i, sizeof digits - i, is_negative);
}

static const char *parse_spec(const char *f, struct spec *s, va_list *args)
{
    *s = (struct spec){.precision = -1};
    for (;; f++) {
        if (*f == '-')
            s->left = true;
        else if (*f == '0')
            s->zero = true;
        else
            break;
    }
    if (*f == '*')
        s->width = va_arg(*args, int), f++;
    if (s->width < 0) { // as C has it
        s->left = true;
        s->width = -s->width;
    }
    for (; *f >= '0' && *f <= '9'; f++)
        s->width = s->width * 10 + (*f - '0');
    if (*f == '.') {
        f++;
        s->precision = 0;
        if (*f == '*')
            s->precision = va_arg(*args, int), f++;
        for (; *f >= '0' && *f <= '9'; f++)
            s->precision = s->precision * 10 + (*f - '0');
    }
    for (; *f == 'l' || *f == 'z' || *f == 'h'; f++)
        s->is_long |= *f != 'h';
    return f;
}

static void put_conversion(struct output *o, const struct spec *s, char conversion, va_list *args)
{
    switch (conversion) {
    case 'd':
    case 'i': {
        int64_t v = s->is_long ? va_arg(*args, long) : va_arg(*args, int);
        put_number(o, s, v < 0 ? -(uint64_t)v : (uint64_t)v, 10, false, v < 0);
        break;
    }
    case 'u':
    case 'x':
    case 'X':
    case 'o': {
        uint64_t v = s->is_long ? va_arg(*args, unsigned long) : va_arg(*args, unsigned);
        put_number(o, s, v, conversion == 'u' ? 10 : conversion == 'o' ? 8 : 16, conversion == 'X', false);
        break;
    }
    case 'p':
        put(o, '0');
        put(o, 'x');
        put_number(o, s, (uintptr_t)va_arg(*args, void *), 16, false, false);
        break;
    case 'c':
        put(o, (char)va_arg(*args, int));
        break;
    case 's': {
        const char *text = va_arg(*args, const char *);
        if (!text)
            text = "(null)";
        put_padded(o, s, text, s->precision >= 0 ? strnlen(text, (size_t)s->precision) : strlen(text), false);
        break;
    }
    default:
        put(o, conversion);
    }
}

int trona_vformat(char *dest, size_t size, const char *format, va_list args)
{
    struct output o = {dest, size, 0};
    va_list copy;
    va_copy(copy, args);
    for (const char *f = format; *f; f++) {
        if (*f != '%') {
            put(&o, *f);
            continue;
        }
        struct spec s;
        f = parse_spec(f + 1, &s, &copy);
        if (!*f)
            break;
        put_conversion(&o, &s, *f, &copy);
    }
    va_end(copy);
    if (size)
        dest[o.length < size ? o.length : size - 1] = 0;
    return (int)o.length;
}

int trona_format(char *dest, size_t size, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = trona_vformat(dest, size, format, args);
    va_end(args);
    return n;
}
