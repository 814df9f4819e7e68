# Foyer. `make run` and `make test` set everything up on Debian 12 or Raspberry Pi OS.

# The one list of packages. RUN builds and runs, TEST adds what `make test` needs, DEV what `make check` and
# `make bench` need.
RUN_PACKAGES  = gcc make pkg-config libncurses-dev ncurses-base libconfig-dev libsqlite3-dev libsodium-dev \
                libunistring-dev libjansson-dev libseccomp-dev libqrencode-dev
TEST_PACKAGES = libcriterion-dev libvterm-dev ncurses-term gettext tzdata
DEV_PACKAGES  = clang-format clang-tidy cppcheck valgrind dialog mandoc

VERSION = 0.1.0
PREFIX ?= /usr/local
DESTDIR ?=
SYSCONFDIR ?= $(if $(filter /usr,$(PREFIX)),/etc,$(PREFIX)/etc)
LOCALSTATEDIR ?= $(if $(filter /usr,$(PREFIX)),/var/lib,$(PREFIX)/var/lib)

# FLAVOUR=release is what is installed; FLAVOUR=test has the sanitizers and the test clock.
FLAVOUR ?= release
B = build/$(FLAVOUR)

WARN = -Wall -Wextra -Wshadow -Wstrict-prototypes -Wconversion -Werror
CPPFLAGS_ALL = -D_GNU_SOURCE -DFOYER_VERSION='"$(VERSION)"' -DFOYER_DATADIR='"$(PREFIX)/share/foyer"' \
               -DFOYER_SYSCONFDIR='"$(SYSCONFDIR)/foyer"' -DFOYER_LIBEXEC='"$(PREFIX)/libexec/foyer"' $(CPPFLAGS)
CFLAGS_release = -O2 -g -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fstack-clash-protection -fPIE \
                 $(if $(filter x86_64 i686,$(shell uname -m)),-fcf-protection)
LDFLAGS_release = -pie -Wl,-z,relro,-z,now -Wl,--as-needed
CFLAGS_test = -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer \
              -DFOYER_TEST_CLOCK
LDFLAGS_test = -fsanitize=address,undefined
CFLAGS_ALL = -std=c17 $(WARN) $(CFLAGS_$(FLAVOUR)) $(CFLAGS)
LDFLAGS_ALL = $(LDFLAGS_$(FLAVOUR)) $(LDFLAGS)

# The layers, lowest first. A layer's sources see its own headers and those named here, so a wrong include
# does not compile.
LAYERS = base core formio i18n record export store ui kiosk staff
base_SEES   =
core_SEES   = base
formio_SEES = core base
i18n_SEES   = base
record_SEES = core base
export_SEES = record i18n core base
store_SEES  = record core base
ui_SEES     = base
kiosk_SEES  = ui record i18n formio core base
staff_SEES  = store export record i18n formio ui core base

base_LIBS   = -lunistring
core_LIBS   =
formio_LIBS = -lconfig -lsodium
i18n_LIBS   =
record_LIBS = -ljansson -lsodium
export_LIBS =
store_LIBS  = -lsqlite3
ui_LIBS     = -lncursesw -ltinfo
kiosk_LIBS  = -lseccomp
staff_LIBS  =

# The programs, and the layers each may touch, highest first for the linker.
PROGRAMS = foyer-kiosk foyer-deposit foyer
foyer-kiosk_SEES   = kiosk ui record i18n formio core base
foyer-deposit_SEES = store record core base
foyer_SEES         = staff store export record i18n formio ui core base

.PHONY: all run test check bench install clean packages-run packages-test packages-dev tests format golden
all: $(PROGRAMS:%=$(B)/%)
.DELETE_ON_ERROR:

# $1 layer
define LAYER
$(1)_SRC = $$(wildcard src/$(1)/*.c)
$(1)_OBJ = $$($(1)_SRC:src/%.c=$$(B)/%.o)
$$(B)/$(1)/%.o: src/$(1)/%.c Makefile | $$(B)/$(1)
	$$(CC) $$(CPPFLAGS_ALL) $$(CFLAGS_ALL) -MMD -MP $$(foreach l,$(1) $$($(1)_SEES),-Isrc/$$l) -c -o $$@ $$<
$$(B)/lib$(1).a: $$($(1)_OBJ)
	rm -f $$@ && $$(AR) rcs $$@ $$^
$$(B)/$(1):
	mkdir -p $$@
-include $$($(1)_OBJ:.o=.d)
endef
$(foreach l,$(LAYERS),$(eval $(call LAYER,$(l))))

# $1 program
define PROGRAM
$$(B)/$(1).o: src/$(1).c Makefile | $$(B)
	$$(CC) $$(CPPFLAGS_ALL) $$(CFLAGS_ALL) -MMD -MP $$(foreach l,$$($(1)_SEES),-Isrc/$$l) -c -o $$@ $$<
$$(B)/$(1): $$(B)/$(1).o $$(foreach l,$$($(1)_SEES),$$(B)/lib$$l.a)
	$$(CC) $$(LDFLAGS_ALL) -o $$@ $$^ $$(foreach l,$$($(1)_SEES),$$($$l_LIBS))
-include $$(B)/$(1).d
endef
$(foreach p,$(PROGRAMS),$(eval $(call PROGRAM,$(p))))
$(B):
	mkdir -p $@

# One test program a folder in tests/: a layer's own folder links only what that layer may use.
SUITES = $(filter $(LAYERS),$(notdir $(patsubst %/,%,$(wildcard tests/*/))))
# $1 layer
define SUITE
$$(B)/tests/$(1): $$(wildcard tests/$(1)/*.c) $$(wildcard tests/$(1)/*.h) $$(foreach l,$(1) $$($(1)_SEES),$$(B)/lib$$l.a) Makefile
	mkdir -p $$(@D)
	$$(CC) $$(CPPFLAGS_ALL) $$(CFLAGS_ALL) $$(foreach l,$(1) $$($(1)_SEES),-Isrc/$$l) -Itests/$(1) $$(LDFLAGS_ALL) -o $$@ \
	    $$(filter %.c,$$^) $$(foreach l,$(1) $$($(1)_SEES),$$(B)/lib$$l.a) $$(foreach l,$(1) $$($(1)_SEES),$$($$l_LIBS)) -lcriterion
endef
$(foreach s,$(SUITES),$(eval $(call SUITE,$(s))))

clean:
	rm -rf build
