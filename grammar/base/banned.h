/*
 * Functions nobody may call in the library: they know a locale or a time zone, keep hidden state, write past
 * an end, print, exit, or go around the allocator. Include it last: the headers below come first because a
 * poisoned name may not even be declared afterwards. `time`, `exit` and `printf` stay usable as words (a
 * field, a label, a format attribute); tools/check-files looks for their calls.
 */
#ifndef PROVISO_GRAMMAR_BASE_BANNED_H
#define PROVISO_GRAMMAR_BASE_BANNED_H

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <wchar.h>

/* Names that are macros here or on another C library. */
#undef alloca
#undef setjmp
#undef toupper
#undef tolower
#undef isalpha
#undef isdigit
#undef isalnum
#undef isspace
#undef isupper
#undef islower
#undef ispunct
#undef isprint
#undef iscntrl
#undef isgraph
#undef isxdigit

/* Memory comes from struct pv_alloc. */
#pragma GCC poison malloc calloc realloc reallocarray free strdup strndup alloca
/* They write without a bound. */
#pragma GCC poison strcpy stpcpy strcat strncpy strncat sprintf vsprintf gets
/* State of their own, or errors nobody can see. */
#pragma GCC poison strtok strtok_r atoi atol atoll atof rand srand
/* They follow a locale. */
#pragma GCC poison strtod strtof strtold setlocale localeconv strcoll strxfrm toupper tolower
#pragma GCC poison isalpha isdigit isalnum isspace isupper islower ispunct isprint iscntrl isgraph isxdigit
/* They follow a time zone; interp/values/calendar does dates. */
#pragma GCC poison mktime timegm gmtime gmtime_r localtime localtime_r strftime strptime asctime ctime
/* A library neither prints nor jumps nor ends the process. */
#pragma GCC poison vprintf fprintf vfprintf puts fputs putchar perror setjmp longjmp abort _exit

#endif
