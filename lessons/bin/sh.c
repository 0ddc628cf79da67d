// sh: a small shell. sh -c LINE [NAME [ARG]...], sh FILE [ARG]..., or commands from standard input.
//
//   list      = and_or { (";" | "&" | newline) and_or }         "&": don't wait for it
//   and_or    = pipeline { ("&&" | "||") pipeline }
//   pipeline  = ["!"] command { "|" command }
//   command   = { NAME=word | word | redirection } | ("(" list ")" | "{" list "}") { redirection }
//
// The program is read top to bottom: 1. variables, 2. reading commands, 3. expanding words, 4.
// redirections, 5. jobs,
// 6. the commands that the shell does itself, 7. running everything, 8. where lines come from.
// What POSIX has and this shell has not (if, for, functions, $(...), patterns, here-documents) is refused by
// name.
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAX_VARIABLES = 256, MAX_JOBS = 128, MAX_WORDS = 512, MAX_STAGES = 64, MAX_DEPTH = 50, SAVED_FD = 10 };

static int last_status;            // $?
static pid_t shell_pid, last_pid;  // $$ and $!
static char *const *parameters;    // $0, $1 ... $#
static int parameter_count;
static int interactive;
static int depth;  // of nested ( and {

static void *must(void *memory) {
    if (memory != NULL) return memory;
    fprintf(stderr, "sh: memory exhausted\n");
    _exit(2);
}

// Memory for what one command line needs; all of it is given back when the line is done.
static struct block { struct block *next; } * blocks;

static void *allocate(size_t bytes) {
    struct block *block = must(malloc(sizeof *block + bytes));
    block->next = blocks;
    blocks = block;
    return memset(block + 1, 0, bytes);
}

static void free_blocks(void) {
    while (blocks != NULL) {
        struct block *next = blocks->next;
        free(blocks);
        blocks = next;
    }
}

static char *copy_text(const char *start, size_t length) {
    return memcpy(allocate(length + 1), start, length);
}

// ==== 1. Variables ====

extern char **environ;

static struct variable {
    char *name, *value;
    int exported;
} variables[MAX_VARIABLES];
static int variable_count;

static struct variable *find_variable(const char *name) {
    for (int i = 0; i < variable_count; i++) {
        if (strcmp(variables[i].name, name) == 0) return &variables[i];
    }
    return NULL;
}

static char *own(const char *text) {
    return strcpy(must(malloc(strlen(text) + 1)), text);
}

static struct variable *set_variable(const char *name, const char *value) {
    struct variable *variable = find_variable(name);
    if (variable == NULL) {
        if (variable_count == MAX_VARIABLES) {
            fprintf(stderr, "sh: too many variables\n");
            exit(2);
        }
        variable = &variables[variable_count++];
        variable->name = own(name);
        variable->exported = 0;
    } else {
        free(variable->value);
    }
    variable->value = own(value);
    return variable;
}

static void unset_variable(const char *name) {
    struct variable *variable = find_variable(name);
    if (variable == NULL) return;
    free(variable->name);
    free(variable->value);
    *variable = variables[--variable_count];
}

// The length of the name at the start of `text`; 0 where there is none.
static size_t name_length(const char *text) {
    size_t length = 0;
    if (isdigit((unsigned char)text[0])) return 0;
    while (isalnum((unsigned char)text[length]) || text[length] == '_') length++;
    return length;
}

static int is_assignment(const char *word) {
    size_t length = name_length(word);
    return length > 0 && word[length] == '=';
}

static void import_environment(void) {
    for (char **entry = environ; *entry != NULL && variable_count < MAX_VARIABLES; entry++) {
        if (!is_assignment(*entry)) continue;
        size_t length = name_length(*entry);
        char *name = copy_text(*entry, length);
        set_variable(name, *entry + length + 1)->exported = 1;
    }
    free_blocks();
}

// The environment of a program that is about to be executed: the exported variables.
static void export_environment(void) {
    char **list = allocate(((size_t)variable_count + 1) * sizeof *list);
    int count = 0;
    for (int i = 0; i < variable_count; i++) {
        struct variable *variable = &variables[i];
        if (!variable->exported) continue;
        list[count] = allocate(strlen(variable->name) + strlen(variable->value) + 2);
        sprintf(list[count++], "%s=%s", variable->name, variable->value);
    }
    environ = list;
}

// ==== 2. Reading commands: text -> struct item ====

struct redirection {
    int fd;
    char kind;  // '<', '>', 'a' for >>, 'b' for <>, '&' for a duplicate of another descriptor
    char *word;
    struct redirection *next;
};

struct word {
    char *text;  // as it was written, quotes and all
    struct word *next;
};

struct command {
    enum { SIMPLE, SUBSHELL, GROUP } kind;
    struct word *words;  // SIMPLE: assignments, name and arguments
    struct item *body;   // SUBSHELL, GROUP
    struct redirection *redirections;
    struct command *next;  // reads what this one writes
};

struct pipeline {
    int negated;
    char connector;  // to the next: '&' for &&, '|' for ||
    struct command *first;
    struct pipeline *next;
};

struct item {
    struct pipeline *first;
    int background;
    char *text;  // for `jobs`
    struct item *next;
};

enum token {
    END,
    NEWLINE,
    WORD,
    IO_NUMBER,
    AMP,
    AND_IF,
    OR_IF,
    BAR,
    SEMI,
    OPEN,
    CLOSE,
    LESS,
    GREAT,
    APPEND,
    READ_WRITE,
    TO_FD,
    FROM_FD
};

