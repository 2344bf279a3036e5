/*
 * The native types that the bodies of ops.def compute with, by kind of operand, and what they may use; the same for one case and for
 * columns. Must not be included outside interp/run/.
 */
#ifndef PROVISO_INTERP_RUN_NATIVES_H
#define PROVISO_INTERP_RUN_NATIVES_H

#include "interp/program/program.h"

#define NATIVE_YESNO bool
#define NATIVE_DAY cal_day
#define NATIVE_PERIOD struct period
#define NATIVE_NUM int64_t
#define NATIVE_FRAC struct frac
#define NATIVE_MEMBER int64_t
#define NATIVE_SET const struct member_set *
#define NATIVE_NOTHING uint32_t
#define NATIVE_IMM uint32_t
#define NATIVE_SCALES uint32_t
#define NATIVE_WIDE int64_t

/* Of an operand that holds two scales, or a direction and a rounding. */
#define FIRST_SCALE(scales) ((int)((scales)&0xff))
#define SECOND_SCALE(scales) ((int)((scales) >> 8))
#define SAME_SCALE(scales) (FIRST_SCALE(scales) == SECOND_SCALE(scales))
#define BACKWARD(how) (((how)&1) != 0)
#define ROUNDING(how) ((enum cal_rounding)((how) >> 8))

#endif
