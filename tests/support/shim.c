// A disk that forgets and fails, for LD_PRELOAD: what a program writes below $KOHESI_SHIM_DIR.
//
// $KOHESI_SHIM_SHADOW holds what a power cut would leave, one object for each file and folder, named after its inode
// and birth so that a reused inode is another object:
//   a file's content is durable at its fsync or fdatasync; a folder's names (new, gone, renamed) at the folder's fsync.
// That is POSIX to the letter, as FAT keeps it; journalling file systems keep more.
//
// $KOHESI_SHIM_CONTROL holds faults that come and go while the program runs, each a file; the first three may hold the
// beginning of the paths they are for:
//   full      writing and growing fail with ENOSPC
//   broken    a sync does its work and then fails with EIO
//   readonly  writing, making, renaming and removing fail with EROFS
//   slow      a sync first sleeps for so many milliseconds
//   gate      a sync waits until the file is gone
// and two to which a byte is added: `synced` by every sync that has returned well, `failed` by every fault that struck.
//
// $KOHESI_SHIM_CLOCK is where the wall clock stands when the program starts, in seconds since 1970.
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define REAL(result, name, ...)                 \
    static result (*real)(__VA_ARGS__);         \
    if (!real) real = dlsym(RTLD_NEXT, #name)

// Straight to the kernel: these must not come back to us.
static int raw_open(const char *path, int flags, int mode) { return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode); }
static ssize_t raw_write(int fd, const void *bytes, size_t size) { return syscall(SYS_write, fd, bytes, size); }

static const char *setting(const char *name) {
    const char *value = getenv(name);
    return value && *value ? value : NULL;
}

static int below(const char *path, const char *folder) {
    size_t length = strlen(folder);
    return !strncmp(path, folder, length) && (path[length] == '/' || !path[length]);
}

static int ours(const char *path) {
    const char *folder = setting("KOHESI_SHIM_DIR");
    return folder && below(path, folder);
}

static int path_of(int fd, char path[PATH_MAX]) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return ours(path);
}

static int absolute(int folder, const char *name, char path[PATH_MAX]) {
    char above[PATH_MAX];
    if (name[0] == '/') return snprintf(path, PATH_MAX, "%s", name) < PATH_MAX && ours(path);
    if (folder == AT_FDCWD) {
        if (!getcwd(above, sizeof above)) return 0;
    } else {
        char link[64];
        snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
        ssize_t length = readlink(link, above, sizeof above - 1);
        if (length < 0) return 0;
        above[length] = 0;
    }
    return snprintf(path, PATH_MAX, "%s/%s", above, name) < PATH_MAX && ours(path);
}

// The content of a control file; -1 where there is none.
static int control(const char *name, char *content, size_t size) {
    const char *folder = setting("KOHESI_SHIM_CONTROL");
    char path[PATH_MAX];
    if (!folder) return -1;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    int fd = raw_open(path, O_RDONLY | O_CLOEXEC, 0);
    if (fd < 0) return -1;
    ssize_t length = read(fd, content, size - 1);
    close(fd);
    content[length < 0 ? 0 : length] = 0;
    return 0;
}

static void count(const char *name) {
    const char *folder = setting("KOHESI_SHIM_CONTROL");
    char path[PATH_MAX];
    if (!folder) return;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    int fd = raw_open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0 || raw_write(fd, "1", 1) != 1) abort();
    close(fd);
}

static int fails(const char *fault, const char *path) {
    char limit[PATH_MAX];
    int before = errno;
    int found = control(fault, limit, sizeof limit) == 0 && (!*limit || below(path, limit));
    if (found) count("failed");
    errno = before;
    return found;
}

// ---- what outlasts a power cut

static int key_of(const struct statx *st, char *key, size_t size) {
    return snprintf(key, size, "%llu-%lld.%09u", (unsigned long long)st->stx_ino, (long long)st->stx_btime.tv_sec,
                    st->stx_btime.tv_nsec);
}

