// Multibyte characters in the C locale: one byte is one character; those above 127 are not characters
// (EILSEQ).
#include <errno.h>
#include <stdlib.h>

int mbtowc(wchar_t* wide, const char* text, size_t limit) {
    if (!text) return 0;
    if (limit == 0 || (*text & 128)) {
        if (limit > 0) errno = EILSEQ;
        return -1;
    }
    if (wide) *wide = *text;
    return *text != 0;
}

int mblen(const char* text, size_t limit) {
    return mbtowc(0, text, limit);
}

int wctomb(char* text, wchar_t wide) {
    if (!text) return 0;
    if (wide < 0 || wide > 127) {
        errno = EILSEQ;
        return -1;
    }
    *text = (char)wide;
    return 1;
}

size_t mbstowcs(wchar_t* to, const char* from, size_t limit) {
    size_t count = 0;
    for (; !to || count < limit; count++) {
        wchar_t wide;
        if (mbtowc(&wide, from + count, 1) < 0) return (size_t)-1;
        if (to) to[count] = wide;
        if (wide == 0) break;
    }
    return count;
}

size_t wcstombs(char* to, const wchar_t* from, size_t limit) {
    size_t count = 0;
    for (; !to || count < limit; count++) {
        char byte;
        if (wctomb(&byte, from[count]) < 0) return (size_t)-1;
        if (to) to[count] = byte;
        if (byte == 0) break;
    }
    return count;
}
