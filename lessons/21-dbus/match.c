// Match rules ("Match Rules"): type='signal',member='DiskAdded',arg0='...'. What a rule doesn't mention may be anything.
#include <stdlib.h>
#include <string.h>

#include "broker.h"

enum key {
    TYPE,
    SENDER,
    INTERFACE,
    MEMBER,
    PATH,
    PATH_NAMESPACE,
    DESTINATION,
    ARG,
    ARG_PATH,
    ARG0_NAMESPACE,
    EAVESDROP
};
enum { ARGUMENTS = 64 };

struct term {
    enum key key;
    int argument;  // which, for ARG and ARG_PATH
    char *value;
    struct term *next;
};

struct rule {
    struct term *first;
    struct rule *next;
};

// ==== Reading a rule ====

static bool parse_key(const char *text, size_t length, struct term *term) {
    static const struct {
        const char *name;
        enum key key;
    } keys[] = {{"type", TYPE},
                {"sender", SENDER},
                {"interface", INTERFACE},
                {"member", MEMBER},
                {"path", PATH},
                {"path_namespace", PATH_NAMESPACE},
                {"destination", DESTINATION},
                {"arg0namespace", ARG0_NAMESPACE},
                {"eavesdrop", EAVESDROP}};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        if (strlen(keys[i].name) != length || strncmp(text, keys[i].name, length) != 0) continue;
        term->key = keys[i].key;
        return true;
    }
    if (length < 4 || strncmp(text, "arg", 3) != 0) return false;
    size_t digits = strspn(text + 3, "0123456789");
    if (digits < 1 || digits > 2) return false;
    term->argument = atoi(text + 3);
    term->key = length == 3 + digits ? ARG : ARG_PATH;
    return term->argument < ARGUMENTS &&
           (term->key == ARG || (length == 7 + digits && strncmp(text + 3 + digits, "path", 4) == 0));
}

// A value may be quoted in part: between apostrophes everything stands for itself; outside, \' is an apostrophe.
static const char *parse_value(const char *text, char *value) {
    bool is_quoted = false;
    for (; *text != '\0' && (is_quoted || *text != ','); text++) {
        if (*text == '\'') {
            is_quoted = !is_quoted;
        } else {
            if (!is_quoted && text[0] == '\\' && text[1] == '\'') text++;
            *value++ = *text;
        }
    }
    *value = '\0';
    return is_quoted ? NULL : text;
}

static int type_of(const char *value) {
    static const char *const types[] = {"method_call", "method_return", "error", "signal"};
    for (int i = 0; i < 4; i++)
        if (strcmp(value, types[i]) == 0) return i + 1;
    return 0;
}

static bool is_namespace(const char *value) {
    char with_dot[MOST_RULE + 3];
    sprintf(with_dot, "%s.x", value);  // one element is enough
    return value[0] != ':' && dbus_is_bus_name(with_dot);
}

static bool is_value(enum key key, const char *value) {
    switch (key) {
        case TYPE: return type_of(value) != 0;
        case SENDER:
        case DESTINATION: return dbus_is_bus_name(value);
        case INTERFACE: return dbus_is_interface(value);
        case MEMBER: return dbus_is_member(value);
        case PATH:
        case PATH_NAMESPACE: return dbus_is_path(value);
        case ARG0_NAMESPACE: return is_namespace(value);
        case ARG:
        case ARG_PATH: return true;
        case EAVESDROP: return strcmp(value, "true") == 0 || strcmp(value, "false") == 0;
    }
    return false;
}

static const struct term *find_term(const struct rule *rule, enum key key, int argument) {
    const struct term *term = rule->first;
    while (term != NULL && (term->key != key || term->argument != argument)) term = term->next;
    return term;
}

static bool parse_terms(struct rule *rule, const char *text) {
    while (*text != '\0') {
        char value[MOST_RULE + 1];
        struct term found = {0};
        text += strspn(text, " \t\r\n");
        size_t length = strcspn(text, "=");
        if (text[length] != '=' || !parse_key(text, length, &found)) return false;
        text = parse_value(text + length + 1, value);
        if (text == NULL || !is_value(found.key, value) || find_term(rule, found.key, found.argument) != NULL)
            return false;
        struct term *term = dbus_must(malloc(sizeof *term));
        *term = found;
        term->value = dbus_must(strdup(value));
        term->next = rule->first;
        rule->first = term;
        if (*text == ',') text++;
    }
    return find_term(rule, PATH, 0) == NULL || find_term(rule, PATH_NAMESPACE, 0) == NULL;
}

