/*
 * doas(1) as FreeBSD's package has it, for the test host: the rules of /usr/local/etc/doas.conf, nobody is asked for a
 * password. A rule that needs one ends as it does without a terminal.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CONFIG "/usr/local/etc/doas.conf"
#define SAFE_PATH "/sbin:/bin:/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin"
#define MAX_WORDS 64

struct rule {
    int permit, nopass, keepenv;
    char *set[MAX_WORDS];
    int sets;
    char *identity, *target, *command, **args;
    int arg_count, has_args;
};

static void fail(const char *format, ...) {
    va_list list;
    va_start(list, format);
    fputs("doas: ", stderr);
    vfprintf(stderr, format, list);
    fputc('\n', stderr);
    va_end(list);
    exit(1);
}

/* Splits a line into words; quotes hold blanks together, # begins a comment, braces stand alone. */
static int split(char *line, char **words) {
    int count = 0;
    while (*line && count < MAX_WORDS - 1) {
        if (strchr(" \t\n", *line)) { line++; continue; }
        if (*line == '#') break;
        char *word = malloc(strlen(line) + 1), *end = word;
        if (strchr("{}", *line)) *end++ = *line++;
        else
            for (int quoted = 0; *line && (quoted || !strchr(" \t\n#{}", *line)); line++) {
                if (*line == '"') quoted = !quoted;
                else *end++ = *line;
            }
        *end = 0;
        words[count++] = word;
    }
    words[count] = NULL;
    return count;
}

/* permit|deny [nopass|persist|nolog|keepenv|setenv { ... }] identity [as target] [cmd command [args ...]] */
static int parse(char **word, struct rule *rule) {
    memset(rule, 0, sizeof *rule);
    if (strcmp(*word, "permit") == 0) rule->permit = 1;
    else if (strcmp(*word, "deny") != 0) return 0;
    for (word++; *word; word++) {
        if (strcmp(*word, "nopass") == 0) rule->nopass = 1;
        else if (strcmp(*word, "keepenv") == 0) rule->keepenv = 1;
        else if (strcmp(*word, "setenv") == 0) {
            if (!word[1] || strcmp(*++word, "{") != 0) return 0;
            for (word++; *word && strcmp(*word, "}") != 0; word++) rule->set[rule->sets++] = *word;
            if (!*word) return 0;
        } else if (strcmp(*word, "persist") != 0 && strcmp(*word, "nolog") != 0) break;
    }
    if (!*word) return 0;
    rule->identity = *word++;
    if (*word && strcmp(*word, "as") == 0) {
        if (!*++word) return 0;
        rule->target = *word++;
    }
    if (*word && strcmp(*word, "cmd") == 0) {
        if (!*++word) return 0;
        rule->command = *word++;
        if (*word && strcmp(*word, "args") == 0) {
            rule->has_args = 1;
            rule->args = ++word;
            while (*word) rule->arg_count++, word++;
        }
    }
    return *word == NULL;
}

static int is_member(const char *group_name) {
    gid_t groups[256];
    int count = getgroups(256, groups);
    struct group *group = getgrnam(group_name);
    if (!group) return 0;
    if (getgid() == group->gr_gid) return 1;
    for (int i = 0; i < count; i++)
        if (groups[i] == group->gr_gid) return 1;
    return 0;
}

static int matches(const struct rule *rule, uid_t target, char **command) {
    if (rule->identity[0] == ':') {
        if (!is_member(rule->identity + 1)) return 0;
    } else {
        struct passwd *who = getpwnam(rule->identity);
        if (!who || who->pw_uid != getuid()) return 0;
    }
    if (rule->target) {
        struct passwd *as = getpwnam(rule->target);
        if (!as || as->pw_uid != target) return 0;
    }
    if (!rule->command) return 1;
    if (strcmp(rule->command, command[0]) != 0) return 0;
    if (!rule->has_args) return 1;
    for (int i = 0; i < rule->arg_count; i++)
        if (!command[i + 1] || strcmp(rule->args[i], command[i + 1]) != 0) return 0;
    return command[rule->arg_count + 1] == NULL;
}

/* The last rule that matches decides. */
static int find_rule(const char *path, int checked, uid_t target, char **command, struct rule *found) {
    struct stat st;
    char line[4096], *words[MAX_WORDS];
    int number = 0, any = 0;
    FILE *file = fopen(path, "r");
    if (!file) fail(checked ? "doas is not enabled, %s: %s" : "could not open config file %s: %s", path, strerror(errno));
    if (checked) {
        if (fstat(fileno(file), &st) != 0) fail("fstat(\"%s\")", path);
        if (st.st_mode & (S_IWGRP | S_IWOTH)) fail("%s is writable by group or other", path);
        if (st.st_uid != 0) fail("%s is not owned by root", path);
    }
    while (fgets(line, sizeof line, file)) {
        struct rule rule;
        number++;
        if (split(line, words) == 0) continue;
        if (!parse(words, &rule)) {
            fprintf(stderr, "doas: syntax error at line %d\n", number);
            exit(1);
        }
        if (command[0] && matches(&rule, target, command)) *found = rule, any = 1;
    }
    fclose(file);
    return any && found->permit;
}

