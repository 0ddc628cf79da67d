/* One to many: a broadcast, for which one has to ask, and a group, which has to be joined. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct sockaddr_in address(const char *host, int port)
{
    struct sockaddr_in made = {.sin_family = AF_INET, .sin_port = htons((unsigned short)port)};
    inet_pton(AF_INET, host, &made.sin_addr);
    return made;
}

static int listener(const char *host, int port)
{
    int fd = socket(AF_INET, SOCK_DGRAM, 0), yes = 1;
    struct sockaddr_in name = address(host, port);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(fd, (struct sockaddr *)&name, sizeof name) < 0) perror("bind");
    return fd;
}

static void say(int fd, const char *text, const char *host, int port)
{
    struct sockaddr_in to = address(host, port);
    if (sendto(fd, text, strlen(text), 0, (struct sockaddr *)&to, sizeof to) < 0)
        printf("%s to %s: %s\n", text, host, strerror(errno));
}

/* What has arrived, waiting for it as long as it takes where it must come. */
static void heard(const char *who, int fd, int must)
{
    struct pollfd ready = {.fd = fd, .events = POLLIN};
    char text[32];
    if (must) poll(&ready, 1, -1);
    ssize_t bytes = recv(fd, text, sizeof text, MSG_DONTWAIT);
    if (bytes < 0)
        printf("%s hears nothing\n", who);
    else
        printf("%s hears %.*s\n", who, (int)bytes, text);
}

int main(void)
{
    int all = listener("0.0.0.0", 7200), second = listener("0.0.0.0", 7200), one = listener("10.0.0.2", 7200);
    int speaker = socket(AF_INET, SOCK_DGRAM, 0), yes = 1, no = 0;

    say(speaker, "hello", "10.0.0.255", 7200);
    say(speaker, "hello", "255.255.255.255", 7200);
    setsockopt(speaker, SOL_SOCKET, SO_BROADCAST, &yes, sizeof yes);
    say(speaker, "everybody", "10.0.0.255", 7200);
    heard("the first of all", all, 1);
    heard("the second of all", second, 1);
    heard("the one host", one, 0);

    int member = listener("0.0.0.0", 7201);
    struct ip_mreq group = {.imr_multiaddr = address("239.1.2.3", 0).sin_addr, .imr_interface.s_addr = INADDR_ANY};
    if (setsockopt(member, IPPROTO_IP, IP_DROP_MEMBERSHIP, &group, sizeof group) < 0)
        printf("leave before joining: %s\n", strerror(errno));
    if (setsockopt(member, IPPROTO_IP, IP_ADD_MEMBERSHIP, &group, sizeof group) < 0) perror("join");
    if (setsockopt(member, IPPROTO_IP, IP_ADD_MEMBERSHIP, &group, sizeof group) < 0)
        printf("join twice: %s\n", strerror(errno));
    unsigned char ttl = 3;
    int value = 0;
    socklen_t length = sizeof value;
    setsockopt(speaker, IPPROTO_IP, IP_MULTICAST_TTL, &ttl, sizeof ttl);
    getsockopt(speaker, IPPROTO_IP, IP_MULTICAST_TTL, &value, &length);
    printf("time to live %d\n", value);
    say(speaker, "members", "239.1.2.3", 7201);
    heard("the member", member, 1);

    setsockopt(speaker, IPPROTO_IP, IP_MULTICAST_LOOP, &no, sizeof no);
    say(speaker, "not for us", "239.1.2.3", 7201);
    say(speaker, "for the one", "10.0.0.2", 7200);
    heard("the one host", one, 1);
    heard("the member", member, 0);

    setsockopt(member, IPPROTO_IP, IP_DROP_MEMBERSHIP, &group, sizeof group);
    setsockopt(speaker, IPPROTO_IP, IP_MULTICAST_LOOP, &yes, sizeof yes);
    say(speaker, "nobody", "239.1.2.3", 7201);
    say(speaker, "for the one again", "10.0.0.2", 7200);
    heard("the one host", one, 1);
    heard("the member", member, 0);
    return 0;
}
