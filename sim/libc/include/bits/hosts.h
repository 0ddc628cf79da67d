// Host names: /etc/hosts, which a scenario fills, and the loopback names that need no file.
#ifndef _BITS_HOSTS_H
#define _BITS_HOSTS_H

#include <netinet/in.h>

/// IPv4 addresses of `name`, at most `room`; how many.
int __host_addresses(const char* name, struct in_addr* to, int room);
/// The name of an address, or -1.
int __host_name(struct in_addr address, char* name, unsigned long bytes);

#endif
