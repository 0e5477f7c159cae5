# Variant san: clang and glibc under AddressSanitizer, for unit tests and
# fuzzing. Sourced by vendor/deps. No UBSan in other people's code: its
# findings there are not ours to fix and would fail our tests.
# shellcheck shell=sh disable=SC2034

VARIANT=san
TOOLS="clang-14 llvm-ar-14 make patch dpkg-source autoreconf libtoolize pkg-config"
CC=clang-14 AR=llvm-ar-14 RANLIB=llvm-ranlib-14
LDFLAGS=-fsanitize=address

# Parsers carry coverage hooks so that a fuzzer can see into them; in ciphers
# and password hashing these would cost minutes and lead nowhere.
toolchain() {
	HOST=$(gcc -dumpmachine)
	common="-g -fno-omit-frame-pointer -fsanitize=address -ffile-prefix-map=$WORK=."
	CFLAGS_PARSER="-O1 $common -fsanitize=fuzzer-no-link"
	CFLAGS_CRYPTO="-O2 $common"
}