static const char *source;  // what is still to be read
static enum token token;
static const char *token_start;
static char *token_text;  // of a WORD or IO_NUMBER
enum failure { NONE, INCOMPLETE, ERROR };
static enum failure failure;  // of the line that is being read

static void syntax_error(const char *message, const char *detail) {
    token = END;
    if (failure != NONE) return;
    failure = ERROR;
    fprintf(stderr, "sh: %s%s\n", message, detail);
}

static void incomplete(void) {
    if (failure == NONE) failure = INCOMPLETE;
    token = END;
}

// Moves behind the quoted piece that begins at `p`: '...', "...", or a backslash and a character.
static const char *skip_quoted(const char *p) {
    char quote = *p++;
    if (quote == '\\') return *p == '\0' || (p[0] == '\n' && p[1] == '\0') ? NULL : p + 1;
    for (; *p != quote; p++) {
        if (*p == '\0') return NULL;
        if (quote == '"' && *p == '\\' && p[1] != '\0') p++;
    }
    return p + 1;
}

static const char *const operators[] = {"&&", "||", ">>", "<>", ">&", "<&", ">|", "<<", "&>",
                                        ";;", "&",  "|",  ";",  "(",  ")",  "<",  ">"};
static const enum token operator_tokens[] = {AND_IF, OR_IF, APPEND, READ_WRITE, TO_FD, FROM_FD,
                                             GREAT,  END,   END,    END,        AMP,   BAR,
                                             SEMI,   OPEN,  CLOSE,  LESS,       GREAT};

static void next_token(void) {
    if (failure != NONE) return;
    while (*source == ' ' || *source == '\t' || (source[0] == '\\' && source[1] == '\n'))
        source += *source == '\\' ? 2 : 1;
    if (*source == '#') source += strcspn(source, "\n");
    token_start = source;
    if (*source == '\0') {
        token = END;
        return;
    }
    if (*source == '\n') {
        source++;
        token = NEWLINE;
        return;
    }
    for (size_t i = 0; i < sizeof operators / sizeof operators[0]; i++) {
        size_t length = strlen(operators[i]);
        if (strncmp(source, operators[i], length) != 0) continue;
        source += length;
        token = operator_tokens[i];
        if (token == END) syntax_error("not supported: ", operators[i]);
        return;
    }
    while (*source != '\0' && strchr(" \t\n&|;()<>", *source) == NULL) {
        if (*source == '\'' || *source == '"' || *source == '\\') {
            source = skip_quoted(source);
            if (source == NULL) {
                incomplete();
                return;
            }
        } else if (strncmp(source, "$(", 2) == 0 || *source == '`') {
            syntax_error("not supported: command substitution, ", *source == '`' ? "`...`" : "$(...)");
            return;
        } else {
            source++;
        }
    }
    token_text = copy_text(token_start, (size_t)(source - token_start));
    token = WORD;
    if ((*source == '<' || *source == '>') && token_text[strspn(token_text, "0123456789")] == '\0')
        token = IO_NUMBER;
}

static int word_is(const char *text) {
    return token == WORD && strcmp(token_text, text) == 0;
}

static struct item *parse_list(void);

// Parses one redirection into **end. Returns 0 where there is none.
static int parse_redirection(struct redirection ***end) {
    int fd = -1;
    if (token == IO_NUMBER) {
        fd = atoi(token_text);
        next_token();
    }
    char kind = token == LESS         ? '<'
                : token == GREAT      ? '>'
                : token == APPEND     ? 'a'
                : token == READ_WRITE ? 'b'
                                      : 0;
    if (token == TO_FD || token == FROM_FD) kind = '&';
    if (kind == 0) return 0;
    struct redirection *redirection = allocate(sizeof *redirection);
    redirection->fd = fd >= 0 ? fd : token == GREAT || token == APPEND || token == TO_FD;
    redirection->kind = kind;
    next_token();
    if (token != WORD) {
        syntax_error("syntax error: a redirection needs a file name", "");
        return 0;
    }
    redirection->word = token_text;
    next_token();
    **end = redirection;
    *end = &redirection->next;
    return 1;
}

static const char *const not_supported[] = {"if",   "then",  "elif",     "else",   "fi",
                                            "for",  "while", "until",    "do",     "done",
                                            "case", "esac",  "function", "select", "[["};

static struct command *parse_command(void) {
    struct command *command = allocate(sizeof *command);
    struct redirection **end = &command->redirections;
    if (token == OPEN || word_is("{")) {
        command->kind = token == OPEN ? SUBSHELL : GROUP;
        if (++depth > MAX_DEPTH) syntax_error("syntax error: too deeply nested", "");
        next_token();
        command->body = parse_list();
        depth--;
        if (failure == NONE && token == END) incomplete();
        if (command->kind == SUBSHELL ? token != CLOSE : !word_is("}")) {
            syntax_error("syntax error: expected ", command->kind == SUBSHELL ? ")" : "}");
        } else if (command->body == NULL) {
            syntax_error("syntax error: an empty ", command->kind == SUBSHELL ? "( )" : "{ }");
        }
        next_token();
        while (parse_redirection(&end)) continue;
        if (token == WORD || token == OPEN)
            syntax_error("syntax error near ", copy_text(token_start, strcspn(token_start, "\n")));
        return command;
    }
    for (size_t i = 0; i < sizeof not_supported / sizeof not_supported[0]; i++) {
        if (word_is(not_supported[i])) syntax_error("not supported: ", token_text);
    }
    struct word **last = &command->words;
    for (;;) {
        if (parse_redirection(&end)) continue;
        if (token != WORD) break;
        *last = allocate(sizeof **last);
        (*last)->text = token_text;
        last = &(*last)->next;
        next_token();
        if (token == OPEN) syntax_error("not supported: functions", "");
    }
    if (command->words == NULL && command->redirections == NULL && failure == NONE) {
        syntax_error("syntax error near ",
                     *token_start ? copy_text(token_start, strcspn(token_start, "\n")) : "the end");
    }
    return command;
}