/* Of the caller's variables only a few are left; the rest is the target's. */
static void set_environment(const struct rule *rule, const struct passwd *caller, const struct passwd *target) {
    char *term = getenv("TERM"), *display = getenv("DISPLAY");
    char *kept[MAX_WORDS];
    for (int i = 0; i < rule->sets; i++) kept[i] = strchr(rule->set[i], '=') ? NULL : getenv(rule->set[i]);
    if (!rule->keepenv) clearenv();
    if (term) setenv("TERM", term, 1);
    if (display) setenv("DISPLAY", display, 1);
    setenv("DOAS_USER", caller->pw_name, 1);
    setenv("HOME", target->pw_dir, 1);
    setenv("LOGNAME", target->pw_name, 1);
    setenv("USER", target->pw_name, 1);
    setenv("SHELL", target->pw_shell, 1);
    setenv("PATH", SAFE_PATH, 1);
    for (int i = 0; i < rule->sets; i++) {
        if (rule->set[i][0] == '-') unsetenv(rule->set[i] + 1);
        else if (strchr(rule->set[i], '=')) putenv(rule->set[i]);
        else if (kept[i]) setenv(rule->set[i], kept[i], 1);
    }
}

static void usage(void) {
    fputs("usage: doas [-nSs] [-a style] [-C config] [-u user] command [args]\n", stderr);
    exit(1);
}

int main(int argc, char **argv) {
    const char *config = NULL, *user = "root";
    int option, no_question = 0, shell = 0;
    struct rule rule;
    while ((option = getopt(argc, argv, "+a:C:Lnsu:S")) != -1) {
        if (option == 'C') config = optarg;
        else if (option == 'n') no_question = 1;
        else if (option == 's' || option == 'S') shell = 1;
        else if (option == 'u') user = optarg;
        else if (option == 'L') return 0;
        else if (option != 'a') usage();
    }
    struct passwd *found = getpwuid(getuid());
    if (!found) fail("getpwuid_r failed: no passwd entry for self");
    struct passwd caller = *found;
    caller.pw_name = strdup(found->pw_name);
    caller.pw_shell = strdup(found->pw_shell);
    char *login_shell[] = {caller.pw_shell, NULL};
    char **command = shell ? login_shell : argv + optind;
    struct passwd *target = getpwnam(user);
    if (!target) fail("unknown user");
    uid_t target_uid = target->pw_uid;
    if (config) {
        if (setuid(getuid()) != 0) fail("setuid");
        int permitted = find_rule(config, 0, target_uid, command, &rule);
        if (!command[0]) return 0;
        printf("%s%s\n", permitted ? "permit" : "deny", permitted && rule.nopass ? " nopass" : "");
        return permitted ? 0 : 1;
    }
    if (!command[0]) usage();
    if (geteuid() != 0) fail("not installed setuid");
    if (!find_rule(CONFIG, 1, target_uid, command, &rule)) fail("Operation not permitted");
    if (!rule.nopass && getuid() != 0) fail(no_question ? "Authorization required" : "Authorization failed");
    target = getpwnam(user);
    if (initgroups(target->pw_name, target->pw_gid) != 0 || setgid(target->pw_gid) != 0 || setuid(target_uid) != 0)
        fail("failed to set user context for target");
    /* A rule without a command looks for it along the caller's path. */
    if (rule.command) setenv("PATH", SAFE_PATH, 1);
    char *path = strdup(getenv("PATH") ? getenv("PATH") : SAFE_PATH);
    set_environment(&rule, &caller, target);
    char *target_path = strdup(getenv("PATH"));
    setenv("PATH", path, 1);
    char *candidate = NULL;
    if (strchr(command[0], '/')) candidate = command[0];
    else
        for (char *part = strtok(path, ":"); part; part = strtok(NULL, ":")) {
            char *file;
            if (asprintf(&file, "%s/%s", part, command[0]) > 0 && access(file, X_OK) == 0) { candidate = file; break; }
        }
    setenv("PATH", target_path, 1);
    if (candidate) execv(candidate, command);
    if (!candidate || errno == ENOENT) fail("%s: command not found", command[0]);
    fail("%s: %s", command[0], strerror(errno));
}
