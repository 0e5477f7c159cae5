# make                  ./pic: one static-pie binary (musl)
# make UI=none          the same without the web interface (needs no node)
# make check            unit tests and replay of fuzz seeds (clang, ASan + UBSan)
# make unit T=dns/wire  one unit test program: test/unit/dns/wire.c
# make fuzz T=dns_wire  fuzz test/fuzz/dns_wire.c [SECONDS=60]
# make lint             all checks of test/lint
# make system, web      the real binary with real clients; in a real browser
# make test             check, lint, system, web
# make bench            beside peer programs
# make fmt             the lines changed since the last commit, or F='FILE...'
# make clean
#
# O=DIR builds elsewhere than in build/ (then the binary is DIR/pic).
# PARTIAL=1 leaves out what does not compile: for work on one corner of a tree
# that is broken in another. V=1 shows whole commands.

VERSION = 0.1.0
# No earlier can it be: a clock below this is wrong (NTP-6). Set with the version.
RELEASED = 2026-11-21T00:00:00Z

O	?= build
SECONDS	?= 60
PIC	:= $(if $(filter build,$(O)),pic,$(O)/pic)
UI	?= $(if $(wildcard ui/package.json),dist,none)

.SUFFIXES:
.DELETE_ON_ERROR:
.SECONDARY:
MAKEFLAGS += --no-builtin-rules

# --- what there is ------------------------------------------------------------

