// Names of services and protocols, and the texts of errors. The services are the few that lessons use.
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>

static int host_error;
int* __h_errno_location(void) {
    return &host_error;
}

static char* no_aliases[] = {0};
static const struct {
    const char* name;
    int port;
    const char* protocols;
} services[] = {
    {"echo", 7, "tcp udp"},     {"discard", 9, "tcp udp"}, {"daytime", 13, "tcp udp"},
    {"ftp", 21, "tcp"},         {"ssh", 22, "tcp"},        {"telnet", 23, "tcp"},
    {"smtp", 25, "tcp"},        {"time", 37, "tcp udp"},   {"domain", 53, "tcp udp"},
    {"tftp", 69, "udp"},        {"http", 80, "tcp"},       {"pop3", 110, "tcp"},
    {"sunrpc", 111, "tcp udp"}, {"ntp", 123, "udp"},       {"https", 443, "tcp udp"},
    {"syslog", 514, "udp"},
};
enum { SERVICES = sizeof services / sizeof *services };
static struct servent service;

static struct servent* found(int i, const char* protocol) {
    if (!protocol) protocol = strncmp(services[i].protocols, "udp", 3) == 0 ? "udp" : "tcp";
    service.s_name = (char*)services[i].name;
    service.s_aliases = no_aliases;
    service.s_port = htons((uint16_t)services[i].port);
    service.s_proto = (char*)protocol;
    return &service;
}

struct servent* getservbyname(const char* name, const char* protocol) {
    for (int i = 0; i < SERVICES; i++)
        if (strcmp(services[i].name, name) == 0 && (!protocol || strstr(services[i].protocols, protocol)))
            return found(i, protocol);
    return 0;
}

struct servent* getservbyport(int port, const char* protocol) {
    for (int i = 0; i < SERVICES; i++)
        if (services[i].port == ntohs((uint16_t)port) &&
            (!protocol || strstr(services[i].protocols, protocol)))
            return found(i, protocol);
    return 0;
}

enum { PROTOCOLS = 4 };
static struct protoent protocols[PROTOCOLS] = {
    {"ip", no_aliases, 0}, {"icmp", no_aliases, 1}, {"tcp", no_aliases, 6}, {"udp", no_aliases, 17}};

struct protoent* getprotobyname(const char* name) {
    for (int i = 0; i < PROTOCOLS; i++)
        if (strcmp(protocols[i].p_name, name) == 0) return &protocols[i];
    return 0;
}

struct protoent* getprotobynumber(int number) {
    for (int i = 0; i < PROTOCOLS; i++)
        if (protocols[i].p_proto == number) return &protocols[i];
    return 0;
}

static int next_service, next_protocol;

void setservent(int stay_open) {
    (void)stay_open;
    next_service = 0;
}
void endservent(void) {
    next_service = 0;
}
struct servent* getservent(void) {
    return next_service < SERVICES ? found(next_service++, 0) : 0;
}
void setprotoent(int stay_open) {
    (void)stay_open;
    next_protocol = 0;
}
void endprotoent(void) {
    next_protocol = 0;
}
struct protoent* getprotoent(void) {
    return next_protocol < PROTOCOLS ? &protocols[next_protocol++] : 0;
}

const char* hstrerror(int error) {
    static const char* const texts[] = {"Resolver Error 0 (no error)", "Unknown host",
                                        "Host name lookup failure", "Unknown server error",
                                        "No address associated with name"};
    if (error < 0) return "Resolver internal error";
    return error < 5 ? texts[error] : "Unknown resolver error";
}

void herror(const char* prefix) {
    if (prefix && *prefix)
        fprintf(stderr, "%s: %s\n", prefix, hstrerror(h_errno));
    else
        fprintf(stderr, "%s\n", hstrerror(h_errno));
}

const char* gai_strerror(int error) {
    switch (error) {
        case EAI_BADFLAGS:
            return "Bad value for ai_flags";
        case EAI_NONAME:
            return "Name or service not known";
        case EAI_AGAIN:
            return "Temporary failure in name resolution";
        case EAI_FAIL:
            return "Non-recoverable failure in name resolution";
        case EAI_NODATA:
            return "No address associated with hostname";
        case EAI_FAMILY:
            return "ai_family not supported";
        case EAI_SOCKTYPE:
            return "ai_socktype not supported";
        case EAI_SERVICE:
            return "Servname not supported for ai_socktype";
        case EAI_ADDRFAMILY:
            return "Address family for hostname not supported";
        case EAI_MEMORY:
            return "Memory allocation failure";
        case EAI_SYSTEM:
            return "System error";
    }
    return "Unknown error";
}
