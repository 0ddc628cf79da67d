// scanf() from memory: a stream whose buffer is the text.
#include <bits/file.h>
#include <stdarg.h>

static const struct __stream_operations no_operations;

int vsscanf(const char* text, const char* format, va_list given) {
    FILE memory;
    memory.flags = F_NO_WRITE;
    memory.fd = -1;
    memory.line_end = -1;
    memory.offset = -1;
    memory.operations = &no_operations;
    memory.buffer = memory.read_pos = (unsigned char*)text;
    memory.read_end = memory.read_pos + __ipclab_strlen(text);
    memory.size = (size_t)(memory.read_end - memory.read_pos) + 1;
    va_list arguments;
    va_copy(arguments, given);
    int result = __stdio_scan(&memory, format, &arguments);
    va_end(arguments);
    return result;
}

int sscanf(const char* text, const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int result = vsscanf(text, format, arguments);
    va_end(arguments);
    return result;
}
