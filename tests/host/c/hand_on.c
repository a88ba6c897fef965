/*
 * The forms of cut, grep, sed and sort that GNU's programs understand as FreeBSD's do, without Perl: they get the same words as from
 * programs/NAME. All other forms return.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define GNU(name) "/libexec/testhost/bin/gnu-" name

/* Splits options off: of these letters alone, those before a colon with a value, and a word each. Appends them to `out`, counts
 * values, and gives the first operand, or NULL where there is another option. */
static char **options(const char *letters, char **args, char ***out, int *values) {
    for (; *args && args[0][0] == '-' && args[0][1]; args++) {
        if (!strcmp(*args, "--")) return args + 1;
        const char *letter = *args + 1;
        for (; *letter; letter++) {
            const char *known = *letter == ':' ? NULL : strchr(letters, *letter);
            if (!known) return NULL;
            if (known[1] != ':') continue;
            if (letter != *args + 1 || (!letter[1] && !args[1])) return NULL;
            if (!letter[1]) *(*out)++ = *args++;
            ++*values;
            break;
        }
        *(*out)++ = *args;
    }
    return args;
}

/* Puts the rest behind `--`, where all are there and can be read. */
static int files(char **args, char **out) {
    if (*args) *out++ = "--";
    for (; *args; args++) {
        if (strcmp(*args, "-") && access(*args, R_OK)) return 0;
        *out++ = *args;
    }
    *out = NULL;
    return 1;
}

static void cut(char **args, char **words, char **out) {
    int values = 0, lists = 0;
    words[0] = "cut";
    char **rest = options("b:c:d:f:ns", args, &out, &values);
    for (char **word = words + 1; rest && word < out; word++) lists += **word == '-' && strchr("bcf", word[0][1]) != NULL;
    if (lists && files(rest, out)) execv(GNU("cut"), words);
}

static void sed(char **args, char **words, char **out) {
    int scripts = 0;
    words[0] = "sed";
    *out++ = "--posix";
    char **rest = options("e:nE", args, &out, &scripts);
    if (!rest || (!scripts && !*rest)) return;
    if (!scripts) { *out++ = "-e"; *out++ = *rest++; }
    if (files(rest, out)) execv(GNU("sed"), words);
}

static void grep(char **args, char **words, char **out) {
    static const char LETTERS[] = "EFGHILchilnoqsvwx";
    words[0] = "grep";
    if (!*args) return;
    for (char **word = args; *word; word++) {
        const char *letters = *word + 1;
        *out++ = *word;
        if (**word != '-' || !*letters) continue;
        if (!strcmp(*word, "--")) { while (*++word) *out++ = *word; break; }
        if (!strcmp(letters, "e") && word[1]) { *out++ = *++word; continue; }
        if (strspn(letters, LETTERS) != strlen(letters)) return;
    }
    unsetenv("GREP_COLORS");
    *out = NULL;
    execv(GNU("grep"), words);
}

static void sort(char **args, char **words, char **out) {
    words[0] = "sort";
    for (; *args; args++) {
        if (!strncmp(*args, "--", 2)) return;
        *out++ = *args;
    }
    *out = NULL;
    execv(GNU("sort"), words);
}

/* Becomes GNU's program, or returns. */
void hand_on(const char *name, char **args) {
    size_t count = 0;
    while (args[count]) count++;
    char **words = malloc((count + 6) * sizeof *words);
    if (!words) return;
    if (!strcmp(name, "cut")) cut(args, words, words + 1);
    if (!strcmp(name, "grep")) grep(args, words, words + 1);
    if (!strcmp(name, "sed")) sed(args, words, words + 1);
    if (!strcmp(name, "sort")) sort(args, words, words + 1);
    free(words);
}
