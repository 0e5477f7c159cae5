# Variant rel: musl, for the static-pie that is shipped. Sourced by vendor/deps.
# shellcheck shell=sh disable=SC2034

VARIANT=rel
TOOLS="musl-gcc make patch dpkg-source autoreconf libtoolize pkg-config"
AR=ar RANLIB=ranlib
LDFLAGS=-static

# The wrapper of musl-tools knows dynamic and static, but not static-pie, and
# hides the kernel's headers together with those of glibc. So: a copy of its
# specs with the other start file and link line, and a folder of links to the
# kernel headers alone (to be searched last: -idirafter).
toolchain() {
	specs=$(sed -n 's/.*-specs "\(.*\)".*/\1/p' "$(command -v musl-gcc)")
	[ -f "$specs" ] || die "no specs file behind musl-gcc"
	sed -e 's,[^ ]*/Scrt1\.o,'"$(dirname "$specs")"'/rcrt1.o,' \
	    -e 's,^-dynamic-linker .*,-static -pie --no-dynamic-linker -z text -nostdlib,' \
	    "$specs" > "$OUT.part/musl-pie.specs"
	HOST=$(gcc -dumpmachine)
	mkdir -p "$OUT.part/kernel"
	ln -sfn /usr/include/linux "$OUT.part/kernel/linux"
	ln -sfn /usr/include/mtd "$OUT.part/kernel/mtd"
	ln -sfn /usr/include/asm-generic "$OUT.part/kernel/asm-generic"
	ln -sfn "/usr/include/$HOST/asm" "$OUT.part/kernel/asm"
	CC="musl-gcc"
	common="-g0 -fPIE -ffunction-sections -fdata-sections -fstack-protector-strong"
	common="$common -ffile-prefix-map=$WORK=. -idirafter $OUT.part/kernel"
	CFLAGS_PARSER="-O2 $common"
	CFLAGS_CRYPTO="-O2 $common"
}
