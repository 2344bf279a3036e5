/*
 * Preloaded into the command line by tests/fault/run, it makes the n-th call of one kind fail, or all of them come up short.
 *
 * FAULT_CALL names the kind (read, write, close, rename, open, stat, fchmod, realpath, opendir, readdir, malloc), FAULT_AT the call,
 * counted from 1 (0: every one), FAULT_HOW what happens: the number of an error, or `short` for fewer bytes than were asked for.
 * When it happens a byte is written to descriptor FAULT_FD, so that the runner knows when n is beyond the last call. Calls that
 * the C library makes inside itself are its own affair and do not count. Must not know what the program does.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define EXPORTED __attribute__((visibility("default")))

/* What the C library calls its own. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);

enum fault { FAULT_NONE, FAULT_ERROR, FAULT_SHORT };

/* Whether this call, of that kind, is the one; errno is set then. */
static enum fault fault(const char *kind) {
    static unsigned long calls;
    const char *wanted = getenv("FAULT_CALL"), *at = getenv("FAULT_AT"), *how = getenv("FAULT_HOW");
    const char *descriptor = getenv("FAULT_FD");
    unsigned long nth;
    if (!wanted || !at || !how || !descriptor || strcmp(wanted, kind) != 0)
        return FAULT_NONE;
    nth = strtoul(at, NULL, 10);
    if (++calls != nth && nth != 0)
        return FAULT_NONE;
    (void)syscall(SYS_write, (int)strtol(descriptor, NULL, 10), "!", 1);
    if (strcmp(how, "short") == 0)
        return FAULT_SHORT;
    errno = (int)strtol(how, NULL, 10);
    return FAULT_ERROR;
}

/* The function that would have been called. */
#define NEXT(name, ...) (__extension__(__typeof__(name) *) dlsym(RTLD_NEXT, #name))(__VA_ARGS__)

EXPORTED ssize_t read(int descriptor, void *bytes, size_t length) {
    enum fault found = fault("read");
    if (found == FAULT_ERROR)
        return -1;
    return syscall(SYS_read, descriptor, bytes, found == FAULT_SHORT && length ? 1 : length);
}

EXPORTED ssize_t write(int descriptor, const void *bytes, size_t length) {
    enum fault found = fault("write");
    if (found == FAULT_ERROR)
        return -1;
    return syscall(SYS_write, descriptor, bytes, found == FAULT_SHORT ? (length + 2) / 3 : length);
}

/* The descriptor is gone also where closing it fails. */
EXPORTED int close(int descriptor) {
    enum fault found = fault("close");
    int error = errno;
    long result = syscall(SYS_close, descriptor);
    if (found == FAULT_NONE)
        return (int)result;
    errno = error;
    return -1;
}

EXPORTED int rename(const char *from, const char *to) {
    return fault("rename") ? -1 : (int)syscall(SYS_rename, from, to);
}

EXPORTED int open(const char *path, int flags, ...) {
    va_list args;
    unsigned mode = 0;
    va_start(args, flags);
    if (flags & O_CREAT)
        mode = va_arg(args, unsigned);
    va_end(args);
    return fault("open") ? -1 : (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

EXPORTED int stat(const char *restrict path, struct stat *restrict status) {
    return fault("stat") ? -1 : NEXT(stat, path, status);
}

EXPORTED int fstat(int descriptor, struct stat *status) {
    return fault("stat") ? -1 : NEXT(fstat, descriptor, status);
}

EXPORTED int fchmod(int descriptor, mode_t mode) {
    return fault("fchmod") ? -1 : NEXT(fchmod, descriptor, mode);
}

EXPORTED char *realpath(const char *restrict path, char *restrict resolved) {
    return fault("realpath") ? NULL : NEXT(realpath, path, resolved);
}

EXPORTED DIR *opendir(const char *path) {
    return fault("opendir") ? NULL : NEXT(opendir, path);
}

EXPORTED struct dirent *readdir(DIR *folder) {
    return fault("readdir") ? NULL : NEXT(readdir, folder);
}

EXPORTED void *malloc(size_t size) {
    return fault("malloc") ? NULL : __libc_malloc(size);
}

EXPORTED void *calloc(size_t count, size_t size) {
    return fault("malloc") ? NULL : __libc_calloc(count, size);
}

EXPORTED void *realloc(void *block, size_t size) {
    return fault("malloc") ? NULL : __libc_realloc(block, size);
}
