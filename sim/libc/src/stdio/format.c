// printf() itself: literal text and converted arguments go to the stream piece by piece.
//
// A format is taken as it comes unless it has positional arguments ("%2$d"); those are found on the way, the
// arguments are then collected by number, and the format is gone through with the collected ones.
#include <bits/file.h>
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <string.h>

enum { LEFT = 1, PLUS = 2, SPACE = 4, ALTERNATE = 8, ZERO = 16, UPPER = 32 };
enum { MAX_POSITIONAL = 64 };

union argument {
    long integer;
    double real;
    long double extended;
    void* pointer;
};

struct specification {
    int flags;
    int width, precision;                              ///< precision -1: none given
    int width_position, precision_position, position;  ///< from 1; 0: the next argument; -1: not an argument
    char length;                                       ///< 'H' for hh, 'h', 'l' (and ll, j, z, t), 'L', or 0
    char conversion;
};

struct output {
    FILE* stream;
    long count;
};

static const char blanks[] = "                ", zeroes[] = "0000000000000000";
static const char digit_pairs[] =
    "0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243444546474849"
    "5051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899";

static int put(struct output* out, const char* bytes, size_t count) {
    FILE* stream = out->stream;
    if ((size_t)(stream->write_end - stream->write_pos) >= count && stream->line_end < 0) {
        __ipclab_memcpy(stream->write_pos, bytes, count);
        stream->write_pos += count;
    } else if (stream->put(stream, bytes, count) != count) {
        return -1;
    }
    out->count += (long)count;
    return 0;
}

static int pad(struct output* out, const char* with, long count) {
    for (; count > 0; count -= 16)
        if (put(out, with, count < 16 ? (size_t)count : 16) < 0) return -1;
    return 0;
}

/// Text between blanks to the given width.
static int put_text(struct output* out, const struct specification* spec, const char* text, size_t length) {
    long blank = spec->width - (long)length;
    if (blank > 0 && !(spec->flags & LEFT) && pad(out, blanks, blank) < 0) return -1;
    if (put(out, text, length) < 0) return -1;
    if (blank > 0 && (spec->flags & LEFT)) return pad(out, blanks, blank);
    return 0;
}

/// Sign or prefix, zeroes, digits.
static int put_number(struct output* out, const struct specification* spec, const char* prefix,
                      long prefix_length, long zero_count, const char* digits, long length) {
    long blank = spec->width - prefix_length - zero_count - length;
    if (blank > 0 && (spec->flags & (ZERO | LEFT)) == ZERO) {
        zero_count += blank;
        blank = 0;
    }
    if (blank > 0 && !(spec->flags & LEFT) && pad(out, blanks, blank) < 0) return -1;
    if (prefix_length > 0 && put(out, prefix, (size_t)prefix_length) < 0) return -1;
    if (zero_count > 0 && pad(out, zeroes, zero_count) < 0) return -1;
    if (length > 0 && put(out, digits, (size_t)length) < 0) return -1;
    if (blank > 0 && (spec->flags & LEFT)) return pad(out, blanks, blank);
    return 0;
}

/// Writes the digits of `value` so that they end at `end`; returns where they begin.
static char* decimal(unsigned long value, char* end) {
    while (value >= 100) {
        unsigned long rest = value % 100 * 2;
        value /= 100;
        *--end = digit_pairs[rest + 1];
        *--end = digit_pairs[rest];
    }
    if (value >= 10) {
        *--end = digit_pairs[value * 2 + 1];
        *--end = digit_pairs[value * 2];
    } else {
        *--end = (char)('0' + value);
    }
    return end;
}

static long as_signed(long value, char length) {
    if (length == 0) return (int)value;
    if (length == 'h') return (short)value;
    if (length == 'H') return (signed char)value;
    return value;
}

static unsigned long as_unsigned(long value, char length) {
    if (length == 0) return (unsigned int)value;
    if (length == 'h') return (unsigned short)value;
    if (length == 'H') return (unsigned char)value;
    return (unsigned long)value;
}

