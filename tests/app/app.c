/*
 * The web application that the end-to-end tests deploy. README.md beside it is
 * its contract. One file on purpose, long as it is: it must build anywhere with
 *     cc -O2 -Wall -o bin/app app.c -lpthread
 * and needs nothing but libc, so that it runs in a jail with only the base.
 *
 * Order: settings, log, connection, request, response, body, WebSocket, pages,
 * serving, subcommands.
 */
#define _GNU_SOURCE
#include <sys/types.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/ioctl.h>
#include <sys/time.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define HEAD_LIMIT 32768
#define MAX_HEADERS 100
#define MAX_PARAMS 16
#define FRAME_LIMIT (1 << 20)
/* Longer than a proxy keeps an idle connection, so that the proxy closes first. */
#define IDLE_MS 300000
#define STALL_SECONDS 120
#define DRAIN_MS 10000
/* How long a connection accepted just before TERM may take to send its request. */
#define FRESH_MS 1000

struct pair {
    char *name;
    char *value;
    size_t size;
};

struct request {
    char *method;
    char *target;
    char *path;
    int minor;
    struct pair headers[MAX_HEADERS];
    int header_count;
    struct pair params[MAX_PARAMS];
    int param_count;
    int keep_alive;
    int chunked;
    long long left; /* bytes of the body, or of the current chunk, still to read */
    int body_done;
    int first_chunk;
    int expects_continue;
};

struct conn {
    int fd;
    size_t at, end;
    char buffer[HEAD_LIMIT];
    char head[HEAD_LIMIT + 1];
    char target[HEAD_LIMIT + 1];
    struct request request;
};

static char *program = "app";
static char home[PATH_MAX] = ".";
static char *release = "none";
static char release_line[256] = "none";
static char *conf_text;
static int stop_pipe[2];
static volatile sig_atomic_t stopping;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int open_connections;
static long long hold_ms;
static long long warm_at;
static int always_500;

/* --- settings ---------------------------------------------------------- */

