# The one build file of Proviso: libproviso (static and shared), the proviso command, the test programs.
#
# Sources are found by folder, so a new file needs no entry here. Everything built lives under build/MODE/ and
# mirrors the tree; nothing is generated into the source folders. Two targets begin on a bare machine, demo and
# test: they install what is missing first (tools/setup) and only then read this file again for the build.
# This file must not know what a policy is, nor how a test is judged: that is tests/run.

MODE ?= release
MODES := debug release asan cover
ifneq ($(words $(MODE))$(filter $(MODE),$(MODES)),1$(MODE))
$(error MODE=$(MODE) is not known; the modes are: $(MODES))
endif

BUILD ?= build/$(MODE)

# cc is make's own default; a machine may have only one of the two compilers under its proper name.
ifeq ($(origin CC),default)
CC := $(firstword $(notdir $(shell command -v gcc || command -v clang || command -v cc)) gcc)
endif
BISON ?= bison
OBJCOPY ?= objcopy
INSTALL ?= install
FLEX ?= flex
CLANG_FORMAT ?= clang-format

.SUFFIXES:
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules --no-print-directory
# Every core is used; a -j on the command line wins over this, and a make inside a make shares its parent's jobs.
ifeq ($(MAKELEVEL),0)
MAKEFLAGS += -j$(shell nproc 2>/dev/null || echo 2)
endif

# V=1 shows whole commands, else a line a file.
ifeq ($(V),1)
run = $(2)
else
run = @echo '  $(1)'; $(2)
endif

# ---- flags ----------------------------------------------------------------------------------------------------

MODE_debug   := -O1 -g
MODE_release := -O2 -g
MODE_asan    := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
MODE_cover   := -O0 -g --coverage

WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes \
            -Wwrite-strings -Wvla -Wundef -Wpointer-arith -Wcast-qual -Werror
# What bison and flex write is not ours to restyle; errors in it still stop the build.
GEN_WARNINGS := -Wall -Wextra -Werror -Wno-unused-function -Wno-unused-parameter -Wno-sign-compare \
                -Wno-unused-but-set-variable -Wno-unused-label

INCLUDES := -I. -I$(BUILD)/gen
COMPILE  := -std=gnu11 $(MODE_$(MODE)) -fPIC -fvisibility=hidden $(INCLUDES)
DEPFLAGS  = -MMD -MP -MF $(@:.o=.d)
# --no-undefined proves that the library names all it needs; a sanitizer's own symbols come with the program.
SO_FLAGS := -shared -Wl,-soname,libproviso.so.0 $(if $(filter asan,$(MODE)),,-Wl,--no-undefined)

# ---- what there is ----------------------------------------------------------------------------------------------

GRAMMAR_Y := $(wildcard grammar/proviso.y)
GRAMMAR_L := $(wildcard grammar/proviso.l)
GEN_C := $(GRAMMAR_Y:grammar/%.y=$(BUILD)/gen/grammar/%.tab.c) $(GRAMMAR_L:grammar/%.l=$(BUILD)/gen/grammar/%.lex.c)
GEN_H := $(GEN_C:.c=.h)
GEN_O := $(GEN_C:.c=.o)

