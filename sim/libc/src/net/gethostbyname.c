#include <arpa/inet.h>
#include <bits/hosts.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>

enum { ROOM = 8 };
static struct in_addr addresses[ROOM];
static char *address_list[ROOM + 1], *no_aliases[] = {0};
static char host_name[256];
static struct hostent host = {host_name, no_aliases, AF_INET, 4, address_list};

static struct hostent* answer(const char* name, int count) {
    if (name != host_name) snprintf(host_name, sizeof host_name, "%s", name);
    for (int i = 0; i < count; i++) address_list[i] = (char*)&addresses[i];
    address_list[count] = 0;
    return &host;
}

struct hostent* gethostbyname(const char* name) {
    int count = __host_addresses(name, addresses, ROOM);
    if (count > 0) return answer(name, count);
    h_errno = HOST_NOT_FOUND;
    return 0;
}

struct hostent* gethostbyaddr(const void* address, socklen_t length, int family) {
    if (family == AF_INET && length == 4) {
        memcpy(&addresses[0], address, 4);
        if (__host_name(addresses[0], host_name, sizeof host_name) == 0) return answer(host_name, 1);
    }
    h_errno = HOST_NOT_FOUND;
    return 0;
}
