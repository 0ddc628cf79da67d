// getaddrinfo(3) and getnameinfo(3) over /etc/hosts and the table of services.
#include <arpa/inet.h>
#include <bits/hosts.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct entry {
    struct addrinfo info;
    struct sockaddr_storage address;
};

static const struct {
    int type, protocol;
    const char* name;
} kinds[] = {{SOCK_STREAM, IPPROTO_TCP, "tcp"}, {SOCK_DGRAM, IPPROTO_UDP, "udp"}, {SOCK_RAW, 0, 0}};

static int port_of(const char* service, const struct addrinfo* hints, int kind, int* port) {
    char* end;
    *port = 0;
    if (!service) return 0;
    long number = strtol(service, &end, 10);
    if (*service && *end == 0) {
        *port = htons((uint16_t)number);
        return 0;
    }
    struct servent* known = kinds[kind].name ? getservbyname(service, kinds[kind].name) : 0;
    if (hints->ai_flags & AI_NUMERICSERV) return EAI_NONAME;
    if (!known) return EAI_SERVICE;
    *port = known->s_port;
    return 0;
}

static struct entry* make(const struct addrinfo* hints, int kind, int family, const void* address, int port) {
    struct entry* entry = calloc(1, sizeof *entry);
    if (!entry) return 0;
    entry->info.ai_flags = hints->ai_flags;
    entry->info.ai_family = family;
    entry->info.ai_socktype = kinds[kind].type;
    entry->info.ai_protocol = kinds[kind].protocol ? kinds[kind].protocol : hints->ai_protocol;
    entry->info.ai_addr = (struct sockaddr*)&entry->address;
    if (family == AF_INET) {
        struct sockaddr_in* to = (struct sockaddr_in*)&entry->address;
        to->sin_family = AF_INET;
        to->sin_port = (in_port_t)port;
        memcpy(&to->sin_addr, address, 4);
        entry->info.ai_addrlen = sizeof *to;
    } else {
        struct sockaddr_in6* to = (struct sockaddr_in6*)&entry->address;
        to->sin6_family = AF_INET6;
        to->sin6_port = (in_port_t)port;
        memcpy(&to->sin6_addr, address, 16);
        entry->info.ai_addrlen = sizeof *to;
    }
    return entry;
}

static int host_addresses(const char* host, const struct addrinfo* hints, struct in_addr* v4, int room,
                          struct in6_addr* v6, int* v6_count) {
    int wants_v4 = hints->ai_family != AF_INET6, wants_v6 = hints->ai_family != AF_INET;
    *v6_count = 0;
    if (!host) {
        int passive = hints->ai_flags & AI_PASSIVE;
        v4->s_addr = passive ? INADDR_ANY : htonl(INADDR_LOOPBACK);
        *v6 = passive ? in6addr_any : in6addr_loopback;
        *v6_count = wants_v6;
        return wants_v4;
    }
    if (inet_pton(AF_INET6, host, v6) == 1) {
        *v6_count = 1;
        return wants_v6 ? 0 : EAI_ADDRFAMILY;
    }
    if (inet_aton(host, v4)) return wants_v4 ? 1 : EAI_ADDRFAMILY;
    if ((hints->ai_flags & AI_NUMERICHOST) || !wants_v4) return EAI_NONAME;
    int count = __host_addresses(host, v4, room);
    return count > 0 ? count : EAI_NONAME;
}

