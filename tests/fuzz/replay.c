/*
 * Gives a fuzz target the files it is called with, one after another: so the corpus is a test under every compiler. Ends with the number
 * of files. Must not know the target.
 */
#include "tests/fuzz/fuzz.h"

#include <stdio.h>

int main(int argc, char **argv) {
    struct buffer input;
    buffer_init(&input, pv_alloc_default());
    for (int i = 1; i < argc; i++) {
        char chunk[4096];
        size_t got;
        FILE *file = fopen(argv[i], "rb");
        if (!file) {
            perror(argv[i]);
            return 2;
        }
        buffer_clear(&input);
        while ((got = fread(chunk, 1, sizeof chunk, file)) > 0)
            buffer_add(&input, chunk, got);
        fclose(file);
        fuzz_require(!input.failed, "memory ran out");
        /* Without the zero behind it, and where a tool would see a read beyond the end. */
        char *exact = pv_alloc_default()->resize(NULL, NULL, 0, input.length + 1);
        fuzz_require(exact != NULL, "memory ran out");
        for (size_t j = 0; j < input.length; j++)
            exact[j + 1] = input.data[j];
        LLVMFuzzerTestOneInput((const uint8_t *)exact + 1, input.length);
        pv_alloc_default()->resize(NULL, exact, input.length + 1, 0);
    }
    buffer_free(&input);
    printf("%d files\n", argc - 1);
    return argc > 1 ? 0 : 2;
}
