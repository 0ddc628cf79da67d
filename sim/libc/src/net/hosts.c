#include <arpa/inet.h>
#include <bits/hosts.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { FORWARD, BACKWARD };

/// Goes through /etc/hosts ("address name alias ..." a line); what is found goes to `to` or to `name`.
static int look(int direction, const char* wanted, struct in_addr address, struct in_addr* to, int room,
                char* name, unsigned long bytes) {
    char line[512];
    int count = 0;
    FILE* hosts = fopen("/etc/hosts", "re");
    if (!hosts) return 0;
    while (count < room && fgets(line, sizeof line, hosts)) {
        line[strcspn(line, "#\n")] = 0;
        char *rest = line, *word;
        struct in_addr found;
        word = strtok_r(line, " \t", &rest);
        if (!word || inet_pton(AF_INET, word, &found) != 1) continue;
        while ((word = strtok_r(0, " \t", &rest)) != 0) {
            if (direction == BACKWARD && found.s_addr == address.s_addr) {
                snprintf(name, bytes, "%s", word);
                count++;
                break;
            }
            if (direction == FORWARD && strcasecmp(word, wanted) == 0) {
                to[count++] = found;
                break;
            }
        }
    }
    fclose(hosts);
    return count;
}

int __host_addresses(const char* name, struct in_addr* to, int room) {
    char own[65];
    struct in_addr none = {0};
    if (inet_aton(name, to)) return 1;
    int count = look(FORWARD, name, none, to, room, 0, 0);
    if (count > 0) return count;
    if (strcasecmp(name, "localhost") == 0 ||
        (gethostname(own, sizeof own) == 0 && strcasecmp(name, own) == 0)) {
        to->s_addr = htonl(INADDR_LOOPBACK);
        return 1;
    }
    return 0;
}

int __host_name(struct in_addr address, char* name, unsigned long bytes) {
    if (look(BACKWARD, 0, address, 0, 1, name, bytes) > 0) return 0;
    if (address.s_addr != htonl(INADDR_LOOPBACK)) return -1;
    snprintf(name, bytes, "localhost");
    return 0;
}
