/*
 * Proviso as a C library: policies in, facts in, answers out. Load the files of a policy, compile them once into a
 * program that any number of threads may share, fill records with facts, evaluate each on a day, read what was decided
 * and why. The library has no global state, never prints, never ends the process and looks at no clock: the day of a
 * question is told. It must not show how anything is stored: all objects are opaque, so their sizes can change.
 */
#ifndef PROVISO_H
#define PROVISO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define PROVISO_API __attribute__((visibility("default")))
#else
#define PROVISO_API
#endif

/*
 * Ownership. A set, program, record or answer is made by a function with an `out` argument and given back with its own
 * _release function, which takes NULL too. Everything reached from one (texts, decisions, rules, …) belongs to it and
 * lives as long, unless said otherwise. All texts are UTF-8 and end with a NUL byte. A text that comes from a policy or from
 * facts can hold anything but NUL: escape it before you send it to a terminal, a page or a query.
 *
 * Errors. Functions that can fail give an enum proviso_status; the object they were called on then has words for it. A
 * call that failed changed nothing, and `*out` is NULL. Memory that runs out is PROVISO_OUT_OF_MEMORY; nothing is lost
 * and the object may be used on, but for a set, which can then only be released. Object arguments must not be NULL unless said.
 *
 * Threads. A program may be used by many threads at once. A set or a record belongs to one thread at a time; so does an
 * answer until all it is asked for was asked (only proviso_answer_json changes it).
 */

/* --- version ------------------------------------------------------------------------------------------------------- */

/* The version of this header. */
#define PROVISO_VERSION "0.1.0"
/* The binary interface of this header, the number behind libproviso.so. A library with another number must not be used. */
#define PROVISO_ABI 0

/* The version of the library that is linked. */
PROVISO_API const char *proviso_version(void);
/* Its binary interface: equal to PROVISO_ABI where header and library fit together. */
PROVISO_API int proviso_abi(void);

/* --- errors, memory ------------------------------------------------------------------------------------------------ */

enum proviso_status {
    PROVISO_OK,
    PROVISO_OUT_OF_MEMORY,
    PROVISO_MISUSE, /* the call makes no sense here: a NULL where none may be, a set that was compiled already */
    PROVISO_CANNOT_READ,  /* a file or folder cannot be read, or holds no policy */
    PROVISO_INVALID,      /* the policies have errors: see the diagnostics of the set */
    PROVISO_UNKNOWN_NAME, /* the policies have no fact of that name */
    PROVISO_WRONG_TYPE,   /* the fact or decision is of another type than the function is for */
    PROVISO_BAD_VALUE, /* a value that the fact cannot have: an impossible date, outside its range, no member, … */
    PROVISO_NO_VALUE, /* the decision has no value, or its value is none */
    PROVISO_NO_DAY,   /* no day was told, and the record does not say one */
    PROVISO_REJECTED  /* the record breaks a requirement of the policy, or its JSON could not be used */
};

/* A status in words, without the details that the object at hand knows. Never NULL. */
PROVISO_API const char *proviso_status_text(enum proviso_status status);

/*
 * An allocator, as realloc with the old size told: a NULL block (old size 0) allocates; a new size of 0 frees and gives NULL;
 * NULL for a new size above 0 is a failure that leaves the block as it was. Blocks are aligned for any type. `context`
 * is passed through. It is called by every thread that uses an object of the set it was given to, also by several at once.
 */
typedef void *(*proviso_resize)(void *context, void *block, size_t old_size, size_t new_size);

/* --- diagnostics --------------------------------------------------------------------------------------------------- */

/* A message about a policy, or about a record. */
typedef struct proviso_diagnostic proviso_diagnostic;

enum proviso_severity { PROVISO_ERROR, PROVISO_WARNING, PROVISO_NOTE };