static long long now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (long long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Waits; returns early, with 1, when the app has been told to stop. */
static int pause_or_stop(long long ms)
{
    struct pollfd p = { .fd = stop_pipe[0], .events = POLLIN };
    long long until = now_ms() + ms;

    for (;;) {
        long long rest = until - now_ms();
        if (stopping)
            return 1;
        if (rest <= 0)
            return 0;
        poll(&p, 1, rest > 60000 ? 60000 : (int)rest);
    }
}

static void sleep_ms(long long ms)
{
    struct timespec t = { ms / 1000, (ms % 1000) * 1000000 };
    while (nanosleep(&t, &t) == -1 && errno == EINTR)
        ;
}

/* The whole file with a NUL behind it, or NULL with errno set. */
static char *read_file(const char *path, size_t *size)
{
    size_t used = 0, room = 65536;
    char *text;
    ssize_t n;
    int fd = open(path, O_RDONLY);

    if (fd == -1)
        return NULL;
    text = malloc(room + 1);
    while (text && (n = read(fd, text + used, room - used)) > 0) {
        used += n;
        if (used == room)
            text = realloc(text, (room *= 2) + 1);
    }
    if (text && n == -1) {
        int saved = errno;
        free(text);
        text = NULL;
        errno = saved;
    }
    close(fd);
    if (text)
        text[used] = 0;
    if (size)
        *size = used;
    return text;
}

static char *beside(const char *name)
{
    char path[PATH_MAX + 32];
    char *text;

    snprintf(path, sizeof path, "%s/%s", home, name);
    text = read_file(path, NULL);
    return text ? text : read_file(name, NULL);
}

/* Sets `home` to the directory above the one that holds the program. */
static void find_home(const char *argv0)
{
    char path[PATH_MAX], candidate[PATH_MAX + 256];
    const char *search = getenv("PATH");
    int up;

    if (strchr(argv0, '/')) {
        if (!realpath(argv0, path))
            return;
    } else {
        path[0] = 0;
        while (search && *search && !path[0]) {
            size_t n = strcspn(search, ":");
            snprintf(candidate, sizeof candidate, "%.*s/%s", (int)n, search, argv0);
            if (access(candidate, X_OK) != 0 || !realpath(candidate, path))
                path[0] = 0;
            search += n + (search[n] == ':');
        }
        if (!path[0])
            return;
    }
    for (up = 0; up < 2; up++) {
        char *slash = strrchr(path, '/');
        if (slash)
            *slash = 0;
    }
    snprintf(home, sizeof home, "%s", path[0] ? path : "/");
}

static void load_release(void)
{
    char *text = beside("release.txt");
    size_t i;

    if (text) {
        size_t n = strlen(text);
        while (n && isspace((unsigned char)text[n - 1]))
            text[--n] = 0;
        release = text;
    }
    for (i = 0; i + 1 < sizeof release_line && release[i] && release[i] != '\n'; i++) {
        unsigned char b = release[i];
        release_line[i] = b < 32 || b == 127 ? '?' : release[i];
    }
    release_line[i] = 0;
    conf_text = beside("app.conf");
}

/* The environment first, then app.conf; NULL when neither has it. */
static const char *setting(const char *name)
{
    static char values[8][256];
    static int next;
    const char *value = getenv(name), *line = conf_text;
    size_t n = strlen(name);

    if (value && *value)
        return value;
    while (line && *line) {
        size_t length = strcspn(line, "\r\n");
        if (length > n && strncmp(line, name, n) == 0 && line[n] == '=') {
            char *copy = values[next++ % 8];
            snprintf(copy, 256, "%.*s", (int)(length - n - 1), line + n + 1);
            return copy;
        }
        line += length;
        line += strspn(line, "\r\n");
    }
    return NULL;
}

static long long number_setting(const char *name, long long otherwise)
{
    const char *value = setting(name);
    return value ? atoll(value) : otherwise;
}

/* --- log --------------------------------------------------------------- */

/* One write a line: nothing is buffered, lines of threads do not mix. */
static void say(int fd, const char *format, ...)
{
    char line[2048];
    va_list args;
    int n;

    va_start(args, format);
    n = vsnprintf(line, sizeof line - 1, format, args);
    va_end(args);
    if (n < 0)
        return;
    if (n > (int)sizeof line - 2)
        n = sizeof line - 2;
    line[n++] = '\n';
    if (write(fd, line, n) == -1)
        return;
}

/* --- connection -------------------------------------------------------- */

/* 0 when all was sent, -1 when the peer is gone or takes nothing for too long. */
static int send_all(struct conn *c, const void *data, size_t size)
{
    const char *p = data;

    while (size) {
        ssize_t n = send(c->fd, p, size, 0);
        if (n == -1 && errno == EINTR)
            continue;
        if (n <= 0)
            return -1;
        p += n;
        size -= n;
    }
    return 0;
}

/* More bytes into the buffer: their number, 0 at the end, -1 for an error. */
static ssize_t fill(struct conn *c)
{
    ssize_t n;

    if (c->at) {
        memmove(c->buffer, c->buffer + c->at, c->end - c->at);
        c->end -= c->at;
        c->at = 0;
    }
    if (c->end == sizeof c->buffer) {
        errno = EMSGSIZE;
        return -1;
    }
    do
        n = recv(c->fd, c->buffer + c->end, sizeof c->buffer - c->end, 0);
    while (n == -1 && errno == EINTR);
    if (n > 0)
        c->end += n;
    return n;
}

static int read_exactly(struct conn *c, void *into, size_t size)
{
    char *p = into;

    while (size) {
        size_t n = c->end - c->at;
        if (n == 0) {
            if (fill(c) <= 0)
                return -1;
            continue;
        }
        if (n > size)
            n = size;
        memcpy(p, c->buffer + c->at, n);
        c->at += n;
        p += n;
        size -= n;
    }
    return 0;
}

/* Waits for bytes: 1 they are there, 0 told to stop, -1 too long. */
static int wait_readable(struct conn *c, int timeout)
{
    struct pollfd p[2] = {
        { .fd = c->fd, .events = POLLIN }, { .fd = stop_pipe[0], .events = POLLIN }
    };
    int n;

    if (c->at < c->end)
        return 1;
    do
        n = poll(p, 2, timeout);
    while (n == -1 && errno == EINTR);
    if (p[0].revents)
        return 1;
    return n > 0 ? 0 : -1;
}

/* Between requests. A connection that never had one gets a moment even when stopping. */
static int wait_for_request(struct conn *c, int fresh)
{
    int ready = wait_readable(c, IDLE_MS);
    struct pollfd p = { .fd = c->fd, .events = POLLIN };

    if (ready == 0 && fresh)
        return poll(&p, 1, FRESH_MS) == 1;
    return ready == 1;
}

/* --- request ----------------------------------------------------------- */

static const char *header(const struct request *r, const char *name)
{
    int i;

    for (i = 0; i < r->header_count; i++)
        if (strcasecmp(r->headers[i].name, name) == 0)
            return r->headers[i].value;
    return NULL;
}

/* Is `word` one of the comma separated words of that header? */
static int header_has(const struct request *r, const char *name, const char *word)
{
    const char *value = header(r, name);
    size_t n = strlen(word);

    while (value && *value) {
        value += strspn(value, " \t,");
        if (strncasecmp(value, word, n) == 0 && strchr(" \t,;", value[n]))
            return 1;
        value += strcspn(value, ",");
    }
    return 0;
}

static const struct pair *param(const struct request *r, const char *name)
{
    int i;

    for (i = 0; i < r->param_count; i++)
        if (strcmp(r->params[i].name, name) == 0)
            return &r->params[i];
    return NULL;
}

static long long number_param(const struct request *r, const char *name, long long otherwise)
{
    const struct pair *p = param(r, name);
    return p ? atoll(p->value) : otherwise;
}

static size_t percent_decode(char *text)
{
    char *from = text, *to = text;

    while (*from) {
        if (*from == '%' && isxdigit((unsigned char)from[1]) && isxdigit((unsigned char)from[2])) {
            char hex[3] = { from[1], from[2], 0 };
            *to++ = (char)strtol(hex, NULL, 16);
            from += 3;
        } else {
            *to++ = *from == '+' ? ' ' : *from;
            from++;
        }
    }
    *to = 0;
    return to - text;
}

static void parse_query(struct request *r, char *query)
{
    while (query && *query && r->param_count < MAX_PARAMS) {
        struct pair *p = &r->params[r->param_count++];
        char *next = strchr(query, '&'), *equals;
        if (next)
            *next++ = 0;
        equals = strchr(query, '=');
        if (equals)
            *equals++ = 0;
        p->name = query;
        p->value = equals ? equals : query + strlen(query);
        percent_decode(p->name);
        p->size = percent_decode(p->value);
        query = next;
    }
}

static int parse_request_line(struct conn *c, char *line)
{
    struct request *r = &c->request;
    char *version;

    r->method = line;
    r->target = strchr(line, ' ');
    if (!r->target)
        return -1;
    *r->target++ = 0;
    version = strchr(r->target, ' ');
    if (!version || strncmp(version + 1, "HTTP/1.", 7) != 0)
        return -1;
    *version = 0;
    r->minor = atoi(version + 8);
    strcpy(c->target, r->target);
    r->path = c->target;
    parse_query(r, strchr(c->target, '?') ? strchr(c->target, '?') + 1 : NULL);
    c->target[strcspn(c->target, "?")] = 0;
    return 0;
}

static int parse_header_line(struct request *r, char *line)
{
    struct pair *h = &r->headers[r->header_count];
    char *colon = strchr(line, ':');
    size_t n;

    if (!colon || colon == line || r->header_count == MAX_HEADERS)
        return -1;
    *colon = 0;
    h->name = line;
    h->value = colon + 1 + strspn(colon + 1, " \t");
    for (n = strlen(h->value); n && strchr(" \t", h->value[n - 1]);)
        h->value[--n] = 0;
    h->size = n;
    r->header_count++;
    return 0;
}

static int parse_framing(struct request *r)
{
    const char *length = header(r, "Content-Length");
    char *end = NULL;

    r->keep_alive = r->minor >= 1 ? !header_has(r, "Connection", "close")
                                  : header_has(r, "Connection", "keep-alive");
    r->chunked = header_has(r, "Transfer-Encoding", "chunked");
    r->first_chunk = 1;
    r->expects_continue = header_has(r, "Expect", "100-continue");
    if (header(r, "Transfer-Encoding") && (!r->chunked || length))
        return -1;
    if (length)
        r->left = strtoll(length, &end, 10);
    if (length && (!isdigit((unsigned char)*length) || *end || r->left < 0))
        return -1;
    r->body_done = !r->chunked && r->left == 0;
    return 0;
}

/* Reads one head: 1 a request, 0 the peer closed before one, else an HTTP status. */
static int read_request(struct conn *c)
{
    char *end = NULL, *line, *next;
    size_t size;

    memset(&c->request, 0, sizeof c->request);
    while (!(end = memmem(c->buffer + c->at, c->end - c->at, "\r\n\r\n", 4))) {
        int empty = c->at == c->end;
        ssize_t n = fill(c);
        if (n == -1 && errno == EMSGSIZE)
            return 431;
        if (n <= 0)
            return empty ? 0 : 400;
    }
    size = end + 2 - (c->buffer + c->at);
    memcpy(c->head, c->buffer + c->at, size);
    c->head[size] = 0;
    c->at += size + 2;
    if (memchr(c->head, 0, size))
        return 400;
    for (line = c->head; *line; line = next) {
        next = strstr(line, "\r\n");
        *next = 0;
        next += 2;
        if (line == c->head ? parse_request_line(c, line) : parse_header_line(&c->request, line))
            return 400;
    }
    return parse_framing(&c->request) == 0 ? 1 : 400;
}

/* --- response ---------------------------------------------------------- */

static const char *reason(int status)
{
    switch (status) {
    case 101: return "Switching Protocols";
    case 200: return "OK";
    case 204: return "No Content";
    case 301: return "Moved Permanently";
    case 302: return "Found";
    case 304: return "Not Modified";
    case 400: return "Bad Request";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 426: return "Upgrade Required";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 502: return "Bad Gateway";
    case 503: return "Service Unavailable";
    default: return "Status";
    }
}

/* A size of -1 announces a chunked body. `extra` are whole header lines. */
static int format_head(struct conn *c, char *head, size_t room, int status, long long size,
    const char *extra)
{
    struct request *r = &c->request;
    int n, bare = status < 200 || status == 204 || status == 304;

    if (stopping)
        r->keep_alive = 0;
    n = snprintf(head, room, "HTTP/1.1 %d %s\r\nX-Release: %s\r\n%s", status, reason(status),
        release_line, extra ? extra : "");
    if (status != 101 && (!extra || !strstr(extra, "Content-Type")))
        n += snprintf(head + n, room - n, "Content-Type: text/plain; charset=utf-8\r\n");
    if (size == -1)
        n += snprintf(head + n, room - n, "Transfer-Encoding: chunked\r\n");
    else if (!bare)
        n += snprintf(head + n, room - n, "Content-Length: %lld\r\n", size);
    if (status != 101)
        n += snprintf(head + n, room - n, "Connection: %s\r\n",
            r->keep_alive ? "keep-alive" : "close");
    n += snprintf(head + n, room - n, "\r\n");
    return n;
}

static int send_head(struct conn *c, int status, long long size, const char *extra)
{
    char head[HEAD_LIMIT + 1024];

    return send_all(c, head, format_head(c, head, sizeof head, status, size, extra));
}

static int is_head(const struct conn *c)
{
    return c->request.method && strcmp(c->request.method, "HEAD") == 0;
}

/* Head and a small body go out in one segment. */
static int respond_with(struct conn *c, int status, const char *extra, const void *body,
    size_t size)
{
    char text[HEAD_LIMIT + 4096];
    size_t n = format_head(c, text, sizeof text, status, size, extra);

    if (is_head(c) || status < 200 || status == 204 || status == 304)
        size = 0;
    if (n + size <= sizeof text) {
        memcpy(text + n, body, size);
        return send_all(c, text, n + size);
    }
    return send_all(c, text, n) || send_all(c, body, size) ? -1 : 0;
}

static int respond(struct conn *c, int status, const char *format, ...)
{
    char body[HEAD_LIMIT * 2];
    va_list args;
    int n;

    va_start(args, format);
    n = vsnprintf(body, sizeof body, format, args);
    va_end(args);
    if (n > (int)sizeof body - 1)
        n = sizeof body - 1;
    return respond_with(c, status, NULL, body, n);
}

/* --- body -------------------------------------------------------------- */

static int read_line(struct conn *c, char *line, size_t room)
{
    size_t n = 0;
    char b;

    for (;;) {
        if (read_exactly(c, &b, 1) != 0)
            return -1;
        if (b == '\n')
            break;
        if (n + 1 < room)
            line[n++] = b;
    }
    if (n && line[n - 1] == '\r')
        n--;
    line[n] = 0;
    return 0;
}

/* Goes to the next chunk; sets body_done after the last one and its trailers. */
static int next_chunk(struct conn *c)
{
    struct request *r = &c->request;
    char line[1024], *end;

    if (!r->first_chunk && (read_line(c, line, sizeof line) != 0 || *line))
        return -1;
    r->first_chunk = 0;
    if (read_line(c, line, sizeof line) != 0)
        return -1;
    r->left = strtoll(line, &end, 16);
    if (end == line || r->left < 0 || !strchr("; \t", *end))
        return -1;
    if (r->left > 0)
        return 0;
    do
        if (read_line(c, line, sizeof line) != 0)
            return -1;
    while (*line);
    r->body_done = 1;
    return 0;
}

/* Some bytes of the body: their number, 0 at its end, -1 when it was cut short. */
static ssize_t read_body(struct conn *c, const char **data)
{
    struct request *r = &c->request;
    size_t n;

    if (r->expects_continue) {
        static const char line[] = "HTTP/1.1 100 Continue\r\n\r\n";
        r->expects_continue = 0;
        if (!r->body_done && send_all(c, line, sizeof line - 1) != 0)
            return -1;
    }
    if (!r->body_done && r->left == 0 && next_chunk(c) != 0)
        return -1;
    if (r->body_done)
        return 0;
    if (c->at == c->end && fill(c) <= 0)
        return -1;
    n = c->end - c->at;
    if ((long long)n > r->left)
        n = r->left;
    *data = c->buffer + c->at;
    c->at += n;
    r->left -= n;
    if (r->left == 0 && !r->chunked)
        r->body_done = 1;
    return n;
}

/* CRC-32 as in zip and PNG: what every language has at hand. */
static uint32_t crc32_of(uint32_t crc, const char *data, size_t size)
{
    static uint32_t table[256];
    static pthread_mutex_t once = PTHREAD_MUTEX_INITIALIZER;
    uint32_t i, k;

    pthread_mutex_lock(&once);
    for (i = 0; i < 256 && !table[255]; i++) {
        uint32_t v = i;
        for (k = 0; k < 8; k++)
            v = v & 1 ? 0xedb88320u ^ (v >> 1) : v >> 1;
        table[i] = v;
    }
    pthread_mutex_unlock(&once);
    crc = ~crc;
    while (size--)
        crc = table[(crc ^ (unsigned char)*data++) & 255] ^ (crc >> 8);
    return ~crc;
}

/* --- WebSocket --------------------------------------------------------- */

static uint32_t rotate(uint32_t v, int n)
{
    return v << n | v >> (32 - n);
}

static void sha1_block(uint32_t h[5], const unsigned char *block)
{
    uint32_t w[80], v[5];
    int i;

    for (i = 0; i < 16; i++)
        w[i] = (uint32_t)block[i * 4] << 24 | block[i * 4 + 1] << 16 | block[i * 4 + 2] << 8
            | block[i * 4 + 3];
    for (; i < 80; i++)
        w[i] = rotate(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
    memcpy(v, h, sizeof v);
    for (i = 0; i < 80; i++) {
        uint32_t f = i < 20 ? (v[1] & v[2]) | (~v[1] & v[3])
            : i < 40 || i >= 60 ? v[1] ^ v[2] ^ v[3]
            : (v[1] & v[2]) | (v[1] & v[3]) | (v[2] & v[3]);
        uint32_t k = i < 20 ? 0x5a827999 : i < 40 ? 0x6ed9eba1 : i < 60 ? 0x8f1bbcdc : 0xca62c1d6;
        uint32_t t = rotate(v[0], 5) + f + v[4] + k + w[i];
        v[4] = v[3];
        v[3] = v[2];
        v[2] = rotate(v[1], 30);
        v[1] = v[0];
        v[0] = t;
    }
    for (i = 0; i < 5; i++)
        h[i] += v[i];
}

/* SHA-1 of at most 119 bytes: enough for a key and the protocol's constant. */
static void sha1(const char *text, size_t size, unsigned char out[20])
{
    uint32_t h[5] = { 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0 };
    unsigned char block[128] = { 0 };
    size_t total = size < 56 ? 64 : 128, i;

    memcpy(block, text, size);
    block[size] = 0x80;
    block[total - 2] = (size * 8) >> 8;
    block[total - 1] = (size * 8) & 255;
    for (i = 0; i < total; i += 64)
        sha1_block(h, block + i);
    for (i = 0; i < 20; i++)
        out[i] = h[i / 4] >> (24 - i % 4 * 8);
}

static void base64_20(const unsigned char in[20], char out[29])
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    int i, o = 0;

    for (i = 0; i < 21; i += 3) {
        uint32_t v = in[i] << 16 | in[i + 1] << 8 | (i + 2 < 20 ? in[i + 2] : 0);
        out[o++] = digits[v >> 18];
        out[o++] = digits[v >> 12 & 63];
        out[o++] = digits[v >> 6 & 63];
        out[o++] = digits[v & 63];
    }
    out[27] = '=';
    out[28] = 0;
}

static int send_frame(struct conn *c, int first, const void *data, size_t size)
{
    unsigned char head[10] = { first };
    int n = 2, i;

    if (size < 126) {
        head[1] = size;
    } else if (size < 65536) {
        head[1] = 126;
        head[2] = size >> 8;
        head[3] = size & 255;
        n = 4;
    } else {
        head[1] = 127;
        for (i = 0; i < 8; i++)
            head[2 + i] = (uint64_t)size >> (56 - i * 8);
        n = 10;
    }
    return send_all(c, head, n) || send_all(c, data, size) ? -1 : 0;
}

/* One frame of the client: its size, or -1 when the connection must end. */
static long long read_frame(struct conn *c, int *first, unsigned char **data)
{
    unsigned char head[2], more[8], mask[4];
    uint64_t size, i;
    int extra;

    if (read_exactly(c, head, 2) != 0 || !(head[1] & 128))
        return -1;
    size = head[1] & 127;
    extra = size == 126 ? 2 : size == 127 ? 8 : 0;
    if (extra) {
        if (read_exactly(c, more, extra) != 0)
            return -1;
        for (size = 0, i = 0; i < (uint64_t)extra; i++)
            size = size << 8 | more[i];
    }
    if (size > FRAME_LIMIT || read_exactly(c, mask, 4) != 0)
        return -1;
    *data = malloc(size + 1);
    if (!*data || read_exactly(c, *data, size) != 0) {
        free(*data);
        return -1;
    }
    for (i = 0; i < size; i++)
        (*data)[i] ^= mask[i % 4];
    *first = head[0];
    return size;
}

/* Echoes one frame; 1 to go on, 0 when the WebSocket is closed. */
static int echo_frame(struct conn *c)
{
    unsigned char *data = NULL;
    int first = 0, opcode, failed;
    long long size = read_frame(c, &first, &data);

    if (size < 0)
        return 0;
    opcode = first & 15;
    if (opcode == 10)
        failed = 0;
    else if (opcode == 9)
        failed = send_frame(c, 0x80 | 10, data, size);
    else
        failed = send_frame(c, first & 0x8f, data, size);
    free(data);
    return !failed && opcode != 8;
}

static void page_websocket(struct conn *c)
{
    const char *key = header(&c->request, "Sec-WebSocket-Key");
    char text[128], accept[29], extra[160];
    unsigned char digest[20];

    if (!key || strlen(key) > 64 || !header_has(&c->request, "Upgrade", "websocket")) {
        respond(c, 426, "this is a WebSocket\n");
        return;
    }
    snprintf(text, sizeof text, "%s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", key);
    sha1(text, strlen(text), digest);
    base64_20(digest, accept);
    snprintf(extra, sizeof extra,
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n", accept);
    c->request.keep_alive = 0;
    if (send_head(c, 101, 0, extra) != 0)
        return;
    for (;;) {
        int ready = wait_readable(c, -1);
        if (ready == 1 && echo_frame(c))
            continue;
        if (ready == 0)
            send_frame(c, 0x80 | 8, "\x03\xe9stopping", 10);
        return;
    }
}

/* --- pages ------------------------------------------------------------- */

static void page_root(struct conn *c)
{
    respond(c, 200, "%s\n", release);
}

static void page_health(struct conn *c)
{
    respond(c, 200, "ok\n");
}

/* Pieces of `piece` bytes, one every 100 ms or so, then a last line. */
static void page_slow(struct conn *c)
{
    struct request *r = &c->request;
    long long ms = number_param(r, "ms", 1000), piece = number_param(r, "piece", 32);
    long long count = ms / 100 > 0 ? ms / 100 : 1, i, start = now_ms();
    int chunked = param(r, "chunked") && r->minor >= 1, failed;
    char last[300], size[32], *data;
    int tail = snprintf(last, sizeof last, "end %s\n", release_line);

    if (piece < 16 || piece > 1000000 || !(data = malloc(piece + 1))) {
        respond(c, 400, "piece must be from 16 to 1000000\n");
        return;
    }
    failed = send_head(c, 200, chunked ? -1 : count * piece + tail, NULL);
    for (i = 0; i <= count && !failed && !is_head(c); i++) {
        long long wait = start + (ms * i) / count - now_ms();
        long long bytes = i < count ? piece : tail;
        if (wait > 0)
            sleep_ms(wait);
        memset(data, '.', piece);
        data[snprintf(data, 16, "piece %lld ", i + 1)] = '.';
        data[piece - 1] = '\n';
        snprintf(size, sizeof size, "%llx\r\n", bytes);
        failed = (chunked && send_all(c, size, strlen(size)))
            || send_all(c, i < count ? data : last, bytes)
            || (chunked && send_all(c, "\r\n", 2));
    }
    if (chunked && !failed && !is_head(c))
        failed = send_all(c, "0\r\n\r\n", 5);
    free(data);
    if (failed) {
        c->request.keep_alive = 0;
        say(2, "client went away after %lld of %lld pieces", i - 1, count);
    }
}

static void page_env(struct conn *c)
{
    const struct pair *name = param(&c->request, "name");
    const char *value = name ? getenv(name->value) : NULL;

    if (value)
        respond_with(c, 200, NULL, value, strlen(value));
    else
        respond(c, 404, "not set\n");
}

static void page_upload(struct conn *c)
{
    const char *data;
    long long total = 0;
    uint32_t crc = 0;
    ssize_t n;

    while ((n = read_body(c, &data)) > 0) {
        crc = crc32_of(crc, data, n);
        total += n;
    }
    if (n < 0) {
        c->request.keep_alive = 0;
        say(2, "upload cut short after %lld bytes", total);
        respond(c, 400, "cut short after %lld bytes\n", total);
        return;
    }
    sleep_ms(number_param(&c->request, "ms", 0));
    respond(c, 200, "%lld %08x\n", total, (unsigned)crc);
}

/* An event every 200 ms, until the client leaves, the app stops, or `count` were sent. */
static void page_sse(struct conn *c)
{
    long long count = number_param(&c->request, "count", -1), i;
    char event[400], chunk[420];

    c->request.keep_alive = 0;
    if (send_head(c, 200, -1,
            "Content-Type: text/event-stream\r\nCache-Control: no-store\r\n") != 0)
        return;
    for (i = 1; count < 0 || i <= count; i++) {
        int n = snprintf(event, sizeof event, "id: %lld\ndata: %s\n\n", i, release_line);
        snprintf(chunk, sizeof chunk, "%x\r\n%s\r\n", n, event);
        if (send_all(c, chunk, strlen(chunk)) != 0 || wait_readable(c, 200) >= 0)
            break;
    }
    send_all(c, "0\r\n\r\n", 5);
}

static void page_crash(struct conn *c)
{
    say(2, "crash on request");
    if (param(&c->request, "answer")) {
        c->request.keep_alive = 0;
        respond(c, 200, "crashing\n");
    }
    _exit(1);
}

static void page_hold(struct conn *c)
{
    pthread_mutex_lock(&lock);
    hold_ms = number_param(&c->request, "ms", DRAIN_MS);
    pthread_mutex_unlock(&lock);
    respond(c, 200, "will hold for %lld ms\n", hold_ms);
}

static int id_text(char *text, size_t room)
{
    char cwd[PATH_MAX], host[256] = "";

    if (!getcwd(cwd, sizeof cwd))
        strcpy(cwd, "?");
    gethostname(host, sizeof host - 1);
    return snprintf(text, room,
        "uid %d\ngid %d\npid %d\nppid %d\ncwd %s\nargv0 %s\nhostname %s\n", (int)getuid(),
        (int)getgid(), (int)getpid(), (int)getppid(), cwd, program, host);
}

static void page_id(struct conn *c)
{
    char text[PATH_MAX * 3];

    id_text(text, sizeof text);
    respond(c, 200, "%s", text);
}

static void page_write(struct conn *c)
{
    const struct pair *path = param(&c->request, "path"), *text = param(&c->request, "text");
    int flags = O_WRONLY | O_CREAT | (param(&c->request, "append") ? O_APPEND : O_TRUNC);
    int fd = path ? open(path->value, flags, 0644) : -1;

    if (!path || !text)
        respond(c, 400, "path and text are needed\n");
    else if (fd == -1 || write(fd, text->value, text->size) != (ssize_t)text->size)
        respond(c, 500, "cannot write %s: %s\n", path->value, strerror(errno));
    else
        respond(c, 200, "wrote %d bytes\n", (int)text->size);
    if (fd != -1)
        close(fd);
}

static void page_read(struct conn *c)
{
    const struct pair *path = param(&c->request, "path");
    size_t size = 0;
    char *text = path ? read_file(path->value, &size) : NULL;

    if (text)
        respond_with(c, 200, NULL, text, size);
    else if (!path)
        respond(c, 400, "path is needed\n");
    else
        respond(c, errno == ENOENT ? 404 : 500, "cannot read %s: %s\n", path->value,
            strerror(errno));
    free(text);
}

static void page_status(struct conn *c)
{
    int code = number_param(&c->request, "code", 200);

    if (code < 200 || code > 599)
        respond(c, 400, "code must be from 200 to 599\n");
    else
        respond(c, code, "status %d\n", code);
}

static void page_headers(struct conn *c)
{
    struct request *r = &c->request;
    char text[HEAD_LIMIT * 2];
    int i, n = snprintf(text, sizeof text, "%s %s HTTP/1.%d\n", r->method, r->target, r->minor);

    for (i = 0; i < r->header_count; i++)
        n += snprintf(text + n, sizeof text - n, "%s: %s\n", r->headers[i].name,
            r->headers[i].value);
    respond_with(c, 200, NULL, text, n);
}

static void page_redirect(struct conn *c)
{
    const struct pair *to = param(&c->request, "to");
    char extra[HEAD_LIMIT];

    if (!to || strpbrk(to->value, "\r\n")) {
        respond(c, 400, "to is needed\n");
        return;
    }
    snprintf(extra, sizeof extra, "Location: %s\r\n", to->value);
    respond_with(c, 302, extra, "moved\n", 6);
}

static void page_log(struct conn *c)
{
    const struct pair *text = param(&c->request, "text");

    say(param(&c->request, "error") ? 2 : 1, "%s", text ? text->value : "");
    respond(c, 200, "logged\n");
}

static const struct {
    const char *path;
    void (*page)(struct conn *);
} pages[] = {
    { "/", page_root }, { "/health", page_health }, { "/slow", page_slow }, { "/env", page_env },
    { "/upload", page_upload }, { "/ws", page_websocket }, { "/sse", page_sse },
    { "/crash", page_crash }, { "/hold", page_hold }, { "/id", page_id }, { "/write", page_write },
    { "/read", page_read }, { "/status", page_status }, { "/headers", page_headers },
    { "/redirect", page_redirect }, { "/log", page_log },
};

/* --- serving ----------------------------------------------------------- */

/* The body nobody asked for, so that the next request begins where it should. */
static int skip_body(struct conn *c)
{
    const char *data;
    ssize_t n;

    while ((n = read_body(c, &data)) > 0)
        ;
    return n;
}

static void answer(struct conn *c)
{
    int refusing = always_500 || now_ms() < warm_at;
    size_t i;

    if ((refusing || strcmp(c->request.path, "/upload") != 0) && skip_body(c) != 0) {
        c->request.keep_alive = 0;
        return;
    }
    if (refusing) {
        respond(c, always_500 ? 500 : 503, always_500 ? "told to answer 500\n" : "warming up\n");
        return;
    }
    for (i = 0; i < sizeof pages / sizeof pages[0]; i++) {
        if (strcmp(c->request.path, pages[i].path) == 0) {
            pages[i].page(c);
            return;
        }
    }
    respond(c, 404, "no such page\n");
}

/* Without this a close right after an answer could reset it away. */
static void close_gently(struct conn *c)
{
    struct pollfd p = { .fd = c->fd, .events = POLLIN };
    long long until = now_ms() + 200;

    shutdown(c->fd, SHUT_WR);
    while (now_ms() < until && poll(&p, 1, 50) > 0)
        if (recv(c->fd, c->buffer, sizeof c->buffer, 0) <= 0)
            break;
    close(c->fd);
}

static void *serve_connection(void *argument)
{
    struct conn *c = argument;
    int fresh = 1, status;

    while (wait_for_request(c, fresh)) {
        status = read_request(c);
        if (status == 0)
            break;
        if (status != 1) {
            say(2, "bad request, answering %d", status);
            c->request.method = NULL;
            c->request.keep_alive = 0;
            respond(c, status, "bad request\n");
            break;
        }
        answer(c);
        fresh = 0;
        if (!c->request.keep_alive)
            break;
    }
    close_gently(c);
    free(c);
    pthread_mutex_lock(&lock);
    open_connections--;
    pthread_mutex_unlock(&lock);
    return NULL;
}

static void start_connection(int fd)
{
    struct timeval limit = { STALL_SECONDS, 0 };
    struct conn *c = malloc(sizeof *c);
    pthread_attr_t attributes;
    pthread_t thread;
    int on = 1, result;

    /* On FreeBSD a socket inherits O_NONBLOCK from its listener. */
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attributes, 512 * 1024);
    if (c) {
        c->fd = fd;
        c->at = c->end = 0;
    }
    pthread_mutex_lock(&lock);
    open_connections++;
    pthread_mutex_unlock(&lock);
    result = c ? pthread_create(&thread, &attributes, serve_connection, c) : ENOMEM;
    pthread_attr_destroy(&attributes);
    if (result == 0)
        return;
    say(2, "cannot serve a connection: %s", strerror(result));
    close(fd);
    free(c);
    pthread_mutex_lock(&lock);
    open_connections--;
    pthread_mutex_unlock(&lock);
}

/* All that is in the queue now; -1 when accepting is of no use. */
static int accept_waiting(int listener)
{
    for (;;) {
        int fd = accept(listener, NULL, NULL);
        if (fd != -1) {
            fcntl(fd, F_SETFD, FD_CLOEXEC);
            start_connection(fd);
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            return 0;
        } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
            say(2, "cannot accept a connection: %s", strerror(errno));
            sleep_ms(50);
            return 0;
        } else if (errno != EINTR && errno != ECONNABORTED) {
            say(2, "cannot accept connections: %s", strerror(errno));
            return -1;
        }
    }
}

