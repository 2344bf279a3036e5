/*
 * See policy_files.h. Files are read whole, through read(2), up to the limit of a source; names of a folder are sorted by
 * bytes, so that messages come in one order everywhere. Must not know what a policy means.
 */
#include "interp/files/policy_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "grammar/base/banned.h"

struct policy_file_id {
    dev_t device;
    ino_t inode;
};

void policy_files_init_for(struct policy_files *files, struct arena *arena, policy_files_take *take,
                           void *context) {
    *files = (struct policy_files){.context = context, .arena = arena, .take = take};
    buffer_init(&files->problem, arena->alloc);
    buffer_init(&files->bytes, arena->alloc);
}

void policy_files_free(struct policy_files *files) {
    buffer_free(&files->problem);
    buffer_free(&files->bytes);
}

static bool files_out_of_memory(struct policy_files *files) {
    files->out_of_memory = true;
    buffer_clear(&files->problem);
    buffer_string(&files->problem, "memory ran out");
    return false;
}

static bool files_into_set(struct policy_files *files, const char *path, const char *bytes, size_t length) {
    return policy_set_add(files->context, path, bytes, length) || files_out_of_memory(files);
}

void policy_files_init(struct policy_files *files, struct policy_set *set) {
    policy_files_init_for(files, set->arena, files_into_set, set);
}

/* Words before and behind a path, and the system's reason where `error` is not 0. Always false. */
static bool files_failed(struct policy_files *files, const char *before, const char *path, const char *behind,
                         int error) {
    char reason[128] = "";
    buffer_clear(&files->problem);
    buffer_string(&files->problem, before);
    buffer_visible(&files->problem, path, strlen(path));
    buffer_string(&files->problem, behind);
    if (error) {
        if (strerror_r(error, reason, sizeof reason) != 0 || !reason[0])
            snprintf(reason, sizeof reason, "error %d", error);
        buffer_format(&files->problem, ": %s", reason);
    }
    return files->problem.failed ? files_out_of_memory(files) : false;
}

static bool files_too_large(struct policy_files *files, const char *path) {
    char behind[64];
    snprintf(behind, sizeof behind, " is larger than %zu MiB, the limit of a policy file",
             SOURCE_MAX_BYTES >> 20);
    return files_failed(files, "", path, behind, 0);
}

bool policy_files_add_open(struct policy_files *files, int descriptor, const char *name) {
    char chunk[16384];
    ssize_t got;
    buffer_clear(&files->bytes);
    while ((got = read(descriptor, chunk, sizeof chunk)) != 0) {
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return files_failed(files, "cannot read ", name, "", errno);
        buffer_add(&files->bytes, chunk, (size_t)got);
        if (files->bytes.failed)
            return files_out_of_memory(files);
        if (files->bytes.length > SOURCE_MAX_BYTES)
            return files_too_large(files, name);
    }
    return files->take(files, name, files->bytes.data ? files->bytes.data : "", files->bytes.length);
}

static bool files_seen(const struct policy_files *files, struct policy_file_id id) {
    for (size_t i = 0; i < files->seen_count; i++)
        if (files->seen[i].device == id.device && files->seen[i].inode == id.inode)
            return true;
    return false;
}

static bool files_add_file(struct policy_files *files, const char *path) {
    struct stat status;
    bool good;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return files_failed(files, "cannot read ", path, "", errno);
    if (fstat(descriptor, &status) != 0) {
        good = files_failed(files, "cannot read ", path, "", errno);
    } else {
        struct policy_file_id id = {status.st_dev, status.st_ino};
        good = files_seen(files, id);
        if (!good) {
            good = policy_files_add_open(files, descriptor, path) &&
                   (ARENA_PUSH(files->arena, files->seen, files->seen_count, files->seen_capacity, id) ||
                    files_out_of_memory(files));
        }
    }
    close(descriptor);
    return good;
}

static bool files_is_policy(const char *name) {
    size_t length = strlen(name), suffix = strlen(POLICY_FILES_SUFFIX);
    return length > suffix && name[0] != '.' && strcmp(name + length - suffix, POLICY_FILES_SUFFIX) == 0;
}

static bool files_add_entry(struct policy_files *files, const char *folder, const char *entry) {
    struct arena *arena = files->arena;
    struct buffer path;
    const char *joined;
    size_t length = strlen(folder);
    buffer_init(&path, arena->alloc);
    buffer_format(&path, "%s%s%s", folder, length && folder[length - 1] == '/' ? "" : "/", entry);
    joined = path.failed ? NULL : arena_copy(arena, path.data, path.length);
    buffer_free(&path);
    return joined ? files_add_file(files, joined) : files_out_of_memory(files);
}

static int files_by_bytes(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The policy files in an open folder, sorted. errno tells a failed readdir from the end. */
static bool files_list(struct policy_files *files, const char *folder, DIR *stream, const char ***names,
                       size_t *count) {
    struct arena *arena = files->arena;
    const struct dirent *entry;
    size_t capacity = 0;
    *names = NULL;
    *count = 0;
    while (errno = 0, (entry = readdir(stream)) != NULL) {
        const char *name = entry->d_name;
        if (!files_is_policy(name))
            continue;
        name = arena_copy(arena, name, strlen(name));
        if (!name || !ARENA_PUSH(arena, *names, *count, capacity, name))
            return files_out_of_memory(files);
    }
    if (errno)
        return files_failed(files, "cannot read the folder ", folder, "", errno);
    if (*count)
        qsort(*names, *count, sizeof **names, files_by_bytes);
    return true;
}

static bool files_add_folder(struct policy_files *files, const char *folder) {
    DIR *stream = opendir(folder);
    const char **names;
    size_t count;
    bool good;
    if (!stream)
        return files_failed(files, "cannot read the folder ", folder, "", errno);
    good = files_list(files, folder, stream, &names, &count);
    closedir(stream);
    if (good && count == 0)
        return files_failed(files, "the folder ", folder, " holds no file *" POLICY_FILES_SUFFIX, 0);
    for (size_t i = 0; i < count && good; i++)
        good = files_add_entry(files, folder, names[i]);
    return good;
}

bool policy_files_add(struct policy_files *files, const char *path) {
    struct stat status;
    if (stat(path, &status) != 0)
        return files_failed(files, "cannot read ", path, "", errno);
    return S_ISDIR(status.st_mode) ? files_add_folder(files, path) : files_add_file(files, path);
}