static void publish(const char *key, int (*fill)(int from, int to), int from) {
    char part[PATH_MAX], whole[PATH_MAX];
    const char *shadow = setting("KOHESI_SHIM_SHADOW");
    snprintf(part, sizeof part, "%s/%s.%ld.part", shadow, key, (long)syscall(SYS_gettid));
    snprintf(whole, sizeof whole, "%s/%s", shadow, key);
    int to = raw_open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (to < 0 || fill(from, to)) abort();
    close(to);
    if (syscall(SYS_renameat2, AT_FDCWD, part, AT_FDCWD, whole, 0)) abort();
}

static int fill_content(int from, int to) {
    char bytes[65536];
    ssize_t length;
    while ((length = read(from, bytes, sizeof bytes)) > 0)
        if (raw_write(to, bytes, (size_t)length) != length) return -1;
    return (int)length;
}

static int fill_names(int from, int to) {
    DIR *folder = fdopendir(dup(from));
    struct dirent *entry;
    while (folder && (entry = readdir(folder))) {
        struct statx st;
        char key[80], line[PATH_MAX];
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) continue;
        if (statx(from, entry->d_name, AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS | STATX_BTIME, &st)) continue;
        key_of(&st, key, sizeof key);
        int length = snprintf(line, sizeof line, "%s %c %s\n", key, S_ISDIR(st.stx_mode) ? 'd' : 'f', entry->d_name);
        if (raw_write(to, line, (size_t)length) != length) return -1;
    }
    return folder ? closedir(folder) : -1;
}

static void remember(int fd) {
    struct statx st;
    char key[80], path[PATH_MAX];
    if (!setting("KOHESI_SHIM_SHADOW") || !path_of(fd, path)) return;
    if (statx(fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS | STATX_BTIME, &st)) return;
    key_of(&st, key, sizeof key);
    // Through a descriptor of our own: the caller's position stays, and it may not be open for reading.
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    int from = raw_open(link, O_RDONLY | O_CLOEXEC, 0);
    if (from < 0) abort();
    publish(key, S_ISDIR(st.stx_mode) ? fill_names : fill_content, from);
    close(from);
}

static int synced(int fd, int (*real)(int)) {
    char path[PATH_MAX], text[32];
    if (!path_of(fd, path)) return real(fd);
    if (!control("slow", text, sizeof text)) {
        long ms = atol(text);
        struct timespec time = {ms / 1000, ms % 1000 * 1000000}, left;
        while (nanosleep(&time, &left) && errno == EINTR) time = left;
    }
    while (!control("gate", text, sizeof text)) nanosleep(&(struct timespec){0, 1000000}, NULL);
    int result = real(fd);
    if (result) return result;
    if (fails("broken", path)) return errno = EIO, -1;
    remember(fd);
    count("synced");
    return 0;
}

int fsync(int fd) { REAL(int, fsync, int); return synced(fd, real); }
int fdatasync(int fd) { REAL(int, fdatasync, int); return synced(fd, real); }

// ---- writing

static int may_write(int fd) {
    char path[PATH_MAX];
    if (!path_of(fd, path)) return 1;
    if (fails("full", path)) return errno = ENOSPC, 0;
    if (fails("readonly", path)) return errno = EROFS, 0;
    return 1;
}

ssize_t write(int fd, const void *bytes, size_t size) {
    REAL(ssize_t, write, int, const void *, size_t);
    return may_write(fd) ? real(fd, bytes, size) : -1;
}
ssize_t pwrite(int fd, const void *bytes, size_t size, off_t at) {
    REAL(ssize_t, pwrite, int, const void *, size_t, off_t);
    return may_write(fd) ? real(fd, bytes, size, at) : -1;
}
ssize_t pwrite64(int fd, const void *bytes, size_t size, off64_t at) {
    REAL(ssize_t, pwrite64, int, const void *, size_t, off64_t);
    return may_write(fd) ? real(fd, bytes, size, at) : -1;
}
ssize_t writev(int fd, const struct iovec *parts, int count) {
    REAL(ssize_t, writev, int, const struct iovec *, int);
    return may_write(fd) ? real(fd, parts, count) : -1;
}

static int may_resize(int fd, off64_t size) {
    struct stat st;
    char path[PATH_MAX];
    if (!path_of(fd, path)) return 1;
    if (fails("readonly", path)) return errno = EROFS, 0;
    // A full disk still lets a file shrink.
    if (!fstat(fd, &st) && size > st.st_size && fails("full", path)) return errno = ENOSPC, 0;
    return 1;
}