static void on_stop(int signal)
{
    int saved = errno;

    (void)signal;
    if (!stopping) {
        stopping = 1;
        if (write(stop_pipe[1], "x", 1) == -1)
            _exit(1);
    }
    errno = saved;
}

/* Numeric addresses only: csh exports HOST with the machine's name. */
static int parse_address(const char *host, int port, struct sockaddr_storage *out, socklen_t *size)
{
    struct sockaddr_in *v4 = (struct sockaddr_in *)out;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)out;

    memset(out, 0, sizeof *out);
    if (inet_pton(AF_INET, host, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons(port);
        *size = sizeof *v4;
    } else if (inet_pton(AF_INET6, host, &v6->sin6_addr) == 1) {
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons(port);
        *size = sizeof *v6;
    } else {
        return -1;
    }
    return 0;
}

static int listen_on(const char *host, int port)
{
    struct sockaddr_storage address;
    socklen_t size;
    int on = 1, fd;

    if (parse_address(host, port, &address, &size) != 0) {
        say(2, "HOST %s is not an address, using 0.0.0.0", host);
        host = "0.0.0.0";
        parse_address(host, port, &address, &size);
    }
    fd = socket(address.ss_family, SOCK_STREAM, 0);
    if (fd == -1 && errno == EAFNOSUPPORT) {
        say(2, "cannot start the listener: :eafnosupport");
        exit(1);
    }
    if (fd != -1) {
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        if (address.ss_family == AF_INET6)
            setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    }
    if (fd == -1 || bind(fd, (struct sockaddr *)&address, size) == -1 || listen(fd, 1024) == -1) {
        say(2, "cannot listen on %s:%d: %s", host, port, strerror(errno));
        exit(1);
    }
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    getsockname(fd, (struct sockaddr *)&address, &size);
    if (address.ss_family == AF_INET)
        port = ntohs(((struct sockaddr_in *)&address)->sin_port);
    else
        port = ntohs(((struct sockaddr_in6 *)&address)->sin6_port);
    say(1, address.ss_family == AF_INET ? "listening on %s:%d release %s"
                                        : "listening on [%s]:%d release %s",
        host, port, release_line);
    return fd;
}