static int put_integer(struct output* out, struct specification* spec, long argument) {
    char digits[72], *end = digits + sizeof digits, *start = end, prefix[2];
    long prefix_length = 0;
    char conversion = spec->conversion;
    unsigned long value;
    if (spec->precision >= 0) spec->flags &= ~ZERO;
    if (conversion == 'd') {
        long number = as_signed(argument, spec->length);
        value = number < 0 ? 0UL - (unsigned long)number : (unsigned long)number;
        if (number < 0)
            prefix[prefix_length++] = '-';
        else if (spec->flags & PLUS)
            prefix[prefix_length++] = '+';
        else if (spec->flags & SPACE)
            prefix[prefix_length++] = ' ';
    } else {
        value = as_unsigned(argument, spec->length);
    }
    if (value == 0 && spec->precision == 0) {
        // no digits at all, but for %#o
        if (conversion == 'o' && (spec->flags & ALTERNATE)) *--start = '0';
    } else if (conversion == 'd' || conversion == 'u') {
        start = decimal(value, end);
    } else if (conversion == 'o') {
        unsigned long rest = value;
        do *--start = (char)('0' + (rest & 7));
        while ((rest >>= 3) > 0);
        if ((spec->flags & ALTERNATE) && *start != '0' && end - start >= spec->precision) *--start = '0';
    } else {
        const char* table = conversion == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
        unsigned long rest = value;
        do *--start = table[rest & 15];
        while ((rest >>= 4) > 0);
        if ((spec->flags & ALTERNATE) && value != 0) {
            prefix[0] = '0';
            prefix[1] = conversion;
            prefix_length = 2;
        }
    }
    long zero_count = spec->precision > end - start ? spec->precision - (end - start) : 0;
    return put_number(out, spec, prefix, prefix_length, zero_count, start, end - start);
}

/// Bytes that stand before the padding zeroes of a floating-point number: its sign and "0x".
static long put_sign(const struct specification* spec, int negative, char* prefix) {
    if (negative)
        prefix[0] = '-';
    else if (spec->flags & PLUS)
        prefix[0] = '+';
    else if (spec->flags & SPACE)
        prefix[0] = ' ';
    else
        return 0;
    return 1;
}

/// Whether the value is negative, or -0 or such a NaN; it is made positive.
static int take_sign(const struct specification* spec, union argument* value) {
    if (spec->length == 'L') {
        int is_negative = ((const short*)value)[4] < 0;
        if (is_negative) value->extended = -value->extended;
        return is_negative;
    }
    int is_negative = value->integer < 0;
    value->integer &= ~(1UL << 63);
    return is_negative;
}

/// 'n' for NaN, 'i' for an infinity, else 0.
static char kind_of_real(const struct specification* spec, const union argument* value) {
    if (spec->length == 'L')
        return value->extended - value->extended == 0.0L ? 0 : value->extended == value->extended ? 'i' : 'n';
    if ((value->integer >> 52 & 2047) != 2047) return 0;
    return value->integer & 0xfffffffffffffL ? 'n' : 'i';
}

static long digits_of(const struct specification* spec, const union argument* value, long precision,
                      char* to, long size) {
    long form = spec->conversion | (spec->flags & ALTERNATE ? 256 : 0);
    return spec->length == 'L' ? __ipclab_format_extended(to, size, form, precision, &value->extended)
                               : __ipclab_format_double(to, size, form, precision, value->real);
}

static int put_real(struct output* out, struct specification* spec, union argument value) {
    char small[400], prefix[3];
    long prefix_length = put_sign(spec, take_sign(spec, &value), prefix);
    char kind = kind_of_real(spec, &value);
    if (kind) {
        const char* text = kind == 'n' ? "nan" : "inf";
        if (spec->conversion < 'a') text = kind == 'n' ? "NAN" : "INF";
        spec->flags &= ~ZERO;
        return put_number(out, spec, prefix, prefix_length, 0, text, 3);
    }
    // Digits beyond the 1074 (of long double: 16445) that can be after the point are zeroes; no buffer is needed for them.
    long precision = spec->precision < 0 && (spec->conversion | 32) != 'a' ? 6 : spec->precision;
    long extra = 0;
    long most = spec->length == 'L' ? 16450 : 1100;
    if (precision > most) {
        extra = precision - most;
        precision = most;
    }
    char* text = small;
    long length = digits_of(spec, &value, precision, small, sizeof small);
    if (length >= (long)sizeof small) {
        text = __builtin_alloca((unsigned long)length + 1);
        length = digits_of(spec, &value, precision, text, length + 1);
    }
    char* digits = text;
    if ((spec->conversion | 32) == 'a') {
        prefix[prefix_length++] = '0';
        prefix[prefix_length++] = text[1];
        digits += 2;
        length -= 2;
    }
    if (extra == 0 || ((spec->conversion | 32) == 'g' && !(spec->flags & ALTERNATE)))
        return put_number(out, spec, prefix, prefix_length, 0, digits, length);
    // mantissa, the extra zeroes, exponent: the width counts all of them
    long mantissa = length;
    for (long i = 0; i < length; i++)
        if ((digits[i] | 32) == 'p' || ((digits[i] | 32) == 'e' && (spec->conversion | 32) != 'a'))
            mantissa = i;
    struct specification part = *spec;
    part.width = spec->width > length - mantissa + extra ? spec->width - (int)(length - mantissa + extra) : 0;
    long blank = 0;
    if (spec->flags & LEFT) {
        blank = part.width - prefix_length - mantissa;
        part.width = 0;
    }
    if (put_number(out, &part, prefix, prefix_length, 0, digits, mantissa) < 0) return -1;
    if (pad(out, zeroes, extra) < 0) return -1;
    if (length > mantissa && put(out, digits + mantissa, (size_t)(length - mantissa)) < 0) return -1;
    return pad(out, blanks, blank);
}

