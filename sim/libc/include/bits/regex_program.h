// What regcomp() makes of a pattern: instructions for the backtracking matcher of regexec().
#ifndef _BITS_REGEX_PROGRAM_H
#define _BITS_REGEX_PROGRAM_H

#include <regex.h>

enum __regex_code {
    RE_CHAR,      ///< a: the character
    RE_ANY,       ///< any character
    RE_SET,       ///< a: index of the set
    RE_SPLIT,     ///< goes on at a; where that fails, at b
    RE_JUMP,      ///< a
    RE_SAVE,      ///< a: 2 * group, or that + 1
    RE_BACKREF,   ///< a: the group
    RE_ENTER,     ///< begins loop a, b iterations of which are behind already
    RE_ITERATE,   ///< an iteration of loop a begins
    RE_ITERATED,  ///< and ends: only the first one may be empty
    RE_LINE_BEGIN,
    RE_LINE_END,
    RE_TEXT_BEGIN,
    RE_TEXT_END,
    RE_WORD_BEGIN,
    RE_WORD_END,
    RE_WORD_EDGE,
    RE_NOT_WORD_EDGE,
    RE_MATCH
};

struct __regex_instruction {
    enum __regex_code code;
    int a, b;
};

struct __regex_set {
    unsigned char bits[32];
};

struct __regex_program {
    struct __regex_instruction* code;
    int size, room;
    struct __regex_set* sets;
    int set_count, set_room;
    int loops;
    int has_backref;
};

#endif
