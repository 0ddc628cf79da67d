// printf() into memory: a stream whose buffer is the destination. What does not fit is counted and dropped.
#include <bits/file.h>
#include <errno.h>
#include <stdarg.h>

static size_t put_limited(FILE* stream, const char* bytes, size_t count) {
    size_t room = (size_t)(stream->write_end - stream->write_pos);
    if (room > count) room = count;
    __ipclab_memcpy(stream->write_pos, bytes, room);
    stream->write_pos += room;
    return count;
}

static int format_to(char* to, size_t room, const char* format, va_list* arguments) {
    FILE memory;
    memory.flags = 0;
    memory.line_end = -1;
    memory.put = put_limited;
    memory.write_pos = (unsigned char*)to;
    memory.write_end = memory.write_pos + room;
    int result = __stdio_format(&memory, format, arguments);
    *memory.write_pos = 0;
    return result;
}

int vsnprintf(char* to, size_t bytes, const char* format, va_list given) {
    char nowhere;
    va_list arguments;
    va_copy(arguments, given);
    int result =
        bytes > 0 ? format_to(to, bytes - 1, format, &arguments) : format_to(&nowhere, 0, format, &arguments);
    va_end(arguments);
    return result;
}

int snprintf(char* to, size_t bytes, const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int result = vsnprintf(to, bytes, format, arguments);
    va_end(arguments);
    return result;
}

int vsprintf(char* to, const char* format, va_list given) {
    va_list arguments;
    va_copy(arguments, given);
    int result = format_to(to, 0x7fffffff, format, &arguments);
    va_end(arguments);
    return result;
}

int sprintf(char* to, const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int result = format_to(to, 0x7fffffff, format, &arguments);
    va_end(arguments);
    return result;
}