PROVISO_API enum proviso_severity proviso_diagnostic_severity(const proviso_diagnostic *diagnostic);
/* "E0301"; what it means in general stands in `proviso help E0301`. */
PROVISO_API const char *proviso_diagnostic_code(const proviso_diagnostic *diagnostic);
/* The message in one line, without place. */
PROVISO_API const char *proviso_diagnostic_message(const proviso_diagnostic *diagnostic);
/* The file as it was named when it was added; NULL where the message has no place in a policy. */
PROVISO_API const char *proviso_diagnostic_file(const proviso_diagnostic *diagnostic);
/* The line in the file, or in the JSON of the record, from 1; 0 where it has none. */
PROVISO_API uint64_t proviso_diagnostic_line(const proviso_diagnostic *diagnostic);
/* The column in code points, from 1; 0 where it has none, as messages about records. */
PROVISO_API uint64_t proviso_diagnostic_column(const proviso_diagnostic *diagnostic);
/* Where in a record: "offers[2].level"; empty for the record as a whole and for messages about policies. */
PROVISO_API const char *proviso_diagnostic_path(const proviso_diagnostic *diagnostic);
/*
 * All of it for a person, in one or more lines that each end with a line feed, without colours: place, source line with a mark
 * below, notes, help. Safe on a terminal.
 */
PROVISO_API const char *proviso_diagnostic_text(const proviso_diagnostic *diagnostic);

/* --- policies ------------------------------------------------------------------------------------------------------ */

/* Files of one policy set (a policy and its amendments) on their way to a program. */
typedef struct proviso_set proviso_set;
/* A compiled policy set: read only, shared by threads, counted. */
typedef struct proviso_program proviso_program;

/* An empty set. All that is made from it uses `resize` with `context`; NULL is the heap of the C library. */
PROVISO_API enum proviso_status proviso_set_new(proviso_resize resize, void *context, proviso_set **out);
/* The program that was made from it lives on. */
PROVISO_API void proviso_set_release(proviso_set *set);

/*
 * Adds a file that is in memory. `name` is what messages and answers call it; both are copied. Mistakes in the text show when the
 * set is compiled. The order of files never matters.
 */
PROVISO_API enum proviso_status proviso_set_add(proviso_set *set, const char *name, const char *bytes,
                                                size_t length);
/* Adds a file, or every *.proviso directly in a folder. What was added before under any of its paths is not added again. */
PROVISO_API enum proviso_status proviso_set_add_path(proviso_set *set, const char *path);
/*
 * Checks and compiles all files together. Tests and examples inside them are passed over unread, as `proviso eval` does: they are for
 * `proviso check` and `proviso test`. PROVISO_OK, with a program that the caller releases, also where there are warnings;
 * PROVISO_INVALID where the diagnostics have an error, or the policies are beyond a limit that the message tells. Called once: afterwards the set only answers for its diagnostics.
 */
PROVISO_API enum proviso_status proviso_set_compile(proviso_set *set, proviso_program **out);
/* Words for the last call on the set that failed; empty where none has. Safe on a terminal; valid until the next call on it. */
PROVISO_API const char *proviso_set_message(const proviso_set *set);
/* What proviso_set_compile had to say, by file and place; none before. */
PROVISO_API size_t proviso_set_diagnostic_count(const proviso_set *set);
/* NULL where there is none of that index. */
PROVISO_API const proviso_diagnostic *proviso_set_diagnostic(const proviso_set *set, size_t index);

/*
 * A set, paths and a compile in one step: `paths` are files and folders. The program is in *out where all went well; *set
 * holds the message and the diagnostics, and is the caller's to release, whatever the status (NULL where memory ran out at once).
 */
PROVISO_API enum proviso_status proviso_load(const char *const *paths, size_t count, proviso_set **set,
                                             proviso_program **out);

/* One more owner of the program; gives it back. From any thread. */
PROVISO_API proviso_program *proviso_program_retain(proviso_program *program);
/* One owner less; records and answers are owners too. From any thread. NULL does nothing. */
PROVISO_API void proviso_program_release(proviso_program *program);

/* --- what a program has -------------------------------------------------------------------------------------------- */

