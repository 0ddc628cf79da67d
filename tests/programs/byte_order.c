/* Numbers on a wire: most significant byte first, whatever the machine does; and addresses as text. */
#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct packet {
    uint8_t version;
    uint16_t port;
    uint32_t address;
};

static size_t pack(const struct packet *packet, unsigned char *to) {
    uint16_t port = htons(packet->port);
    uint32_t address = htonl(packet->address);
    to[0] = packet->version;
    memcpy(to + 1, &port, sizeof port);
    memcpy(to + 3, &address, sizeof address);
    return 7;
}

int main(void) {
    unsigned char bytes[16];
    struct packet packet = {4, 8080, 0xc0a80102}, back;
    size_t length = pack(&packet, bytes);
    for (size_t i = 0; i < length; i++) printf("%02x ", bytes[i]);
    printf("\n");
    memcpy(&back.port, bytes + 1, sizeof back.port);
    memcpy(&back.address, bytes + 3, sizeof back.address);
    printf("%u %#x, structure of %zu bytes\n", ntohs(back.port), ntohl(back.address), sizeof packet);
    struct in_addr address = {back.address};
    printf("%s\n", inet_ntoa(address));
    static const char *const texts[] = {"127.0.0.1", "10.0.0.256", "1.2.3", "255.255.255.255"};
    for (int i = 0; i < 4; i++) {
        int good = inet_pton(AF_INET, texts[i], &address);
        printf("%s: %d %u\n", texts[i], good, good ? ntohl(address.s_addr) >> 24 : 0);
    }
    struct in6_addr six;
    char text[INET6_ADDRSTRLEN];
    inet_pton(AF_INET6, "2001:db8:0:0:1:0:0:1", &six);
    printf("%s\n", inet_ntop(AF_INET6, &six, text, sizeof text));
    return 0;
}