# Pages about messages, which the command carries in itself.
PAGES   := $(sort $(wildcard tools/pages/*.md))
PAGES_C := $(BUILD)/gen/tools/pages.c
LIB_C   := $(sort $(wildcard grammar/*.c grammar/*/*.c interp/*.c interp/*/*.c))
TOOL_C  := $(sort $(wildcard tools/proviso/*.c))
UNIT_C  := $(sort $(wildcard tests/unit/test_*.c))
LAW_C   := $(sort $(wildcard tests/laws/law_*.c))
BENCH_C := $(sort $(wildcard tests/bench/*.c))
# The generator of the benchmark of the analysis is one program of several files.
WRITE_C := $(sort $(wildcard tests/bench/analysis/*.c))
# Programs that a runner of tests asks.
ASKED_C := $(sort $(wildcard tests/reference/*.c tests/laws/z3/*.c))
FUZZ_C  := $(sort $(wildcard tests/fuzz/fuzz_*.c))
# Code the test programs share: tests/support for all, and what lies beside the laws for the laws.
SUPPORT_C     := $(sort $(wildcard tests/support/*.c))
LAW_SUPPORT_C := $(sort $(filter-out $(LAW_C),$(wildcard tests/laws/*.c)))

object = $(patsubst %.c,$(BUILD)/%.o,$(1))
LIB_O         := $(call object,$(LIB_C)) $(GEN_O)
TOOL_O        := $(call object,$(TOOL_C)) $(PAGES_C:.c=.o)
SUPPORT_O     := $(call object,$(SUPPORT_C))
LAW_SUPPORT_O := $(call object,$(LAW_SUPPORT_C))
ALL_O := $(call object,$(LIB_C) $(TOOL_C) $(UNIT_C) $(LAW_C) $(BENCH_C) $(WRITE_C) $(ASKED_C) $(SUPPORT_C) $(LAW_SUPPORT_C)) \
         $(call object,$(FUZZ_C) tests/fuzz/common.c tests/fuzz/replay.c tests/fault/interpose.c)

LIB_A    := $(BUILD)/libproviso.a
LIB_SO   := $(BUILD)/libproviso.so
PROVISO  := $(if $(TOOL_C),$(BUILD)/proviso)
UNITS    := $(UNIT_C:%.c=$(BUILD)/%)
LAWS     := $(LAW_C:%.c=$(BUILD)/%)
BENCHES  := $(BENCH_C:%.c=$(BUILD)/%)
RIVALS   := $(BUILD)/tests/bench/ref $(BUILD)/tests/bench/scale
WRITE    := $(if $(WRITE_C),$(BUILD)/tests/bench/analysis/write)
ASKED    := $(ASKED_C:%.c=$(BUILD)/%)
FUZZERS  := $(FUZZ_C:%.c=$(BUILD)/%)
# What calls a fuzz target: the replay of its corpus, or for tests/fuzz/run the fuzzer of clang.
FUZZ_MAIN = $(BUILD)/tests/fuzz/replay.o
# The command as it may be preloaded, and what is.
FAULT    := $(BUILD)/tests/fault/proviso $(BUILD)/tests/fault/interpose.so

# ---- targets people type ------------------------------------------------------------------------------------------

.PHONY: all programs fuzzers demo test bench cover format clean help install uninstall FORCE

all: $(LIB_A) $(LIB_SO) $(PROVISO)

programs: all $(UNITS) $(LAWS) $(ASKED) $(FUZZERS) $(FAULT) $(BENCHES) $(WRITE) $(RIVALS)

fuzzers: $(FUZZERS)

export MODE CC
export BUILD_DIR := $(abspath $(BUILD))

demo:
	@tools/setup --build
	@$(MAKE) all
	@tools/demo

test:
	@tools/setup --test
	@$(MAKE) programs
	@+tests/run

bench: all $(BENCHES) $(WRITE) $(RIVALS)
	@tools/setup --bench || echo 'going on with the rivals that are here'
	@status=0; for part in throughput cold-start scaling analysis/run; do tests/bench/$$part || status=1; echo; done; \
	    $(BUILD)/tests/bench/warm tests/bench/workloads/renewal.proviso || status=1; exit $$status

cover:
	@tools/setup --test
	@[ ! -d build/cover ] || find build/cover -name '*.gcda' -delete
	@$(MAKE) MODE=cover BUILD=build/cover test
	@tests/cover build/cover

format:
	@find grammar interp tools tests -path tests/bench/rivals -prune -o \( -name '*.c' -o -name '*.h' \) -exec $(CLANG_FORMAT) -i {} +

clean:
	rm -rf build

# ---- installation ---------------------------------------------------------------------------------------------------

PREFIX     ?= /usr/local
BINDIR     ?= $(PREFIX)/bin
INCLUDEDIR ?= $(PREFIX)/include
LIBDIR     ?= $(PREFIX)/lib
MANDIR     ?= $(PREFIX)/share/man
BASH_COMPLETIONS ?= $(PREFIX)/share/bash-completion/completions
ZSH_COMPLETIONS  ?= $(PREFIX)/share/zsh/site-functions
FISH_COMPLETIONS ?= $(PREFIX)/share/fish/vendor_completions.d

# Header and command say the version; nobody else does.
VERSION = $(shell sed -n 's/^\#define PROVISO_VERSION "\(.*\)"/\1/p' interp/proviso.h)

STAGE := $(BUILD)/install
# Every installed file: where it is made, its mode, where it goes.
INSTALLED = $(BUILD)/proviso:755:$(BINDIR)/proviso \
            interp/proviso.h:644:$(INCLUDEDIR)/proviso.h \
            $(STAGE)/libproviso.a:644:$(LIBDIR)/libproviso.a \
            $(LIB_SO).0:755:$(LIBDIR)/libproviso.so.0 \
            $(STAGE)/proviso.pc:644:$(LIBDIR)/pkgconfig/proviso.pc \
            $(STAGE)/proviso.1:644:$(MANDIR)/man1/proviso.1 \
            $(STAGE)/proviso.bash:644:$(BASH_COMPLETIONS)/proviso \
            $(STAGE)/proviso.zsh:644:$(ZSH_COMPLETIONS)/_proviso \
            $(STAGE)/proviso.fish:644:$(FISH_COMPLETIONS)/proviso.fish
installed_word = $(word $(1),$(subst :, ,$(2)))

# What is not there as it is installed.
STAGED := $(STAGE)/libproviso.a $(STAGE)/proviso.1 $(STAGE)/proviso.bash $(STAGE)/proviso.zsh $(STAGE)/proviso.fish

install: all $(STAGED) $(STAGE)/proviso.pc
	$(foreach file,$(INSTALLED),$(INSTALL) -D -m $(call installed_word,2,$(file)) \
	    $(call installed_word,1,$(file)) $(DESTDIR)$(call installed_word,3,$(file)) &&) :
	ln -sf libproviso.so.0 $(DESTDIR)$(LIBDIR)/libproviso.so

# The files, and no folder: others may have put theirs beside them.
uninstall:
	rm -f $(foreach file,$(INSTALLED),$(DESTDIR)$(call installed_word,3,$(file))) $(DESTDIR)$(LIBDIR)/libproviso.so

# One object in which only the public names are left to be seen, so that a program may have its own buffer_init.
$(STAGE)/libproviso.a: $(LIB_O) $(STAMPS)
	@mkdir -p $(@D) && rm -f $@
	$(call run,AR    $@,$(CC) -r -nostdlib -o $(STAGE)/libproviso.o $(LIB_O) && \
	    $(OBJCOPY) --localize-hidden $(STAGE)/libproviso.o && $(AR) rcs $@ $(STAGE)/libproviso.o)

$(STAGE)/proviso.1: $(BUILD)/proviso
	@mkdir -p $(@D)
	$(call run,HELP  $@,$(BUILD)/proviso help man >$@)

$(STAGE)/proviso.bash $(STAGE)/proviso.zsh $(STAGE)/proviso.fish: $(STAGE)/proviso.%: $(BUILD)/proviso
	@mkdir -p $(@D)
	$(call run,HELP  $@,$(BUILD)/proviso help $* >$@)

# The folders are an answer of the command line, and no file tells when they change.
$(STAGE)/proviso.pc: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' 'prefix=$(PREFIX)' 'includedir=$(INCLUDEDIR)' 'libdir=$(LIBDIR)' '' 'Name: proviso' \
	    'Description: decides by rules about dates, and says why' 'Version: $(VERSION)' \
	    'Cflags: -I$${includedir}' 'Libs: -L$${libdir} -lproviso' >$@

help:
	@echo 'make          build the library and the command into build/MODE/'
	@echo 'make demo     set up what is missing, build, show decisions of the sample policies with their reasons'
	@echo 'make test     set up what is missing, build, run every test'
	@echo 'make bench    measure'
	@echo 'make cover    run the tests, print the coverage by file; less than promised is an error'
	@echo 'make format   rewrite the C files with clang-format'
	@echo 'make install  copy command, library, header, manual page, completions under DESTDIR and PREFIX (/usr/local)'
	@echo 'make uninstall  remove them from there'
	@echo 'make clean    remove build/'
	@echo
	@echo 'MODE=debug|release|asan|cover (default release), CC=gcc|clang, BUILD=folder for the output, V=1'

# ---- stamps ---------------------------------------------------------------------------------------------------------
# A change of compiler or flags rebuilds all; a source that came or went relinks what is made of it.

$(BUILD)/flags.stamp: FORCE
	@mkdir -p $(@D)
	@{ $(CC) --version | head -n 1; echo '$(filter-out -I%,$(COMPILE)) $(WARNINGS) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS)'; } >$@.new
	@cmp -s $@.new $@ && rm -f $@.new || mv -f $@.new $@

$(BUILD)/sources.stamp: FORCE
	@mkdir -p $(@D)
	@echo '$(LIB_C) $(GEN_C) $(TOOL_C) $(SUPPORT_C) $(LAW_SUPPORT_C) $(PAGES)' >$@.new
	@cmp -s $@.new $@ && rm -f $@.new || mv -f $@.new $@

STAMPS := $(BUILD)/flags.stamp $(BUILD)/sources.stamp

# ---- generated scanner and parser ---------------------------------------------------------------------------------

# A pattern rule with two targets runs once for both. flex has no option that makes a warning an error.
$(BUILD)/gen/grammar/%.tab.c $(BUILD)/gen/grammar/%.tab.h: grammar/%.y Makefile
	@mkdir -p $(BUILD)/gen/grammar
	$(call run,BISON $<,$(BISON) -Wall -Wcounterexamples -Werror $(BISONFLAGS) \
	    --header=$(BUILD)/gen/grammar/$*.tab.h -o $(BUILD)/gen/grammar/$*.tab.c $<)

$(BUILD)/gen/grammar/%.lex.c $(BUILD)/gen/grammar/%.lex.h: grammar/%.l Makefile
	@mkdir -p $(BUILD)/gen/grammar
	@echo '  FLEX  $<'
	@said=$$($(FLEX) --header-file=$(BUILD)/gen/grammar/$*.lex.h -o $(BUILD)/gen/grammar/$*.lex.c $< 2>&1) && \
	    [ -z "$$said" ] || { echo "$$said" >&2; exit 1; }

$(GEN_O): %.o: %.c $(BUILD)/flags.stamp | $(GEN_H)
	$(call run,CC    $<,$(CC) $(COMPILE) $(GEN_WARNINGS) $(DEPFLAGS) $(CPPFLAGS) $(CFLAGS) -c $< -o $@)

# The stamp tells when a page came or went.
$(PAGES_C): tools/embed-pages $(PAGES) $(BUILD)/sources.stamp
	@mkdir -p $(@D)
	$(call run,PAGES $@,tools/embed-pages $(PAGES) >$@)

$(PAGES_C:.c=.o): $(PAGES_C) tools/proviso/pages.h $(BUILD)/flags.stamp
	$(call run,CC    $<,$(CC) $(COMPILE) $(WARNINGS) -Wno-overlength-strings $(CPPFLAGS) $(CFLAGS) -c $< -o $@)

# ---- objects, library, programs -------------------------------------------------------------------------------------

$(ALL_O): $(BUILD)/%.o: %.c $(BUILD)/flags.stamp | $(GEN_H)
	@mkdir -p $(@D)
	$(call run,CC    $<,$(CC) $(COMPILE) $(WARNINGS) $(DEPFLAGS) $(CPPFLAGS) $(CFLAGS) -c $< -o $@)

# What runs over many rows at a time is loops that a compiler can make vector instructions of, where it is asked to.
$(patsubst %.c,$(BUILD)/%.o,$(wildcard interp/run/column_*.c interp/facts/columns*.c interp/output/answer_columns.c \
    interp/batch/blocks.c)): \
    COMPILE += $(if $(filter release,$(MODE)),-O3)

$(LIB_A): $(LIB_O) $(STAMPS)
	@rm -f $@
	$(call run,AR    $@,$(AR) rcs $@ $(LIB_O))

$(LIB_SO).0: $(LIB_O) $(STAMPS)
	$(call run,LINK  $@,$(CC) $(MODE_$(MODE)) $(SO_FLAGS) $(LDFLAGS) -o $@ $(LIB_O))

$(LIB_SO): $(LIB_SO).0
	@ln -sf $(<F) $@

# A command that starts for one decision should not spend its time on loading libraries: the released one is static
# where the C library can be had so.
STATIC = $(if $(filter release,$(MODE)),$(shell mkdir -p $(BUILD) && echo 'int main(void) { return 0; }' | \
    $(CC) -static -x c - -o $(BUILD)/static.probe 2>&1 | grep -q . || echo -static))

$(BUILD)/proviso: $(TOOL_O) $(LIB_A) $(STAMPS)
	$(call run,LINK  $@,$(CC) $(MODE_$(MODE)) $(STATIC) $(LDFLAGS) -o $@ $(TOOL_O) $(LIB_A))

$(UNITS): %: %.o $(SUPPORT_O) $(LIB_A) $(STAMPS)
	$(call run,LINK  $@,$(CC) $(MODE_$(MODE)) $(LDFLAGS) -o $@ $< $(SUPPORT_O) $(LIB_A) -lcmocka)

$(LAWS): %: %.o $(SUPPORT_O) $(LAW_SUPPORT_O) $(LIB_A) $(STAMPS)
	$(call run,LINK  $@,$(CC) $(MODE_$(MODE)) $(LDFLAGS) -o $@ $< $(SUPPORT_O) $(LAW_SUPPORT_O) $(LIB_A) -lcmocka)

$(ASKED): %: %.o $(SUPPORT_O) $(LAW_SUPPORT_O) $(LIB_A) $(STAMPS)
	$(call run,LINK  $@,$(CC) $(MODE_$(MODE)) $(LDFLAGS) -o $@ $< $(SUPPORT_O) $(LAW_SUPPORT_O) $(LIB_A) -lcmocka)

$(FUZZERS): %: %.o $(BUILD)/tests/fuzz/common.o $(filter %.o,$(FUZZ_MAIN)) $(LIB_A) $(STAMPS)
	$(call run,LINK  $@,$(CC) $(MODE_$(MODE)) $(LDFLAGS) -o $@ $< $(BUILD)/tests/fuzz/common.o $(FUZZ_MAIN) $(LIB_A))

$(BUILD)/tests/fault/proviso: $(TOOL_O) $(LIB_A) $(STAMPS)
	@mkdir -p $(@D)
	$(call run,LINK  $@,$(CC) $(MODE_$(MODE)) $(LDFLAGS) -o $@ $(TOOL_O) $(LIB_A))

$(BUILD)/tests/fault/interpose.so: $(BUILD)/tests/fault/interpose.o $(STAMPS)
	$(call run,LINK  $@,$(CC) $(MODE_$(MODE)) -shared $(LDFLAGS) -o $@ $< -ldl)

$(BENCHES): %: %.o $(LIB_A) $(STAMPS)
	$(call run,LINK  $@,$(CC) $(MODE_$(MODE)) $(LDFLAGS) -o $@ $< $(LIB_A))

$(WRITE): $(call object,$(WRITE_C)) $(LIB_A) $(STAMPS)
	$(call run,LINK  $@,$(CC) $(MODE_$(MODE)) $(LDFLAGS) -o $@ $(filter %.o,$^) $(LIB_A))

# The program written by hand stays as it is, and gets the flags Proviso gets; its intrinsics ask for AVX2, which not
# every machine has.
$(RIVALS): $(BUILD)/tests/bench/%: tests/bench/rivals/%.c tests/bench/rivals/common.h $(BUILD)/flags.stamp
	@mkdir -p $(@D)
	$(call run,LINK  $@,$(CC) $(filter-out -I%,$(COMPILE)) -mavx2 -pthread -w $(CPPFLAGS) $(CFLAGS) $(STATIC) $(LDFLAGS) \
	    -o $@ $< || { echo '  not built: $@'; : >$@; })

-include $(ALL_O:.o=.d) $(GEN_O:.o=.d)