/* The types of facts and decisions. */
enum proviso_type {
    PROVISO_YES_NO,
    PROVISO_DATE,
    PROVISO_PERIOD, /* from a day through a day */
    PROVISO_NUMBER, /* a decimal of a fixed number of decimals, exact */
    PROVISO_FRACTION,
    PROVISO_TEXT,
    PROVISO_MEMBER, /* one of a list of names */
    PROVISO_SET,    /* some of a list of names */
    PROVISO_LIST    /* records */
};
/* "yes/no", "date", … Never NULL. */
PROVISO_API const char *proviso_type_name(enum proviso_type type);

/* What the index functions give for a name that is not there. */
#define PROVISO_NOT_FOUND SIZE_MAX

/* The name of the policy. */
PROVISO_API const char *proviso_program_policy(const proviso_program *program);

/* The facts it asks for, in order of declaration; an index from 0. */
PROVISO_API size_t proviso_program_fact_count(const proviso_program *program);
/* Index of the fact, or PROVISO_NOT_FOUND. */
PROVISO_API size_t proviso_program_fact(const proviso_program *program, const char *name);
PROVISO_API const char *proviso_program_fact_name(const proviso_program *program, size_t fact);
/* Empty where it has none. */
PROVISO_API const char *proviso_program_fact_title(const proviso_program *program, size_t fact);
PROVISO_API enum proviso_type proviso_program_fact_type(const proviso_program *program, size_t fact);
/* True where none is a value of the fact. */
PROVISO_API bool proviso_program_fact_optional(const proviso_program *program, size_t fact);
/* Of a member or a set: how many names there are to choose from; 0 for other types. */
PROVISO_API size_t proviso_program_fact_member_count(const proviso_program *program, size_t fact);
PROVISO_API const char *proviso_program_fact_member_name(const proviso_program *program, size_t fact,
                                                         size_t member);
/* What people read; the name where the policy has no label. */
PROVISO_API const char *proviso_program_fact_member_label(const proviso_program *program, size_t fact,
                                                          size_t member);

/* The decisions, definitions and totals it makes, in order of declaration. */
PROVISO_API size_t proviso_program_decision_count(const proviso_program *program);
PROVISO_API size_t proviso_program_decision(const proviso_program *program, const char *name);
/* "window"; "wave3.window" for a definition of an amendment. */
PROVISO_API const char *proviso_program_decision_name(const proviso_program *program, size_t decision);
PROVISO_API const char *proviso_program_decision_title(const proviso_program *program, size_t decision);
PROVISO_API enum proviso_type proviso_program_decision_type(const proviso_program *program, size_t decision);

/* The duties it knows, in order of declaration. */
PROVISO_API size_t proviso_program_duty_count(const proviso_program *program);
PROVISO_API size_t proviso_program_duty(const proviso_program *program, const char *name);
PROVISO_API const char *proviso_program_duty_name(const proviso_program *program, size_t duty);
PROVISO_API const char *proviso_program_duty_title(const proviso_program *program, size_t duty);

/* --- facts --------------------------------------------------------------------------------------------------------- */

/* The facts of one case. */
typedef struct proviso_record proviso_record;

/* A record of which nothing is known yet. It is one more owner of the program. */
PROVISO_API enum proviso_status proviso_record_new(proviso_program *program, proviso_record **out);
PROVISO_API void proviso_record_release(proviso_record *record);

/*
 * The setters: `fact` is its name in the policy. A value that cannot be leaves the fact as it was. Each is judged as the same
 * value in JSON would be, in the same words.
 */
PROVISO_API enum proviso_status proviso_record_set_yes_no(proviso_record *record, const char *fact,
                                                          bool value);
/* A date as text: "2021-06-30". */
PROVISO_API enum proviso_status proviso_record_set_date(proviso_record *record, const char *fact,
                                                        const char *date);
/* A date as year, month 1..12 and day 1..31. */
PROVISO_API enum proviso_status proviso_record_set_day(proviso_record *record, const char *fact, int year,
                                                       int month, int day);
/* A number as text: "4730.00". It may have fewer decimals than the fact, and never more. */
PROVISO_API enum proviso_status proviso_record_set_number(proviso_record *record, const char *fact,
                                                          const char *decimal);
PROVISO_API enum proviso_status proviso_record_set_integer(proviso_record *record, const char *fact,
                                                           int64_t value);
