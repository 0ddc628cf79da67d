// What the bus itself can be asked ("Message Bus Messages"): one row per method.
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "broker.h"

struct method {
    struct dbus_member member;
    const char *interface;
    void (*answer)(struct client *from, const struct dbus_message *call);
};

// ==== org.freedesktop.DBus ====

static void hello(struct client *from, const struct dbus_message *call) {
    static unsigned next;
    if (from->name[0] != '\0') {
        reply_error(from, call, DBUS_FAILURE("Failed"), "There was a Hello already");
        return;
    }
    snprintf(from->name, sizeof from->name, ":1.%u", next++);
    reply(from, call, "s", from->name);
    announce(from->name, NULL, from);
}

// The name that a call is about; NULL, and an error is sent, where nobody can own it.
static const char *name_to_own(struct client *from, const struct dbus_message *call) {
    const char *name = "";
    struct dbus_reader body = dbus_body(call);
    dbus_get_string(&body, &name);
    if (dbus_is_bus_name(name) && name[0] != ':' && strcmp(name, BUS_NAME) != 0) return name;
    reply_error(from, call, DBUS_FAILURE("InvalidArgs"), "Nobody can own that name");
    return NULL;
}

static void request(struct client *from, const struct dbus_message *call) {
    const char *name = name_to_own(from, call);
    uint32_t flags;
    if (name == NULL || !dbus_read(call, "su", &name, &flags)) return;
    if (from->name_count >= MOST_NAMES)
        reply_error(from, call, DBUS_FAILURE("LimitsExceeded"), "Too many names");
    else
        reply(from, call, "u", request_name(from, name, flags));
}

static void release(struct client *from, const struct dbus_message *call) {
    const char *name = name_to_own(from, call);
    if (name != NULL) reply(from, call, "u", release_name(from, name));
}

static void refuse_name(struct client *from, const struct dbus_message *call) {
    reply_error(from, call, DBUS_FAILURE("NameHasNoOwner"), "Nobody has that name");
}

static const char *argument(const struct dbus_message *call) {
    const char *text = "";
    struct dbus_reader body = dbus_body(call);
    dbus_get_string(&body, &text);
    return text;
}

static bool is_bus(const char *name) {
    return strcmp(name, BUS_NAME) == 0;
}

static void get_owner(struct client *from, const struct dbus_message *call) {
    const char *name = argument(call);
    struct client *owner = owner_of(name);
    if (is_bus(name))
        reply(from, call, "s", BUS_NAME);
    else if (owner != NULL)
        reply(from, call, "s", owner->name);
    else
        refuse_name(from, call);
}

static void has_owner(struct client *from, const struct dbus_message *call) {
    reply(from, call, "b", is_bus(argument(call)) || owner_of(argument(call)) != NULL);
}

static void list_names(struct client *from, const struct dbus_message *call) {
    struct dbus_writer body = {0};
    size_t array = dbus_begin_array(&body, 's');
    dbus_append(&body, "s", BUS_NAME);
    for (const struct name *name = names; name != NULL; name = name->next)
        dbus_append(&body, "s", name->text);
    for (const struct client *client = clients; client != NULL; client = client->next)
        if (client->name[0] != '\0' && !client->is_monitor) dbus_append(&body, "s", client->name);
    dbus_end_array(&body, array, 's');
    reply_body(from, call, "as", &body);
    free(body.bytes);
}

static void list_owners(struct client *from, const struct dbus_message *call) {
    struct name *name = find_name(argument(call));
    struct client *unique = argument(call)[0] == ':' ? owner_of(argument(call)) : NULL;
    if (is_bus(argument(call)) || unique != NULL) {
        reply(from, call, "as", 1, argument(call));
    } else if (name == NULL) {
        refuse_name(from, call);
    } else {
        struct dbus_writer body = {0};
        size_t array = dbus_begin_array(&body, 's');
        for (const struct owner *owner = name->first; owner != NULL; owner = owner->next)
            dbus_append(&body, "s", owner->client->name);
        dbus_end_array(&body, array, 's');
        reply_body(from, call, "as", &body);
        free(body.bytes);
    }
}