/// Wide text in the C locale: ASCII passes, anything else is EILSEQ.
static int put_wide(struct output* out, const struct specification* spec, const int* text, long limit) {
    long length = 0;
    while ((limit < 0 || length < limit) && text[length]) {
        if (text[length] < 0 || text[length] > 127) {
            errno = EILSEQ;
            return -1;
        }
        length++;
    }
    long blank = spec->width - length;
    if (blank > 0 && !(spec->flags & LEFT) && pad(out, blanks, blank) < 0) return -1;
    for (long i = 0; i < length; i++) {
        char byte = (char)text[i];
        if (put(out, &byte, 1) < 0) return -1;
    }
    return blank > 0 && (spec->flags & LEFT) ? pad(out, blanks, blank) : 0;
}

static void store_count(const struct specification* spec, void* to, long count) {
    if (spec->length == 'H')
        *(signed char*)to = (signed char)count;
    else if (spec->length == 'h')
        *(short*)to = (short)count;
    else if (spec->length == 'l')
        *(long*)to = count;
    else
        *(int*)to = (int)count;
}

static int convert(struct output* out, struct specification* spec, union argument argument, int saved_errno) {
    switch (spec->conversion) {
        case 'd':
        case 'u':
        case 'o':
        case 'x':
        case 'X':
            return put_integer(out, spec, argument.integer);
        case 'e':
        case 'E':
        case 'f':
        case 'F':
        case 'g':
        case 'G':
        case 'a':
        case 'A':
            return put_real(out, spec, argument);
        case 'c': {
            char byte = (char)argument.integer;
            int wide[2] = {(int)argument.integer, 0};
            if (spec->length == 'l' && wide[0] != 0) return put_wide(out, spec, wide, 1);
            return put_text(out, spec, &byte, 1);
        }
        case 's': {
            const char* text = argument.pointer;
            if (!text) {
                text = spec->precision < 0 || spec->precision >= 6 ? "(null)" : "";
            } else if (spec->length == 'l') {
                return put_wide(out, spec, argument.pointer, spec->precision);
            }
            if (spec->precision < 0) return put_text(out, spec, text, (size_t)__ipclab_strlen(text));
            const char* end = __ipclab_memchr(text, 0, spec->precision);
            return put_text(out, spec, text, end ? (size_t)(end - text) : (size_t)spec->precision);
        }
        case 'p':
            if (!argument.pointer) return put_text(out, spec, "(nil)", 5);
            spec->conversion = 'x';
            spec->length = 'l';
            spec->flags |= ALTERNATE;
            if (spec->flags & (PLUS | SPACE)) {
                // glibc shows the sign that was asked for
                char digits[20], *end = digits + 20, *start = end, prefix[3] = {0, '0', 'x'};
                unsigned long value = (unsigned long)argument.integer;
                prefix[0] = spec->flags & PLUS ? '+' : ' ';
                do *--start = "0123456789abcdef"[value & 15];
                while ((value >>= 4) > 0);
                return put_number(out, spec, prefix, 3, 0, start, end - start);
            }
            return put_integer(out, spec, argument.integer);
        case 'm': {
            const char* text = strerror(saved_errno);
            long length = __ipclab_strlen(text);
            if (spec->precision >= 0 && spec->precision < length) length = spec->precision;
            return put_text(out, spec, text, (size_t)length);
        }
        case 'n':
            store_count(spec, argument.pointer, out->count);
            return 0;
        default:
            return put(out, "%", 1);
    }
}