PROVISO_API enum proviso_status proviso_record_set_text(proviso_record *record, const char *fact,
                                                        const char *text);
/* A member by its name or its label, spelt exactly. */
PROVISO_API enum proviso_status proviso_record_set_member(proviso_record *record, const char *fact,
                                                          const char *member);
/* None: there is no value, and that is known. For optional facts. */
PROVISO_API enum proviso_status proviso_record_set_none(proviso_record *record, const char *fact);
/* As if the fact had never been told: it is at its `otherwise`, or unknown where it has none. */
PROVISO_API enum proviso_status proviso_record_set_unknown(proviso_record *record, const char *fact);
/* Any fact as JSON, also a set ["a", "b"] or a list [{"level": "gold"}]. */
PROVISO_API enum proviso_status proviso_record_set_json(proviso_record *record, const char *fact,
                                                        const char *json, size_t length);

/* Forgets all facts. */
PROVISO_API void proviso_record_clear(proviso_record *record);
/*
 * The whole record from JSON that holds one object, in the shape the policy reads; what it held before is forgotten. PROVISO_REJECTED
 * where it cannot be used: the diagnostics of the record say why, and so does the answer it is evaluated to. The field that
 * the policy names for the day is judged like any other, also where the question will tell a day.
 */
PROVISO_API enum proviso_status proviso_record_read_json(proviso_record *record, const char *json,
                                                         size_t length);

/* Words for the last call on the record that failed; empty where none has. Safe on a terminal; valid until the next call on it. */
PROVISO_API const char *proviso_record_message(const proviso_record *record);
/* What proviso_record_read_json had to say: errors, and warnings about fields that look misspelt. */
PROVISO_API size_t proviso_record_diagnostic_count(const proviso_record *record);
/* NULL where there is none of that index. Valid until the record is read or cleared again. */
PROVISO_API const proviso_diagnostic *proviso_record_diagnostic(const proviso_record *record, size_t index);

/* --- answers ------------------------------------------------------------------------------------------------------- */

/* What was decided about one record on one day. It does not refer to the record, which may change or go. */
typedef struct proviso_answer proviso_answer;
typedef struct proviso_decision proviso_decision;
typedef struct proviso_duty proviso_duty;
typedef struct proviso_announcement proviso_announcement;
/* Why: the rules that decided, and where something is open, what is missing. */
typedef struct proviso_grounds proviso_grounds;
typedef struct proviso_rule proviso_rule;

/*
 * Evaluates the record on the day `on` ("2021-04-10"). NULL is the day in the field the policy names (`today from`), which only a
 * record read from JSON can say. `known_on`: only rules announced by then count; NULL: all. PROVISO_REJECTED where the record
 * breaks a requirement: then there is an answer too, with its problems.
 */
PROVISO_API enum proviso_status proviso_evaluate(proviso_record *record, const char *on, const char *known_on,
                                                 proviso_answer **out);
PROVISO_API void proviso_answer_release(proviso_answer *answer);

/* The day of the question, "2021-04-10"; empty for a rejected record. */
PROVISO_API const char *proviso_answer_today(const proviso_answer *answer);
/* False where the policy claims no answer for the day, or the record was rejected: then nothing was decided. */
PROVISO_API bool proviso_answer_covered(const proviso_answer *answer);
/* Why the record was rejected. */
PROVISO_API size_t proviso_answer_problem_count(const proviso_answer *answer);
PROVISO_API const proviso_diagnostic *proviso_answer_problem(const proviso_answer *answer, size_t index);
/*
 * The whole answer as `proviso eval --format json` writes it, in one line without its line end. Made when it is first asked for;
 * *length (may be NULL) gets its bytes.
 */
PROVISO_API enum proviso_status proviso_answer_json(proviso_answer *answer, const char **json,
                                                    size_t *length);

/* The decisions have the indices of the program; none where nothing was decided. */
PROVISO_API size_t proviso_answer_decision_count(const proviso_answer *answer);
/* NULL where there is none of that index or name. */
PROVISO_API const proviso_decision *proviso_answer_decision_at(const proviso_answer *answer, size_t index);
PROVISO_API const proviso_decision *proviso_answer_decision(const proviso_answer *answer, const char *name);

