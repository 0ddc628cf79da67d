// Regular expressions and shell patterns: what matches where, groups, errors.
#define _GNU_SOURCE
#include <fnmatch.h>
#include <regex.h>
#include <stdio.h>
#include <string.h>

static void show(const char* pattern, const char* text, int flags, int how) {
    regex_t regex;
    regmatch_t groups[5];
    char message[60];
    int error = regcomp(&regex, pattern, flags);
    if (error) {
        size_t size = regerror(error, &regex, message, sizeof message);
        printf("%s: error %d, %zu: %s\n", pattern, error, size, message);
        return;
    }
    int result = regexec(&regex, text, 5, groups, how);
    printf("%s ~ %s: %d, %zu groups:", pattern, text, result, regex.re_nsub);
    for (size_t i = 0; result == 0 && i < 5; i++) printf(" %d-%d", groups[i].rm_so, groups[i].rm_eo);
    printf("\n");
    regfree(&regex);
}

static const char* const extended[] = {
    "abc",
    "a.c",
    "^b",
    "c$",
    "a*",
    "(a|ab)(c|bcd)(d*)",
    "(a|(b))*",
    "(a*)*",
    "(a*)+",
    "a)",
    "(",
    "*a",
    "a**",
    "a|*b",
    "(*a)",
    "a{1",
    "{1}",
    "a{2,1}",
    "a{1,2}{2}",
    "[b-a]",
    "[[:foo:]]",
    "[a",
    "\\",
    "a||b",
    "()",
    "(|a)",
    "a^b",
    "a$b",
    "(a)(b)?",
    "(a+|b+)*",
    "((a)|(b))+",
    "(.*)(.*)",
    "(a)\\1",
    "\\1",
    "\\bfoo\\b",
    "\\<o",
    "\\w+",
    "[]a]",
    "[^]a]",
    "[a-]",
    "a{,2}",
    "a{0}",
    "a{3}",
    "a{32768}",
    "(ab|a)(bc)?",
    "(a|b|ab)*",
    "x(~~)*(z|a)",
    "^(a|b)*$",
    "(^a)",
    "a+?",
    "[[.a.]]",
    "[[=a=]]b",
    "[[.space.]]",
    "[--/]",
    "[a-c-e]",
    "()*",
    "(a|())*",
    "(a*|b)*",
    "(ab*)*",
    "\\.",
    "[\\n]",
    "a{1,2}?",
    "(a?)((ab)?)",
    "(a(b)*)*",
    "((a)*|b)*",
    "[[:digit:]]+",
    "[[:upper:][:space:]]",
    "^$",
    "$",
    "^",
    "(a{2}){2}",
    "(b|ba)(n|an)*",
    "x{0,1}y",
    "o\\>",
    "([a-z]+)@([a-z]+)\\.(com|org)",
    "a{1x}",
    "a{x}",
    "[",
    "[]",
    "[^",
    "a\\{2\\}",
    "(((a)))",
    "(a|b)(c|d)(e|f)",
    "",
};
static const char* const basic[] = {
    "*a",   "^*a",      "\\(*a\\)", "a\\{1,2\\}", "a^b",     "a$b",     "\\(a\\)\\1", "a\\|b",
    "a\\+", "a\\?b",    "\\(",      "\\)",        "\\{1\\}", "a\\{1",   "a\\{2,1\\}", "(a)",
    "a{2}", "\\(^a\\)", "\\(a$\\)", "x\\|^a",     "+",       "a\\{1,2", "\\(a*\\)*b", "\\(b*\\)*\\1x",
};
static const char* const texts[] = {"",        "a",    "aa",   "aaaa",        "ab",   "abc",         "abcd",
                                    "ba",      "abba", "abab", "foo a foo b", "a^b",  "a$b",         "*a",
                                    "+",       "b",    "]x",   "x~~a",        "a\nb", "me@site.org", "banana",
                                    "xxyY 12", "(a)",  "a{2}", "a-."};

int main(void) {
    for (size_t i = 0; i < sizeof extended / sizeof *extended; i++)
        for (size_t j = 0; j < sizeof texts / sizeof *texts; j++)
            show(extended[i], texts[j], REG_EXTENDED, 0);
    for (size_t i = 0; i < sizeof basic / sizeof *basic; i++)
        for (size_t j = 0; j < sizeof texts / sizeof *texts; j++) show(basic[i], texts[j], 0, 0);
    show("ABC", "xabc", REG_EXTENDED | REG_ICASE, 0);
    show("[a-c]+", "xABC", REG_EXTENDED | REG_ICASE, 0);
    show("(b)\\1", "bB", REG_EXTENDED | REG_ICASE, 0);
    show("^b$", "a\nb\nc", REG_EXTENDED | REG_NEWLINE, 0);
    show("a.b", "a\nb", REG_EXTENDED | REG_NEWLINE, 0);
    show("a[^x]b", "a\nb", REG_EXTENDED | REG_NEWLINE, 0);
    show("^a", "a", REG_EXTENDED, REG_NOTBOL);
    show("a$", "a", REG_EXTENDED, REG_NOTEOL);
    regex_t regex;
    regmatch_t range[2] = {{2, 5}, {0, 0}};
    regcomp(&regex, "a(.)", REG_EXTENDED);
    int found = regexec(&regex, "aaxabaa", 2, range, REG_STARTEND);
    printf("%d %d-%d %d-%d\n", found, range[0].rm_so, range[0].rm_eo, range[1].rm_so, range[1].rm_eo);
    regfree(&regex);
    regcomp(&regex, "(a*)*b", REG_EXTENDED | REG_NOSUB);
    char many[201];
    memset(many, 'a', 200);
    many[200] = 0;
    printf("%d\n", regexec(&regex, many, 0, 0, 0));
    regfree(&regex);
    char small[8];
    printf("%zu %s\n", regerror(REG_EBRACK, 0, small, sizeof small), small);
    printf("%zu\n", regerror(REG_ESPACE, 0, 0, 0));
    for (int code = 0; code <= 16; code++) {
        char message[60];
        regerror(code, 0, message, sizeof message);
        printf("%d %s\n", code, message);
    }
    static const char* const names[] = {"*",     "?",    "a*",  "*.c",          "[a-c]x",    "[!a-c]x",
                                        "[]]",   "[^]]", "\\*", "a\\",          "[",         "[a",
                                        "*/b",   "a/*",  "**",  "[[:alpha:]]*", "[[:foo:]]", ".*",
                                        "*a*b*", "[/]",  "a?b", "A*",           "[a\\]b]",   "[a-"};
    static const char* const paths[] = {"",    "a", "ab", "x.c", "bx", "dx",   "]", "*",
                                        "a\\", "[", "[a", "a/b", ".x", "a/.b", "/", "axxb"};
    static const int flags[] = {
        0, FNM_PATHNAME, FNM_PERIOD, FNM_PATHNAME | FNM_PERIOD, FNM_NOESCAPE, FNM_CASEFOLD, FNM_LEADING_DIR};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        for (size_t j = 0; j < sizeof paths / sizeof *paths; j++) {
            printf("%s %s:", names[i], paths[j]);
            for (size_t k = 0; k < sizeof flags / sizeof *flags; k++)
                printf(" %d", fnmatch(names[i], paths[j], flags[k]));
            printf("\n");
        }
    return 0;
}