find	= $(sort $(shell find $(1) -name '$(2)' -type f 2>/dev/null))
SRC	:= $(call find,src,*.c)
UNIT	:= $(call find,test/unit,*.c)
FUZZ	:= $(filter-out test/fuzz/replay.c,$(wildcard test/fuzz/*.c))
BENCH	:= $(call find,test/bench,*.c)
HARNESS	:= $(call find,test/harness,*.c)

REL_OBJ	= $(SRC:%.c=$(O)/rel/%.o) $(O)/rel/ui-$(UI)/table.o $(O)/rel/roots.o $(O)/rel/aead.o
SAN_OBJ	= $(SRC:%.c=$(O)/san/%.o) $(O)/san/ui-none/table.o $(O)/san/roots.o $(O)/san/aead.o
UNIT_BIN = $(UNIT:%.c=$(O)/san/%)
REPLAY_BIN = $(FUZZ:%.c=$(O)/san/%.replay)
BENCH_BIN = $(BENCH:%.c=$(O)/rel/%)
HARNESS_BIN = $(HARNESS:%.c=$(O)/rel/%)

# --- flags ----------------------------------------------------------------------

# Prefixes of the libraries, asked for only when a goal needs them.
REL	= $(eval REL := $(shell vendor/deps dir rel))$(REL)
SAN	= $(eval SAN := $(shell vendor/deps dir san))$(SAN)
ROOTS	= $(eval ROOTS := $(shell vendor/deps dir roots))$(ROOTS)
ASM	= $(eval ASM := $(shell vendor/deps dir asm))$(ASM)

WARN	= -Wall -Wextra -Wconversion -Wshadow -Wvla -Wstrict-prototypes \
	  -Wmissing-prototypes -Werror
DEFS	= -std=c11 -D_GNU_SOURCE -DPIC_VERSION='"$(VERSION)"' -DPIC_RELEASED='"$(RELEASED)"' \
	  -DLLHTTP_STRICT_MODE=1 -DZLIB_CONST -iquote src
LIBS	= -lnghttp2 -lllhttp -ljansson -lldns -luv -lbearssl -lfiat -lsodium -lmnl \
	  -lqrencode -lz -lm

# _FORTIFY_SOURCE is absent: musl has no counterpart to it.
REL_CC	= gcc -specs $(REL)/musl-pie.specs
REL_CFLAGS = $(DEFS) $(WARN) -O2 -g0 -fPIE -fno-common -ffunction-sections \
	  -fdata-sections -fstack-protector-strong -fstack-clash-protection \
	  -ffile-prefix-map=$(CURDIR)=. -ffile-prefix-map=$(abspath $(O))=build \
	  -ffile-prefix-map=$(REL)=deps -isystem $(REL)/include -idirafter $(REL)/kernel
REL_LDFLAGS = -fPIE -s -Wl,--gc-sections -Wl,-z,relro,-z,now -Wl,-z,noexecstack \
	  -Wl,--build-id=none -Wl,--wrap=memcpy,--wrap=memcmp -L$(REL)/lib

# Coverage hooks everywhere, so that one libpic.a serves tests and fuzzers.
SAN_CC	= clang-14
SANITIZE = -fsanitize=address,undefined -fno-sanitize-recover=all
SAN_CFLAGS = $(DEFS) $(WARN) -O1 -g -fno-omit-frame-pointer -fno-common \
	  $(SANITIZE) -fsanitize=fuzzer-no-link -isystem $(SAN)/include
SAN_LDFLAGS = $(SANITIZE) -L$(SAN)/lib

# --- goals ----------------------------------------------------------------------

.PHONY: all check unit fuzz lint system web test stages bench fmt clean deps FORCE

all: $(if $(wildcard pic.c),$(PIC),$(REL_OBJ))

check: $(UNIT_BIN) $(REPLAY_BIN)
	@test/run-programs.sh $(O)/results check $^

unit: $(O)/san/test/unit/$(T)
	$<

ifdef T
fuzz: $(O)/san/test/fuzz/$(T).fuzz
	@mkdir -p $(O)/corpus/$(T)
	$< -max_total_time=$(SECONDS) -timeout=10 -artifact_prefix=$(O)/corpus/$(T)- \
	    $(O)/corpus/$(T) test/fuzz/seeds/$(T)
else
fuzz:
	@echo 'make fuzz T=NAME, NAME one of:' $(notdir $(FUZZ:.c=)) >&2; exit 2
endif

lint: $(SAN)/complete
	@CFLAGS='$(subst ',,$(DEFS)) $(WARN) -isystem $(SAN)/include' test/lint/run.sh $(O)/results

# What is not connected to the binary yet is reached through programs of its own.
system: $(PIC) $(HARNESS_BIN)
	@HARNESS=$(abspath $(O)/rel/test/harness) test/run-scripts.sh $(O)/results system test/system $(abspath $(PIC))

web: $(PIC) test/web/node_modules/.done
	@test/run-scripts.sh $(O)/results web test/web $(abspath $(PIC))

test: stages
	@test/sum-results.sh $(O)/results check lint system web

# All of them even when one fails: the sum tells.
stages: $(PIC)
	@rm -rf $(O)/results
	-@$(MAKE) --no-print-directory -k check
	-@$(MAKE) --no-print-directory lint
	-@$(MAKE) --no-print-directory system
	-@$(MAKE) --no-print-directory web

bench: $(PIC) $(BENCH_BIN) $(HARNESS_BIN)
	@test/bench/run $(abspath $(PIC)) $(abspath $(O)/rel/test/bench)

fmt:
	$(if $(F),clang-format-14 -i $(F),git clang-format-14 --force --extensions c,h)

clean:
	rm -rf $(O) $(PIC) ui/dist

deps:
	vendor/deps build rel
	vendor/deps build san
	vendor/deps build roots
	vendor/deps build asm

# --- release --------------------------------------------------------------------

# Written to a name of its own and moved: two runs of make in one folder must
# never link a half-written file.
say	= $(if $(V),,@echo '  $@';)
to	= -o $@.$$$$ && mv -f $@.$$$$ $@
skip	= $(if $(PARTIAL),|| { rm -f $@; echo "left out: $<"; },)

$(REL)/complete:
	vendor/deps build rel

$(O)/rel/%.o: %.c $(O)/rel/flags
	@mkdir -p $(@D)
	$(say)$(REL_CC) $(REL_CFLAGS) -MMD -MP -MF $(@:.o=.d) -MT $@ -c $< $(to) $(skip)

$(PIC): $(O)/rel/pic.o $(REL_OBJ) $(O)/rel/link-flags
	$(say)$(REL_CC) $(REL_LDFLAGS) $(REL)/lib/mimalloc.o $(filter %.o,$^) $(LIBS) $(to)

$(BENCH_BIN) $(HARNESS_BIN): $(O)/rel/%: $(O)/rel/%.o $(REL_OBJ) $(O)/rel/link-flags
	$(say)$(REL_CC) $(REL_LDFLAGS) $(REL)/lib/mimalloc.o $(filter %.o,$^) $(LIBS) $(to)

# --- sanitized --------------------------------------------------------------------

$(SAN)/complete:
	vendor/deps build san

$(O)/san/%.o: %.c $(O)/san/flags
	@mkdir -p $(@D)
	$(say)$(SAN_CC) $(SAN_CFLAGS) -MMD -MP -MF $(@:.o=.d) -MT $@ -c $< $(to) $(skip)

# Appended (q), not replaced (r): two folders may both have a zone.o.
$(O)/san/libpic.a: $(SAN_OBJ)
	@rm -f $@
	$(say)llvm-ar-14 qcs $@.$$$$ $$(ls $^ 2>/dev/null) && mv -f $@.$$$$ $@

$(UNIT_BIN): $(O)/san/%: $(O)/san/%.o $(O)/san/libpic.a
	$(say)$(SAN_CC) $(SAN_LDFLAGS) $(filter %.o,$^) $(O)/san/libpic.a $(LIBS) -lcrypt -lcmocka -lm $(to)

$(O)/san/test/unit/sys/copy: $(O)/rel/src/sys/copy.o
$(O)/san/test/unit/sys/compare: $(O)/rel/src/sys/compare.o

$(O)/san/test/fuzz/%.replay: $(O)/san/test/fuzz/%.o $(O)/san/test/fuzz/replay.o $(O)/san/libpic.a
	$(say)$(SAN_CC) $(SAN_LDFLAGS) $^ $(LIBS) -lm $(to)

$(O)/san/test/fuzz/%.fuzz: $(O)/san/test/fuzz/%.o $(O)/san/libpic.a
	$(say)$(SAN_CC) $(SAN_LDFLAGS) -fsanitize=fuzzer $^ $(LIBS) -lm $(to)

# --- web interface ------------------------------------------------------------------

UI_SRC	= $(shell find ui/src ui/public -type f 2>/dev/null) ui/index.html \
	  ui/build.mjs ui/tsconfig.json ui/package.json
NPM_CI	= npm ci --ignore-scripts --no-audit --no-fund --prefer-offline --loglevel=error

%/node_modules/.done: %/package-lock.json
	cd $* && $(NPM_CI) --cache "$$($(CURDIR)/vendor/deps cache)/npm"
	@touch $@

$(O)/ui.done: $(UI_SRC) ui/node_modules/.done
	cd ui && node_modules/.bin/tsc --noEmit && node build.mjs
	@mkdir -p $(@D) && touch $@

# The compiler's dependency files do not see .incbin: the table is made anew
# together with the files that it includes.
$(O)/rel/ui-dist/table.c: $(O)/ui.done src/ui/mkassets.sh
	src/ui/mkassets.sh ui/dist $(@D)

%/ui-none/table.c: src/ui/none/index.html src/ui/mkassets.sh
	src/ui/mkassets.sh src/ui/none $(@D)

$(O)/rel/ui-%/table.o: $(O)/rel/ui-%/table.c $(O)/rel/flags
	$(say)$(REL_CC) $(REL_CFLAGS) -c $< $(to)

$(O)/san/ui-none/table.o: $(O)/san/ui-none/table.c $(O)/san/flags
	$(say)$(SAN_CC) $(SAN_CFLAGS) -c $< $(to)

# --- trusted authorities ---------------------------------------------------------------

$(ROOTS)/roots.c:
	vendor/deps build roots

$(O)/rel/roots.o: $(ROOTS)/roots.c $(O)/rel/flags
	$(say)$(REL_CC) $(REL_CFLAGS) -c $< $(to)

$(O)/san/roots.o: $(ROOTS)/roots.c $(O)/san/flags
	$(say)$(SAN_CC) $(SAN_CFLAGS) -c $< $(to)

# --- assembler text ----------------------------------------------------------------------

$(ASM)/aead.S:
	vendor/deps build asm

$(O)/rel/aead.o: $(ASM)/aead.S $(O)/rel/flags
	$(say)$(REL_CC) $(REL_CFLAGS) -c $< $(to)

$(O)/san/aead.o: $(ASM)/aead.S $(O)/san/flags
	$(say)$(SAN_CC) $(SAN_CFLAGS) -c $< $(to)

# --- rebuild when a flag changes ------------------------------------------------------

record	= @mkdir -p $(@D); echo '$(subst ','\'',$(1))' | cmp -s - $@ || \
	  echo '$(subst ','\'',$(1))' > $@

$(O)/rel/flags: FORCE | $(REL)/complete
	$(call record,$(REL_CC) $(REL_CFLAGS))

$(O)/rel/link-flags: FORCE
	$(call record,$(REL_LDFLAGS) $(LIBS) $(UI) $(SRC))

$(O)/san/flags: FORCE | $(SAN)/complete
	$(call record,$(SAN_CC) $(SAN_CFLAGS))

-include $(call find,$(O),*.d)
