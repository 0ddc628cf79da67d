// A server that waits for its client with epoll, edge-triggered; the client sends a line and waits for the answer.
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/wait.h>
#include <unistd.h>

int drain, level;

int serve(int request, int answer)
{
	char line[64];
	size_t length = 0;
	int epoll = epoll_create1(0);
	struct epoll_event event = { .events = level ? EPOLLIN : EPOLLIN | EPOLLET };

	alarm(5);			/* nobody waits for ever */
	fcntl(request, F_SETFL, O_NONBLOCK);
	epoll_ctl(epoll, EPOLL_CTL_ADD, request, &event);
	while (length == 0 || line[length - 1] != '\n') {	/* until the line is whole */
		epoll_wait(epoll, &event, 1, -1);
		for (;;) {
			ssize_t n = read(request, line + length, 4);	/* a small buffer */
			if (n <= 0)
				break;		/* EAGAIN: that was all for now */
			length += (size_t)n;
			if (!drain)
				break;		/* the bug: there may be more */
		}
	}
	return write(answer, "no news\n", 8) != 8;
}

int main(int argc, char *argv[])
{
	int request[2], answer[2];
	char line[64];

	drain = argc > 1 && strcmp(argv[1], "drain") == 0;
	level = argc > 1 && strcmp(argv[1], "level") == 0;
	if (pipe(request) < 0 || pipe(answer) < 0)
		return 1;
	if (fork() == 0) {
		close(request[1]);
		close(answer[0]);
		return serve(request[0], answer[1]);
	}
	close(request[0]);
	close(answer[1]);
	sleep(1);				/* the server is there by now */
	if (write(request[1], "GET news\n", 9) != 9)
		return 1;
	ssize_t n = read(answer[0], line, sizeof line);
	if (n > 0)
		printf("client: %.*s", (int)n, line);
	else
		printf("client: no answer\n");
	wait(NULL);
	return 0;
}
