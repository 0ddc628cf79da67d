// Leaving the bytes that ungetc() pushed back.
#include <bits/file.h>

void __stdio_drop_backup(FILE* stream) {
    stream->flags &= ~F_BACKUP;
    stream->read_pos = stream->saved_pos;
    stream->read_end = stream->saved_end;
}
