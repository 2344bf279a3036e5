/*
 * A program that knows nothing but the installed header: decides one partner by the policies named on the command line and
 * prints the answer as JSON, so that the runner can compare it with what the command says. Warnings are errors here.
 *
 * usage: client DAY POLICY...
 */
#include <proviso.h>

#include <stdio.h>

/* The facts of policies/mpn/samples/one.json, one by one. */
static enum proviso_status fill(proviso_record *record) {
    const struct {
        const char *fact, *member;
    } members[] = {{"offer", "Competency"}, {"competency", "Cloud Platform"}, {"level", "Gold"}};
    enum proviso_status status = PROVISO_OK;
    size_t i;
    for (i = 0; i < sizeof members / sizeof *members && status == PROVISO_OK; i++)
        status = proviso_record_set_member(record, members[i].fact, members[i].member);
    if (status == PROVISO_OK)
        status = proviso_record_set_day(record, "anniversary", 2021, 3, 15);
    if (status == PROVISO_OK)
        status = proviso_record_set_none(record, "renewed_on");
    if (status == PROVISO_OK)
        status = proviso_record_set_yes_no(record, "requirements_met", false);
    if (status == PROVISO_OK)
        status = proviso_record_set_yes_no(record, "in_partner_center", true);
    return status;
}

static int decide(proviso_program *program, const char *day) {
    proviso_record *record = NULL;
    proviso_answer *answer = NULL;
    const char *json = NULL;
    int code = 1;
    if (proviso_record_new(program, &record) == PROVISO_OK && fill(record) == PROVISO_OK &&
        proviso_evaluate(record, day, NULL, &answer) == PROVISO_OK &&
        proviso_answer_json(answer, &json, NULL) == PROVISO_OK)
        code = puts(json) < 0;
    else
        fprintf(stderr, "client: %s\n", record ? proviso_record_message(record) : "no record");
    proviso_answer_release(answer);
    proviso_record_release(record);
    return code;
}

int main(int argc, char **argv) {
    proviso_set *set = NULL;
    proviso_program *program = NULL;
    int code = 1;
    if (argc < 3 || proviso_abi() != PROVISO_ABI)
        return 2;
    if (proviso_load((const char *const *)argv + 2, (size_t)argc - 2, &set, &program) == PROVISO_OK)
        code = decide(program, argv[1]);
    else
        fprintf(stderr, "client: %s\n", set ? proviso_set_message(set) : "no memory");
    proviso_set_release(set);
    proviso_program_release(program);
    return code;
}
