#!/bin/sh
# build.sh              build ./pic, installing what that needs
# build.sh run [ARG]... build, then start a cell: ./pic run ARG...
# build.sh test         build and run every test; ends with "N passed, N failed"
# build.sh bench        build and measure beside peer programs
# build.sh deps         only install packages and build the libraries
#
# For Debian 12; packages come from the archive this machine already uses.
# Environment: DEPS_DIR  cache of downloads and built libraries (~/.cache/pic)
#              UI=none   no web interface, so no node is needed
#              JOBS      how many compilers at a time
set -eu
cd "$(dirname "$0")"

# --- packages ---------------------------------------------------------------

BUILD_PACKAGES="
	gcc libc6-dev linux-libc-dev make musl-dev musl-tools
	dpkg-dev patch autoconf automake libtool pkg-config ca-certificates"

TEST_PACKAGES="
	clang-14 libclang-rt-14-dev llvm-14 libcmocka-dev
	clang-tidy-14 clang-format-14 cppcheck
	python3 iproute2 nftables iputils-ping procps strace util-linux
	wireguard-go wireguard-tools qemu-system-x86
	nginx knot-dnsutils bind9-dnsutils ldnsutils unbound nsd knot pebble
	curl openssl gnutls-bin libnss3-tools mandoc chrony ntpsec-ntpdate
	chromium fonts-inter"

BENCH_PACKAGES="dnsperf chrony knot nsd unbound dnsdist openssl nginx haproxy h2o caddy nghttp2-client procps"

# The interface is made with node 18 or newer and npm. Their packages are taken
# only when neither is here: an administrator may have a newer node.
node_packages() {
	[ "${UI-}" != none ] && [ -f ui/package.json ] || return 0
	command -v npm >/dev/null && node_is 18 || echo nodejs npm
}

node_is() { node -e 'process.exit(+process.versions.node.split(".")[0] < +process.argv[1] ? 1 : 0)' "$1" 2>/dev/null; }

missing() {
	for p in $(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null |
	    sed -n 's/^installed //p'; printf '%s\n' "$@"); do
		echo "$p"
	done | sort | uniq -u
}

# install PACKAGE...: those that are missing, after saying so. Nothing that is
# installed here may start a daemon: policy-rc.d forbids it meanwhile.
install() {
	# shellcheck disable=SC2046
	set -- $(missing $(printf '%s\n' "$@" | sort -u))
	[ $# -gt 0 ] || return 0
	echo "build.sh: installing $*"
	if [ "$(id -u)" = 0 ]; then
		root=
	elif command -v sudo >/dev/null; then
		root=sudo
	else
		echo "build.sh: neither root nor sudo: please run apt-get install $*" >&2
		exit 1
	fi
	guard=/usr/sbin/policy-rc.d guarded=
	if [ ! -e $guard ]; then
		trap '$root rm -f $guard' EXIT
		trap 'exit 130' INT TERM HUP
		printf '#!/bin/sh\nexit 101\n' | $root tee $guard >/dev/null
		$root chmod 755 $guard
		guarded=yes
	fi
	log=$(mktemp)
	apt="$root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=600"
	# A foreign source that is down must not stop this: the install decides.
	if ! { $apt update; $apt install -y --no-install-recommends "$@"; } > "$log" 2>&1 < /dev/null; then
		tail -n 20 "$log" >&2
		echo "build.sh: apt-get failed, its whole output: $log" >&2
		exit 1
	fi
	rm -f "$log"
	[ -z "$guarded" ] || { $root rm -f $guard; trap - EXIT INT TERM HUP; }
}

# --- steps --------------------------------------------------------------------

JOBS=${JOBS:-$(nproc)}
export JOBS

build() {
	# shellcheck disable=SC2086,SC2046
	install $BUILD_PACKAGES $(node_packages) "$@"
	make -s -j"$JOBS" ${UI:+UI="$UI"}
}

# The browser driver wants node 20; Debian 12 has 18. Then the pinned node
# binary of the package registry is used, for these tests alone.
newer_node() {
	[ "${UI-}" != none ] && ! node_is 20 || return 0
	make -s vendor/node/node_modules/.done
	PATH=$(echo "$PWD"/vendor/node/node_modules/node-linux-*/bin):$PATH
	export PATH
}

case ${1-} in
'')	build ;;
run)	shift
	build
	exec ./pic run "$@" ;;
test)	# shellcheck disable=SC2086
	build $TEST_PACKAGES || { echo "0 passed, 1 failed"; exit 1; }
	newer_node
	make -s -j"$JOBS" ${UI:+UI="$UI"} stages || :	# the sum below tells
	exec test/sum-results.sh build/results check lint system web ;;
bench)	# shellcheck disable=SC2086
	build $BENCH_PACKAGES
	exec make -s bench ;;
deps)	# shellcheck disable=SC2086,SC2046
	install $BUILD_PACKAGES $(node_packages)
	vendor/deps build rel
	vendor/deps build roots
	vendor/deps build asm ;;
*)	sed -n 's/^# \{0,1\}//p' "$0" | sed '/^$/,$d' >&2
	exit 2 ;;
esac