static int connections(void)
{
    int n;

    pthread_mutex_lock(&lock);
    n = open_connections;
    pthread_mutex_unlock(&lock);
    return n;
}

/* Held: as long as was asked for. Else until nothing is in flight, 10 s at most. */
static void drain(void)
{
    long long start = now_ms(), limit = hold_ms > 0 ? hold_ms : DRAIN_MS;

    say(1, "stopping, %d connections open", connections());
    while (now_ms() < start + limit && (hold_ms > 0 || connections() > 0))
        sleep_ms(10);
    say(1, "stopped after %lld ms, %d connections cut", now_ms() - start, connections());
    _exit(0);
}

static void serve_until_stopped(int listener)
{
    struct pollfd p[2] = {
        { .fd = listener, .events = POLLIN }, { .fd = stop_pipe[0], .events = POLLIN }
    };

    while (!stopping) {
        if (poll(p, 2, -1) == -1 && errno != EINTR)
            break;
        if (p[0].revents && accept_waiting(listener) != 0)
            exit(1);
    }
    /* A client in the queue has connected, and would be reset by the close. */
    accept_waiting(listener);
    close(listener);
    drain();
}

static void install_signals(void)
{
    struct sigaction action;

    if (pipe(stop_pipe) == -1)
        exit(1);
    fcntl(stop_pipe[0], F_SETFD, FD_CLOEXEC);
    fcntl(stop_pipe[1], F_SETFD, FD_CLOEXEC);
    memset(&action, 0, sizeof action);
    sigemptyset(&action.sa_mask);
    action.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &action, NULL);
    action.sa_handler = on_stop;
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
}

