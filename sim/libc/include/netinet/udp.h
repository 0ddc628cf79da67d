#ifndef _NETINET_UDP_H
#define _NETINET_UDP_H
#define SOL_UDP 17
#endif
