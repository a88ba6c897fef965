/*
 * The forms of programs that a deploy calls a hundred times, without Perl: `cat [FILE]`, `chmod OCTAL FILE...`, `date +%s`, `head -n N`,
 * `head -c N`, `mkdir DIR`, `mkdir -p DIR...`, `mv [-f] FILE NEW`, `rm -f FILE...`. Each does what the program of its name does where all goes
 * well, and otherwise returns, before it wrote anything: the program then tries once more and finds the words.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Perl's size, so that the next reader of the same input gets the same rest. */
#define LINE_CHUNK 8192
#define CHUNK 131072

static void cat(char **args) {
    static char chunk[CHUNK];
    struct stat status;
    /* A jail's special files need its library. */
    if (args[0] && (args[0][0] == '-' || args[1] || !strncmp(args[0], "/dev/", 5))) return;
    int in = args[0] ? open(args[0], O_RDONLY) : 0;
    if (in < 0 || fstat(in, &status) || S_ISDIR(status.st_mode)) return;
    ssize_t got;
    for (int first = 1; (got = read(in, chunk, sizeof chunk)) != 0; first = 0) {
        if (got < 0 && first) return;
        if (got < 0) { fprintf(stderr, "cat: %s: %s\n", args[0] ? args[0] : "stdin", strerror(errno)); _exit(1); }
        for (ssize_t at = 0, wrote; at < got; at += wrote) {
            wrote = write(1, chunk + at, got - at);
            if (wrote < 0) { fprintf(stderr, "cat: stdout: %s\n", strerror(errno)); _exit(1); }
        }
    }
    _exit(0);
}

/* A number of these digits and nothing else, or -1. */
static long number(const char *text, const char *digits, int base) {
    return text && *text && strlen(text) < 9 && strspn(text, digits) == strlen(text) ? strtol(text, NULL, base) : -1;
}

static void change_mode(char **args) {
    struct stat status;
    long mode = number(args[0], "01234567", 8);
    if (mode < 0 || mode > 07777 || !args[1]) return;
    for (char **path = args + 1; *path; path++) {
        if (stat(*path, &status)) return;
        if ((status.st_mode & 07777) != (mode_t)mode && chmod(*path, mode)) return;
    }
    _exit(0);
}

static void head(char **args) {
    static char chunk[LINE_CHUNK];
    if (!args[0] || !args[1] || args[2]) return;
    int lines = !strcmp(args[0], "-n");
    long left = number(args[1], "0123456789", 10);
    if (left < 1 || (!lines && strcmp(args[0], "-c"))) return;
    struct stat status;
    if (fstat(0, &status) || S_ISDIR(status.st_mode)) return;
    ssize_t got;
    while (left > 0 && (got = read(0, chunk, lines || left > LINE_CHUNK ? LINE_CHUNK : left)) > 0) {
        ssize_t end = 0;
        if (lines) { while (end < got && left > 0) left -= chunk[end++] == '\n'; }
        else { left -= end = got; }
        for (ssize_t at = 0, wrote; at < end; at += wrote) if ((wrote = write(1, chunk + at, end - at)) < 0) _exit(0);
    }
    _exit(0);
}

/* Makes a directory and those above it that are missing; true when it is there. */
static int make_path(const char *path) {
    char part[PATH_MAX];
    struct stat status;
    if (!*path || strlen(path) >= sizeof part) return 0;
    strcpy(part, path);
    for (char *end = part;;) {
        end += strspn(end, "/");
        if (!*end) return 1;
        end += strcspn(end, "/");
        char kept = *end;
        *end = 0;
        if (!(stat(part, &status) == 0 && S_ISDIR(status.st_mode)) && mkdir(part, 0777)) return 0;
        *end = kept;
    }
}

static void make_directories(char **args) {
    if (args[0] && args[0][0] != '-' && !args[1] && mkdir(args[0], 0777) == 0) _exit(0);
    if (!args[0] || strcmp(args[0], "-p") || !args[1] || args[1][0] == '-') return;
    for (char **path = args + 1; *path; path++) if (!make_path(*path)) return;
    _exit(0);
}

static void move(char **args) {
    struct stat status;
    if (args[0] && !strcmp(args[0], "-f")) args++;
    if (!args[0] || !args[1] || args[2] || args[0][0] == '-') return;
    if (stat(args[1], &status) == 0 && S_ISDIR(status.st_mode)) return;
    if (lstat(args[0], &status) == 0 && rename(args[0], args[1]) == 0) _exit(0);
}

static void remove_files(char **args) {
    struct stat status;
    if (!args[0] || strcmp(args[0], "-f") || !args[1] || args[1][0] == '-') return;
    for (char **path = args + 1; *path; path++) {
        size_t length = strlen(*path);
        if (!length || (*path)[length - 1] == '/' || (*path)[length - 1] == '.') return;
        if (lstat(*path, &status)) {
            if (errno != ENOENT && errno != ENOTDIR) return;
            continue;
        }
        if (S_ISDIR(status.st_mode) || (unlink(*path) && errno != ENOENT)) return;
    }
    _exit(0);
}

static void tell_seconds(char **args) {
    if (!args[0] || strcmp(args[0], "+%s") || args[1]) return;
    printf("%lld\n", (long long)time(NULL));
    exit(0);
}

/* Does it and ends, or returns. */
void quick(const char *name, char **args) {
    if (!strcmp(name, "cat")) cat(args);
    if (!strcmp(name, "date")) tell_seconds(args);
    if (!strcmp(name, "chmod")) change_mode(args);
    if (!strcmp(name, "head")) head(args);
    if (!strcmp(name, "mkdir")) make_directories(args);
    if (!strcmp(name, "mv")) move(args);
    if (!strcmp(name, "rm")) remove_files(args);
}