static const char *bind_host(const char *mode)
{
    const char *host = setting("HOST");

    if (strcmp(mode, "localhost") == 0 || (host && strcmp(host, "localhost") == 0))
        return "127.0.0.1";
    if (strcmp(mode, "ipv6") == 0)
        return "::";
    return host ? host : "0.0.0.0";
}

/* Acts on the mode before there is a listener; may end the process. */
static void before_listening(const char *mode)
{
    if (strcmp(mode, "exit") == 0) {
        say(2, "release %s cannot start: told to exit", release_line);
        exit(1);
    }
    if (strcmp(mode, "missing-env") == 0 && !getenv("SECRET_KEY_BASE")) {
        say(2, "environment variable SECRET_KEY_BASE is missing");
        exit(1);
    }
    if (!setting("PORT")) {
        say(2, "environment variable PORT is missing");
        exit(1);
    }
    if (strcmp(mode, "listen-never") == 0) {
        say(1, "started, never listening, release %s", release_line);
        while (!pause_or_stop(60000))
            ;
        drain();
    }
    if (strcmp(mode, "slow-start") == 0 && pause_or_stop(number_setting("APP_START_MS", 3000)))
        drain();
}

static int serve(void)
{
    const char *mode = setting("APP_FAIL");
    char chosen[64];

    install_signals();
    snprintf(chosen, sizeof chosen, "%s", mode ? mode : "");
    before_listening(chosen);
    hold_ms = number_setting("APP_HOLD_MS", 0);
    always_500 = strcmp(chosen, "status500") == 0;
    if (strcmp(chosen, "warm-up") == 0)
        warm_at = now_ms() + number_setting("APP_START_MS", 3000);
    serve_until_stopped(listen_on(bind_host(chosen), number_setting("PORT", 0)));
    return 0;
}