/// A decimal number in the format; -1 where it does not fit an int.
static int number(const char** format) {
    long value = 0;
    while ((unsigned)(**format - '0') < 10) {
        if (value <= INT_MAX) value = value * 10 + (**format - '0');
        (*format)++;
    }
    return value > INT_MAX ? -1 : (int)value;
}

/// "*" or "*12$" or a number. Returns the value, with *position set for a star; -1: too large.
static int width_or_star(const char** format, int* position) {
    *position = -1;
    if (**format != '*') return number(format);
    const char* after = *format + 1;
    int index = number(&after);
    if (index > 0 && *after == '$') {
        *format = after + 1;
        *position = index;
    } else {
        (*format)++;
        *position = 0;
    }
    return 0;
}

/// Reads what follows a '%'. Returns the character after it; null where a number is too large.
static const char* parse(const char* format, struct specification* spec) {
    spec->flags = 0;
    spec->width = 0;
    spec->precision = -1;
    spec->width_position = spec->precision_position = -1;
    spec->position = 0;
    spec->length = 0;
    if (*format >= '1' && *format <= '9') {
        const char* after = format;
        int index = number(&after);
        if (*after == '$') {
            spec->position = index;
            format = after + 1;
        }
    }
    for (;; format++) {
        if (*format == '-')
            spec->flags |= LEFT;
        else if (*format == '0')
            spec->flags |= ZERO;
        else if (*format == '+')
            spec->flags |= PLUS;
        else if (*format == ' ')
            spec->flags |= SPACE;
        else if (*format == '#')
            spec->flags |= ALTERNATE;
        else if (*format != '\'' && *format != 'I')
            break;
    }
    if ((spec->width = width_or_star(&format, &spec->width_position)) < 0) return 0;
    if (*format == '.') {
        format++;
        if (*format == '-' && format[1] >= '0' && format[1] <= '9') {
            // a negative precision counts as none
            format++;
            number(&format);
        } else if ((spec->precision = width_or_star(&format, &spec->precision_position)) < 0) {
            return 0;
        }
    }
    for (;; format++) {
        char c = *format;
        if (c == 'h')
            spec->length = spec->length == 'h' ? 'H' : 'h';
        else if (c == 'l' || c == 'j' || c == 'z' || c == 't' || c == 'q' || c == 'Z')
            spec->length = 'l';
        else if (c == 'L')
            spec->length = spec->length == 'l' ? 'l' : 'L';
        else
            break;
    }
    spec->conversion = *format;
    if (*format == 'i') spec->conversion = 'd';
    if (*format == 'S' || *format == 'C') {
        spec->conversion = (char)(*format | 32);
        spec->length = 'l';
    }
    if (spec->length == 'L' && spec->conversion != 0 && memchr("douxX", spec->conversion, 5))
        spec->length = 'l';
    return format + 1;
}

static int is_real(char conversion) {
    return __ipclab_memchr("eEfFgGaA", conversion, 8) != 0;
}

static int takes_argument(char conversion) {
    return conversion != 'm' && conversion != '%';
}

static union argument next_argument(const struct specification* spec, va_list* arguments) {
    union argument result;
    if (is_real(spec->conversion) && spec->length == 'L')
        result.extended = va_arg(*arguments, long double);
    else if (is_real(spec->conversion))
        result.real = va_arg(*arguments, double);
    else if (spec->length == 'l' || spec->conversion == 's' || spec->conversion == 'p' ||
             spec->conversion == 'n')
        result.integer = va_arg(*arguments, long);
    else
        result.integer = va_arg(*arguments, int);
    return result;
}

/// Fetches the arguments of a format with positions: first what type each has, then all in order.
static int collect(const char* format, va_list* arguments, union argument* collected) {
    char kinds[MAX_POSITIONAL + 1] = {0};
    int highest = 0;
    struct specification spec;
    while ((format = strchr(format, '%')) != 0) {
        if (!(format = parse(format + 1, &spec))) return -1;
        int positions[3] = {spec.width_position, spec.precision_position,
                            takes_argument(spec.conversion) ? spec.position : -1};
        for (int i = 0; i < 3; i++) {
            if (positions[i] > MAX_POSITIONAL) return -1;
            if (positions[i] <= 0) continue;
            if (positions[i] > highest) highest = positions[i];
            char kind = 'i';
            if (i == 2 && is_real(spec.conversion))
                kind = spec.length == 'L' ? 'L' : 'r';
            else if (i == 2 && (spec.length == 'l' || __ipclab_memchr("spn", spec.conversion, 3)))
                kind = 'l';
            kinds[positions[i]] = kind;
        }
        if (spec.conversion == 0) break;
    }
    for (int i = 1; i <= highest; i++) {
        if (kinds[i] == 'L')
            collected[i].extended = va_arg(*arguments, long double);
        else if (kinds[i] == 'r')
            collected[i].real = va_arg(*arguments, double);
        else if (kinds[i] == 'l')
            collected[i].integer = va_arg(*arguments, long);
        else
            collected[i].integer = va_arg(*arguments, int);
    }
    return 0;
}

