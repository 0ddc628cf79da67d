#ifndef _NETDB_H
#define _NETDB_H

#include <netinet/in.h>
#include <sys/socket.h>

struct hostent {
    char* h_name;
    char** h_aliases;
    int h_addrtype;
    int h_length;
    char** h_addr_list;
};
#define h_addr h_addr_list[0]
struct servent {
    char* s_name;
    char** s_aliases;
    int s_port;
    char* s_proto;
};
struct protoent {
    char* p_name;
    char** p_aliases;
    int p_proto;
};
struct addrinfo {
    int ai_flags;
    int ai_family;
    int ai_socktype;
    int ai_protocol;
    socklen_t ai_addrlen;
    struct sockaddr* ai_addr;
    char* ai_canonname;
    struct addrinfo* ai_next;
};

#define AI_PASSIVE 1
#define AI_CANONNAME 2
#define AI_NUMERICHOST 4
#define AI_V4MAPPED 8
#define AI_ALL 16
#define AI_ADDRCONFIG 32
#define AI_NUMERICSERV 1024
#define EAI_BADFLAGS (-1)
#define EAI_NONAME (-2)
#define EAI_AGAIN (-3)
#define EAI_FAIL (-4)
#define EAI_NODATA (-5)
#define EAI_FAMILY (-6)
#define EAI_SOCKTYPE (-7)
#define EAI_SERVICE (-8)
#define EAI_ADDRFAMILY (-9)
#define EAI_MEMORY (-10)
#define EAI_SYSTEM (-11)
#define EAI_OVERFLOW (-12)
#define NI_NUMERICHOST 1
#define NI_NUMERICSERV 2
#define NI_NOFQDN 4
#define NI_NAMEREQD 8
#define NI_DGRAM 16
#define NI_MAXHOST 1025
#define NI_MAXSERV 32
#define HOST_NOT_FOUND 1
#define TRY_AGAIN 2
#define NO_RECOVERY 3
#define NO_DATA 4
#define NO_ADDRESS NO_DATA
#define NETDB_INTERNAL (-1)
#define NETDB_SUCCESS 0

int* __h_errno_location(void);
#define h_errno (*__h_errno_location())

int getaddrinfo(const char* host, const char* service, const struct addrinfo* hints,
                struct addrinfo** result);
void freeaddrinfo(struct addrinfo* list);
const char* gai_strerror(int error);
int getnameinfo(const struct sockaddr* address, socklen_t length, char* host, socklen_t host_bytes,
                char* service, socklen_t service_bytes, int flags);
struct hostent* gethostbyname(const char* name);
struct hostent* gethostbyaddr(const void* address, socklen_t length, int family);
void herror(const char* prefix);
const char* hstrerror(int error);
struct servent* getservbyname(const char* name, const char* protocol);
struct servent* getservbyport(int port, const char* protocol);
struct protoent* getprotobyname(const char* name);
struct protoent* getprotobynumber(int number);
void setservent(int stay_open);
void endservent(void);
struct servent* getservent(void);
void setprotoent(int stay_open);
void endprotoent(void);
struct protoent* getprotoent(void);
int getservbyname_r(const char* name, const char* protocol, struct servent* entry, char* buffer, size_t bytes,
                    struct servent** result);
int getservbyport_r(int port, const char* protocol, struct servent* entry, char* buffer, size_t bytes,
                    struct servent** result);
int getservent_r(struct servent* entry, char* buffer, size_t bytes, struct servent** result);
int getprotobyname_r(const char* name, struct protoent* entry, char* buffer, size_t bytes,
                     struct protoent** result);
int getprotobynumber_r(int number, struct protoent* entry, char* buffer, size_t bytes, struct protoent** result);
int getprotoent_r(struct protoent* entry, char* buffer, size_t bytes, struct protoent** result);
int gethostbyname_r(const char* name, struct hostent* entry, char* buffer, size_t bytes, struct hostent** result,
                    int* error);
int gethostbyaddr_r(const void* address, socklen_t length, int family, struct hostent* entry, char* buffer,
                    size_t bytes, struct hostent** result, int* error);

#endif
