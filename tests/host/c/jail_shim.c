/*
 * Preloaded by every program in a jail's tree: gives its sockets the jail's address, as FreeBSD's kernel does.
 *
 * In a jail a wildcard or 127.0.0.1 means the jail's own address, another host's address cannot be bound, what is sent
 * comes from the jail's address, and without an IPv6 address there are no IPv6 sockets. The jail's number stands in the
 * NIS domain name of the UTS namespace: "jail:JID:ADDRESS[,ADDRESS]", "*" for the host's addresses, "6" for IPv6 too,
 * "shm", "sem" and "msg" for System V IPC, which a jail without it does not have.
 * The special files of /dev/fd, which here have no kernel behind them, become duplicates of the descriptors.
 * POSIX shared memory, which Linux keeps in a /dev/shm that FreeBSD does not have, lies in a folder of the test host's.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/utsname.h>
#include <unistd.h>

#define MOST 4
#define SHARED_MEMORY "/libexec/testhost/shm/"

struct jail {
    int jailed, inherits, has_ip6, has_shm, has_sem, has_msg, count;
    in_addr_t address[MOST];
};

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static struct jail read_mark(void) {
    struct jail jail = {0};
    struct utsname names;
    if (uname(&names) != 0 || strncmp(names.domainname, "jail:", 5) != 0) return jail;
    char *list = strchr(names.domainname + 5, ':'), *rest = NULL;
    jail.jailed = list != NULL;
    for (char *word = list ? strtok_r(list + 1, ",", &rest) : NULL; word; word = strtok_r(NULL, ",", &rest)) {
        struct in_addr found;
        if (strcmp(word, "*") == 0) jail.inherits = 1;
        else if (strcmp(word, "6") == 0) jail.has_ip6 = 1;
        else if (strcmp(word, "shm") == 0) jail.has_shm = 1;
        else if (strcmp(word, "sem") == 0) jail.has_sem = 1;
        else if (strcmp(word, "msg") == 0) jail.has_msg = 1;
        else if (jail.count < MOST && inet_pton(AF_INET, word, &found) == 1) jail.address[jail.count++] = found.s_addr;
    }
    return jail;
}

static int rewrites(const struct jail *jail, const struct sockaddr *address, socklen_t length) {
    return jail->jailed && !jail->inherits && jail->count && address && address->sa_family == AF_INET &&
           length >= sizeof(struct sockaddr_in);
}

static int owns(const struct jail *jail, in_addr_t address) {
    for (int i = 0; i < jail->count; i++)
        if (jail->address[i] == address) return 1;
    return 0;
}

int socket(int family, int type, int protocol) {
    struct jail jail = read_mark();
    int refused = jail.jailed && ((family == AF_INET6 && !jail.has_ip6) ||
                                  (family == AF_INET && !jail.count && !jail.inherits));
    if (!refused) return NEXT(socket)(family, type, protocol);
    errno = EAFNOSUPPORT;
    return -1;
}

int bind(int fd, const struct sockaddr *address, socklen_t length) {
    struct jail jail = read_mark();
    if (!rewrites(&jail, address, length)) return NEXT(bind)(fd, address, length);
    struct sockaddr_in own = *(const struct sockaddr_in *)address;
    int wildcard = own.sin_addr.s_addr == htonl(INADDR_ANY);
    if ((wildcard && jail.count == 1) || own.sin_addr.s_addr == htonl(INADDR_LOOPBACK)) own.sin_addr.s_addr = jail.address[0];
    else if (!wildcard && !owns(&jail, own.sin_addr.s_addr)) {
        errno = EADDRNOTAVAIL;
        return -1;
    }
    return NEXT(bind)(fd, (struct sockaddr *)&own, sizeof own);
}

/* A socket without a name yet gets the jail's address before it sends anything. */
static void name_source(int fd, const struct jail *jail) {
    struct sockaddr_in own;
    socklen_t length = sizeof own;
    int yes = 1;
    if (getsockname(fd, (struct sockaddr *)&own, &length) != 0 || own.sin_family != AF_INET) return;
    if (own.sin_port || own.sin_addr.s_addr != htonl(INADDR_ANY)) return;
    own.sin_addr.s_addr = jail->address[0];
    setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &yes, sizeof yes);
    NEXT(bind)(fd, (struct sockaddr *)&own, sizeof own);
}

/* The destination as the jail means it, in a buffer of the caller's. */
static const struct sockaddr *destination(int fd, const struct sockaddr *address, socklen_t length, struct sockaddr_in *buffer) {
    struct jail jail = read_mark();
    if (!rewrites(&jail, address, length)) return address;
    *buffer = *(const struct sockaddr_in *)address;
    in_addr_t to = buffer->sin_addr.s_addr;
    if (to == htonl(INADDR_ANY) || to == htonl(INADDR_LOOPBACK)) buffer->sin_addr.s_addr = jail.address[0];
    int saved = errno;
    name_source(fd, &jail);
    errno = saved;
    return (struct sockaddr *)buffer;
}

