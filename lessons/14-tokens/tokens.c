// Three workers, three tokens: an eventfd hands them out. As a counter, and as a semaphore.
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char *argv[])
{
	int semaphore = argc > 1 && strcmp(argv[1], "semaphore") == 0;
	int tokens = eventfd(0, semaphore ? EFD_SEMAPHORE : 0);
	uint64_t n;

	for (int i = 0; i < 3; i++)
		if (fork() == 0) {
			alarm(3);		/* nobody waits for ever */
			if (read(tokens, &n, sizeof n) != sizeof n)	/* a token, please */
				_exit(1);
			_exit((int)n);
		}

	sleep(1);	/* until all three wait */
	n = 3;
	if (write(tokens, &n, sizeof n) != sizeof n)
		return 1;

	int status, workers = 0;
	while (wait(&status) > 0) {
		workers++;
		if (WIFEXITED(status))
			printf("a worker got %d\n", WEXITSTATUS(status));
		else
			printf("a worker gave up\n");
		fflush(stdout);
	}
	printf("%d workers are done\n", workers);
	return 0;
}