static void skip_newlines(void) {
    while (token == NEWLINE) next_token();
    if (token == END) incomplete();
}

static struct pipeline *parse_pipeline(void) {
    struct pipeline *pipeline = allocate(sizeof *pipeline);
    while (word_is("!")) {
        pipeline->negated = !pipeline->negated;
        next_token();
    }
    pipeline->first = parse_command();
    for (struct command *last = pipeline->first; token == BAR && failure == NONE; last = last->next) {
        next_token();
        skip_newlines();
        last->next = parse_command();
    }
    return pipeline;
}

// Parses up to ")", "}" or the end; outside of those, up to the end of the line.
static struct item *parse_list(void) {
    struct item *first = NULL, **end = &first;
    while (failure == NONE) {
        while (token == NEWLINE && depth > 0) next_token();
        if (token == END || token == NEWLINE || token == CLOSE || word_is("}")) break;
        struct item *item = allocate(sizeof *item);
        const char *start = token_start;
        struct pipeline *last = item->first = parse_pipeline();
        while ((token == AND_IF || token == OR_IF) && failure == NONE) {
            last->connector = token == AND_IF ? '&' : '|';
            next_token();
            skip_newlines();
            last = last->next = parse_pipeline();
        }
        size_t length = (size_t)(token_start - start);
        while (length > 0 && isspace((unsigned char)start[length - 1])) length--;
        item->text = copy_text(start, length);
        item->background = token == AMP;
        *end = item;
        end = &item->next;
        if (token == SEMI || token == AMP) {
            next_token();
        } else if (token != NEWLINE) {
            break;
        }
    }
    return first;
}

// ==== 3. Expanding words: $NAME, quotes ====

static struct {
    char *fields[MAX_WORDS + 1];
    int count;
    char *text;  // of the field that is being put together
    size_t length, room;
    int started;  // "" makes a field, though an empty one; an unquoted empty $NAME makes none
} out;

static void add_byte(char c) {
    if (out.length + 1 >= out.room) {
        char *bigger = allocate(out.room = out.room * 2 + 32);
        if (out.length > 0) memcpy(bigger, out.text, out.length);
        out.text = bigger;
    }
    out.text[out.length++] = c;
    out.started = 1;
}

static void end_field(void) {
    if (!out.started) return;
    if (out.count == MAX_WORDS) {
        fprintf(stderr, "sh: argument list too long\n");
        exit(2);
    }
    out.fields[out.count++] = copy_text(out.length ? out.text : "", out.length);
    out.length = 0;
    out.started = 0;
}

// An unquoted value is split into fields at blanks.
static void add_value(const char *value, int quoted) {
    for (; *value != '\0'; value++) {
        if (!quoted && isspace((unsigned char)*value)) {
            end_field();
        } else {
            add_byte(*value);
        }
    }
}

// Expands the parameter behind a "$" and returns the text that follows it.
static const char *expand_parameter(const char *p, int quoted) {
    char number[24];
    const char *value = "";
    if (*p == '?' || *p == '$' || *p == '#' || *p == '!') {
        long n = *p == '?' ? last_status : *p == '$' ? shell_pid : *p == '#' ? parameter_count - 1 : last_pid;
        sprintf(number, "%ld", n);
        if (*p != '!' || last_pid != 0) value = number;
        p++;
    } else if (isdigit((unsigned char)*p)) {
        if (*p - '0' < parameter_count) value = parameters[*p - '0'];
        p++;
    } else if (*p == '@' || *p == '*') {
        for (int i = 1; i < parameter_count; i++) {
            if (i > 1 && quoted && *p == '*') add_byte(' ');
            if (i > 1 && !(quoted && *p == '*')) end_field();
            if (quoted) out.started = 1;
            add_value(parameters[i], quoted);
        }
        return p + 1;
    } else {
        const char *name = *p == '{' ? p + 1 : p;
        size_t length = name_length(name);
        if (length == 0 || (*p == '{' && name[length] != '}')) {
            if (*p != '{') return add_byte('$'), p;
            fprintf(stderr, "sh: not supported: ${%.*s...\n", (int)length, name);
            exit(2);
        }
        struct variable *variable = find_variable(copy_text(name, length));
        if (variable != NULL) value = variable->value;
        p = name + length + (*p == '{');
    }
    add_value(value, quoted);
    return p;
}