// Programs are not started here: only the bus itself could be.
static void list_activatable(struct client *from, const struct dbus_message *call) {
    reply(from, call, "as", 1, BUS_NAME);
}

static void start_service(struct client *from, const struct dbus_message *call) {
    enum { ALREADY_RUNNING = 2 };
    if (owner_of(argument(call)) != NULL)
        reply(from, call, "u", (uint32_t)ALREADY_RUNNING);
    else
        reply_error(from, call, DBUS_FAILURE("ServiceUnknown"), "No service can be started here");
}

static void get_user(struct client *from, const struct dbus_message *call) {
    struct client *owner = owner_of(argument(call));
    if (is_bus(argument(call)))
        reply(from, call, "u", (uint32_t)geteuid());
    else if (owner != NULL)
        reply(from, call, "u", (uint32_t)owner->user);
    else
        refuse_name(from, call);
}

static void get_process(struct client *from, const struct dbus_message *call) {
    struct client *owner = owner_of(argument(call));
    if (is_bus(argument(call)))
        reply(from, call, "u", (uint32_t)getpid());
    else if (owner != NULL)
        reply(from, call, "u", (uint32_t)owner->process);
    else
        refuse_name(from, call);
}

static void get_credentials(struct client *from, const struct dbus_message *call) {
    struct client *owner = owner_of(argument(call));
    bool bus = is_bus(argument(call));
    if (owner == NULL && !bus)
        refuse_name(from, call);
    else
        reply(from, call, "a{sv}", 2, "UnixUserID", "u", (uint32_t)(bus ? geteuid() : owner->user),
              "ProcessID", "u", (uint32_t)(bus ? getpid() : owner->process));
}

static void add_match(struct client *from, const struct dbus_message *call) {
    if (from->rule_count >= MOST_RULES) {
        reply_error(from, call, DBUS_FAILURE("LimitsExceeded"), "Too many match rules");
        return;
    }
    struct rule *rule = parse_rule(argument(call));
    if (rule == NULL) {
        reply_error(from, call, DBUS_FAILURE("MatchRuleInvalid"), "That is not a match rule");
        return;
    }
    if (is_eavesdropping(rule)) {
        reply_error(from, call, DBUS_FAILURE("AccessDenied"), "Only monitors may see what is for others");
        free_rule(rule);
        return;
    }
    add_rule(from, rule);
    reply(from, call, "");
}

static void remove_match(struct client *from, const struct dbus_message *call) {
    struct rule *rule = parse_rule(argument(call));
    if (rule == NULL)
        reply_error(from, call, DBUS_FAILURE("MatchRuleInvalid"), "That is not a match rule");
    else if (remove_rule(from, rule))
        reply(from, call, "");
    else
        reply_error(from, call, DBUS_FAILURE("MatchRuleNotFound"), "There is no such match rule");
    if (rule != NULL) free_rule(rule);
}

static void get_id(struct client *from, const struct dbus_message *call) {
    reply(from, call, "s", bus_id);
}

// ==== org.freedesktop.DBus.Monitoring ====

static void become_monitor(struct client *from, const struct dbus_message *call) {
    struct dbus_reader body = dbus_body(call);
    struct client rules = {0};  // put together first, so that a mistake changes nothing
    size_t end = 0;
    bool is_good = dbus_get_array(&body, 's', &end);
    bool is_everything = body.at == end;
    while (is_good && body.at < end) {
        const char *text;
        struct rule *rule = dbus_get_string(&body, &text) ? parse_rule(text) : NULL;
        is_good = rule != NULL && rules.rule_count < MOST_RULES;
        if (rule != NULL) add_rule(&rules, rule);
    }
    if (!is_good) {
        reply_error(from, call, DBUS_FAILURE("MatchRuleInvalid"), "That is not a match rule");
        remove_all_rules(&rules);
        return;
    }
    if (is_everything) add_rule(&rules, parse_rule(""));  // everything
    reply(from, call, "");
    release_all_names(from);
    forget_calls(from);
    remove_all_rules(from);
    from->rules = rules.rules;
    from->rule_count = rules.rule_count;
    from->is_monitor = true;
}

