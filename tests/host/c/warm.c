/*
 * Programs that root runs in a Perl which is there already (boot/warm), in a third of the time. That one gets name, arguments and
 * environment, and takes all else from this process, which waits for the status: it is what others see and signal.
 *
 * Request: u32 length, then NUL-terminated strings: name, number of arguments, arguments, variables. Answer: 's' status.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* In launcher.c. */
int connect_to(const char *name);
int send_all(int fd, const char *bytes, size_t length);

extern char **environ;

#define SOCKET_NAME "alcaide-testhost-warm"

/* None of them starts a program that is recorded, or waits for something. */
static const char *const NAMES[] = {"chflags", "chmod", "chown", "date", "df", "find", "id", "ifconfig", "install", "jls", "kill",
    "kldload", "kldstat", "ln", "ls", "mkdir", "mktemp", "mount", "mount_nullfs", "netstat", "pfctl", "pgrep", "ps", "rcorder", "readlink",
    "realpath", "rm", "rmdir", "route", "sockstat", "stat", "sysctl", "tail", "touch", "umount", "uname", "wc", "zfs", NULL};

static int is_warm(const char *name, char **args) {
    const char *const *known = NAMES;
    while (*known && strcmp(*known, name)) known++;
    if (!*known || getuid() || geteuid()) return 0;
    if (!strcmp(name, "mount")) return args[0] && !strcmp(args[0], "-p");
    for (; *args; args++) {
        if (!strcmp(name, "find") && !strncmp(*args, "-exec", 5)) return 0;
        if (!strcmp(name, "tail") && **args == '-' && strpbrk(*args, "fF")) return 0;
    }
    return 1;
}

/* Puts the words behind what is there already. */
static void put(FILE *out, char **words) {
    for (; *words; words++) fwrite(*words, 1, strlen(*words) + 1, out);
}

/* Ends as the program ended, or comes back where nobody can run it. */
void run_warm(const char *name, char **argv) {
    char *text = NULL, answer[2];
    size_t size = 0, count = 0;
    if (!is_warm(name, argv + 1)) return;
    while (argv[count + 1]) count++;
    FILE *out = open_memstream(&text, &size);
    int low = connect_to(SOCKET_NAME);
    if (low < 0 || !out) return;
    /* A file that is closed stays so. */
    int fd = fcntl(low, F_DUPFD_CLOEXEC, 3);
    close(low);
    fprintf(out, "    %s%c%zu%c", name, 0, count, 0);
    put(out, argv + 1);
    put(out, environ);
    fclose(out);
    *(uint32_t *)text = size - 4;
    if (send_all(fd, text, size)) return;
    ssize_t got = 0, more;
    while (got < 2 && (more = read(fd, answer + got, 2 - got)) > 0) got += more;
    if (got == 2) _exit((unsigned char)answer[1]);
    if (got == 1) return;
    /* It was killed, as who writes to a closed pipe is. */
    signal(SIGPIPE, SIG_DFL);
    raise(SIGPIPE);
    _exit(141);
}