// Appends the fields of a word to `out`. An assignment's value and a file name are not split: then `splits`
// is 0.
static void expand_word(const char *p, int splits) {
    if (*p == '~' || (splits && strpbrk(p, "*?[") != NULL)) {
        for (const char *q = p; *q != '\0';) {
            if (*q == '\'' || *q == '"' || *q == '\\') {
                q = skip_quoted(q);
            } else if (*q == '~' || *q == '*' || (*q == '?' && (q == p || q[-1] != '$')) ||
                       (*q == '[' && strchr(q, ']'))) {
                fprintf(stderr,
                        "sh: not supported: an unquoted '%c'; quote it where you mean the character\n", *q);
                exit(2);
            } else {
                q += strncmp(q, "$*", 2) == 0 ? 2 : 1;
            }
        }
    }
    int quoted = 0;
    while (*p != '\0') {
        if (*p == '"') {
            quoted = !quoted;
            p++;
            // "$@" makes no field at all where there are no parameters
            if (strncmp(p, "$@\"", 3) != 0 || parameter_count > 1) out.started = 1;
        } else if (*p == '\'' && !quoted) {
            out.started = 1;
            for (p++; *p != '\''; p++) add_byte(*p);
            p++;
        } else if (*p == '\\' && (!quoted || strchr("$`\"\\\n", p[1]) != NULL)) {
            if (p[1] != '\n') add_byte(p[1]);
            p += 2;
        } else if (*p == '$') {
            p = expand_parameter(p + 1, quoted || !splits);
        } else {
            add_byte(*p++);
        }
    }
}

static char *expand_to_one(const char *word) {
    int before = out.count;
    out.started = 1;
    expand_word(word, 0);
    out.started = 1;
    end_field();
    out.count = before;
    return out.fields[before];
}

// ==== 4. Redirections ====

// Carries out the redirections; where `saved` is given, what was there before is remembered in it. Returns 0
// or -1.
struct saved_fd {
    int fd, copy;
    struct saved_fd *next;
};

static int redirect(const struct redirection *redirection, struct saved_fd **saved) {
    for (; redirection != NULL; redirection = redirection->next) {
        const char *word = expand_to_one(redirection->word);
        int fd = redirection->fd, opened = -1;
        if (redirection->kind == '&') {
            int closes = strcmp(word, "-") == 0;
            if (!closes && (*word == '\0' || word[strspn(word, "0123456789")] != '\0')) {
                fprintf(stderr, "sh: %s: not a descriptor\n", word);
                return -1;
            }
            opened = closes ? -1 : atoi(word);
            if (!closes && fcntl(opened, F_GETFD) < 0) opened = -2;
        } else {
            int flags = redirection->kind == '<'   ? O_RDONLY
                        : redirection->kind == 'b' ? O_RDWR | O_CREAT
                        : redirection->kind == 'a' ? O_WRONLY | O_CREAT | O_APPEND
                                                   : O_WRONLY | O_CREAT | O_TRUNC;
            opened = open(word, flags, 0666);
            if (opened < 0) opened = -2;
        }
        if (opened == -2) {
            fprintf(stderr, "sh: %s: %s\n", word, strerror(errno));
            return -1;
        }
        if (saved != NULL) {
            struct saved_fd *save = allocate(sizeof *save);
            save->fd = fd;
            // open() may just have taken the very descriptor that we mean: then it was closed before
            save->copy = opened == fd && redirection->kind != '&' ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, SAVED_FD);
            save->next = *saved;
            *saved = save;
        }
        if (opened < 0) {
            close(fd);
        } else if (opened != fd) {
            dup2(opened, fd);
            if (redirection->kind != '&') close(opened);
        }
    }
    return 0;
}

static void restore(struct saved_fd *saved) {
    for (; saved != NULL; saved = saved->next) {
        if (saved->copy < 0) {
            close(saved->fd);
        } else {
            dup2(saved->copy, saved->fd);
            close(saved->copy);
        }
    }
}

// ==== 5. Jobs: what runs in the background ====

static struct job {
    int number;  // %1, %2 ...; 0: a free place
    pid_t pids[MAX_STAGES];
    int done[MAX_STAGES];
    int count, status;  // of the last process of the pipeline
    char *text;
} jobs[MAX_JOBS];