// ==== org.freedesktop.DBus.Peer, Introspectable and Properties ====

static void ping(struct client *from, const struct dbus_message *call) {
    reply(from, call, "");
}

static void get_machine_id(struct client *from, const struct dbus_message *call) {
    char id[DBUS_ID];
    if (dbus_machine_id(id))
        reply(from, call, "s", id);
    else
        reply_error(from, call, DBUS_FAILURE("FileNotFound"), "This machine has no machine-id file");
}

// "Properties": that header fields which are not known are taken out is a feature, and what else the bus can do.
static bool append_property(struct dbus_writer *body, const char *name) {
    if (strcmp(name, "Features") == 0)
        dbus_append(body, "v", "as", 1, "HeaderFiltering");
    else if (strcmp(name, "Interfaces") == 0)
        dbus_append(body, "v", "as", 1, BUS_NAME ".Monitoring");
    else
        return false;
    return true;
}

static bool has_properties(struct client *from, const struct dbus_message *call, const char *interface) {
    if (*interface == '\0' || is_bus(interface)) return true;
    reply_error(from, call, DBUS_FAILURE("UnknownInterface"), "That interface has no properties");
    return false;
}

static void get_property(struct client *from, const struct dbus_message *call) {
    const char *interface = "", *name = "";
    struct dbus_writer body = {0};
    dbus_read(call, "ss", &interface, &name);
    if (!has_properties(from, call, interface)) return;
    if (append_property(&body, name))
        reply_body(from, call, "v", &body);
    else
        reply_error(from, call, DBUS_FAILURE("UnknownProperty"), "There is no such property");
    free(body.bytes);
}

static void get_all_properties(struct client *from, const struct dbus_message *call) {
    static const char *const properties[] = {"Features", "Interfaces"};
    if (!has_properties(from, call, argument(call))) return;
    struct dbus_writer body = {0};
    size_t array = dbus_begin_array(&body, '{');
    for (int i = 0; i < 2; i++) {
        dbus_append(&body, "(s)", properties[i]);
        append_property(&body, properties[i]);
    }
    dbus_end_array(&body, array, '{');
    reply_body(from, call, "a{sv}", &body);
    free(body.bytes);
}

static void set_property(struct client *from, const struct dbus_message *call) {
    reply_error(from, call, DBUS_FAILURE("PropertyReadOnly"), "No property can be set");
}

static void introspect(struct client *from, const struct dbus_message *call);

