/* Requests and answers over two queues: the parent sends urgent and ordinary jobs, a worker does them in the order of
 * their priority. The queue outlives whoever made it. */
#include <fcntl.h>
#include <mqueue.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *const jobs_name = "/posix_queue_workers.jobs", *const answers_name = "/posix_queue_workers.answers";

static void die(const char *what) {
    perror(what);
    exit(1);
}

static void make_queues(void) {
    struct mq_attr attributes = {.mq_maxmsg = 8, .mq_msgsize = 64};
    if (mq_open(jobs_name, O_RDWR | O_CREAT | O_EXCL, 0600, &attributes) < 0 ||
        mq_open(answers_name, O_RDWR | O_CREAT | O_EXCL, 0600, &attributes) < 0)
        die("mq_open");
}

static int work(void) {
    mqd_t jobs = mq_open(jobs_name, O_RDONLY), answers = mq_open(answers_name, O_WRONLY);
    if (jobs < 0 || answers < 0)
        die("worker");
    for (;;) {
        char text[64], answer[64];
        unsigned priority;
        ssize_t bytes = mq_receive(jobs, text, sizeof text, &priority);
        if (bytes < 0)
            die("mq_receive");
        if (bytes == 0)
            return 0;
        int length = snprintf(answer, sizeof answer, "%u: %.*s", priority, (int)bytes, text);
        if (mq_send(answers, answer, length, 0) < 0)
            die("answer");
    }
}

int main(void) {
    pid_t maker = fork();
    if (maker == 0) {
        make_queues();
        _exit(0);
    }
    waitpid(maker, NULL, 0);
    mqd_t jobs = mq_open(jobs_name, O_WRONLY), answers = mq_open(answers_name, O_RDONLY);
    if (jobs < 0 || answers < 0)
        die("mq_open");
    const char *const texts[] = {"sweep the floor", "put out the fire", "water the flowers", "call for help"};
    const unsigned priorities[] = {1, 30, 1, 30};
    for (int i = 0; i < 4; i++)
        if (mq_send(jobs, texts[i], strlen(texts[i]), priorities[i]) < 0)
            die("mq_send");
    if (mq_send(jobs, "", 0, 0) < 0)
        die("mq_send");
    pid_t worker = fork();
    if (worker == 0)
        _exit(work());
    for (int i = 0; i < 4; i++) {
        char text[64];
        ssize_t bytes = mq_receive(answers, text, sizeof text, NULL);
        if (bytes < 0)
            die("mq_receive");
        printf("%.*s\n", (int)bytes, text);
    }
    waitpid(worker, NULL, 0);
    mq_unlink(jobs_name);
    mq_unlink(answers_name);
    return 0;
}