static int exit_status(int wait_status) {
    return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

// Waits for one child. Returns its exit status as $? has it; 127 where it is not our child.
static int wait_for(pid_t pid) {
    int wait_status;
    while (waitpid(pid, &wait_status, 0) < 0) {
        if (errno != EINTR) return 127;
    }
    return exit_status(wait_status);
}

static struct job *add_job(const pid_t *pids, int count, const char *text) {
    int number = 1;
    struct job *free_place = NULL;
    for (int i = 0; i < MAX_JOBS; i++) {
        if (jobs[i].number >= number) number = jobs[i].number + 1;
        if (jobs[i].number == 0 && free_place == NULL) free_place = &jobs[i];
    }
    if (free_place == NULL) {
        fprintf(stderr, "sh: too many jobs\n");
        return NULL;
    }
    memset(free_place, 0, sizeof *free_place);
    free_place->number = number;
    memcpy(free_place->pids, pids, (size_t)count * sizeof *pids);
    free_place->count = count;
    free_place->text = own(text);
    return free_place;
}

static void forget_job(struct job *job) {
    free(job->text);
    job->number = 0;
}

// Collects the job's processes that have ended, or with options 0 waits for all of them. Returns whether all
// are done.
static int collect(struct job *job, int options) {
    int all = 1;
    for (int i = 0; i < job->count; i++) {
        int wait_status = 0;
        pid_t got = 0;
        if (job->done[i]) continue;
        while ((got = waitpid(job->pids[i], &wait_status, options)) < 0 && errno == EINTR) continue;
        job->done[i] = got != 0;
        if (got == 0) all = 0;
        if (got > 0 && i == job->count - 1) job->status = exit_status(wait_status);
    }
    return all;
}

// The job that `text` means: "%2", "%%", "%+" (the newest), or the process number of one of its members.
static struct job *find_job(const char *text) {
    struct job *newest = NULL;
    long number = atol(text + (text[0] == '%'));
    for (int i = 0; i < MAX_JOBS; i++) {
        struct job *job = &jobs[i];
        if (job->number == 0) continue;
        if (newest == NULL || job->number > newest->number) newest = job;
        if (text[0] == '%' && job->number == number) return job;
        for (int p = 0; p < job->count && text[0] != '%'; p++) {
            if (job->pids[p] == number) return job;
        }
    }
    return strcmp(text, "%%") == 0 || strcmp(text, "%+") == 0 || strcmp(text, "%") == 0 ? newest : NULL;
}

static void show_jobs(int finished_only) {
    int newest = 0;
    for (int i = 0; i < MAX_JOBS; i++) {
        if (jobs[i].number > newest) newest = jobs[i].number;
    }
    for (int number = 1; number <= newest; number++) {
        for (int i = 0; i < MAX_JOBS; i++) {
            if (jobs[i].number != number) continue;
            int finished = collect(&jobs[i], WNOHANG);
            if (!finished && finished_only) continue;
            char state[32] = "Running";
            if (finished) strcpy(state, jobs[i].status == 0 ? "Done" : "Exit");
            if (finished && jobs[i].status != 0) sprintf(state, "Exit %d", jobs[i].status);
            char mark = number == newest ? '+' : number == newest - 1 ? '-' : ' ';
            printf("[%d]%c  %-24s%s%s\n", number, mark, state, jobs[i].text, finished ? "" : " &");
            if (finished) forget_job(&jobs[i]);
        }
    }
    fflush(stdout);
}

// ==== 6. What the shell does itself ====

static int complain(const char *who, const char *what, const char *why) {
    fprintf(stderr, "sh: %s: %s%s%s\n", who, what, why[0] ? ": " : "", why);
    return 1;
}

static int run_list(struct item *item);

static int do_true(char **argv) {
    return (void)argv, 0;
}
static int do_false(char **argv) {
    return (void)argv, 1;
}

static int do_cd(char **argv) {
    struct variable *home = find_variable("HOME"), *old = find_variable("OLDPWD");
    const char *to = argv[1] != NULL ? argv[1] : home != NULL ? home->value : NULL;
    if (to == NULL) return complain("cd", "HOME not set", "");
    int back = strcmp(to, "-") == 0;
    if (back && old == NULL) return complain("cd", "OLDPWD not set", "");
    char before[4096], after[4096];
    if (back) to = copy_text(old->value, strlen(old->value));
    if (getcwd(before, sizeof before) == NULL) before[0] = '\0';
    if (chdir(to) < 0) return complain("cd", to, strerror(errno));
    if (back) puts(to);
    set_variable("OLDPWD", before);
    if (getcwd(after, sizeof after) != NULL) set_variable("PWD", after);
    return 0;
}

static int do_pwd(char **argv) {
    char path[4096];
    if (getcwd(path, sizeof path) == NULL) return complain(argv[0], strerror(errno), "");
    puts(path);
    return 0;
}

static int do_echo(char **argv) {
    int newline = 1;
    for (argv++; *argv != NULL && strcmp(*argv, "-n") == 0; argv++) newline = 0;
    if (*argv != NULL && (strcmp(*argv, "-e") == 0 || strcmp(*argv, "-E") == 0))
        return complain("echo", "not supported", *argv);
    for (; *argv != NULL; argv++) printf("%s%s", *argv, argv[1] != NULL ? " " : "");
    if (newline) putchar('\n');
    return 0;
}

static int do_exit(char **argv) {
    fflush(stdout);
    exit(argv[1] != NULL ? atoi(argv[1]) & 255 : last_status);
}

static int do_export(char **argv) {
    for (int i = 0; argv[1] == NULL && i < variable_count; i++) {
        if (variables[i].exported) printf("export %s='%s'\n", variables[i].name, variables[i].value);
    }
    for (argv++; *argv != NULL; argv++) {
        size_t length = name_length(*argv);
        if (length == 0 || ((*argv)[length] != '\0' && (*argv)[length] != '='))
            return complain("export", *argv, "not a name");
        char *name = copy_text(*argv, length);
        struct variable *variable = find_variable(name);
        if ((*argv)[length] == '=') variable = set_variable(name, *argv + length + 1);
        if (variable == NULL) variable = set_variable(name, "");
        variable->exported = 1;
    }
    return 0;
}

static int do_unset(char **argv) {
    for (argv++; *argv != NULL; argv++) unset_variable(*argv);
    return 0;
}

static int do_umask(char **argv) {
    if (argv[1] == NULL) {
        mode_t mask = umask(0);
        umask(mask);
        printf("%04o\n", (unsigned)mask);
        return 0;
    }
    char *end;
    long mask = strtol(argv[1], &end, 8);
    if (*end != '\0' || mask < 0 || mask > 0777) return complain("umask", argv[1], "not an octal number");
    umask((mode_t)mask);
    return 0;
}

static int do_jobs(char **argv) {
    (void)argv;
    show_jobs(0);
    return 0;
}

static int do_wait(char **argv) {
    if (argv[1] == NULL) {
        for (int i = 0; i < MAX_JOBS; i++) {
            if (jobs[i].number == 0) continue;
            collect(&jobs[i], 0);
            forget_job(&jobs[i]);
        }
        return 0;
    }
    int status = 0;
    for (argv++; *argv != NULL; argv++) {
        struct job *job = find_job(*argv);
        status = 127;
        if (job == NULL) {
            complain("wait", *argv, **argv == '%' ? "no such job" : "not a child of this shell");
            continue;
        }
        collect(job, 0);
        status = job->status;
        forget_job(job);
    }
    return status;
}

static const struct {
    const char *name;
    int number;
} signals[] = {
    {"HUP", SIGHUP},   {"INT", SIGINT},   {"QUIT", SIGQUIT}, {"ILL", SIGILL},   {"TRAP", SIGTRAP},
    {"ABRT", SIGABRT}, {"BUS", SIGBUS},   {"FPE", SIGFPE},   {"KILL", SIGKILL}, {"USR1", SIGUSR1},
    {"SEGV", SIGSEGV}, {"USR2", SIGUSR2}, {"PIPE", SIGPIPE}, {"ALRM", SIGALRM}, {"TERM", SIGTERM},
    {"CHLD", SIGCHLD}, {"CONT", SIGCONT}, {"STOP", SIGSTOP}, {"TSTP", SIGTSTP}, {"TTIN", SIGTTIN},
    {"TTOU", SIGTTOU},
};

static int signal_number(const char *text) {
    if (*text != '\0' && text[strspn(text, "0123456789")] == '\0') return atoi(text);
    if (strncmp(text, "SIG", 3) == 0) text += 3;
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
        if (strcmp(text, signals[i].name) == 0) return signals[i].number;
    }
    return -1;
}

