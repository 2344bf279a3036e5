/*
 * The space of cases of one question: a numeric variable for today and every date and number fact, a choice for every enumeration, yes/no,
 * text and "is none", shared by the programs that are compared; and variables derived from others (a date moved by months, a rounded
 * fraction, a sum). Ranges, enumerations and `covers` are its borders. Must not know rules or decisions.
 */
#ifndef PROVISO_INTERP_ANALYSIS_SPACE_H
#define PROVISO_INTERP_ANALYSIS_SPACE_H

#include "interp/analysis/linear.h"
#include "interp/analysis/zone.h"
#include "interp/program/program.h"

#define NO_ZONE UINT32_MAX
#define NO_CHOICE UINT32_MAX
/* Variables that every space has. */
enum { VARIABLE_ZERO, VARIABLE_TODAY, VARIABLE_FIRST_FACT };

/* What a derived variable is of its arguments. */
enum derivation {
    DERIVED_NOT,
    DERIVED_MONTHS,           /* first moved by `amount` months */
    DERIVED_START_OF_MONTH,   /* of first */
    DERIVED_END_OF_MONTH,     /* of first */
    DERIVED_YEAR,             /* of first */
    DERIVED_MONTH,            /* of first */
    DERIVED_DAY,              /* of first */
    DERIVED_WEEKDAY,          /* of first: monday is 0 */
    DERIVED_WHOLE_MONTHS,     /* from first to second; `amount` 12: years */
    DERIVED_ANNIVERSARY_IN,   /* of first in year second */
    DERIVED_NEXT_ANNIVERSARY, /* of first after second */
    DERIVED_MOVED,            /* first moved by second times `amount` months */
    DERIVED_ROUND,            /* first rounded to `amount` decimals; mode in `rounding` */
    DERIVED_PRODUCT,          /* first times second */
    DERIVED_OPAQUE            /* what register `amount` of program `rounding` gives; nothing more is known */
};

/* A numeric variable: a day, or a number in units of its own (`unit`: that many make one of the mantissa). */
struct variable {
    enum derivation derivation;
    uint32_t zone; /* its place in the zones; NO_ZONE for derived ones that no two-sided comparison needs */
    uint32_t fact; /* index among the space's facts; UINT32_MAX for others */
    int64_t low, high, unit;
    const struct linear *first, *second;
    int64_t amount;
    uint32_t rounding;
    uint32_t node; /* where it is derived, for reports: node id of program `owner` */
    uint32_t owner;
};

/* The members a choice may have, by name; of texts the literals that policies compare with, and as many others as there are facts. */
struct universe {
    const struct enumeration *enumeration; /* the first that it was made for; NULL for texts and yes/no */
    const struct text *names;
    uint32_t count;
};

/* A fact that is chosen from few, or the "is none" of another. Bits 0 .. count-1 are members; `none_bit` or UINT32_MAX. */
struct choice {
    const struct universe *universe;
    uint32_t fact; /* UINT32_MAX: opaque, about register `reg` of program `owner` */
    uint32_t count, none_bit;
    uint32_t owner, reg;
    uint32_t first, second; /* opaque: what is asked about it */
    uint32_t node, told_by; /* opaque: where it stands, for reports: a node of program `told_by` */
    uint64_t *domain;       /* its bits at first */
};
enum { CHOICE_NO, CHOICE_YES };     /* bits of yes/no */
enum { CHOICE_GIVEN, CHOICE_NONE }; /* bits of the choice beside an optional number or date */

enum place_kind { PLACE_NUMERIC, PLACE_CHOICE, PLACE_SET, PLACE_LIST };
/* Where a fact is in the space; by name one for all programs. */
struct place {
    enum place_kind kind;
    const struct fact *fact; /* of the first program that has it */
    uint32_t variable;       /* NUMERIC */
    uint32_t
        choice; /* CHOICE; NUMERIC: CHOICE_GIVEN or _NONE, NO_CHOICE where it always has a value; SET: the first of one a member */
    uint32_t given; /* SET: as `choice` of NUMERIC */
};

/* How one program's facts and members are named in the space. */
struct binding {
    const struct program *program;
    uint32_t *places;                  /* by fact index */
    const struct universe **universes; /* by enumeration index of the set */
    uint32_t **members;                /* by enumeration index: bit by member index */
};

#define SPACE_PROGRAMS 2
struct space {
    struct arena *arena;
    struct linears linears;
    struct variable *variables;
    size_t variable_count, variable_capacity;
    struct choice *choices;
    size_t choice_count, choice_capacity;
    struct place *places;
    size_t place_count, place_capacity;
    struct universe **universes;
    size_t universe_count, universe_capacity;
    const struct universe *yes_no, *texts;
    struct binding bindings[SPACE_PROGRAMS];
    uint32_t binding_count;
    struct period covers;
    struct zone_shape shape;
    bool grew;   /* the shape is no longer that of the zones at hand: they have to be made anew */
    bool failed; /* memory ran out */
};

/* A space of one or two programs (`other` may be NULL) on the days both cover. False where memory ran out. */
bool space_init(struct space *space, struct arena *arena, const struct program *program,
                const struct program *other);
/* The bits and bounds of everything; false where there is no case at all. The zone has the shape's size. */
bool space_top(struct space *space, struct zone *zone);
/* Lays out the shape anew after it grew; false where memory ran out. */
bool space_shape(struct space *space);
/* The variable for a derived value; made where it is new. UINT32_MAX where memory ran out. */
uint32_t space_derived(struct space *space, const struct variable *wanted);
/*
 * What cannot be told of a register, as a choice: of yes/no, or of the first `count` where it is what kind of value there is, with the bits
 * of `domain`. Made where it is new (and the space grew). NO_CHOICE where memory ran out.
 */
uint32_t space_opaque(struct space *space, const struct choice *wanted, uint64_t domain);
/* The place of a fact by name; NULL where no program has it. */
const struct place *space_place(const struct space *space, const struct name *name);

#endif
