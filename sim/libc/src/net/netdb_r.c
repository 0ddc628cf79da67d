// Services, protocols and hosts into memory of the caller's (getservent_r(3), getprotoent_r(3), gethostbyname(3)). Names and
// aliases of services and protocols are constant here; the buffer must have room for them all the same.
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>

enum { ROOM = 64 };

static int give_service(const struct servent* from, struct servent* entry, size_t bytes, struct servent** result) {
    *result = 0;
    if (!from) return 0;
    if (bytes < ROOM) return ERANGE;
    *entry = *from;
    *result = entry;
    return 0;
}
int getservbyname_r(const char* name, const char* protocol, struct servent* entry, char* buffer, size_t bytes,
                    struct servent** result) {
    (void)buffer;
    return give_service(getservbyname(name, protocol), entry, bytes, result);
}
int getservbyport_r(int port, const char* protocol, struct servent* entry, char* buffer, size_t bytes,
                    struct servent** result) {
    (void)buffer;
    return give_service(getservbyport(port, protocol), entry, bytes, result);
}
int getservent_r(struct servent* entry, char* buffer, size_t bytes, struct servent** result) {
    (void)buffer;
    *result = 0;
    if (bytes < ROOM) return ERANGE;
    const struct servent* next = getservent();
    return next ? give_service(next, entry, bytes, result) : ENOENT;
}

static int give_protocol(const struct protoent* from, struct protoent* entry, size_t bytes,
                         struct protoent** result) {
    *result = 0;
    if (!from) return 0;
    if (bytes < ROOM) return ERANGE;
    *entry = *from;
    *result = entry;
    return 0;
}
int getprotobyname_r(const char* name, struct protoent* entry, char* buffer, size_t bytes,
                     struct protoent** result) {
    (void)buffer;
    return give_protocol(getprotobyname(name), entry, bytes, result);
}
int getprotobynumber_r(int number, struct protoent* entry, char* buffer, size_t bytes, struct protoent** result) {
    (void)buffer;
    return give_protocol(getprotobynumber(number), entry, bytes, result);
}
int getprotoent_r(struct protoent* entry, char* buffer, size_t bytes, struct protoent** result) {
    (void)buffer;
    *result = 0;
    if (bytes < ROOM) return ERANGE;
    const struct protoent* next = getprotoent();
    return next ? give_protocol(next, entry, bytes, result) : ENOENT;
}

/// The name, the list of addresses and the addresses go to the buffer.
static int give_host(const struct hostent* from, struct hostent* entry, char* buffer, size_t bytes,
                     struct hostent** result, int* error) {
    *result = 0;
    if (!from) {
        *error = h_errno;
        return 0;
    }
    size_t count = 0, name_bytes = strlen(from->h_name) + 1;
    while (from->h_addr_list[count]) count++;
    size_t pad = -(size_t)buffer & 7, lists = (count + 2) * sizeof(char*);
    if (bytes < pad + lists + 4 * count + name_bytes) return ERANGE;
    char** list = (char**)(buffer + pad);
    char* to = buffer + pad + lists;
    *entry = *from;
    entry->h_addr_list = list;
    for (size_t i = 0; i < count; i++, to += 4) list[i] = memcpy(to, from->h_addr_list[i], 4);
    list[count] = list[count + 1] = 0;
    entry->h_aliases = list + count + 1;
    entry->h_name = strcpy(to, from->h_name);
    *result = entry;
    return 0;
}
int gethostbyname_r(const char* name, struct hostent* entry, char* buffer, size_t bytes, struct hostent** result,
                    int* error) {
    return give_host(gethostbyname(name), entry, buffer, bytes, result, error);
}
int gethostbyaddr_r(const void* address, socklen_t length, int family, struct hostent* entry, char* buffer,
                    size_t bytes, struct hostent** result, int* error) {
    return give_host(gethostbyaddr(address, length, family), entry, buffer, bytes, result, error);
}