static int do_kill(char **argv) {
    int sig = SIGTERM, status = 0;
    if (argv[1] != NULL && strcmp(argv[1], "-s") == 0 && argv[2] != NULL) {
        sig = signal_number(argv[2]);
        argv += 2;
    } else if (argv[1] != NULL && argv[1][0] == '-' && argv[1][1] != '-') {
        sig = signal_number(argv[1] + 1);
        argv++;
    }
    if (sig < 0) return complain("kill", *argv, "invalid signal");
    if (argv[1] != NULL && strcmp(argv[1], "--") == 0) argv++;
    if (argv[1] == NULL) return complain("kill", "usage", "kill [-SIGNAL] PID|%JOB...") + 1;
    for (argv++; *argv != NULL; argv++) {
        struct job *job = **argv == '%' ? find_job(*argv) : NULL;
        char *end = *argv;
        long pid = strtol(*argv, &end, 10);
        if (**argv == '%' && job == NULL) {
            status = complain("kill", *argv, "no such job");
        } else if (job != NULL) {
            for (int i = 0; i < job->count; i++) {
                if (!job->done[i] && kill(job->pids[i], sig) < 0)
                    status = complain("kill", *argv, strerror(errno));
            }
        } else if (end == *argv || *end != '\0') {
            status = complain("kill", *argv, "arguments must be process or job IDs");
        } else if (kill((pid_t)pid, sig) < 0) {
            status = complain("kill", *argv, strerror(errno));
        }
    }
    return status;
}

// read [-r] [NAME]...: one line, byte by byte, so that nothing is taken from the commands that read after us.
static int do_read(char **argv) {
    int raw = argv[1] != NULL && strcmp(argv[1], "-r") == 0, ended = 0;
    argv += 1 + raw;
    size_t length = 0, room = 64;
    char *line = allocate(room), c;
    for (;;) {
        ssize_t got = read(STDIN_FILENO, &c, 1);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) ended = 1;
        if (got <= 0 || c == '\n') break;
        if (c == '\\' && !raw) {
            if (read(STDIN_FILENO, &c, 1) != 1) break;
            if (c == '\n') continue;
        }
        if (length + 1 == room) line = memcpy(allocate(room * 2), line, length), room *= 2;
        line[length++] = c;
    }
    line[length] = '\0';
    const char *blanks = " \t";
    for (char *name; (name = *argv) != NULL; argv++) {
        line += strspn(line, blanks);
        size_t piece = argv[1] != NULL ? strcspn(line, blanks) : strlen(line);
        size_t kept = piece;
        while (kept > 0 && strchr(blanks, line[kept - 1]) != NULL) kept--;
        set_variable(name, copy_text(line, kept));
        line += piece;
    }
    return ended;
}

static const struct {
    const char *name;
    int (*run)(char **argv);
} builtins[] = {
    {":", do_true},    {"true", do_true}, {"false", do_false},   {"cd", do_cd},       {"pwd", do_pwd},
    {"echo", do_echo}, {"exit", do_exit}, {"export", do_export}, {"unset", do_unset}, {"umask", do_umask},
    {"jobs", do_jobs}, {"wait", do_wait}, {"kill", do_kill},     {"read", do_read},
};
static const char *const missing[] = {
    "trap",   "set",   "shift",    "eval",    ".",       "source",   "alias",   "unalias", "fg",
    "bg",     "test",  "[",        "printf",  "command", "type",     "times",   "ulimit",  "local",
    "return", "break", "continue", "getopts", "hash",    "readonly", "declare", "let"};

static int find_builtin(const char *name) {
    for (int i = 0; i < (int)(sizeof builtins / sizeof builtins[0]); i++) {
        if (strcmp(name, builtins[i].name) == 0) return i;
    }
    return -1;
}

