/*
 * Makes the sets of rules: like those of a business, which share out all cases among them, and adversarial ones, which
 * cut across one another wherever they can. Everything is drawn from a fixed seed. It must not know how a rule is
 * written down, nor what is asked of it.
 */
#include "tests/bench/analysis/rules.h"
#include "tests/bench/random.h"

#include <stdlib.h>

enum { FEWEST = 200, GRACES = 6, SEED = 7 };

static unsigned below(struct rules *r, unsigned n) {
    return random_below(&r->state, n);
}

/* A rule that holds for every case; NULL where memory ran out. */
static struct rule *add(struct rules *r) {
    if (r->count == r->room) {
        long room = r->room ? 2 * r->room : 1024;
        struct rule *more = realloc(r->rule, (size_t)room * sizeof *more);
        if (!more)
            return NULL;
        r->rule = more;
        r->room = room;
    }
    struct rule *rule = &r->rule[r->count];
    *rule = (struct rule){.id = r->count + 1,
                          .outcome = r->count + 1,
                          .target = -1,
                          .by = -1,
                          .regions = ALL_REGIONS,
                          .tiers = ALL_TIERS,
                          .vip = ANY_VIP,
                          .filed = {r->first, r->last},
                          .paid = {r->first, r->last},
                          .grace = {-NO_GRACE, NO_GRACE},
                          .amount = {0, MOST}};
    r->count++;
    return rule;
}

/* Another rule for the cases of rule `at`. */
static struct rule *copy(struct rules *r, long at) {
    struct rule *rule = add(r);
    if (!rule)
        return NULL;
    struct rule made = r->rule[at];
    made.id = rule->id;
    made.outcome = rule->outcome;
    made.by = -1;
    *rule = made;
    return rule;
}

static int64_t some_amount(struct rules *r) {
    return 1000 + (int64_t)below(r, 1000000);
}

static bool cut_by_amount(const struct rule *rule) {
    return rule->amount[0] > 0 || rule->amount[1] < MOST;
}

/* A region, a tier or all, one stretch of days: two rules, by how late it was paid, by the amount, or by who it is. */
static bool add_pair(struct rules *r, unsigned region, unsigned tier, cal_day from, cal_day to) {
    static const int graces[GRACES] = {10, 14, 30, 45, 60, 90};
    unsigned kind = below(r, 4);
    int grace = graces[below(r, GRACES)];
    int64_t amount = some_amount(r);
    for (int half = 0; half < 2; half++) {
        struct rule *rule = add(r);
        if (!rule)
            return false;
        rule->regions = region;
        rule->tiers = tier;
        rule->filed[0] = from;
        rule->filed[1] = to;
        if (kind <= 1)
            rule->grace[!half] = half ? grace + 1 : grace;
        else if (kind == 2)
            rule->amount[!half] = half ? amount + 1 : amount;
        else
            rule->vip = half ? VIP : NOT_VIP;
    }
    return true;
}

/* Shares out all cases: no two rules meet, and none is left over. Few rules do not tell tiers apart. */
static bool share_out(struct rules *r, long count) {
    int groups = count < 4 * REGIONS * TIERS ? 1 : TIERS;
    long stretches = count / (2 * REGIONS * groups);
    long days = r->last - r->first + 1;
    for (int region = 0; region < REGIONS; region++) {
        for (int tier = 0; tier < groups; tier++) {
            cal_day from = r->first;
            for (long i = 1; i <= stretches; i++) {
                cal_day next = r->last + 1;
                if (i < stretches)
                    next = r->first + (cal_day)(days * i / stretches) -
                           (cal_day)below(r, (unsigned)(days / stretches / 2));
                if (!add_pair(r, 1u << region, groups == 1 ? ALL_TIERS : 1u << tier, from, next - 1))
                    return false;
                from = next;
            }
        }
    }
    return true;
}

/* The part of a rule that an exception may take: what stays decides the rest. */
static void narrow(struct rules *r, struct rule *rule) {
    if (cut_by_amount(rule))
        rule->vip = VIP;
    else
        rule->amount[1] = some_amount(r);
}

/* Exceptions with a value of their own, one to a rule at most, until there are `count` rules. */
static bool add_exceptions(struct rules *r, long count) {
    long base = r->count;
    for (long at = 3; r->count < count; at = (at + 7) % base) {
        while (r->rule[at].by >= 0)
            at = (at + 1) % base;
        struct rule *rule = copy(r, at);
        if (!rule)
            return false;
        narrow(r, rule);
        rule->target = at;
        r->rule[at].by = r->count - 1;
    }
    return true;
}