/// The number for a '*', or the value that is already there.
static int star(int value, int position, va_list* arguments, const union argument* collected) {
    if (position < 0) return value;
    if (position > 0 && collected) return (int)collected[position].integer;
    return va_arg(*arguments, int);
}

static long run(struct output* out, const char* start, va_list* arguments, union argument* collected) {
    struct specification spec;
    int saved_errno = errno;
    long left = __ipclab_strlen(start);
    const char *format = start, *end = start + left;
    for (;;) {
        const char* percent = __ipclab_memchr(format, '%', end - format);
        if (!percent) percent = end;
        if (percent > format && put(out, format, (size_t)(percent - format)) < 0) return -1;
        if (percent == end) return out->count;
        format = parse(percent + 1, &spec);
        if (!format) {
            errno = EOVERFLOW;
            return -1;
        }
        if (spec.conversion == 0) {
            errno = EINVAL;
            return -1;
        }
        if ((spec.position > 0 || spec.width_position > 0) && !collected) {
            union argument all[MAX_POSITIONAL + 1];
            if (collect(percent, arguments, all) < 0) {
                errno = EINVAL;
                return -1;
            }
            return run(out, percent, arguments, all);
        }
        spec.width = star(spec.width, spec.width_position, arguments, collected);
        spec.precision = star(spec.precision, spec.precision_position, arguments, collected);
        if (spec.width == INT_MIN) {
            errno = EOVERFLOW;
            return -1;
        }
        if (spec.width < 0) {
            spec.flags |= LEFT;
            spec.width = -spec.width;
        }
        union argument argument;
        argument.integer = 0;
        if (!__ipclab_memchr("diuoxXeEfFgGaAcspmn%", spec.conversion, 20)) {
            // glibc prints what it does not know as it stands
            if (put(out, percent, (size_t)(format - percent)) < 0) return -1;
            continue;
        }
        if (takes_argument(spec.conversion))
            argument =
                spec.position > 0 && collected ? collected[spec.position] : next_argument(&spec, arguments);
        if (convert(out, &spec, argument, saved_errno) < 0) return -1;
        if (out->count > INT_MAX) {
            errno = EOVERFLOW;
            return -1;
        }
    }
}

/// An unbuffered stream gets a buffer for the length of the call, so that one printf() makes one write().
static size_t put_through(FILE* helper, const char* bytes, size_t count) {
    size_t room = (size_t)(helper->write_end - helper->write_pos), done = 0;
    while (count - done > room) {
        __ipclab_memcpy(helper->write_pos, bytes + done, room);
        done += room;
        FILE* stream = helper->cookie;
        if (stream->put(stream, (char*)helper->write_base, helper->size) != helper->size) return 0;
        helper->write_pos = helper->write_base;
        room = helper->size;
    }
    __ipclab_memcpy(helper->write_pos, bytes + done, count - done);
    helper->write_pos += count - done;
    return count;
}

int __stdio_format(FILE* stream, const char* format, va_list* arguments) {
    if (stream->flags & F_NO_WRITE) {
        stream->flags |= F_ERROR;
        errno = EBADF;
        return -1;
    }
    struct output out = {stream, 0};
    if (!(stream->flags & F_UNBUFFERED) || stream->put != __stdio_put)
        return (int)run(&out, format, arguments, 0);
    unsigned char buffer[8192];
    FILE helper;
    helper.flags = 0;
    helper.line_end = -1;
    helper.write_base = helper.write_pos = buffer;
    helper.write_end = buffer + sizeof buffer;
    helper.size = sizeof buffer;
    helper.cookie = stream;
    helper.put = put_through;
    out.stream = &helper;
    long result = run(&out, format, arguments, 0);
    size_t waiting = (size_t)(helper.write_pos - buffer);
    if (waiting > 0 && stream->put(stream, (char*)buffer, waiting) != waiting) return -1;
    return (int)result;
}
