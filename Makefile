# Foyer. `make run` and `make test` set everything up on Debian 12 or Raspberry Pi OS.

# The one list of packages. RUN builds and runs, TEST adds what `make test` needs, DEV what `make check` and
# `make bench` need, PACKAGE what `make deb` needs, CLINIC what `make check-clinic` needs.
RUN_PACKAGES  = gcc libc6-dev make libncurses-dev ncurses-base libconfig-dev libsqlite3-dev libsodium-dev \
                libunistring-dev libjansson-dev libseccomp-dev libqrencode-dev \
                libpango1.0-dev libcairo2-dev pkg-config fonts-dejavu-core tzdata gettext
TEST_PACKAGES = libcriterion-dev libvterm-dev ncurses-term procps poppler-utils openssh-server openssh-client \
                libnss-wrapper
DEV_PACKAGES  = clang clang-format clang-tidy cppcheck valgrind dialog mandoc strace libvte-2.91-dev
PACKAGE_PACKAGES = build-essential debhelper lintian systemd libvte-2.91-dev
CLINIC_PACKAGES  = $(PACKAGE_PACKAGES) debootstrap util-linux

VERSION = 0.1.0
PREFIX ?= /usr/local
DESTDIR ?=
SYSCONFDIR ?= $(if $(filter /usr,$(PREFIX)),/etc,$(PREFIX)/etc)
LOCALSTATEDIR ?= $(if $(filter /usr,$(PREFIX)),/var/lib,$(PREFIX)/var/lib)
# An installed system has a letterbox of its own user: the kiosk's user reads what is public, and nothing else.
SOCKET ?= $(if $(filter /usr,$(PREFIX)),/run/foyer/deposit.sock,$(LOCALSTATEDIR)/foyer/foyer.sock)
PUBLIC = $(if $(filter /usr,$(PREFIX)),\
    -e 's|^\# public_keys = .*|public_keys = "$(LOCALSTATEDIR)/foyer-kiosk/foyer.keys";|' \
    -e 's|^\# approvals = .*|approvals = "$(LOCALSTATEDIR)/foyer-kiosk/approvals.cfg";|')

PKG_CONFIG ?= pkg-config

# FLAVOUR=release is what is installed; FLAVOUR=test has the sanitizers and the test clock; FLAVOUR=demo is the
# release with the test clock, so that sixty days can be made in seconds.
FLAVOUR ?= release
B = build/$(FLAVOUR)

WERROR = -Werror
WARN = -Wall -Wextra -Wshadow -Wstrict-prototypes -Wconversion $(WERROR)
CPPFLAGS_ALL = -D_GNU_SOURCE -DFOYER_VERSION='"$(VERSION)"' -DFOYER_DATADIR='"$(PREFIX)/share/foyer"' \
               -DFOYER_SYSCONFDIR='"$(SYSCONFDIR)/foyer"' -DFOYER_LIBEXEC='"$(PREFIX)/libexec/foyer"' $(CPPFLAGS)
CFLAGS_release = -O2 -g -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fstack-clash-protection -fPIE \
                 $(if $(filter x86_64-% i686-%,$(shell $(CC) -dumpmachine)),-fcf-protection)
LDFLAGS_release = -pie -Wl,-z,relro,-z,now -Wl,--as-needed
CFLAGS_demo = $(CFLAGS_release) -DFOYER_TEST_CLOCK
LDFLAGS_demo = $(LDFLAGS_release)
CFLAGS_test = -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer \
              -DFOYER_TEST_CLOCK
LDFLAGS_test = -fsanitize=address,undefined -Wl,--as-needed
# Programs that end by _exit() count too, and a filter that lets nobody open a file is not loaded (tests/coverage).
CFLAGS_cover = -O0 -g --coverage -DFOYER_TEST_CLOCK
LDFLAGS_cover = --coverage -Wl,--as-needed,--wrap=_exit,--wrap=seccomp_load,--wrap=setrlimit \
                $(B)/cover.o
CFLAGS_fuzz = -O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined \
              -fno-omit-frame-pointer -DFOYER_TEST_CLOCK