#define DBUS BUS_NAME
#define PROPERTIES BUS_NAME ".Properties"
static const struct method methods[] = {
    {{DBUS_METHOD, "Hello", "", "s", NULL, NULL}, DBUS, hello},
    {{DBUS_METHOD, "RequestName", "su", "u", NULL, NULL}, DBUS, request},
    {{DBUS_METHOD, "ReleaseName", "s", "u", NULL, NULL}, DBUS, release},
    {{DBUS_METHOD, "StartServiceByName", "su", "u", NULL, NULL}, DBUS, start_service},
    {{DBUS_METHOD, "NameHasOwner", "s", "b", NULL, NULL}, DBUS, has_owner},
    {{DBUS_METHOD, "ListNames", "", "as", NULL, NULL}, DBUS, list_names},
    {{DBUS_METHOD, "ListActivatableNames", "", "as", NULL, NULL}, DBUS, list_activatable},
    {{DBUS_METHOD, "AddMatch", "s", "", NULL, NULL}, DBUS, add_match},
    {{DBUS_METHOD, "RemoveMatch", "s", "", NULL, NULL}, DBUS, remove_match},
    {{DBUS_METHOD, "GetNameOwner", "s", "s", NULL, NULL}, DBUS, get_owner},
    {{DBUS_METHOD, "ListQueuedOwners", "s", "as", NULL, NULL}, DBUS, list_owners},
    {{DBUS_METHOD, "GetConnectionUnixUser", "s", "u", NULL, NULL}, DBUS, get_user},
    {{DBUS_METHOD, "GetConnectionUnixProcessID", "s", "u", NULL, NULL}, DBUS, get_process},
    {{DBUS_METHOD, "GetConnectionCredentials", "s", "a{sv}", NULL, NULL}, DBUS, get_credentials},
    {{DBUS_METHOD, "GetId", "", "s", NULL, NULL}, DBUS, get_id},
    {{DBUS_EVENT, "NameOwnerChanged", NULL, "sss", NULL, NULL}, DBUS, NULL},
    {{DBUS_EVENT, "NameLost", NULL, "s", NULL, NULL}, DBUS, NULL},
    {{DBUS_EVENT, "NameAcquired", NULL, "s", NULL, NULL}, DBUS, NULL},
    {{DBUS_PROPERTY, "Features", NULL, "as", NULL, NULL}, DBUS, NULL},
    {{DBUS_PROPERTY, "Interfaces", NULL, "as", NULL, NULL}, DBUS, NULL},
    {{DBUS_METHOD, "Get", "ss", "v", NULL, NULL}, PROPERTIES, get_property},
    {{DBUS_METHOD, "GetAll", "s", "a{sv}", NULL, NULL}, PROPERTIES, get_all_properties},
    {{DBUS_METHOD, "Set", "ssv", "", NULL, NULL}, PROPERTIES, set_property},
    {{DBUS_METHOD, "Introspect", "", "s", NULL, NULL}, BUS_NAME ".Introspectable", introspect},
    {{DBUS_METHOD, "BecomeMonitor", "asu", "", NULL, NULL}, BUS_NAME ".Monitoring", become_monitor},
    {{DBUS_METHOD, "GetMachineId", "", "s", NULL, NULL}, BUS_NAME ".Peer", get_machine_id},
    {{DBUS_METHOD, "Ping", "", "", NULL, NULL}, BUS_NAME ".Peer", ping},
};
enum { METHODS = sizeof methods / sizeof methods[0] };

// The way down from the root to the bus's object, and that object.
static void introspect(struct client *from, const struct dbus_message *call) {
    char *text = NULL;
    size_t size = 0;
    FILE *xml = dbus_must(open_memstream(&text, &size));
    fputs(dbus_introspection_head, xml);
    if (strcmp(call->path, "/") == 0) {
        fputs(" <node name=\"org/freedesktop/DBus\"/>\n", xml);
    } else {
        for (int i = 0; i < METHODS; i++) {
            const char *before = i > 0 ? methods[i - 1].interface : "", *interface = methods[i].interface;
            if (strcmp(before, interface) != 0)
                fprintf(xml, "%s <interface name=\"%s\">\n", i > 0 ? " </interface>\n" : "", interface);
            dbus_describe(xml, &methods[i].member);
        }
        fputs(" </interface>\n", xml);
    }
    fputs("</node>\n", xml);
    fclose(xml);
    reply(from, call, "s", text);
    free(text);
}

void call_bus(struct client *from, const struct dbus_message *call) {
    bool knows_interface = call->interface == NULL;
    for (int i = 0; i < METHODS; i++) {
        const struct method *method = &methods[i];
        if (call->interface != NULL && strcmp(call->interface, method->interface) != 0) continue;
        knows_interface = true;
        if (method->answer == NULL || strcmp(call->member, method->member.name) != 0) continue;
        if (strcmp(call->signature, method->member.in) == 0)
            method->answer(from, call);
        else
            reply_error(from, call, DBUS_FAILURE("InvalidArgs"), "The arguments have other types");
        return;
    }
    reply_error(from, call,
                knows_interface ? DBUS_FAILURE("UnknownMethod") : DBUS_FAILURE("UnknownInterface"),
                "The bus has no such method");
}
