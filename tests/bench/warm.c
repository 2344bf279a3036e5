/*
 * What one decision costs a program that has loaded the policy and goes on asking: through the C interface, the nine
 * facts of the first workload set by name, evaluated, one answer read. No file and no process is measured. It must not
 * reach past proviso.h: a caller cannot either.
 *
 * usage: warm POLICY [DECISIONS a round]
 */
#include "interp/proviso.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ROUNDS = 7, DECISIONS = 20000, MOST = 100000000, WANTED_NS = 1000, YEARS = 3, DAYS = 28 };

/* Offers that end before the day asked about and after it, so that rules apply and others do not. */
static const char *const asked = "2021-05-10";

static int64_t now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static bool set_facts(proviso_record *record, int number) {
    static const char *const answers[] = {"fee_paid", "requirements_met", "gold_competency_held",
                                          "migrated_to_partner_center"};
    enum proviso_status status = proviso_record_set_member(record, "offer_type", "competency");
    if (status == PROVISO_OK)
        status = proviso_record_set_member(record, "competency",
                                           number % 7 ? "devops" : "cloud_business_applications");
    if (status == PROVISO_OK)
        status = proviso_record_set_day(record, "anniversary_date", 2020 + number % YEARS, 1 + number % 12,
                                        1 + number % DAYS);
    for (size_t i = 0; i < sizeof answers / sizeof *answers && status == PROVISO_OK; i++)
        status = proviso_record_set_yes_no(record, answers[i], number % (int)(i + 2) != 0);
    if (status == PROVISO_OK)
        status = proviso_record_set_integer(record, "pci_points_functional", number % 61);
    if (status == PROVISO_OK)
        status = proviso_record_set_integer(record, "pci_points_other", number % 53);
    return status == PROVISO_OK;
}

/* Whether the offer of that number ends after the day asked about: then, and only then, it is active. */
static bool is_active(int number) {
    char due[32];
    snprintf(due, sizeof due, "%04d-%02d-%02d", 2020 + number % YEARS, 1 + number % 12, 1 + number % DAYS);
    return strcmp(asked, due) < 0;
}

/* One decision from its facts to its answer; false where it failed or is wrong. */
static bool decide(proviso_record *record, int number, bool checked) {
    proviso_answer *answer = NULL;
    if (!set_facts(record, number) || proviso_evaluate(record, asked, NULL, &answer) != PROVISO_OK)
        return false;
    const char *status = proviso_decision_text(proviso_answer_decision(answer, "status"));
    bool right = status && (!checked || (strcmp(status, "active") == 0) == is_active(number));
    proviso_answer_release(answer);
    return right;
}

static int compare_times(const void *left, const void *right) {
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

static int measure(proviso_program *program, long decisions) {
    proviso_record *record = NULL;
    int64_t times[ROUNDS];
    bool right = proviso_record_new(program, &record) == PROVISO_OK;
    /* The first round checks, warms the caches and is not counted. */
    for (int round = -1; round < ROUNDS && right; round++) {
        int64_t began = now_ns();
        for (int i = 0; i < decisions && right; i++)
            right = decide(record, i, round < 0);
        if (round >= 0)
            times[round] = (now_ns() - began) / decisions;
    }
    if (!right)
        fprintf(stderr, "warm: a decision failed or was wrong: %s\n",
                record ? proviso_record_message(record) : "no memory");
    proviso_record_release(record);
    if (!right)
        return 1;
    qsort(times, ROUNDS, sizeof *times, compare_times);
    int64_t median = times[ROUNDS / 2];
    printf("a warm decision through the C interface, its facts set by name and an answer read: %lld ns "
           "(lowest %lld); "
           "wanted: at most %d: %s\n",
           (long long)median, (long long)times[0], WANTED_NS, median <= WANTED_NS ? "kept" : "missed");
    return 0;
}

int main(int argc, char **argv) {
    proviso_set *set = NULL;
    proviso_program *program = NULL;
    int code = 2;
    long decisions = argc == 3 ? strtol(argv[2], NULL, 10) : DECISIONS;
    if (argc < 2 || argc > 3 || decisions < 1 || decisions > MOST)
        fputs("usage: warm POLICY [DECISIONS]\n", stderr);
    else if (proviso_load((const char *const *)argv + 1, 1, &set, &program) == PROVISO_OK)
        code = measure(program, decisions);
    else
        fprintf(stderr, "warm: %s\n", set ? proviso_set_message(set) : "no memory");
    proviso_program_release(program);
    proviso_set_release(set);
    return code;
}