LDFLAGS_fuzz = -fsanitize=address,undefined
CFLAGS_ALL = -std=c17 $(WARN) $(CFLAGS_$(FLAVOUR)) $(CFLAGS)
LDFLAGS_ALL = $(LDFLAGS_$(FLAVOUR)) $(LDFLAGS)

# Paths are built in, so another PREFIX, compiler or flag builds anew: every object depends on this file, which is
# rewritten when what it says changes.
FLAGS = $(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) $(LDFLAGS_ALL)
ifneq ($(file <$(B)/flags),$(FLAGS))
$(shell mkdir -p $(B))
$(file >$(B)/flags,$(FLAGS))
endif

# The layers, lowest first. A layer's sources see its own headers and those named here, so a wrong include
# does not compile.
LAYERS = base lock i18n core formio record export store ui print relay kiosk staff demo
base_SEES   =
lock_SEES   = base
i18n_SEES   = base
core_SEES   = i18n base
formio_SEES = core i18n base
record_SEES = core i18n base
export_SEES = record core i18n base
store_SEES  = record core i18n base
ui_SEES     = base
print_SEES  = base
relay_SEES  = record core i18n base
kiosk_SEES  = lock ui export record formio core i18n base
staff_SEES  = lock store export record formio ui core i18n base
demo_SEES   = store record formio core i18n base

base_LIBS   = -lunistring
lock_LIBS   = -lseccomp
core_LIBS   = -lm
formio_LIBS = -lconfig -lsodium
i18n_LIBS   =
record_LIBS = -ljansson -lsodium
export_LIBS = -lqrencode -lsqlite3
store_LIBS  = -lsqlite3
ui_LIBS     = -lncursesw -ltinfo
print_LIBS  = $(shell $(PKG_CONFIG) --libs pangocairo) -lm
relay_LIBS  =
kiosk_LIBS  =
staff_LIBS  =
demo_LIBS   =

# Headers of other people's that are not where the compiler looks by itself.
print_CFLAGS = $(patsubst -I%,-isystem %,$(shell $(PKG_CONFIG) --cflags pangocairo))
window_CFLAGS = $(patsubst -I%,-isystem %,$(shell $(PKG_CONFIG) --cflags vte-2.91))

# The programs, and the layers each may touch, highest first for the linker.
PROGRAMS = foyer-kiosk foyer-deposit foyer-relay foyer-doctor foyer-print foyer
foyer-kiosk_SEES   = kiosk lock ui export record formio core i18n base
foyer-deposit_SEES = store lock record core i18n base
foyer-relay_SEES   = relay lock record core i18n base
foyer-doctor_SEES  = staff lock export record formio ui core i18n base
foyer-print_SEES   = print lock base
foyer_SEES         = staff lock store export record formio ui core i18n base
foyer-demo_SEES    = demo store record formio core i18n base

# One short line a file; `make V=1` shows the commands.
Q = $(if $(V),,@echo "  $@";)

.PHONY: all run demo test check bench coverage fuzz mutants install clean packages-run packages-test packages-dev \
        packages-package packages-clinic install-system deb check-clinic tests format golden
all: $(PROGRAMS:%=$(B)/%) languages
.DELETE_ON_ERROR:

