// "Introspection Data Format": what an object has, as XML.
#include "dbus.h"

const char dbus_introspection_head[] =
    "<!DOCTYPE node PUBLIC \"-//freedesktop//DTD D-BUS Object Introspection 1.0//EN\"\n"
    "\"http://www.freedesktop.org/standards/dbus/1.0/introspect.dtd\">\n<node>\n";

static void describe_arguments(FILE *xml, const char *signature, const char *direction) {
    for (const char *type = signature; type != NULL && *type != '\0'; type = dbus_type_end(type))
        fprintf(xml, "   <arg type=\"%.*s\"%s/>\n", (int)(dbus_type_end(type) - type), type, direction);
}

void dbus_describe(FILE *xml, const struct dbus_member *member) {
    const char *kind = member->kind == DBUS_METHOD ? "method" : "signal";
    if (member->kind == DBUS_PROPERTY) {
        fprintf(xml, "  <property name=\"%s\" type=\"%s\" access=\"read\">\n", member->name, member->out);
        // Nobody is told when it changes.
        fprintf(
            xml,
            "   <annotation name=\"org.freedesktop.DBus.Property.EmitsChangedSignal\" value=\"false\"/>\n");
        fprintf(xml, "  </property>\n");
        return;
    }
    fprintf(xml, "  <%s name=\"%s\">\n", kind, member->name);
    describe_arguments(xml, member->in, " direction=\"in\"");
    describe_arguments(xml, member->out, member->kind == DBUS_METHOD ? " direction=\"out\"" : "");
    fprintf(xml, "  </%s>\n", kind);
}
