// Formatting and the argument line: what both platforms need and a freestanding program does not get from a C library.
#include <stdarg.h>

#include "platform.h"

// Formatting.

struct sink {
    char *buffer;
    size_t size;
    size_t length;
};

static void put(struct sink *sink, char c) {
    if (sink->length < sink->size)
        sink->buffer[sink->length++] = c;
}

static void put_text(struct sink *sink, const char *text) {
    while (*text)
        put(sink, *text++);
}

static void put_number(struct sink *sink, uint64_t value, unsigned base, unsigned width, char fill) {
    char digits[20];
    unsigned count = 0;
    do {
        digits[count++] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value != 0 && count < sizeof digits);
    for (unsigned i = count; i < width; i++)
        put(sink, fill);
    while (count > 0)
        put(sink, digits[--count]);
}

/// Decimal, always `width` digits: the same number of steps for every value.
static void put_fixed(struct sink *sink, uint64_t value, unsigned width) {
    char digits[20];
    for (unsigned i = 0; i < width; i++) {
        digits[i] = (char)('0' + value % 10);
        value /= 10;
    }
    while (width > 0)
        put(sink, digits[--width]);
}

size_t format_text(char *buffer, size_t size, const char *format, va_list list) {
    struct sink sink = {buffer, size, 0};
    for (; *format; format++) {
        if (*format != '%') {
            put(&sink, *format);
            continue;
        }
        format++;
        const char fill = *format == '0' ? '0' : ' ';
        unsigned width = 0;
        // "%0*lu" is how `report` asks for a fixed number of digits.
        if (fill == '0')
            format++;
        const bool fixed = *format == '*';
        if (fixed) {
            width = va_arg(list, unsigned);
            width = width < 20 ? width : 20;
            format++;
        }
        for (; *format >= '0' && *format <= '9'; format++)
            width = width * 10 + (unsigned)(*format - '0');
        const bool wide = *format == 'l';
        if (wide)
            format++;
        switch (*format) {
        case 's': put_text(&sink, va_arg(list, const char *)); break;
        case 'c': put(&sink, (char)va_arg(list, int)); break;
        case 'd': {
            const int64_t value = wide ? va_arg(list, long) : va_arg(list, int);
            if (value < 0)
                put(&sink, '-');
            put_number(&sink, value < 0 ? 0 - (uint64_t)value : (uint64_t)value, 10, width, fill);
            break;
        }
        case 'u':
        case 'x': {
            const uint64_t value = wide ? va_arg(list, unsigned long) : va_arg(list, unsigned);
            if (fixed)
                put_fixed(&sink, value, width);
            else
                put_number(&sink, value, *format == 'x' ? 16 : 10, width, fill);
            break;
        }
        case 0: return sink.length;
        default: put(&sink, *format); break;
        }
    }
    return sink.length;
}

void print(const char *format, ...) {
    char buffer[512];
    va_list list;
    va_start(list, format);
    const size_t length = format_text(buffer, sizeof buffer, format, list);
    va_end(list);
    platform_write(buffer, length);
}

// Arguments: words `key=value` separated by blanks.

static const char *line = "";

void arguments_set(const char *arguments) { line = arguments; }

/// Room for the values handed out by `argument`, which must end with a zero byte.
static char values[1024];
static size_t values_used;

bool text_equal(const char *a, const char *b) {
    while (*a && *a == *b)
        a++, b++;
    return *a == *b;
}

static const char *keep(const char *text, size_t length) {
    if (length >= sizeof values - values_used)
        fail("arguments-too-long");
    char *const copy = values + values_used;
    for (size_t i = 0; i < length; i++)
        copy[i] = text[i];
    copy[length] = 0;
    values_used += length + 1;
    return copy;
}

const char *argument(const char *key, const char *otherwise) {
    const char *word = line;
    for (;;) {
        while (*word == ' ')
            word++;
        if (*word == 0)
            return otherwise;
        const char *end = word;
        while (*end && *end != ' ')
            end++;
        size_t matched = 0;
        while (key[matched] && word[matched] == key[matched])
            matched++;
        if (key[matched] == 0 && word[matched] == '=')
            return keep(word + matched + 1, (size_t)(end - word) - matched - 1);
        word = end;
    }
}

uint64_t argument_number(const char *key, uint64_t otherwise) {
    const char *const text = argument(key, NULL);
    if (text == NULL)
        return otherwise;
    uint64_t value = 0;
    if (*text == 0)
        fail("argument-not-a-number %s=", key);
    for (const char *digit = text; *digit; digit++) {
        if (*digit < '0' || *digit > '9' || value > UINT32_MAX)
            fail("argument-not-a-number %s=%s", key, text);
        value = value * 10 + (uint64_t)(*digit - '0');
    }
    return value;
}

unsigned argument_choice(const char *key, const char *const *choices) {
    const char *const text = argument(key, choices[0]);
    for (unsigned i = 0; choices[i]; i++)
        if (text_equal(text, choices[i]))
            return i;
    fail("argument-unknown %s=%s", key, text);
}