int ftruncate(int fd, off_t size) { REAL(int, ftruncate, int, off_t); return may_resize(fd, size) ? real(fd, size) : -1; }
int ftruncate64(int fd, off64_t size) {
    REAL(int, ftruncate64, int, off64_t);
    return may_resize(fd, size) ? real(fd, size) : -1;
}
int fallocate64(int fd, int mode, off64_t at, off64_t size) {
    REAL(int, fallocate64, int, int, off64_t, off64_t);
    return may_write(fd) ? real(fd, mode, at, size) : -1;
}
int posix_fallocate64(int fd, off64_t at, off64_t size) {
    REAL(int, posix_fallocate64, int, off64_t, off64_t);
    return may_write(fd) ? real(fd, at, size) : errno;
}

// ---- names

static int may_name(int folder, const char *name) {
    char path[PATH_MAX];
    if (absolute(folder, name, path) && fails("readonly", path)) return errno = EROFS, 0;
    return 1;
}

static int may_open(int folder, const char *name, int flags) {
    int writes = (flags & O_ACCMODE) != O_RDONLY || flags & (O_CREAT | O_TRUNC);
    return !writes || may_name(folder, name);
}

#define MODE(flags)                                   \
    int mode = 0;                                     \
    if (flags & (O_CREAT | __O_TMPFILE)) {            \
        va_list rest;                                 \
        va_start(rest, flags);                        \
        mode = va_arg(rest, int);                     \
        va_end(rest);                                 \
    }

int open(const char *name, int flags, ...) {
    MODE(flags)
    REAL(int, open, const char *, int, ...);
    return may_open(AT_FDCWD, name, flags) ? real(name, flags, mode) : -1;
}
int open64(const char *name, int flags, ...) {
    MODE(flags)
    REAL(int, open64, const char *, int, ...);
    return may_open(AT_FDCWD, name, flags) ? real(name, flags, mode) : -1;
}
int openat(int folder, const char *name, int flags, ...) {
    MODE(flags)
    REAL(int, openat, int, const char *, int, ...);
    return may_open(folder, name, flags) ? real(folder, name, flags, mode) : -1;
}
int openat64(int folder, const char *name, int flags, ...) {
    MODE(flags)
    REAL(int, openat64, int, const char *, int, ...);
    return may_open(folder, name, flags) ? real(folder, name, flags, mode) : -1;
}
int unlink(const char *name) { REAL(int, unlink, const char *); return may_name(AT_FDCWD, name) ? real(name) : -1; }
int unlinkat(int folder, const char *name, int flags) {
    REAL(int, unlinkat, int, const char *, int);
    return may_name(folder, name) ? real(folder, name, flags) : -1;
}
int mkdir(const char *name, mode_t mode) {
    REAL(int, mkdir, const char *, mode_t);
    return may_name(AT_FDCWD, name) ? real(name, mode) : -1;
}
int rename(const char *from, const char *to) {
    REAL(int, rename, const char *, const char *);
    return may_name(AT_FDCWD, from) && may_name(AT_FDCWD, to) ? real(from, to) : -1;
}
int renameat(int from_folder, const char *from, int to_folder, const char *to) {
    REAL(int, renameat, int, const char *, int, const char *);
    return may_name(from_folder, from) && may_name(to_folder, to) ? real(from_folder, from, to_folder, to) : -1;
}
int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags) {
    REAL(int, renameat2, int, const char *, int, const char *, unsigned);
    return may_name(from_folder, from) && may_name(to_folder, to) ? real(from_folder, from, to_folder, to, flags) : -1;
}

// ---- the wall clock

int clock_gettime(clockid_t clock, struct timespec *time) {
    static long long moved;
    REAL(int, clock_gettime, clockid_t, struct timespec *);
    int result = real(clock, time);
    const char *wanted = setting("KOHESI_SHIM_CLOCK");
    if (result || !wanted || (clock != CLOCK_REALTIME && clock != CLOCK_REALTIME_COARSE)) return result;
    if (!moved) moved = atoll(wanted) - time->tv_sec;
    time->tv_sec += moved;
    return 0;
}