# $1 layer
define LAYER
$(1)_SRC = $$(wildcard src/$(1)/*.c)
$(1)_OBJ = $$($(1)_SRC:src/%.c=$$(B)/%.o)
$$(B)/$(1)/%.o: src/$(1)/%.c Makefile $$(B)/flags | $$(B)/$(1)
	$$(Q)$$(CC) $$(CPPFLAGS_ALL) $$(CFLAGS_ALL) -MMD -MP $$(foreach l,$(1) $$($(1)_SEES),-Isrc/$$l) $$($(1)_CFLAGS) -c -o $$@ $$<
$$(B)/lib$(1).a: $$($(1)_OBJ)
	$$(Q)rm -f $$@ && $$(AR) rcs $$@ $$^
$$(B)/$(1):
	@mkdir -p $$@
-include $$($(1)_OBJ:.o=.d)
endef
$(foreach l,$(LAYERS),$(eval $(call LAYER,$(l))))

# $1 program
define PROGRAM
$$(B)/$(1).o: src/$(1).c Makefile $$(B)/flags | $$(B)
	$$(Q)$$(CC) $$(CPPFLAGS_ALL) $$(CFLAGS_ALL) -MMD -MP $$(foreach l,$$($(1)_SEES),-Isrc/$$l) -c -o $$@ $$<
$$(B)/$(1): $$(B)/$(1).o $$(foreach l,$$($(1)_SEES),$$(B)/lib$$l.a)
	$$(Q)$$(CC) $$(LDFLAGS_ALL) -o $$@ $$^ $$(foreach l,$$($(1)_SEES),$$($$l_LIBS))
-include $$(B)/$(1).d
endef
# foyer-demo fills a demo clinic, and is never installed.
$(foreach p,$(PROGRAMS) foyer-demo,$(eval $(call PROGRAM,$(p))))
$(B):
	@mkdir -p $@

# The window of the graphical display. It needs a desktop's libraries, so only the package builds it.
$(B)/foyer-window: src/foyer-window.c Makefile $(B)/flags | $(B)
	$(Q)$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) $(window_CFLAGS) $(LDFLAGS_ALL) -o $@ $< $$($(PKG_CONFIG) --libs vte-2.91)

# One test program a folder in tests/. A layer's folder links only what that layer may use; `screen` drives
# the programs themselves.
TEST_FOLDERS = $(notdir $(patsubst %/,%,$(wildcard tests/*/)))
SUITES = $(filter $(LAYERS),$(TEST_FOLDERS))
DRIVERS = $(filter screen,$(TEST_FOLDERS))
# A clinic is filled by the layers under the staff tool; what is tested is the programs.
DRIVER_SEES = store record formio core i18n base
# Allocations that tests/store/test_memory.c makes fail, and a filter on the calls of the letterbox's program.
store_TEST_LIBS = -Wl,--wrap=calloc,--wrap=realloc,--wrap=strdup,--wrap=strndup,--wrap=realpath -lseccomp
# $1 folder, $2 layers, $3 more libraries
define SUITE
$(1)_TEST_OBJ = $$(patsubst tests/%.c,$$(B)/tests/obj/%.o,$$(wildcard tests/$(1)/*.c))
$$(B)/tests/obj/$(1)/%.o: tests/$(1)/%.c Makefile $$(B)/flags
	@mkdir -p $$(@D)
	$$(Q)$$(CC) $$(CPPFLAGS_ALL) -DBIN='"$$(B)"' $$(CFLAGS_ALL) -MMD -MP $$(foreach l,$(2),-Isrc/$$l) -Itests/$(1) -c -o $$@ $$<
$$(B)/tests/$(1): $$($(1)_TEST_OBJ) $$(foreach l,$(2),$$(B)/lib$$l.a)
	$$(Q)$$(CC) $$(LDFLAGS_ALL) -o $$@ $$^ $$(foreach l,$(2),$$($$l_LIBS)) -lcriterion $(3) $$($(1)_TEST_LIBS)
-include $$($(1)_TEST_OBJ:.o=.d)
endef
kiosk_TEST_LIBS = -lvterm
screen_TEST_LIBS = -lseccomp
$(foreach s,$(SUITES),$(eval $(call SUITE,$(s),$(s) $($(s)_SEES),$($(s)_TEST_LIBS))))
$(foreach s,$(DRIVERS),$(eval $(call SUITE,$(s),$(DRIVER_SEES),-lvterm -lutil -lqrencode)))

# --- Languages ---

# locale/foyer.pot holds every text for translators: those of the C sources through xgettext, those of the forms
# through our own loader (`foyer form strings`). "patient" stands at what a patient reads: without it a language
# is not offered. `make po` brings a new template into the translations, `make pot` alone writes it.
LANGUAGES = $(patsubst locale/%.po,%,$(wildcard locale/*.po))
MO = $(LANGUAGES:%=$(B)/locale/%.mo)
PATIENT_C = $(filter-out src/kiosk/wizard_staff.c,$(wildcard src/kiosk/layout.c src/kiosk/page*.c src/kiosk/plain*.c \
                src/kiosk/view*.c src/kiosk/visit.c src/kiosk/wizard*.c)) \
            src/i18n/month.c src/i18n/language.c src/export/handout.c \
            src/export/questionnaire.c src/export/questionnaire_words.c src/export/questionnaire_internal.h
# The relay speaks to a log alone.
STAFF_C = $(filter-out $(PATIENT_C) src/i18n/tr.c src/i18n/tr.h src/foyer-relay.c src/relay/%,$(wildcard src/*.c src/*/*.c src/*/*.h))
XGETTEXT = xgettext --language=C --from-code=UTF-8 --add-comments=TRANSLATORS --add-location=file \
           --keyword --keyword=tr --keyword=tr_n:1,2 --keyword=tr_ctx:1c,2 --keyword=N_ --keyword=err_set:2 \
           --keyword=err_sys:2 --flag=tr:1:pass-c-format --flag=tr_n:1:pass-c-format --flag=tr_n:2:pass-c-format \
           --flag=err_set:2:c-format --flag=err_sys:2:c-format --flag=err_prefix:2:c-format \
           --flag=buf_addf:2:c-format --flag=command_usage:2:c-format --flag=review_notice:2:c-format \
           --flag=prompt_error:2:c-format --flag=screen_textf:4:c-format --flag=screen_setf:2:c-format \
           --omit-header --exclude-file=locale/exclude.pot --output=
# $1 who reads them, $2 files: their entries, marked.
STRINGS = $(XGETTEXT)- $(2) | awk '/^\#: / && !n++ { print "\#. $(1)" } /^$$/ { n = 0 } { print }'

# What a patient reads, as a table in the program: it sees by itself which texts a catalogue lacks.
$(B)/i18n/patient.c: $(PATIENT_C) src/i18n/patient.awk | $(B)/i18n
	$(Q)$(XGETTEXT)$@.pot $(PATIENT_C) && awk -f src/i18n/patient.awk $(PATIENT_C) $@.pot > $@
$(B)/i18n/patient.o: $(B)/i18n/patient.c src/i18n/tr.h $(B)/flags
	$(Q)$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -Isrc/i18n -Isrc/base -c -o $@ $<
$(B)/libi18n.a: $(B)/i18n/patient.o

# msgfmt leaves out what is fuzzy. A translation that does not fit its English is an error.
$(B)/locale/%.mo: locale/%.po
	@mkdir -p $(@D)
	$(Q)msgfmt --check-format --output-file=$@ $<

.PHONY: pot po languages
languages: $(MO)
pot: locale/foyer.pot
po: locale/foyer.pot
	for l in $(LANGUAGES); do msgmerge --quiet --update --backup=none --previous locale/$$l.po $< || exit 1; done
FORM_FILES = $(wildcard forms/*/*.cfg)
locale/foyer.pot: $(PATIENT_C) $(STAFF_C) $(FORM_FILES) locale/header.pot | $(B)/foyer
	@d=$$(mktemp -d) && trap 'rm -r $$d' EXIT && \
	$(call STRINGS,patient,$(PATIENT_C)) > $$d/1.po && \
	for f in $(wildcard forms/*/form.cfg); do $(B)/foyer form strings $${f%/form.cfg}; done > $$d/2.po && \
	$(call STRINGS,staff,$(STAFF_C)) > $$d/3.po && \
	for i in 1 2 3; do cat locale/header.pot $$d/$$i.po > $$d/part$$i.po; done && \
	msgcat --use-first --output-file=$@ $$d/part1.po $$d/part2.po $$d/part3.po

# What comes from outside, taken apart (tests/fuzz/fuzz.h). `make test` replays the inputs kept in tests/fuzz/seeds;
# `make fuzz T=form SECONDS=60` looks for new ones and leaves what it finds in build/fuzz.
FUZZ_SEES = kiosk store export record i18n formio ui core base
FUZZ_SRC = $(filter-out %/replay.c %/libfuzzer.c,$(wildcard tests/fuzz/*.c))
FUZZ_LIBS = $(FUZZ_SEES:%=$(B)/lib%.a)
FUZZ_CC = $(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) $(FUZZ_SEES:%=-Isrc/%) $(LDFLAGS_ALL) -o $@ $(filter %.c %.a,$^) \
          $(foreach l,$(FUZZ_SEES),$($l_LIBS))
$(B)/tests/fuzz: $(FUZZ_SRC) tests/fuzz/replay.c tests/fuzz/fuzz.h $(FUZZ_LIBS) Makefile $(B)/flags
	@mkdir -p $(@D)
	$(Q)$(FUZZ_CC)
$(B)/fuzz-%: $(FUZZ_SRC) tests/fuzz/libfuzzer.c tests/fuzz/fuzz.h $(FUZZ_LIBS) Makefile $(B)/flags
	$(Q)$(FUZZ_CC) -DTARGET=fuzz_$* -fsanitize=fuzzer
SECONDS = 60
fuzz: packages-dev
	@[ -n "$(T)" ] || { echo "make fuzz T=NAME [SECONDS=60]; a name is one of: $$(ls tests/fuzz/seeds | xargs)"; exit 1; }
	$(MAKE) CC=clang FLAVOUR=fuzz WARN=-w build/fuzz/fuzz-$(T)
	mkdir -p build/fuzz/corpus/$(T)
	build/fuzz/fuzz-$(T) -max_total_time=$(SECONDS) -timeout=10 -artifact_prefix=build/fuzz/$(T)- \
	    build/fuzz/corpus/$(T) tests/fuzz/seeds/$(T)

tests: all $(SUITES:%=$(B)/tests/%) $(DRIVERS:%=$(B)/tests/%) $(B)/tests/fuzz

test: packages-test
	$(MAKE) FLAVOUR=test tests
	tests/run build/test $(SUITES) fuzz $(DRIVERS)

# Lines that the tests run, and branches where each counts: one that is missed there without a mark is a failure. That
# a test of the filters fails here is no matter: there are none. ONLY="store record" runs those suites alone.
$(B)/cover.o: tests/coverage/cover.c Makefile $(B)/flags
	$(Q)$(CC) $(CPPFLAGS_ALL) -O1 $(WARN) -c -o $@ $<
coverage: packages-test
	$(MAKE) FLAVOUR=cover WARN=-w build/cover/cover.o
	$(MAKE) FLAVOUR=cover WARN=-w tests
	find build/cover -name '*.gcda' -delete
	-tests/run build/cover $(or $(ONLY),$(SUITES) fuzz $(DRIVERS))
	tests/coverage/coverage.pl build/cover

# One change at a time to the modules where a mistake hurts somebody; what no test notices is shown. COUNT=100 tries
# more, SEED=7 the same again, MODULE=core/cond.c one module.
mutants: packages-test
	tests/mutants/mutants.pl "$(COUNT)" "$(SEED)" "$(MODULE)"

# Golden screens are pictures in text, in tests/screen/golden. This writes them anew: look at the diff.
golden: packages-test
	$(MAKE) FLAVOUR=test tests
	FOYER_GOLDEN=write tests/run build/test screen

# The figures, beside a bare ncurses program and dialog. ONLY="keys rest" measures those groups alone.
# ONLY=million adds a million intakes: half an hour, and 4 GB.
BENCH_SEES = kiosk staff lock store export record formio ui core i18n base
$(B)/bench/bare: tests/bench/bare.c Makefile
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) $(LDFLAGS_ALL) -o $@ $< $(ui_LIBS)
$(B)/bench/bench: $(filter-out %/bare.c,$(wildcard tests/bench/*.c)) $(wildcard tests/bench/*.h) \
                  $(BENCH_SEES:%=$(B)/lib%.a) Makefile
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) $(BENCH_SEES:%=-Isrc/%) $(LDFLAGS_ALL) -o $@ \
	    $(filter %.c %.a,$^) $(foreach l,$(BENCH_SEES),$($l_LIBS)) -lvterm -lutil
bench: packages-dev
	$(MAKE) FLAVOUR=release all build/release/bench/bare build/release/bench/bench
	build/release/bench/bench build/release $(ONLY)

run: packages-run
	$(MAKE) all
	@src/demo.sh $(B) demo

# 200 intakes over 60 days, then the staff's screen.
demo: packages-run
	$(MAKE) FLAVOUR=demo all build/demo/foyer-demo
	@src/demo.sh build/demo demo review

# $1 the packages to have. As root they are installed; with sudo there is one prompt; else the command is shown.
define PACKAGES
	@missing=; \
	command -v dpkg-query >/dev/null || { echo "Foyer is built on Debian or Raspberry Pi OS. Needed: $(1)"; exit 0; }; \
	for p in $(1); do \
	    dpkg-query -W -f='$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$p"; \
	done; \
	[ -z "$$missing" ] && exit 0; \
	install="apt-get install -y --no-install-recommends$$missing"; \
	if [ "$$(id -u)" = 0 ]; then \
	    echo "Installing:$$missing"; \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$install; \
	elif command -v sudo >/dev/null; then \
	    echo "Some packages are missing:$$missing"; echo "sudo may ask for your password."; \
	    sudo sh -c "apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$install"; \
	else \
	    echo "Some packages are missing. As root, run:"; echo "    apt-get update && $$install"; exit 1; \
	fi
endef
packages-run:
	$(call PACKAGES,$(RUN_PACKAGES))
packages-test:
	$(call PACKAGES,$(RUN_PACKAGES) $(TEST_PACKAGES))
packages-dev:
	$(call PACKAGES,$(RUN_PACKAGES) $(TEST_PACKAGES) $(DEV_PACKAGES))
packages-package:
	$(call PACKAGES,$(RUN_PACKAGES) $(PACKAGE_PACKAGES))
packages-clinic:
	$(call PACKAGES,$(RUN_PACKAGES) $(CLINIC_PACKAGES))

C_FILES = $(wildcard src/*.c src/*/*.c src/*/*.h tests/*/*.c tests/*/*.h)
ALL_INCLUDES = $(LAYERS:%=-Isrc/%)
format:
	clang-format -i $(C_FILES)
check: packages-dev
	clang-format --dry-run --Werror $(C_FILES)
	cppcheck --quiet --std=c11 --enable=warning,performance,portability --inline-suppr --error-exitcode=1 \
	    --suppress=missingIncludeSystem --suppress=getpwnamCalled --suppress=getpwuidCalled \
	    --suppress=readdirCalled --library=posix $(ALL_INCLUDES) src
	clang-tidy --quiet $(wildcard src/*.c src/*/*.c) -- -std=c17 $(CPPFLAGS_ALL) $(ALL_INCLUDES) $(print_CFLAGS) $(window_CFLAGS)
	$(MAKE) FLAVOUR=analyze CFLAGS_analyze='-O1 -fanalyzer' all build/analyze/foyer-window
	mandoc -Tlint -Wwarning src/man/*.[1-8]

# The clinic's own files go where a clinic looks for them and may edit them; an upgrade leaves them alone.
MAN = $(wildcard src/man/*.[1-8])
CONF = $(DESTDIR)$(SYSCONFDIR)/foyer
install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/libexec/foyer $(CONF)
	install -d -m 750 $(DESTDIR)$(LOCALSTATEDIR)/foyer
	install -m 755 $(B)/foyer $(B)/foyer-kiosk $(DESTDIR)$(PREFIX)/bin
	install -D -m 755 $(B)/foyer-doctor $(DESTDIR)$(PREFIX)/sbin/foyer-doctor
	install -m 755 $(B)/foyer-deposit $(B)/foyer-relay $(B)/foyer-print $(DESTDIR)$(PREFIX)/libexec/foyer
	install -d $(DESTDIR)$(PREFIX)/share/foyer/locale
	[ -z "$(MO)" ] || install -m 644 $(MO) $(DESTDIR)$(PREFIX)/share/foyer/locale
	for m in $(MAN); do install -D -m 644 $$m $(DESTDIR)$(PREFIX)/share/man/man$${m##*.}/$${m##*/}; done
	for m in pair doctor; do ln -sf foyer-relay.8 $(DESTDIR)$(PREFIX)/share/man/man8/foyer-$$m.8; done
	[ -e $(CONF)/forms ] || cp -r forms $(CONF)/forms
	[ -e $(CONF)/kiosk.conf ] || sed \
	    -e 's|^# database = .*|database = "$(LOCALSTATEDIR)/foyer/foyer.db";|' \
	    -e 's|^# socket = .*|socket = "$(SOCKET)";|' $(PUBLIC) kiosk.conf > $(CONF)/kiosk.conf