enum proviso_state {
    PROVISO_STATE_VALUE,        /* it has a value; none is one, too */
    PROVISO_STATE_UNDECIDED,    /* no rule applies and there is no normal case */
    PROVISO_STATE_UNDETERMINED, /* it depends on facts that are not known */
    PROVISO_STATE_CONFLICT,     /* rules that apply disagree */
    PROVISO_STATE_FAILED        /* a computation failed: division by zero, a date out of range, … */
};
/* "value", "undecided", … Never NULL. */
PROVISO_API const char *proviso_state_name(enum proviso_state state);

PROVISO_API const char *proviso_decision_name(const proviso_decision *decision);
PROVISO_API enum proviso_type proviso_decision_type(const proviso_decision *decision);
PROVISO_API enum proviso_state proviso_decision_state(const proviso_decision *decision);
/*
 * The value as a person reads it: "yes", "2021-06-30", "2021-01-01 through 2021-06-30", "4730.00", "1/3", the label of a member,
 * "none"; empty where there is no value.
 */
PROVISO_API const char *proviso_decision_text(const proviso_decision *decision);
/* The value as JSON, exact; "null" for none and where there is no value. */
PROVISO_API const char *proviso_decision_json(const proviso_decision *decision);
/* True where there is a value and it is none. */
PROVISO_API bool proviso_decision_is_none(const proviso_decision *decision);
/* True where the normal case of the decision (its `otherwise`) gave the value. */
PROVISO_API bool proviso_decision_by_otherwise(const proviso_decision *decision);
/* Where it is declared. */
PROVISO_API const char *proviso_decision_file(const proviso_decision *decision);
PROVISO_API uint32_t proviso_decision_line(const proviso_decision *decision);
PROVISO_API const proviso_grounds *proviso_decision_grounds(const proviso_decision *decision);

/*
 * The value by type: PROVISO_WRONG_TYPE where the decision is of another, PROVISO_NO_VALUE where it has none. Any `out` of a date
 * may be NULL.
 */
PROVISO_API enum proviso_status proviso_decision_yes_no(const proviso_decision *decision, bool *out);
PROVISO_API enum proviso_status proviso_decision_date(const proviso_decision *decision, int *year, int *month,
                                                      int *day);
/* Both ends are in, as texts; of an empty period the first is after the last, and an open side is 0001-01-01 or 9999-12-31. */
PROVISO_API enum proviso_status proviso_decision_period(const proviso_decision *decision, const char **first,
                                                        const char **last);
/* The value is *digits divided by 10 to the power of *decimals (0 to 18). */
PROVISO_API enum proviso_status proviso_decision_number(const proviso_decision *decision, int64_t *digits,
                                                        int *decimals);
/* PROVISO_BAD_VALUE where it is not whole. */
PROVISO_API enum proviso_status proviso_decision_integer(const proviso_decision *decision, int64_t *out);
/* The name of a member, not its label. */
PROVISO_API enum proviso_status proviso_decision_member(const proviso_decision *decision, const char **name);

/* The duties have the indices of the program; none where nothing was decided. */
PROVISO_API size_t proviso_answer_duty_count(const proviso_answer *answer);
PROVISO_API const proviso_duty *proviso_answer_duty_at(const proviso_answer *answer, size_t index);
PROVISO_API const proviso_duty *proviso_answer_duty(const proviso_answer *answer, const char *name);

enum proviso_due {
    PROVISO_DUE_NOT,
    PROVISO_DUE,          /* its deadline and status hold */
    PROVISO_DUE_POSSIBLE, /* it depends on what is not known whether it is due, or by when */
    PROVISO_DUE_CONFLICT  /* rules that apply give different deadlines */
};
/* Of a duty that is due, on the day of the question. */
enum proviso_progress {
    PROVISO_PROGRESS_OPEN,
    PROVISO_PROGRESS_DONE,
    PROVISO_PROGRESS_OVERDUE,
    PROVISO_PROGRESS_UNKNOWN /* whether it is done is not known */
};
/* "not due", "due", … and "open", "done", … Never NULL. */
PROVISO_API const char *proviso_due_name(enum proviso_due state);
PROVISO_API const char *proviso_progress_name(enum proviso_progress status);

