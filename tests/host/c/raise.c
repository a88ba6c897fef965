/*
 * Runs a program of ours again with root as the saved user id, so that it can look where Linux lets only root look: at the
 * processes and sockets of all. FreeBSD's kernel tells them to every user. HostRoot.pm calls it, and takes the rights back.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PROGRAMS "/libexec/testhost/bin/"

int main(int argc, char **argv) {
    char user[16];
    if (argc < 2 || strncmp(argv[1], PROGRAMS, sizeof PROGRAMS - 1) || strchr(argv[1] + sizeof PROGRAMS - 1, '/')) return 1;
    snprintf(user, sizeof user, "%u", (unsigned)getuid());
    unsetenv("PERL5LIB");
    unsetenv("PERL5OPT");
    setenv("TESTHOST_USER", user, 1);
    /* Perl would distrust all that it reads if its two ids differed. */
    if (setreuid(0, 0)) return 1;
    char **words = calloc(argc + 2, sizeof *words);
    if (!words) return 1;
    words[0] = "/libexec/testhost/perl";
    words[1] = "-I/libexec/testhost/lib";
    memcpy(words + 2, argv + 1, argc * sizeof *words);
    execv(words[0], words);
    return 1;
}