int connect(int fd, const struct sockaddr *address, socklen_t length) {
    struct sockaddr_in buffer;
    return NEXT(connect)(fd, destination(fd, address, length, &buffer), length);
}

ssize_t sendto(int fd, const void *data, size_t size, int flags, const struct sockaddr *address, socklen_t length) {
    struct sockaddr_in buffer;
    return NEXT(sendto)(fd, data, size, flags, destination(fd, address, length, &buffer), length);
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags) {
    struct sockaddr_in buffer;
    struct msghdr changed = *message;
    changed.msg_name = (void *)destination(fd, message->msg_name, message->msg_namelen, &buffer);
    return NEXT(sendmsg)(fd, &changed, flags);
}

/* The descriptor that a path of /dev stands for, or -1. Only in a jail: elsewhere the files work by themselves. */
static int descriptor_of(const char *path) {
    if (!path || strncmp(path, "/dev/", 5) != 0) return -1;
    path += 5;
    int fd = strcmp(path, "stdin") == 0    ? 0
             : strcmp(path, "stdout") == 0 ? 1
             : strcmp(path, "stderr") == 0 ? 2
             : strncmp(path, "fd/", 3) == 0 && path[3] >= '0' && path[3] <= '9' ? atoi(path + 3)
                                                                                : -1;
    return fd >= 0 && read_mark().jailed ? fd : -1;
}

static mode_t mode_of(int flags, va_list list) {
    return flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE ? va_arg(list, mode_t) : 0;
}

#define OPEN(name)                                                  \
    int name(const char *path, int flags, ...) {                    \
        va_list list;                                               \
        va_start(list, flags);                                      \
        mode_t mode = mode_of(flags, list);                         \
        va_end(list);                                               \
        int fd = descriptor_of(path);                               \
        return fd >= 0 ? dup(fd) : NEXT(name)(path, flags, mode);   \
    }

#define OPENAT(name)                                                    \
    int name(int dir, const char *path, int flags, ...) {               \
        va_list list;                                                   \
        va_start(list, flags);                                          \
        mode_t mode = mode_of(flags, list);                             \
        va_end(list);                                                   \
        int fd = descriptor_of(path);                                   \
        return fd >= 0 ? dup(fd) : NEXT(name)(dir, path, flags, mode);  \
    }

#define FOPEN(name)                                                     \
    FILE *name(const char *path, const char *mode) {                    \
        int fd = descriptor_of(path);                                   \
        return fd >= 0 ? fdopen(dup(fd), mode) : NEXT(name)(path, mode); \
    }

OPEN(open)
OPEN(open64)
OPENAT(openat)
OPENAT(openat64)
FOPEN(fopen)
FOPEN(fopen64)

static int no_ipc(int has) {
    if (!read_mark().jailed || has) return 0;
    errno = ENOSYS;
    return 1;
}

int shmget(key_t key, size_t size, int flags) {
    return no_ipc(read_mark().has_shm) ? -1 : NEXT(shmget)(key, size, flags);
}

void *shmat(int id, const void *address, int flags) {
    return no_ipc(read_mark().has_shm) ? (void *)-1 : NEXT(shmat)(id, address, flags);
}

int shmctl(int id, int command, struct shmid_ds *data) {
    return no_ipc(read_mark().has_shm) ? -1 : NEXT(shmctl)(id, command, data);
}

int semget(key_t key, int count, int flags) {
    return no_ipc(read_mark().has_sem) ? -1 : NEXT(semget)(key, count, flags);
}

int msgget(key_t key, int flags) {
    return no_ipc(read_mark().has_msg) ? -1 : NEXT(msgget)(key, flags);
}

/* Where the memory of that name lies; NULL when the name is none. */
static char *shared_memory(const char *name, char *path, size_t size) {
    if (name[0] == '/') name++;
    if (*name && !strchr(name, '/') && snprintf(path, size, SHARED_MEMORY "%s", name) < (int)size) return path;
    errno = EINVAL;
    return NULL;
}

int shm_open(const char *name, int flags, mode_t mode) {
    char path[256];
    if (!shared_memory(name, path, sizeof path)) return -1;
    return NEXT(open)(path, flags | O_CLOEXEC | O_NOFOLLOW, mode);
}

int shm_unlink(const char *name) {
    char path[256];
    return shared_memory(name, path, sizeof path) ? unlink(path) : -1;
}
