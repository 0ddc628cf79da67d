// An object that others call: its methods, and what D-Bus expects of any ("Standard Interfaces").
#include <stdlib.h>
#include <string.h>

#include "dbus.h"

static bool is_named(const char *text, const char *name) {
    return text != NULL && strcmp(text, name) == 0;
}

static const struct dbus_member *find(const struct dbus_object *object, int kind, const char *name) {
    for (const struct dbus_member *member = object->members; member->name != NULL; member++)
        if ((int)member->kind == kind && strcmp(member->name, name) == 0) return member;
    return NULL;
}

// ==== org.freedesktop.DBus.Introspectable ====

// The object itself, or a node above it, which has nothing but the way down to it.
static void introspect(struct dbus *bus, const struct dbus_object *object, const struct dbus_message *call) {
    char *text = NULL;
    size_t size = 0, length = strlen(call->path);
    FILE *xml = dbus_must(open_memstream(&text, &size));
    fputs(dbus_introspection_head, xml);
    if (strcmp(call->path, object->path) == 0) {
        fprintf(xml, " <interface name=\"%s\">\n", object->interface);
        for (const struct dbus_member *member = object->members; member->name != NULL; member++)
            dbus_describe(xml, member);
        fprintf(xml, " </interface>\n");
    } else {
        const char *below = object->path + (length == 1 ? 1 : length + 1);
        fprintf(xml, " <node name=\"%.*s\"/>\n", (int)strcspn(below, "/"), below);
    }
    fputs("</node>\n", xml);
    fclose(xml);
    dbus_reply(bus, call, "s", text);
    free(text);
}

static bool is_above(const char *path, const struct dbus_object *object) {
    size_t length = strlen(path);
    return length == 1 || (strncmp(path, object->path, length) == 0 && object->path[length] == '/');
}

// ==== org.freedesktop.DBus.Properties ====

// Where somebody else than dbus_append() writes the body.
static void reply_with(struct dbus *bus, const struct dbus_message *call, const char *signature,
                       const struct dbus_writer *body) {
    struct dbus_message reply = {.type = DBUS_RETURN,
                                 .reply_serial = call->serial,
                                 .destination = call->sender,
                                 .signature = signature,
                                 .body = body->bytes,
                                 .body_size = (uint32_t)body->size};
    if (!(call->flags & DBUS_NO_REPLY_EXPECTED)) dbus_send(bus, &reply);
}

static void get_property(struct dbus *bus, const struct dbus_object *object,
                         const struct dbus_message *call) {
    const char *interface, *name;
    if (!dbus_read(call, "ss", &interface, &name)) {
        dbus_reply_error(bus, call, DBUS_FAILURE("InvalidArgs"), "Get wants an interface and a property");
        return;
    }
    const struct dbus_member *member = find(object, DBUS_PROPERTY, name);
    if (member == NULL || (*interface != '\0' && strcmp(interface, object->interface) != 0)) {
        dbus_reply_error(bus, call, DBUS_FAILURE("UnknownProperty"), "There is no such property");
        return;
    }
    struct dbus_writer body = {0};
    dbus_append(&body, "g", member->out);  // a variant: its type and the value
    member->property(&body);
    reply_with(bus, call, "v", &body);
    free(body.bytes);
}

static void get_all_properties(struct dbus *bus, const struct dbus_object *object,
                               const struct dbus_message *call) {
    const char *interface;
    if (!dbus_read(call, "s", &interface)) {
        dbus_reply_error(bus, call, DBUS_FAILURE("InvalidArgs"), "GetAll wants an interface");
        return;
    }
    struct dbus_writer body = {0};
    size_t array = dbus_begin_array(&body, '{');
    for (const struct dbus_member *member = object->members; member->name != NULL; member++) {
        if (member->kind != DBUS_PROPERTY ||
            (*interface != '\0' && strcmp(interface, object->interface) != 0))
            continue;
        dbus_append(&body, "(sg)", member->name, member->out);
        member->property(&body);
    }
    dbus_end_array(&body, array, '{');
    reply_with(bus, call, "a{sv}", &body);
    free(body.bytes);
}

static bool serve_standard(struct dbus *bus, const struct dbus_object *object,
                           const struct dbus_message *call) {
    if (is_named(call->interface, "org.freedesktop.DBus.Introspectable") &&
        is_named(call->member, "Introspect")) {
        introspect(bus, object, call);
        return true;
    }
    if (!is_named(call->interface, "org.freedesktop.DBus.Properties") ||
        strcmp(call->path, object->path) != 0)
        return false;
    if (is_named(call->member, "Get"))
        get_property(bus, object, call);
    else if (is_named(call->member, "GetAll"))
        get_all_properties(bus, object, call);
    else if (is_named(call->member, "Set"))
        dbus_reply_error(bus, call, DBUS_FAILURE("PropertyReadOnly"), "No property can be set");
    else
        return false;
    return true;
}

bool dbus_serve(struct dbus *bus, const struct dbus_object *object, const struct dbus_message *call) {
    if (call->type != DBUS_CALL) return false;
    bool is_here = strcmp(call->path, object->path) == 0;
    if (!is_here && !is_above(call->path, object)) {
        dbus_reply_error(bus, call, DBUS_FAILURE("UnknownObject"), "There is no such object");
        return true;
    }
    if (serve_standard(bus, object, call)) return true;
    // A call may leave the interface out.
    bool is_ours = is_here && (call->interface == NULL || is_named(call->interface, object->interface));
    const struct dbus_member *member = is_ours ? find(object, DBUS_METHOD, call->member) : NULL;
    if (member == NULL)
        dbus_reply_error(bus, call, DBUS_FAILURE("UnknownMethod"), "There is no such method");
    else if (strcmp(call->signature, member->in) != 0)
        dbus_reply_error(bus, call, DBUS_FAILURE("InvalidArgs"), "The arguments have other types");
    else
        member->method(bus, call);
    return true;
}