int getaddrinfo(const char* host, const char* service, const struct addrinfo* given,
                struct addrinfo** result) {
    struct addrinfo hints = {0};
    struct in_addr v4[8];
    struct in6_addr v6;
    int v6_count, service_error = EAI_SERVICE;
    if (given) hints = *given;
    if (!host && !service) return EAI_NONAME;
    if (hints.ai_flags &
        ~(AI_PASSIVE | AI_CANONNAME | AI_NUMERICHOST | AI_V4MAPPED | AI_ALL | AI_ADDRCONFIG | AI_NUMERICSERV))
        return EAI_BADFLAGS;
    if ((hints.ai_flags & AI_CANONNAME) && !host) return EAI_BADFLAGS;
    if (hints.ai_family != AF_UNSPEC && hints.ai_family != AF_INET && hints.ai_family != AF_INET6)
        return EAI_FAMILY;
    if (hints.ai_socktype < 0 || hints.ai_socktype > SOCK_RAW) return EAI_SOCKTYPE;
    int v4_count = host_addresses(host, &hints, v4, 8, &v6, &v6_count);
    if (v4_count < 0) return v4_count;
    struct addrinfo *first = 0, **link = &first;
    // RFC 6724 as glibc applies it: ::1 comes before 127.0.0.1, but 0.0.0.0 before ::.
    int is_wildcard = !host && (hints.ai_flags & AI_PASSIVE);
    for (int i = 0; i < v6_count + v4_count; i++)
        for (int kind = 0; kind < 3; kind++) {
            int port, is_v6 = is_wildcard ? i >= v4_count : i < v6_count;
            if (hints.ai_socktype && hints.ai_socktype != kinds[kind].type) continue;
            if (hints.ai_protocol && kinds[kind].protocol && hints.ai_protocol != kinds[kind].protocol)
                continue;
            int error = port_of(service, &hints, kind, &port);
            if (error) {
                service_error = error;
                continue;
            }
            struct entry* entry = make(&hints, kind, is_v6 ? AF_INET6 : AF_INET,
                                       is_v6 ? (const void*)&v6 : (const void*)&v4[is_wildcard ? i : i - v6_count], port);
            if (!entry) {
                freeaddrinfo(first);
                return EAI_MEMORY;
            }
            *link = &entry->info;
            link = &entry->info.ai_next;
        }
    if (!first) return service_error;
    if (hints.ai_flags & AI_CANONNAME) first->ai_canonname = strdup(host);
    *result = first;
    return 0;
}

void freeaddrinfo(struct addrinfo* list) {
    while (list) {
        struct addrinfo* next = list->ai_next;
        free(list->ai_canonname);
        free(list);
        list = next;
    }
}

int getnameinfo(const struct sockaddr* address, socklen_t length, char* host, socklen_t host_bytes,
                char* service, socklen_t service_bytes, int flags) {
    char name[NI_MAXHOST], port_text[8];
    const void* bytes;
    int port;
    if (address->sa_family == AF_INET && length >= sizeof(struct sockaddr_in)) {
        bytes = &((const struct sockaddr_in*)address)->sin_addr;
        port = ((const struct sockaddr_in*)address)->sin_port;
    } else if (address->sa_family == AF_INET6 && length >= sizeof(struct sockaddr_in6)) {
        bytes = &((const struct sockaddr_in6*)address)->sin6_addr;
        port = ((const struct sockaddr_in6*)address)->sin6_port;
    } else {
        return EAI_FAMILY;
    }
    if (host && host_bytes > 0) {
        struct in_addr v4;
        memcpy(&v4, bytes, 4);
        if ((flags & NI_NUMERICHOST) || address->sa_family != AF_INET ||
            __host_name(v4, name, sizeof name) < 0) {
            if (flags & NI_NAMEREQD) return EAI_NONAME;
            inet_ntop(address->sa_family, bytes, name, sizeof name);
        }
        if (strlen(name) >= host_bytes) return EAI_OVERFLOW;
        strcpy(host, name);
    }
    if (service && service_bytes > 0) {
        struct servent* known =
            flags & NI_NUMERICSERV ? 0 : getservbyport(port, flags & NI_DGRAM ? "udp" : "tcp");
        const char* text = port_text;
        if (known)
            text = known->s_name;
        else
            sprintf(port_text, "%d", ntohs((uint16_t)port));
        if (strlen(text) >= service_bytes) return EAI_OVERFLOW;
        strcpy(service, text);
    }
    return 0;
}