PROVISO_API const char *proviso_duty_name(const proviso_duty *duty);
PROVISO_API enum proviso_due proviso_duty_state(const proviso_duty *duty);
/* PROVISO_PROGRESS_UNKNOWN where it is not due. */
PROVISO_API enum proviso_progress proviso_duty_status(const proviso_duty *duty);
/* The last day to do it, "2021-04-14"; NULL where it is not due. */
PROVISO_API const char *proviso_duty_by(const proviso_duty *duty);
/* The first day to do it; NULL where it is not due or any day before counts. */
PROVISO_API const char *proviso_duty_from(const proviso_duty *duty);
PROVISO_API const proviso_grounds *proviso_duty_grounds(const proviso_duty *duty);

/* Reminders by day, those whose day is open last; notices in order of rules. NULL where there is none of that index. */
PROVISO_API size_t proviso_answer_reminder_count(const proviso_answer *answer);
PROVISO_API const proviso_announcement *proviso_answer_reminder(const proviso_answer *answer, size_t index);
PROVISO_API size_t proviso_answer_notice_count(const proviso_answer *answer);
PROVISO_API const proviso_announcement *proviso_answer_notice(const proviso_answer *answer, size_t index);
/* What to say; an open part reads "?". */
PROVISO_API const char *proviso_announcement_text(const proviso_announcement *announcement);
/* The day of a reminder, "2021-04-14"; NULL where it is open, and of a notice. */
PROVISO_API const char *proviso_announcement_on(const proviso_announcement *announcement);
/* True where it depends on what is not known. */
PROVISO_API bool proviso_announcement_possible(const proviso_announcement *announcement);
/* The one rule it comes from, and what it depends on. */
PROVISO_API const proviso_grounds *proviso_announcement_grounds(const proviso_announcement *announcement);

/*
 * The rules: those that gave the value; in a conflict all that apply; where open all that apply or may. Of a total those that add
 * to it. NULL where there is none of that index.
 */
PROVISO_API size_t proviso_grounds_rule_count(const proviso_grounds *grounds);
PROVISO_API const proviso_rule *proviso_grounds_rule(const proviso_grounds *grounds, size_t index);
/* The facts that are not known and matter: "competency", "offers[2].level". Empty unless something is open. */
PROVISO_API size_t proviso_grounds_need_count(const proviso_grounds *grounds);
PROVISO_API const char *proviso_grounds_need(const proviso_grounds *grounds, size_t index);
/* All reasons in words: "competency is not known", "stage is undecided", … */
PROVISO_API size_t proviso_grounds_reason_count(const proviso_grounds *grounds);
PROVISO_API const char *proviso_grounds_reason(const proviso_grounds *grounds, size_t index);

/* "waiver", "wave3.waiver", "stages.too_late". */
PROVISO_API const char *proviso_rule_name(const proviso_rule *rule);
/* Empty where it has none. */
PROVISO_API const char *proviso_rule_title(const proviso_rule *rule);
PROVISO_API const char *proviso_rule_file(const proviso_rule *rule);
PROVISO_API uint32_t proviso_rule_line(const proviso_rule *rule);
/* False where it is open whether the rule applies. */
PROVISO_API bool proviso_rule_applies(const proviso_rule *rule);
/* What it gives, as proviso_decision_text; empty where that is open, and for reminders and notices. */
PROVISO_API const char *proviso_rule_gives(const proviso_rule *rule);
/* What it cites: the title of the source, and the place in it (empty where it names none). */
PROVISO_API size_t proviso_rule_citation_count(const proviso_rule *rule);
PROVISO_API const char *proviso_rule_citation_source(const proviso_rule *rule, size_t index);
PROVISO_API const char *proviso_rule_citation_place(const proviso_rule *rule, size_t index);

#ifdef __cplusplus
}
#endif

#endif