/* --- subcommands ------------------------------------------------------- */

/* Appends the release to FILE, when one is given, as a migration leaves a mark. */
static int migrate(const char *path)
{
    const char *mode = setting("APP_MIGRATE");
    FILE *file;

    if (mode && strcmp(mode, "fail") == 0) {
        fprintf(stderr, "migration of release %s failed\n", release_line);
        return 1;
    }
    if (path) {
        file = fopen(path, "a");
        if (!file || fprintf(file, "%s\n", release_line) < 0 || fclose(file) != 0) {
            fprintf(stderr, "cannot write %s: %s\n", path, strerror(errno));
            return 1;
        }
    }
    printf("migrated to release %s\n", release_line);
    return 0;
}

static int copy_input(void)
{
    char buffer[65536];
    ssize_t n, sent, part;

    while ((n = read(0, buffer, sizeof buffer)) > 0)
        for (sent = 0; sent < n; sent += part)
            if ((part = write(1, buffer + sent, n - sent)) == -1)
                return 1;
    return n == 0 ? 0 : 1;
}

static int show_terminal(void)
{
    struct winsize size;
    int fd;
    const char *names[] = { "stdin", "stdout", "stderr" };

    for (fd = 0; fd < 3; fd++)
        printf("%s %s\n", names[fd], isatty(fd) ? "tty" : "no tty");
    for (fd = 0; fd < 3; fd++) {
        if (isatty(fd) && ioctl(fd, TIOCGWINSZ, &size) == 0) {
            printf("size %d columns %d rows\n", size.ws_col, size.ws_row);
            break;
        }
    }
    printf("TERM %s\n", getenv("TERM") ? getenv("TERM") : "unset");
    return 0;
}

