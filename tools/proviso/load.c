/*
 * From operands to a checked policy set: files, folders (every *.proviso directly in them), standard input. Shows all
 * messages about them. Must not know what is done with the set.
 */
#include "grammar/source/render_machine.h"
#include "grammar/source/render_terminal.h"
#include "tools/proviso/cli.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOAD_SUFFIX ".proviso"

struct load {
    struct cli *cli;
    struct policy_set *set;
    struct file_identity {
        dev_t device;
        ino_t inode;
    } * seen; /* a file named twice, or by itself and by its folder, is one file */
    size_t seen_count, seen_capacity;
    struct buffer bytes;
};

static bool load_out_of_memory(void) {
    cli_error("memory ran out");
    return false;
}

static bool load_read(struct load *load, int descriptor, const char *path) {
    char chunk[65536];
    ssize_t got;
    buffer_clear(&load->bytes);
    while ((got = read(descriptor, chunk, sizeof chunk)) != 0) {
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            cli_error("cannot read %s: %s", cli_safe(load->cli, path), strerror(errno));
            return false;
        }
        buffer_add(&load->bytes, chunk, (size_t)got);
        if (load->bytes.failed)
            return load_out_of_memory();
        if (load->bytes.length > SOURCE_MAX_BYTES) {
            cli_error("%s is larger than %zu MiB, the limit of a policy file", cli_safe(load->cli, path),
                      SOURCE_MAX_BYTES >> 20);
            return false;
        }
    }
    if (!policy_set_add(load->set, path, load->bytes.data ? load->bytes.data : "", load->bytes.length))
        return load_out_of_memory();
    return true;
}

/* True where the file was read before; remembers it otherwise. */
static bool load_seen(struct load *load, const struct stat *status, bool *failed) {
    struct file_identity identity = {status->st_dev, status->st_ino};
    size_t i;
    for (i = 0; i < load->seen_count; i++)
        if (load->seen[i].device == identity.device && load->seen[i].inode == identity.inode)
            return true;
    *failed = !ARENA_PUSH(&load->cli->arena, load->seen, load->seen_count, load->seen_capacity, identity);
    return false;
}

static bool load_file(struct load *load, const char *path) {
    bool good, failed = false;
    struct stat status;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0 || fstat(descriptor, &status) != 0) {
        cli_error("cannot read %s: %s", cli_safe(load->cli, path), strerror(errno));
        if (descriptor >= 0)
            close(descriptor);
        return false;
    }
    good = load_seen(load, &status, &failed) || (!failed && load_read(load, descriptor, path));
    close(descriptor);
    return good;
}

static bool load_is_policy(const char *name) {
    size_t length = strlen(name), suffix = strlen(LOAD_SUFFIX);
    return length > suffix && name[0] != '.' && strcmp(name + length - suffix, LOAD_SUFFIX) == 0;
}

static bool load_entry(struct load *load, const char *folder, const char *entry) {
    struct buffer path;
    char *joined;
    size_t length = strlen(folder);
    buffer_init(&path, load->cli->arena.alloc);
    buffer_format(&path, "%s%s%s", folder, length && folder[length - 1] == '/' ? "" : "/", entry);
    joined = path.failed ? NULL : arena_copy(&load->cli->arena, path.data, path.length);
    buffer_free(&path);
    return joined ? load_file(load, joined) : load_out_of_memory();
}

static int load_by_bytes(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The names of the policy files in a folder, sorted, so that messages come in one order everywhere. */
static bool load_names(struct load *load, DIR *stream, const char ***names, size_t *count) {
    const struct dirent *entry;
    size_t capacity = 0;
    *names = NULL;
    *count = 0;
    while ((entry = readdir(stream)) != NULL) {
        const char *name = entry->d_name;
        if (!load_is_policy(name))
            continue;
        name = arena_copy(&load->cli->arena, name, strlen(name));
        if (!name || !ARENA_PUSH(&load->cli->arena, *names, *count, capacity, name))
            return load_out_of_memory();
    }
    if (*count)
        qsort(*names, *count, sizeof **names, load_by_bytes);
    return true;
}

static bool load_folder(struct load *load, const char *folder) {
    DIR *stream = opendir(folder);
    const char **names;
    size_t i, count;
    bool good;
    if (!stream) {
        cli_error("cannot read the folder %s: %s", cli_safe(load->cli, folder), strerror(errno));
        return false;
    }
    good = load_names(load, stream, &names, &count);
    closedir(stream);
    if (good && count == 0) {
        cli_error("the folder %s holds no file *%s", cli_safe(load->cli, folder), LOAD_SUFFIX);
        return false;
    }
    for (i = 0; i < count && good; i++)
        good = load_entry(load, folder, names[i]);
    return good;
}

static bool load_operand(struct load *load, const char *path) {
    struct stat status;
    if (strcmp(path, "-") == 0)
        return load_read(load, STDIN_FILENO, "<standard input>");
    if (stat(path, &status) != 0) {
        cli_error("cannot read %s: %s", cli_safe(load->cli, path), strerror(errno));
        return false;
    }
    return S_ISDIR(status.st_mode) ? load_folder(load, path) : load_file(load, path);
}

static void load_show(struct cli *cli, struct policy_set *set, const char *format) {
    struct buffer out;
    size_t i;
    buffer_init(&out, cli->arena.alloc);
    for (i = 0; i < set->diags.count; i++) {
        const struct diagnostic *item = set->diags.items[i];
        if (item->severity != DIAG_ERROR && cli->given[OPTION_QUIET])
            continue;
        if (strcmp(format, "line") == 0)
            render_line(&out, &set->sources, item);
        else if (strcmp(format, "json") == 0)
            render_json(&out, &set->sources, item);
        else
            render_terminal(&out, &set->sources, item, cli->colour_err);
    }
    if (out.length)
        fwrite(out.data, 1, out.length, stderr);
    buffer_free(&out);
}

bool cli_load(struct cli *cli, struct policy_set *set, const char *format, int *code) {
    struct load load = {.cli = cli, .set = set};
    bool good = cli->operand_count > 0;
    size_t i;
    *code = EXIT_CANNOT_RUN;
    if (!good) {
        cli_usage(cli, "which policy? name a file or a folder");
        return false;
    }
    policy_set_init(set, &cli->arena);
    set->parsing.skip_tests = cli->command == COMMAND_EVAL || cli->command == COMMAND_DUMP;
    buffer_init(&load.bytes, cli->arena.alloc);
    for (i = 0; i < cli->operand_count && good; i++)
        good = load_operand(&load, cli->operands[i]);
    buffer_free(&load.bytes);
    if (!good)
        return false;
    good = policy_set_check(set);
    load_show(cli, set, format);
    if (set->diags.failed || cli->arena.failed)
        return load_out_of_memory();
    return good;
}
