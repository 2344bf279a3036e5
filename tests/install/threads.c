/*
 * Eight threads share one program: each makes records and answers of its own and must read what the first evaluation said.
 * Built with the thread sanitizer, which reports every access that is not ordered. The main thread lets go of the program
 * before the others are done, so that the last one frees it.
 *
 * usage: threads POLICY...
 */
#include <proviso.h>

#include <pthread.h>
#include <stdio.h>
#include <string.h>

enum { THREADS = 8, ROUNDS = 40, CASES = 12, ANSWER_MAX = 65536 };

/* What a thread is given; `wanted` is written before the threads begin. */
struct work {
    proviso_program *program;
    char (*wanted)[ANSWER_MAX];
    int failures;
};

/* The answer to one of the cases, as JSON. */
static int answer_case(proviso_program *program, int number, char out[ANSWER_MAX]) {
    proviso_record *record = NULL;
    proviso_answer *answer = NULL;
    const char *json = NULL, *facts = "{\"offer\": \"Competency\", \"level\": \"Gold\"}";
    size_t length = 0;
    int good =
        proviso_record_new(program, &record) == PROVISO_OK &&
        proviso_record_read_json(record, facts, strlen(facts)) == PROVISO_OK &&
        proviso_record_set_day(record, "anniversary", 2021, 1 + number % 12, 15) == PROVISO_OK &&
        (number % 3 == 0 ||
         proviso_record_set_member(record, "competency",
                                   number % 3 == 1 ? "Cloud Platform"
                                                   : "Small and Midmarket Cloud Solutions") == PROVISO_OK) &&
        proviso_record_set_yes_no(record, "requirements_met", number % 2 == 0) == PROVISO_OK &&
        proviso_record_set_yes_no(record, "in_partner_center", true) == PROVISO_OK &&
        proviso_evaluate(record, "2021-04-10", NULL, &answer) == PROVISO_OK &&
        proviso_answer_json(answer, &json, &length) == PROVISO_OK && length < ANSWER_MAX;
    if (good)
        memcpy(out, json, length + 1);
    else
        fprintf(stderr, "threads: %s\n", record ? proviso_record_message(record) : "no record");
    proviso_record_release(record);
    proviso_answer_release(answer);
    return good;
}

static void *run(void *context) {
    struct work *work = context;
    char found[ANSWER_MAX];
    int i;
    for (i = 0; i < ROUNDS; i++)
        if (!answer_case(work->program, i % CASES, found) || strcmp(found, work->wanted[i % CASES]) != 0)
            work->failures++;
    proviso_program_release(work->program);
    return NULL;
}

int main(int argc, char **argv) {
    static char wanted[CASES][ANSWER_MAX];
    struct work work[THREADS];
    pthread_t threads[THREADS];
    proviso_set *set = NULL;
    proviso_program *program = NULL;
    int i, failures = 0;
    if (argc < 2 ||
        proviso_load((const char *const *)argv + 1, (size_t)argc - 1, &set, &program) != PROVISO_OK) {
        fprintf(stderr, "threads: %s\n", set ? proviso_set_message(set) : "usage: threads POLICY...");
        return 2;
    }
    proviso_set_release(set);
    for (i = 0; i < CASES; i++)
        if (!answer_case(program, i, wanted[i]))
            return 1;
    for (i = 0; i < THREADS; i++) {
        work[i].program = proviso_program_retain(program);
        work[i].wanted = wanted;
        work[i].failures = 0;
        if (pthread_create(&threads[i], NULL, run, &work[i]) != 0)
            return 2;
    }
    proviso_program_release(program);
    for (i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        failures += work[i].failures;
    }
    printf("%d threads, %d answers, %d wrong\n", THREADS, THREADS * ROUNDS, failures);
    return failures != 0;
}