// ==== 7. Running ====

static pid_t must_fork(void) {
    pid_t pid = fork();
    if (pid < 0) {
        fprintf(stderr, "sh: fork: %s\n", strerror(errno));
        exit(2);
    }
    if (pid == 0) {
        interactive = 0;
        for (int i = 0; i < MAX_JOBS; i++) jobs[i].number = 0;  // they are the children of our parent
        signal(SIGINT, SIG_DFL);
    }
    return pid;
}

// Replaces this process by the program; returns only the exit status of a failure.
static int execute(char **argv) {
    for (size_t i = 0; i < sizeof missing / sizeof missing[0]; i++) {
        if (strcmp(argv[0], missing[i]) == 0) return complain(argv[0], "not supported", "") + 1;
    }
    export_environment();
    execvp(argv[0], argv);
    int error = errno;
    if (error == ENOENT && strchr(argv[0], '/') == NULL) {
        complain(argv[0], "command not found", "");
    } else {
        complain(argv[0], strerror(error), "");
    }
    return error == ENOENT || error == ENOTDIR ? 127 : 126;
}

// Expands a simple command; returns its arguments and leaves the assignments before them in *assignments.
static char **expand_command(const struct command *command, struct word **assignments) {
    const struct word *word = command->words;
    *assignments = NULL;
    for (struct word **end = assignments; word != NULL && is_assignment(word->text); word = word->next) {
        size_t length = name_length(word->text) + 1;
        const char *value = expand_to_one(word->text + length);
        *end = allocate(sizeof **end);
        (*end)->text = strcat(memcpy(allocate(length + strlen(value) + 1), word->text, length), value);
        end = &(*end)->next;
    }
    out.count = 0;
    for (; word != NULL; word = word->next) {
        expand_word(word->text, 1);
        end_field();
    }
    char **argv = allocate(((size_t)out.count + 1) * sizeof *argv);
    memcpy(argv, out.fields, (size_t)out.count * sizeof *argv);
    out.count = 0;
    return argv;
}

static void assign(const struct word *assignment, int exported) {
    for (; assignment != NULL; assignment = assignment->next) {
        size_t length = name_length(assignment->text);
        struct variable *variable =
            set_variable(copy_text(assignment->text, length), assignment->text + length + 1);
        if (exported) variable->exported = 1;
    }
}

// What a child process does with its command. Never returns.
static void run_in_child(const struct command *command) {
    if (redirect(command->redirections, NULL) < 0) exit(1);
    if (command->kind != SIMPLE) exit(run_list(command->body));
    struct word *assignments;
    char **argv = expand_command(command, &assignments);
    assign(assignments, 1);
    if (argv[0] == NULL) exit(0);
    if (strcmp(argv[0], "exec") == 0 && argv[1] != NULL) argv++;
    int builtin = find_builtin(argv[0]);
    exit(builtin >= 0 ? builtins[builtin].run(argv) : execute(argv));
}

static int run_external(const struct command *command) {
    pid_t pid = must_fork();
    if (pid == 0) run_in_child(command);
    return wait_for(pid);
}

// Runs a command that is not part of a pipeline: what the shell does itself needs no process of its own.
static int run_command(const struct command *command) {
    if (command->kind == SUBSHELL) return run_external(command);
    struct saved_fd *saved = NULL;
    int status;
    if (command->kind == GROUP) {
        status = redirect(command->redirections, &saved) < 0 ? 1 : run_list(command->body);
        restore(saved);
        return status;
    }
    struct word *assignments;
    char **argv = expand_command(command, &assignments);
    int execs = argv[0] != NULL && strcmp(argv[0], "exec") == 0;
    int builtin = argv[0] != NULL ? find_builtin(argv[0]) : -1;
    if (argv[0] != NULL && !execs && builtin < 0) return run_external(command);

    // Before a builtin, an assignment holds for that command only.
    struct variable before[16];
    int count = 0;
    for (struct word *word = assignments; word != NULL && builtin >= 0 && count < 16;
         word = word->next, count++) {
        before[count].name = copy_text(word->text, name_length(word->text));
        struct variable *old = find_variable(before[count].name);
        before[count].value = old != NULL ? copy_text(old->value, strlen(old->value)) : NULL;
        before[count].exported = old != NULL && old->exported;
    }
    assign(assignments, execs);
    status = redirect(command->redirections, execs ? NULL : &saved) < 0 ? 1 : 0;
    if (status == 0 && execs && argv[1] != NULL) exit(execute(argv + 1));
    if (status == 0 && builtin >= 0) status = builtins[builtin].run(argv);
    fflush(stdout);
    restore(saved);
    while (count-- > 0) {
        unset_variable(before[count].name);
        if (before[count].value != NULL)
            set_variable(before[count].name, before[count].value)->exported = before[count].exported;
    }
    return status;
}