/* The next rule after `at` that has no exception and begins after the first day. */
static long plain_after(const struct rules *r, long at) {
    do
        at = (at + 1) % r->count;
    while (r->rule[at].by >= 0 || r->rule[at].target >= 0 || r->rule[at].filed[0] == r->first);
    return at;
}

static bool plant(struct rules *r) {
    long step = r->count / (4 * PLANTED), at = 0;
    for (int i = 0; i < PLANTED; i++) {
        at = plain_after(r, at + step);
        r->rule[at].filed[0]++;
        at = plain_after(r, at + step);
        struct rule *meets = copy(r, at);
        if (!meets)
            return false;
        narrow(r, meets);
        at = plain_after(r, at + 1);
        struct rule *never = copy(r, at);
        if (!never)
            return false;
        /* Paid on a day after the one it was filed on, and yet before the first on which it can be filed. */
        never->grace[0] = 1;
        never->grace[1] = NO_GRACE;
        never->paid[1] = never->filed[0] - 1;
    }
    return true;
}

/* Every fifth rule becomes two that give the same; an exception to it goes on for both. */
static bool split(struct rules *r) {
    long count = r->count;
    for (long at = 0; at < count; at += 5) {
        if (r->rule[at].target >= 0)
            continue;
        struct rule *half = copy(r, at), *whole = &r->rule[at];
        if (!half)
            return false;
        half->id = whole->id;
        half->outcome = whole->outcome;
        half->by = whole->by;
        half->part = 2;
        whole->part = 1;
        if (cut_by_amount(whole)) {
            whole->vip = NOT_VIP;
            half->vip = VIP;
        } else {
            whole->amount[1] = some_amount(r);
            half->amount[0] = whole->amount[1] + 1;
        }
    }
    return true;
}

/* A drawn order; the indices between rules and exceptions follow. */
static bool shuffle(struct rules *r) {
    long *place = calloc((size_t)r->count, sizeof *place);
    struct rule *moved = calloc((size_t)r->count, sizeof *moved);
    for (long i = 0; place && i < r->count; i++) {
        long j = (long)below(r, (unsigned)(i + 1));
        place[i] = place[j];
        place[j] = i;
    }
    for (long i = 0; place && moved && i < r->count; i++) {
        moved[place[i]] = r->rule[i];
        if (r->rule[i].target >= 0)
            moved[place[i]].target = place[r->rule[i].target];
        if (r->rule[i].by >= 0)
            moved[place[i]].by = place[r->rule[i].by];
    }
    bool done = place && moved;
    free(place);
    if (!done) {
        free(moved);
        return false;
    }
    free(r->rule);
    r->rule = moved;
    r->room = r->count;
    return true;
}

static unsigned half_of(struct rules *r, int members) {
    unsigned mask = 0;
    for (int left = members / 2; left > 0;) {
        unsigned bit = 1u << below(r, (unsigned)members);
        left -= (mask & bit) == 0;
        mask |= bit;
    }
    return mask;
}

static void half_of_days(struct rules *r, cal_day days[2]) {
    unsigned half = (unsigned)(r->last - r->first + 1) / 2;
    days[0] = r->first + 1 + (cal_day)below(r, half - 2);
    days[1] = days[0] + (cal_day)half;
}

static bool cut_across(struct rules *r, long count, bool apart) {
    static const int graces[] = {365, 1000, 2000, 4000};
    while (r->count < count) {
        struct rule *rule = add(r);
        if (!rule)
            return false;
        int grace = graces[below(r, 4)];
        rule->regions = half_of(r, REGIONS);
        rule->tiers = half_of(r, TIERS);
        rule->vip = below(r, 2) ? VIP : NOT_VIP;
        half_of_days(r, rule->filed);
        half_of_days(r, rule->paid);
        rule->grace[0] = -grace;
        rule->grace[1] = 2 * grace;
        rule->amount[0] = 1 + (int64_t)below(r, MOST / 2 - 2);
        rule->amount[1] = rule->amount[0] + MOST / 2;
        if (!apart)
            rule->outcome = 1;
    }
    return true;
}

bool rules_make(struct rules *r, enum shape shape, enum variant variant, long count) {
    *r = (struct rules){.state = SEED};
    (void)cal_from_civil(2000, 1, 1, &r->first);
    (void)cal_from_civil(2039, 12, 31, &r->last);
    if (count < FEWEST)
        return false;
    if (shape != BUSINESS)
        return cut_across(r, count, shape == APART) && (variant == BASE || shuffle(r));
    if (!share_out(r, count * 92 / 100) || !add_exceptions(r, count))
        return false;
    if (variant == WITH_PLANTED)
        return plant(r);
    if (variant != BASE && (!split(r) || !shuffle(r)))
        return false;
    if (variant == MOVED)
        r->rule[plain_after(r, r->count / 2)].filed[0]++;
    return true;
}
