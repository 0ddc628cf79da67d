// Users, groups, services and hosts by name: each C library asks in its own way. What the program itself opens is its own.
#include <arpa/inet.h>
#include <grp.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void show(const char *host, int flags) {
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = flags}, *list;
    int error = getaddrinfo(host, "http", &hints, &list);
    if (error) {
        printf("%s: %s\n", host, gai_strerror(error));
        return;
    }
    for (struct addrinfo *each = list; each; each = each->ai_next) {
        char text[INET6_ADDRSTRLEN];
        const void *address = each->ai_family == AF_INET
                                  ? (const void *)&((struct sockaddr_in *)each->ai_addr)->sin_addr
                                  : (const void *)&((struct sockaddr_in6 *)each->ai_addr)->sin6_addr;
        printf("%s ", inet_ntop(each->ai_family, address, text, sizeof text));
    }
    printf("port %d\n", ntohs(((struct sockaddr_in *)list->ai_addr)->sin_port));
    freeaddrinfo(list);
}

int main(void) {
    const struct passwd *user = getpwuid(getuid());
    const struct group *group = getgrgid(getgid());
    printf("%s of %s, %s\n", user->pw_name, group->gr_name, user->pw_dir);
    printf("smtp is %d\n", ntohs(getservbyname("smtp", "tcp")->s_port));
    printf("tcp is %d\n", getprotobyname("tcp")->p_proto);
    show(NULL, AI_PASSIVE);
    show(NULL, 0);
    show("localhost", 0);
    show("nowhere.example", 0);
    char line[100];
    FILE *passwords = fopen("/etc/passwd", "r");
    while (fgets(line, sizeof line, passwords))
        if (strncmp(line, "root:", 5) == 0) printf("%s", line);
    fclose(passwords);
    return 0;
}