// Starts every command of a pipeline as a child, each writing into a pipe that the next one reads. Returns
// how many.
static int start_pipeline(const struct command *command, int background, pid_t *pids) {
    int count = 0, input = -1;
    for (; command != NULL; command = command->next) {
        int ends[2] = {-1, -1};
        if (count == MAX_STAGES || (command->next != NULL && pipe(ends) < 0)) {
            fprintf(stderr, "sh: pipe: %s\n", count == MAX_STAGES ? "too many commands" : strerror(errno));
            exit(2);
        }
        pids[count] = must_fork();
        if (pids[count] == 0) {
            if (background) {
                // POSIX: a command in the background ignores ^C and, unless redirected, reads nothing
                signal(SIGINT, SIG_IGN);
                signal(SIGQUIT, SIG_IGN);
                if (input < 0) input = open("/dev/null", O_RDONLY);
            }
            if (input > 0) {
                dup2(input, STDIN_FILENO);
                close(input);
            }
            if (ends[1] >= 0) {
                close(ends[0]);
                dup2(ends[1], STDOUT_FILENO);
                close(ends[1]);
            }
            run_in_child(command);
        }
        count++;
        // A write end that stayed open here would keep the reader from ever seeing the end of its input.
        if (input >= 0) close(input);
        if (ends[1] >= 0) close(ends[1]);
        input = ends[0];
    }
    return count;
}

static int run_pipeline(const struct pipeline *pipeline) {
    int status = 0;
    if (pipeline->first->next == NULL) {
        status = run_command(pipeline->first);
    } else {
        pid_t pids[MAX_STAGES];
        int count = start_pipeline(pipeline->first, 0, pids);
        for (int i = 0; i < count; i++) status = wait_for(pids[i]);
    }
    return last_status = pipeline->negated ? status == 0 : status;
}

static int run_and_or(const struct pipeline *pipeline) {
    int status = run_pipeline(pipeline);
    for (; pipeline->next != NULL; pipeline = pipeline->next) {
        if ((status == 0) == (pipeline->connector == '&')) status = run_pipeline(pipeline->next);
    }
    return status;
}

static void start_background(struct item *item) {
    pid_t pids[MAX_STAGES];
    int count;
    if (item->first->next == NULL && !item->first->negated) {
        count = start_pipeline(item->first->first, 1, pids);
    } else {
        // An and-or list needs a shell of its own to wait between its parts.
        struct item *body = memcpy(allocate(sizeof *body), item, sizeof *body);
        struct command *subshell = allocate(sizeof *subshell);
        body->background = 0;
        body->next = NULL;
        subshell->kind = SUBSHELL;
        subshell->body = body;
        count = start_pipeline(subshell, 1, pids);
    }
    last_pid = pids[count - 1];
    struct job *job = add_job(pids, count, item->text);
    if (interactive && job != NULL) fprintf(stderr, "[%d] %ld\n", job->number, (long)last_pid);
}

static int run_list(struct item *item) {
    for (; item != NULL; item = item->next) {
        if (item->background) {
            start_background(item);
            last_status = 0;
        } else {
            run_and_or(item->first);
        }
    }
    return last_status;
}

// ==== 8. Where lines come from ====

static const char *script;  // the rest of the -c argument
static int script_fd = -1;  // or the file that is read

// Appends one line to *text. Reads byte by byte: what follows the line belongs to the commands in it. 0 at
// the end.
static int read_line(char **text, size_t *length, size_t *room) {
    char c = '\0';
    size_t start = *length;
    while (c != '\n') {
        if (script_fd < 0) {
            if (*script == '\0') break;
            c = *script++;
        } else {
            ssize_t got = read(script_fd, &c, 1);
            if (got < 0 && errno == EINTR) continue;
            if (got <= 0) break;
        }
        if (*length + 2 > *room) *text = must(realloc(*text, *room = *room * 2 + 64));
        (*text)[(*length)++] = c;
        (*text)[*length] = '\0';
    }
    return *length > start;
}

// Reads and runs line after line; a command that is not complete goes on in the next line.
static int run_all(void) {
    char *text = NULL;
    size_t length = 0, room = 0;
    for (;;) {
        if (interactive && length == 0) show_jobs(1);
        if (interactive) fputs(length == 0 ? "$ " : "> ", stderr);
        int more = read_line(&text, &length, &room);
        if (length == 0) break;
        failure = NONE;
        depth = 0;
        source = text;
        token = NEWLINE;
        next_token();
        struct item *list = parse_list();
        if (failure == INCOMPLETE && more) continue;
        if (failure == INCOMPLETE) fprintf(stderr, "sh: syntax error: unexpected end of input\n");
        if (failure == NONE && token != NEWLINE && token != END)
            syntax_error("syntax error near ", token_start);
        if (failure == NONE) run_list(list);
        free_blocks();
        if (failure != NONE) {
            last_status = 2;
            if (!interactive) break;
        }
        length = 0;
    }
    free(text);
    return last_status;
}

int main(int argc, char *argv[]) {
    shell_pid = getpid();
    parameters = argv;
    parameter_count = 1;
    import_environment();
    if (argc > 1 && strcmp(argv[1], "-c") == 0) {
        if (argc < 3) return complain("-c", "needs a line", "") + 1;
        script = argv[2];
        if (argc > 3) {
            parameters = argv + 3;
            parameter_count = argc - 3;
        }
    } else if (argc > 1) {
        int fd = open(argv[1], O_RDONLY);
        if (fd < 0) return complain(argv[1], strerror(errno), "") + 126;
        script_fd = fcntl(fd, F_DUPFD_CLOEXEC, SAVED_FD);
        close(fd);
        parameters = argv + 1;
        parameter_count = argc - 1;
    } else {
        script_fd = STDIN_FILENO;
        interactive = isatty(STDIN_FILENO);
        if (interactive) signal(SIGINT, SIG_IGN);
    }
    return run_all();
}