static int show_words(int count, char **words, const char *before, const char *after)
{
    int i;

    for (i = 0; i < count; i++)
        printf("%s%s%s", before, words[i], i + 1 < count || *before ? after : "\n");
    if (count == 0 && !*before)
        printf("\n");
    return 0;
}

static int usage(void)
{
    fprintf(stderr,
        "usage: app [serve] | migrate [FILE] | fail | echo WORD... | args WORD... | tty | exit N\n"
        "           | cat | env NAME | id | sleep SECONDS | release\n");
    return 2;
}

static int subcommand(int count, char **words)
{
    const char *name = words[0], *word = count > 1 ? words[1] : NULL;
    char text[PATH_MAX * 3];

    if (strcmp(name, "serve") == 0)
        return serve();
    if (strcmp(name, "migrate") == 0)
        return migrate(word);
    if (strcmp(name, "fail") == 0) {
        fprintf(stderr, "told to fail\n");
        return 1;
    }
    if (strcmp(name, "echo") == 0)
        return show_words(count - 1, words + 1, "", " ");
    if (strcmp(name, "args") == 0)
        return show_words(count - 1, words + 1, "[", "]\n");
    if (strcmp(name, "tty") == 0)
        return show_terminal();
    if (strcmp(name, "cat") == 0)
        return copy_input();
    if (strcmp(name, "exit") == 0 && word)
        return atoi(word);
    if (strcmp(name, "env") == 0 && word)
        return getenv(word) ? (fputs(getenv(word), stdout), 0) : 1;
    if (strcmp(name, "sleep") == 0 && word) {
        sleep_ms(atoll(word) * 1000);
        return 0;
    }
    if (strcmp(name, "release") == 0)
        return printf("%s\n", release) < 0;
    if (strcmp(name, "id") == 0) {
        id_text(text, sizeof text);
        return fputs(text, stdout) < 0;
    }
    return usage();
}

int main(int argc, char **argv)
{
    static char *default_words[] = { "serve" };

    program = argv[0];
    find_home(argv[0]);
    load_release();
    if (argc < 2)
        return subcommand(1, default_words);
    return subcommand(argc - 1, argv + 1);
}
