# Variant roots: the table of trusted authorities behind src/io/tls_roots.h, as C
# text. Sourced by vendor/deps in place of a compiler's variant; what comes out
# is data, the same whoever makes it.
# shellcheck shell=sh disable=SC2034

VARIANT=roots
TOOLS="gcc dpkg-deb"

toolchain() { gcc -O1 -Wall -Wextra -Werror -o "$WORK/mkroots" "$vendor/mkroots.c"; }

# Entrust is left out: Mozilla distrusts what it has issued since December
# 2024, a date that the package has lost, and what is older has expired.
build_ca_certificates() {
	cd usr/share/ca-certificates/mozilla
	for f in *.crt; do
		case $f in Entrust*) ;; *) cat "$f" ;; esac
	done | "$WORK/mkroots" > "$OUT.part/roots.c"
}
