// A server that waits for its client with epoll, edge-triggered; the client sends a line and waits for the answer.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char *argv[])
{
	int drain = argc > 1 && strcmp(argv[1], "drain") == 0;
	unsigned flags = argc > 1 && strcmp(argv[1], "level") == 0 ? EPOLLIN : EPOLLIN | EPOLLET;
	int request[2], answer[2];
	char line[64];

	if (pipe(request) < 0 || pipe(answer) < 0)
		return 1;
	if (fork() == 0) {
		close(request[0]);
		close(answer[1]);
		if (write(request[1], "GET news\n", 9) != 9)
			return 1;
		ssize_t n = read(answer[0], line, sizeof line);	/* the answer */
		printf("client: %.*s", (int)n, line);
		return 0;
	}
	close(request[1]);
	close(answer[0]);
	fcntl(request[0], F_SETFL, O_NONBLOCK);
	int epoll = epoll_create1(0);
	struct epoll_event event = { .events = flags };
	epoll_ctl(epoll, EPOLL_CTL_ADD, request[0], &event);

	size_t length = 0;
	while (length == 0 || line[length - 1] != '\n') {	/* until the line is whole */
		epoll_wait(epoll, &event, 1, -1);
		for (;;) {
			ssize_t n = read(request[0], line + length, 4);	/* a small buffer */
			if (n <= 0)
				break;		/* EAGAIN: that was all for now */
			length += (size_t)n;
			if (!drain)
				break;		/* the bug: there may be more */
		}
	}
	printf("server: %.*s", (int)length, line);
	fflush(stdout);
	if (write(answer[1], "no news\n", 8) != 8)
		return 1;
	wait(NULL);
	return 0;
}
