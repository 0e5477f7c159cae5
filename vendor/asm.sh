# Variant asm: assembler text behind src/wg/aead_fast.c. Sourced by vendor/deps
# in place of a compiler's variant; what comes out is text, the same whoever
# makes it.
# shellcheck shell=sh disable=SC2034

VARIANT=asm
TOOLS=tar

toolchain() { :; }

# The file is whole by itself: it asks for nothing but OPENSSL_ia32cap_P, and
# for another architecture it is empty.
build_boringssl() {
	cp linux-x86_64/crypto/cipher_extra/chacha20_poly1305_x86_64.S "$OUT.part/aead.S"
}