# What makes a machine a clinic's: users, units, SSH, the console's lock. See foyer-clinic(7). Only the package
# uses it, with PREFIX=/usr.
UNITDIR ?= /lib/systemd/system
install-system: install $(B)/foyer-window
	install -d $(CONF)/ssh $(DESTDIR)$(UNITDIR) $(DESTDIR)/etc/ssh/sshd_config.d
	cp -r $(wildcard system/*.service system/*.socket system/*.timer system/*.d) $(DESTDIR)$(UNITDIR)
	install -m 755 system/lock-console system/staff-shell $(DESTDIR)$(PREFIX)/libexec/foyer
	install -m 755 $(B)/foyer-window $(DESTDIR)$(PREFIX)/libexec/foyer
	install -m 644 system/fonts.conf $(DESTDIR)$(PREFIX)/share/foyer
	install -m 644 system/sshd-kiosk.conf $(DESTDIR)/etc/ssh/sshd_config.d/foyer-kiosk.conf
	install -m 644 system/sshd-staff.conf $(DESTDIR)/etc/ssh/sshd_config.d/foyer-staff.conf
	install -m 644 system/sshd-relay.conf $(DESTDIR)/etc/ssh/sshd_config.d/foyer-relay.conf
	install -D -m 755 system/pair $(DESTDIR)$(PREFIX)/sbin/foyer-pair
	install -D -m 644 system/sysctl.conf $(DESTDIR)$(PREFIX)/lib/sysctl.d/59-foyer.conf
	for d in sysusers tmpfiles; do \
	    install -D -m 644 system/$$d-foyer.conf $(DESTDIR)$(PREFIX)/lib/$$d.d/foyer.conf && \
	    install -m 644 system/$$d-kiosk.conf $(DESTDIR)$(PREFIX)/lib/$$d.d/foyer-kiosk.conf || exit 1; \
	done

# The packages for the Debian this runs on, in build/deb. They are built from a copy, so that nothing is left in the
# tree; the release is part of the version, so that a machine that goes on to the next Debian takes the next build.
# DEB_ARCH=arm64 makes those of a Raspberry Pi, where the libraries of that kind are installed.
DEB_ARCH ?= $(shell dpkg --print-architecture)
DEB_FILES = Makefile README.md LICENSE kiosk.conf forms locale src system debian
DEB_TREE = build/deb/foyer-$(VERSION)
deb: packages-package
	@listed=$$(dpkg-parsechangelog -S Version) && [ "$$listed" = "$(VERSION)" ] || \
	    { echo "debian/changelog is at $$listed, the Makefile at $(VERSION): make them the same"; exit 1; }
	rm -rf build/deb && mkdir -p $(DEB_TREE) && cp -r $(DEB_FILES) $(DEB_TREE)
	. /etc/os-release && sed -i "1s/(.*) [a-z]*;/($(VERSION)+deb$$VERSION_ID) $$VERSION_CODENAME;/" $(DEB_TREE)/debian/changelog
	cd $(DEB_TREE) && dpkg-buildpackage --build=binary --host-arch=$(DEB_ARCH) --no-sign --no-check-builddeps
	rm -rf $(DEB_TREE)
	lintian --fail-on=error,warning build/deb/*_$(DEB_ARCH).changes

# Slow, and partly for root with a network: packages in clean roots, and what else tests/clinic/run lists.
# ONLY="exposure trixie" does those alone.
check-clinic: packages-clinic
	tests/clinic/run $(ONLY)

clean:
	rm -rf build
