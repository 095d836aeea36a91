/* Loaded before the C library: file-system calls in one folder fail as planned.

   Each call that concerns a file below the folder, by its path or by a handle opened there, is
   counted. From call `first` on (or that one only) calls fail with `number`, and do nothing. */

#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#define HANDLES 4096

static char folder[4096];
static long *calls, first = -1; /* the count is shared with processes that fork from this one */
static int number, for_good;
static char ours[HANDLES];

void faults_plan(const char *where, long from, int error, int lasting) {
    strncpy(folder, where, sizeof folder - 1);
    *calls = 0;
    first = from;
    number = error;
    for_good = lasting;
}

long faults_calls(void) { return *calls; }

__attribute__((constructor)) static void share(void) {
    calls = mmap(NULL, sizeof *calls, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
}

static int below(const char *path) {
    return folder[0] && path && strncmp(path, folder, strlen(folder)) == 0;
}

static int opened(int handle) { return folder[0] && handle >= 0 && handle < HANDLES && ours[handle]; }

static int fails(int concerns) {
    if (!concerns) return 0;
    long call = __sync_fetch_and_add(calls, 1);
    if (first < 0 || call < first || (call > first && !for_good)) return 0;
    errno = number;
    return 1;
}

static int note(int handle, int concerns) {
    if (handle >= 0 && handle < HANDLES) ours[handle] = concerns;
    return handle;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

#define OPEN(name)                                                        \
    int name(const char *path, int flags, ...) {                          \
        va_list rest;                                                     \
        va_start(rest, flags);                                            \
        mode_t mode = va_arg(rest, mode_t);                               \
        va_end(rest);                                                     \
        if (fails(below(path))) return -1;                                \
        return note(REAL(name)(path, flags, mode), below(path));          \
    }
OPEN(open)
OPEN(open64)

#define OPENAT(name)                                                      \
    int name(int at, const char *path, int flags, ...) {                  \
        va_list rest;                                                     \
        va_start(rest, flags);                                            \
        mode_t mode = va_arg(rest, mode_t);                               \
        va_end(rest);                                                     \
        if (fails(below(path))) return -1;                                \
        return note(REAL(name)(at, path, flags, mode), below(path));      \
    }
OPENAT(openat)
OPENAT(openat64)

int close(int handle) {
    note(handle, 0); /* closing always works, so that handles are not lost */
    return REAL(close)(handle);
}

#define CALL(type, name, concerns, signature, arguments)                  \
    type name signature {                                                 \
        if (fails(concerns)) return -1;                                   \
        return REAL(name) arguments;                                      \
    }

CALL(ssize_t, read, opened(fd), (int fd, void *b, size_t n), (fd, b, n))
CALL(ssize_t, pread64, opened(fd), (int fd, void *b, size_t n, off64_t o), (fd, b, n, o))
CALL(ssize_t, write, opened(fd), (int fd, const void *b, size_t n), (fd, b, n))
CALL(ssize_t, writev, opened(fd), (int fd, const struct iovec *b, int n), (fd, b, n))
CALL(off64_t, lseek64, opened(fd), (int fd, off64_t o, int w), (fd, o, w))
CALL(int, fsync, opened(fd), (int fd), (fd))
CALL(int, fstat, opened(fd), (int fd, struct stat *s), (fd, s))
CALL(int, fstat64, opened(fd), (int fd, struct stat64 *s), (fd, s))
CALL(int, stat, below(p), (const char *p, struct stat *s), (p, s))
CALL(int, stat64, below(p), (const char *p, struct stat64 *s), (p, s))
CALL(int, lstat, below(p), (const char *p, struct stat *s), (p, s))
CALL(int, lstat64, below(p), (const char *p, struct stat64 *s), (p, s))
CALL(int, fstatat, below(p), (int d, const char *p, struct stat *s, int f), (d, p, s, f))
CALL(int, fstatat64, below(p), (int d, const char *p, struct stat64 *s, int f), (d, p, s, f))
CALL(int, access, below(p), (const char *p, int m), (p, m))
CALL(int, chmod, below(p), (const char *p, mode_t m), (p, m))
CALL(int, fchmod, opened(fd), (int fd, mode_t m), (fd, m))
CALL(int, fchmodat, below(p), (int d, const char *p, mode_t m, int f), (d, p, m, f))
CALL(int, chown, below(p), (const char *p, uid_t u, gid_t g), (p, u, g))
CALL(int, utimensat, below(p), (int d, const char *p, const struct timespec t[2], int f), (d, p, t, f))
CALL(ssize_t, listxattr, below(p), (const char *p, char *l, size_t n), (p, l, n))
CALL(ssize_t, getxattr, below(p), (const char *p, const char *k, void *v, size_t n), (p, k, v, n))
CALL(int, setxattr, below(p), (const char *p, const char *k, const void *v, size_t n, int f), (p, k, v, n, f))
CALL(int, mkdir, below(p), (const char *p, mode_t m), (p, m))
CALL(int, rmdir, below(p), (const char *p), (p))
CALL(int, unlink, below(p), (const char *p), (p))
CALL(int, unlinkat, below(p), (int d, const char *p, int f), (d, p, f))
CALL(int, rename, below(a), (const char *a, const char *b), (a, b))
CALL(int, renameat, below(b), (int d, const char *a, int e, const char *b), (d, a, e, b))
CALL(int, renameat2, below(b), (int d, const char *a, int e, const char *b, unsigned f), (d, a, e, b, f))
CALL(ssize_t, readlink, below(p), (const char *p, char *b, size_t n), (p, b, n))
CALL(int, ftruncate64, opened(fd), (int fd, off64_t n), (fd, n))

#define FCNTL(name)                                                       \
    int name(int fd, int command, ...) {                                  \
        va_list rest;                                                     \
        va_start(rest, command);                                          \
        void *argument = va_arg(rest, void *);                            \
        va_end(rest);                                                     \
        int locks = command == F_OFD_SETLK || command == F_SETLK;         \
        if (locks && fails(opened(fd))) return -1;                        \
        return REAL(name)(fd, command, argument);                         \
    }
FCNTL(fcntl)
FCNTL(fcntl64)

DIR *opendir(const char *path) {
    if (fails(below(path))) return NULL;
    return REAL(opendir)(path);
}