struct rule *parse_rule(const char *text) {
    if (strlen(text) > MOST_RULE) return NULL;
    struct rule *rule = dbus_must(calloc(1, sizeof *rule));
    if (parse_terms(rule, text)) return rule;
    free_rule(rule);
    return NULL;
}

void free_rule(struct rule *rule) {
    while (rule->first != NULL) {
        struct term *term = rule->first;
        rule->first = term->next;
        free(term->value);
        free(term);
    }
    free(rule);
}

bool is_eavesdropping(const struct rule *rule) {
    const struct term *term = find_term(rule, EAVESDROP, 0);
    return term != NULL && strcmp(term->value, "true") == 0;
}

// ==== A client's rules ====

void add_rule(struct client *client, struct rule *rule) {
    rule->next = client->rules;
    client->rules = rule;
    client->rule_count++;
}

static bool is_part_of(const struct rule *part, const struct rule *whole) {
    for (const struct term *term = part->first; term != NULL; term = term->next) {
        const struct term *other = find_term(whole, term->key, term->argument);
        if (other == NULL || strcmp(term->value, other->value) != 0) return false;
    }
    return true;
}

bool remove_rule(struct client *client, const struct rule *equal) {
    for (struct rule **place = &client->rules; *place != NULL; place = &(*place)->next) {
        struct rule *rule = *place;
        if (!is_part_of(rule, equal) || !is_part_of(equal, rule)) continue;
        *place = rule->next;
        client->rule_count--;
        free_rule(rule);
        return true;
    }
    return false;
}

void remove_all_rules(struct client *client) {
    while (client->rules != NULL) remove_rule(client, client->rules);
}

// ==== Matching ====

static bool is_equal(const char *text, const char *value) {
    return text != NULL && strcmp(text, value) == 0;
}

static bool is_below(const char *text, const char *value, char separator) {
    size_t length = strlen(value);
    return text != NULL && strncmp(text, value, length) == 0 &&
           (text[length] == '\0' || text[length] == separator);
}

// Argument `number` where it is a string, or also a path where `with_paths`; else NULL.
static const char *argument_of(const struct dbus_message *message, int number, bool with_paths) {
    struct dbus_reader reader = dbus_body(message);
    const char *type = message->signature, *text;
    for (; *type != '\0' && number > 0; number--, type = dbus_type_end(type)) dbus_skip(&reader, type);
    if (*type != 's' && !(with_paths && *type == 'o')) return NULL;
    return dbus_get_string(&reader, &text) ? text : NULL;
}

// argNpath: equal, or one ends in '/' and the other lies below it.
static bool is_path_match(const char *text, const char *value) {
    if (text == NULL) return false;
    size_t length = strlen(text), value_length = strlen(value);
    if (strcmp(text, value) == 0) return true;
    return (value_length > 0 && value[value_length - 1] == '/' && strncmp(text, value, value_length) == 0) ||
           (length > 0 && text[length - 1] == '/' && strncmp(value, text, length) == 0);
}

// A rule names a sender by any of his names; messages carry the unique one.
static bool is_sent_by(const struct client *from, const char *name) {
    if (from == NULL) return strcmp(name, BUS_NAME) == 0;
    return strcmp(name, from->name) == 0 || owner_of(name) == from;
}

static bool is_sent_to(const struct dbus_message *message, const char *name) {
    if (message->destination == NULL) return false;
    if (strcmp(message->destination, name) == 0) return true;
    struct client *owner = owner_of(name);
    return owner != NULL && owner == owner_of(message->destination);
}

static bool holds(const struct term *term, const struct client *from, const struct dbus_message *message) {
    switch (term->key) {
        case TYPE: return message->type == type_of(term->value);
        case SENDER: return is_sent_by(from, term->value);
        case INTERFACE: return is_equal(message->interface, term->value);
        case MEMBER: return is_equal(message->member, term->value);
        case PATH: return is_equal(message->path, term->value);
        case PATH_NAMESPACE:
            return message->path != NULL &&
                   (term->value[1] == '\0' || is_below(message->path, term->value, '/'));
        case DESTINATION: return is_sent_to(message, term->value);
        case ARG: return is_equal(argument_of(message, term->argument, false), term->value);
        case ARG_PATH: return is_path_match(argument_of(message, term->argument, true), term->value);
        case ARG0_NAMESPACE: return is_below(argument_of(message, 0, false), term->value, '.');
        case EAVESDROP: return true;
    }
    return false;
}

bool has_match(const struct client *client, const struct client *from, const struct dbus_message *message) {
    for (const struct rule *rule = client->rules; rule != NULL; rule = rule->next) {
        const struct term *term = rule->first;
        while (term != NULL && holds(term, from, message)) term = term->next;
        if (term == NULL) return true;
    }
    return false;
}
