# How each library of vendor/pins is built. Sourced by vendor/deps, which calls
# build_NAME inside a fresh, patched source tree; the result goes to $OUT.part.
# What differs between the variants (CC, AR, CFLAGS_*, ...) is set by rel.sh
# and san.sh. $KIND tells how the source came: src, orig or deb.
# shellcheck shell=sh disable=SC2034,SC2086

JOBS=${JOBS:-2}

# keep_lib FILE...; keep_headers FILE-OR-DIR...
keep_lib() { cp "$@" "$OUT.part/lib/"; }
keep_headers() { cp -R "$@" "$OUT.part/include/"; }

# plain_configure CFLAGS OPTION...: the autoconf call they have in common.
plain_configure() {
	cflags=$1
	shift
	./configure --host="$HOST" --prefix=/ --disable-shared --enable-static "$@" \
	    CC="$CC" AR="$AR" RANLIB="$RANLIB" CFLAGS="$cflags" LDFLAGS="$LDFLAGS"
}

build_libuv() {
	sh autogen.sh
	plain_configure "$CFLAGS_PARSER"
	make -j"$JOBS" libuv.la
	keep_lib .libs/libuv.a
	keep_headers include/uv.h include/uv
}

# Without OpenSSL: no signature checks, no TSIG, and ldns_get_random() falls
# back to random(); our code never lets ldns choose a query id.
build_ldns() {
	plain_configure "$CFLAGS_PARSER" --without-ssl --disable-dane --disable-dane-verify \
	    --disable-ecdsa --disable-gost --disable-ed25519 --disable-ed448 --disable-dsa \
	    --disable-sha2 --without-drill --without-examples --without-pyldns
	make -j"$JOBS" lib
	make DESTDIR="$PWD/inst" install-h install-lib
	keep_lib inst/lib/libldns.a
	keep_headers inst/include/ldns
}

# No seeding of its own: RDRAND alone is not trusted and an empty root has no
# urandom device. A context that was not given entropy fails with error 8.
build_bearssl() {
	touch src/x509/skey_decoder.c	# newer than the .t0, whose compiler needs mono
	make -j"$JOBS" lib CC="$CC" AR="$AR" LD="$CC" \
	    CFLAGS="$CFLAGS_CRYPTO -DBR_RDRAND=0 -DBR_USE_URANDOM=0"
	keep_lib build/libbearssl.a
	keep_headers inc/*.h
}

# Of BoringSSL only the points of P-256 over the field of fiat-crypto: BearSSL's
# own take four times as long for a signature, which is most of a handshake.
build_fiat() {
	mkdir part
	cp "$vendor"/shims/fiat.[ch] src/crypto/fipsmodule/ec/p256_table.h src/third_party/fiat/p256_64.h part
	sed -n '/^\/\/ utility functions, handwritten/,/^\/\/ OPENSSL EC_METHOD FUNCTIONS/p' \
	    src/crypto/fipsmodule/ec/p256.c > part/p256_points.h
	$CC $CFLAGS_CRYPTO -Wno-unused-function -c part/fiat.c -o fiat.o
	$AR rcs libfiat.a fiat.o
	keep_lib libfiat.a
	keep_headers part/fiat.h
}

build_libsodium() {
	autoreconf -fi
	plain_configure "$CFLAGS_CRYPTO" --disable-pie
	make -j"$JOBS"
	make DESTDIR="$PWD/inst" install
	keep_lib inst/lib/libsodium.a
	keep_headers inst/include/sodium.h inst/include/sodium
}

build_zlib() {
	CC="$CC" AR="$AR" RANLIB="$RANLIB" CFLAGS="$CFLAGS_PARSER" ./configure --static
	make -j"$JOBS" libz.a
	keep_lib libz.a
	keep_headers zlib.h zconf.h
}

# llhttp lies finished inside: three C files, compiled strict. A parser that is
# not strict accepts "Host :", one of the request smuggling shapes.
build_nghttp2() {
	autoreconf -fi
	plain_configure "$CFLAGS_PARSER" --enable-lib-only
	make -C lib -j"$JOBS"
	make -C lib DESTDIR="$PWD/inst" install
	keep_lib inst/lib/libnghttp2.a
	keep_headers inst/include/nghttp2
	cd third-party/llhttp
	for f in api http llhttp; do
		$CC $CFLAGS_PARSER -DLLHTTP_STRICT_MODE=1 -Iinclude -c "src/$f.c" -o "$f.o"
	done
	$AR rcs libllhttp.a api.o http.o llhttp.o
	keep_lib libllhttp.a
	keep_headers include/llhttp.h
}

build_jansson() {
	autoreconf -fi
	plain_configure "$CFLAGS_PARSER"
	make -C src -j"$JOBS"
	keep_lib src/.libs/libjansson.a
	keep_headers src/jansson.h src/jansson_config.h
}

build_qrencode() {
	autoreconf -fi
	plain_configure "$CFLAGS_PARSER" --without-tools --without-png --without-tests --disable-thread-safety
	make -j"$JOBS" libqrencode.la
	keep_lib .libs/libqrencode.a
	keep_headers qrencode.h
}

# One object, linked first, so that its malloc wins over the one of libc.
build_mimalloc() {
	[ "$VARIANT" = rel ] || return 0
	$CC $CFLAGS_CRYPTO -DNDEBUG -DMI_MALLOC_OVERRIDE -fno-builtin-malloc \
	    -ftls-model=local-exec -Iinclude -c src/static.c -o mimalloc.o
	keep_lib mimalloc.o
}

build_libmnl() {
	if [ "$KIND" != deb ]; then
		[ -x configure ] || autoreconf -fi
		plain_configure "$CFLAGS_PARSER"
		make -C src -j"$JOBS"
		keep_lib src/.libs/libmnl.a
		keep_headers include/libmnl
		return
	fi
	cp usr/lib/*/libmnl.a libmnl.a
	chmod u+w libmnl.a
	if [ "$VARIANT" = rel ]; then
		$CC $CFLAGS_PARSER -c "$vendor/shims/libmnl.c" -o shims.o
		$AR rs libmnl.a shims.o
	fi
	keep_lib libmnl.a
	keep_headers usr/include/libmnl
}
