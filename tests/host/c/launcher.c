/*
 * The file at every program's FreeBSD path. It tells the host's recorder which program is called with which arguments,
 * does what the recorder answers, and becomes /libexec/testhost/bin/NAME (some forms it does itself: quick.c, hand_on.c; some
 * programs run in a Perl that is there already: warm.c), or what a package brought as /usr/local/libexec/testhost/NAME.
 *
 * It asks over an abstract Unix socket: such names belong to the network namespace and are reachable from a chroot too.
 * Nobody listening means: just go on.
 *
 * Request: u32 length, then NUL-terminated strings: name, directory, arguments.
 * Answer:  'g' go | 'f' status text fail | 'a' status text run it, then fail | 'r' run it, then say so | 'k' die | 'h' hang
 */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

/* In quick.c, hand_on.c and warm.c. */
void quick(const char *name, char **args);
void hand_on(const char *name, char **args);
void run_warm(const char *name, char **argv);

#define SOCKET_NAME "alcaide-testhost"
#define REAL_PROGRAMS "/libexec/testhost/bin/"
#define PACKAGED_PROGRAMS "/usr/local/libexec/testhost/"

static char answer[4096];
static ssize_t answer_length;

static const char *base_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* The name of the program is that of the executed file, for argv[0] is the choice of the caller. For a script with `#!/bin/sh`
 * the executed file is the script, and the kernel puts it after the interpreter's path and its one argument. */
static int is_interpreter(char **argv, const char *file) {
    if (argv[0][0] != '/' || !argv[1]) return 0;
    return strcmp(argv[1], file) == 0 || (argv[2] && strcmp(argv[2], file) == 0);
}

static const char *program_name(char **argv) {
    const char *file = (const char *)getauxval(AT_EXECFN);
    if (!file || is_interpreter(argv, file)) file = argv[0];
    file = base_name(file);
    return *file == '-' ? file + 1 : file;
}

/* A connection to who listens at an abstract name, or -1. */
int connect_to(const char *name) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return -1;
    memcpy(address.sun_path + 1, name, strlen(name));
    socklen_t length = offsetof(struct sockaddr_un, sun_path) + 1 + strlen(name);
    if (connect(fd, (struct sockaddr *)&address, length) == 0) return fd;
    close(fd);
    return -1;
}

int send_all(int fd, const char *bytes, size_t length) {
    while (length) {
        ssize_t sent = send(fd, bytes, length, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent <= 0) return -1;
        bytes += sent;
        length -= sent;
    }
    return 0;
}

static char *append(char *end, const char *text) {
    size_t size = strlen(text) + 1;
    memcpy(end, text, size);
    return end + size;
}

/* Sends who is called, and leaves the recorder's answer in `answer`. */
static void ask(const char *name, char **argv) {
    char directory[PATH_MAX];
    if (!getcwd(directory, sizeof directory)) strcpy(directory, "?");
    size_t size = 4 + strlen(name) + strlen(directory) + 2;
    for (char **word = argv + 1; *word; word++) size += strlen(*word) + 1;
    char *request = malloc(size);
    int fd = connect_to(SOCKET_NAME);
    if (fd < 0 || !request) return;
    uint32_t length = size - 4;
    memcpy(request, &length, 4);
    char *end = append(append(request + 4, name), directory);
    for (char **word = argv + 1; *word; word++) end = append(end, *word);
    if (send_all(fd, request, size) == 0) {
        ssize_t got;
        while (answer_length < (ssize_t)sizeof answer - 1 &&
               (got = read(fd, answer + answer_length, sizeof answer - 1 - answer_length)) != 0) {
            if (got < 0 && errno != EINTR) break;
            if (got > 0) answer_length += got;
        }
    }
    close(fd);
    free(request);
}

static int status_of_answer(void) { return answer_length > 1 ? (unsigned char)answer[1] : 1; }

static void say_text_of_answer(void) {
    if (answer_length > 2 && write(2, answer + 2, answer_length - 2) < 0) _exit(status_of_answer());
}

/* For "after-fail": the parent waits for the program and then lies about its success. */
static void run_then_fail(void) {
    pid_t child = fork();
    if (child == 0) return;
    int status;
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR) {}
    say_text_of_answer();
    _exit(status_of_answer());
}

/* For "after-drop": the recorder hears when the program has ended, before its caller does. */
static void run_then_tell(void) {
    char *nobody[] = {"", NULL};
    pid_t child = fork();
    if (child == 0) return;
    int status = 0;
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR) {}
    ask("\1", nobody);
    _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

/* Does nothing for ever, and bears a name by which ps shows it as what it is. */
static void hang(char **argv) {
    char **last = argv;
    while (last[1]) last++;
    size_t size = *last + strlen(*last) + 1 - argv[0];
    memset(argv[0], 0, size);
    if (size > sizeof "hung") strcpy(argv[0], "hung");
    for (;;) pause();
}

static void obey(char **argv) {
    switch (answer_length ? answer[0] : 'g') {
    case 'f':
        say_text_of_answer();
        _exit(status_of_answer());
    case 'a':
        run_then_fail();
        return;
    case 'r':
        run_then_tell();
        return;
    case 'k':
        kill(getpid(), SIGKILL);
        _exit(137);
    case 'h':
        hang(argv);
    }
}

/* login.conf's umask for a login shell, whose parent is sshd. cap_mkdb's copy goes before the text. */
static void take_umask(const char *name) {
    char line[256], parent[64];
    unsigned mask;
    if (strcmp(name, "sh") && strcmp(name, "csh")) return;
    snprintf(parent, sizeof parent, "/proc/%d/comm", getppid());
    FILE *file = fopen(parent, "r");
    int is_login = file && fgets(line, sizeof line, file) && !strncmp(line, "sshd", 4);
    if (file) fclose(file);
    if (!is_login || (!(file = fopen("/etc/login.conf.db", "r")) && !(file = fopen("/etc/login.conf", "r")))) return;
    while (fgets(line, sizeof line, file)) {
        const char *found = strstr(line, ":umask=");
        if (!found || sscanf(found, ":umask=%o:", &mask) != 1) continue;
        umask(mask);
        break;
    }
    fclose(file);
}

int main(int argc, char **argv) {
    char path[PATH_MAX];
    if (argc < 1) return 1;
    const char *name = program_name(argv);
    ask(name, argv);
    obey(argv);
    /* BusyBox's shell counts its depth there, FreeBSD's does not. */
    unsetenv("SHLVL");
    /* Variables of login.conf for a session without a terminal; sshd itself would set them for all sessions or none. */
    if (getenv("SSH_CONNECTION")) {
        setenv("TERM", "su", 0);
        take_umask(name);
    }
    quick(name, argv + 1);
    hand_on(name, argv + 1);
    run_warm(name, argv);
    snprintf(path, sizeof path, REAL_PROGRAMS "%s", name);
    execv(path, argv);
    if (errno == ENOENT) {
        snprintf(path, sizeof path, PACKAGED_PROGRAMS "%s", name);
        execv(path, argv);
    }
    int reason = errno;
    fprintf(stderr, "%s: %s\n", argv[0], strerror(reason));
    return reason == ENOENT ? 127 : 126;
}
