/* WireGuard of the kernel by hand, for test/system/boot: shows what wg/kernel reads in the form of `wg show IF dump`
 * (without the public key of the first line), and makes an interface as it is told to be.
 *
 *	wgk there			status 0 when this kernel has WireGuard
 *	wgk show IF
 *	wgk record IF			the messages of a whole answer: seeds of the fuzz target, tests of the reader
 *	wgk want IF FILE		make the interface as its lines say, and tell how many peers that touched. First
 *					"key=K port=N mark=N", then for each peer
 *					"peer=K psk=K endpoint=A:P keepalive=N allowed=CIDR,CIDR" */
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/netlink.h>
#include <sodium.h>

#include "base/addr.h"
#include "base/nla.h"
#include "base/str.h"
#include "base/wr.h"
#include "sys/netlink.h"
#include "wg/diff.h"
#include "wg/have.h"
#include "wg/kernel.h"
#include "wg/kernel_wire.h"
#include "wg/want.h"

enum { LINE = 1 << 17, ANSWER = 1 << 17 };

static void
die(const char *why)
{
	fprintf(stderr, "wgk: %s\n", why);
	exit(2);
}

static void
need(int rc)
{
	if (rc < 0)
		die(strerror(-rc));
}

/* --- show ---------------------------------------------------------------------------------- */

static void
key_print(const uint8_t key[WG_KEY], const char *end)
{
	char text[sodium_base64_ENCODED_LEN(WG_KEY, sodium_base64_VARIANT_ORIGINAL)];

	if (sodium_is_zero(key, WG_KEY))
		printf("(none)%s", end);
	else
		printf("%s%s", sodium_bin2base64(text, sizeof(text), key, WG_KEY, sodium_base64_VARIANT_ORIGINAL), end);
}

static void
peer_print(const struct wg_have_peer *p)
{
	char text[ADDR_TEXT_MAX];
	size_t i;

	key_print(p->set.key, "\t");
	key_print(p->set.psk, "\t");
	printf("%s\t", p->set.endpoint.addr.len == 0 ? "(none)" : addr_port_text(&p->set.endpoint, text));
	for (i = 0; i < p->set.nallowed; i++)
		printf("%s%s", i == 0 ? "" : ",", addr_prefix_text(&p->set.allowed[i], text));
	printf("%s\t%lld\t%llu\t%llu\t", i == 0 ? "(none)" : "", (long long)p->handshake_at, (unsigned long long)p->rx,
	    (unsigned long long)p->tx);
	if (p->set.keepalive_s == 0)
		puts("off");
	else
		printf("%u\n", p->set.keepalive_s);
}

static void
show(const char *ifname)
{
	struct wg_have *h;
	size_t i;

	need(wg_kernel_read(ifname, &h));
	key_print(h->key, "\t");
	printf("%u\t", h->port);
	if (h->mark == 0)
		puts("off");
	else
		printf("0x%x\n", h->mark);
	for (i = 0; i < h->npeers; i++)
		peer_print(&h->peers[i]);
	wg_have_free(h);
}

/* --- record ---------------------------------------------------------------------------------- */

static int
on_family(void *arg, const struct nlm *m)
{
	return wg_kernel_wire_read_family(m, arg) ? 0 : -EBADMSG;
}

static int
on_message(void *arg, const struct nlm *m)
{
	static uint8_t buf[ANSWER];
	size_t mark;
	struct wr w;

	(void)arg;
	wr_init(&w, buf, sizeof(buf));
	mark = nlm_open(&w, &(struct nlm_head){ m->type, m->flags, m->seq });
	wr_bytes(&w, m->p, m->n);
	nlm_close(&w, mark);
	return wr_ok(&w) && fwrite(buf, wr_len(&w), 1, stdout) == 1 ? 0 : -EIO;
}

static void
record(const char *ifname)
{
	struct wg_kernel_name name = { .ifname = ifname };
	uint8_t buf[WG_KERNEL_WIRE_QUESTION];
	struct netlink *n;
	struct wr w;

	need(netlink_open(&n, NETLINK_GENERIC));
	wr_init(&w, buf, sizeof(buf));
	wg_kernel_wire_ask_family(&w);
	need(netlink_do(n, buf, wr_len(&w), on_family, &name.family));
	netlink_close(n);			/* the kernel's messages are as short as a new socket lets them be */
	need(netlink_open(&n, NETLINK_GENERIC));
	wr_init(&w, buf, sizeof(buf));
	wg_kernel_wire_ask(&w, &name);
	need(netlink_dump(n, buf, wr_len(&w), on_message, NULL));
	netlink_close(n);
}

/* --- want -------------------------------------------------------------------------------------- */

static void
key_read(struct str s, uint8_t out[WG_KEY])
{
	size_t n = 0;

	if (sodium_base642bin(out, WG_KEY, s.p, s.n, NULL, &n, NULL, sodium_base64_VARIANT_ORIGINAL) != 0 || n != WG_KEY)
		die("no key");
}

static uint32_t
number_read(struct str s)
{
	uint64_t v = 0;

	if (!str_u64(s, UINT32_MAX, &v))
		die("no number");
	return (uint32_t)v;
}

static void
allowed_read(struct wg_have *h, struct str list)
{
	struct addr_prefix net;
	struct str one;

	while (list.n > 0 && str_cut(&list, ',', &one))
		if (!addr_prefix_read(one, &net) || !wg_have_allow(h, &net))
			die("no prefix");
}

static void
word(struct wg_have *h, struct str value)
{
	struct wg_have_peer *p = h->npeers == 0 ? NULL : &h->peers[h->npeers - 1];
	struct str key;

	if (!str_cut(&value, '=', &key))
		die("no word");
	if (str_eqz(key, "key"))
		key_read(value, h->key);
	else if (str_eqz(key, "port"))
		h->port = (uint16_t)number_read(value);
	else if (str_eqz(key, "mark"))
		h->mark = number_read(value);
	else if (str_eqz(key, "peer") && (p = wg_have_add(h)) != NULL)
		key_read(value, p->set.key);
	else if (p == NULL)
		die("no peer");
	else if (str_eqz(key, "psk"))
		key_read(value, p->set.psk);
	else if (str_eqz(key, "keepalive"))
		p->set.keepalive_s = (uint16_t)number_read(value);
	else if (str_eqz(key, "allowed"))
		allowed_read(h, value);
	else if (!str_eqz(key, "endpoint") || !addr_port_read(value, &p->set.endpoint))
		die("no such word");
}

/* Read as if a device had it, so that it is sorted. */
static struct wg_have *
wish_read(const char *path)
{
	static char line[LINE];
	struct wg_have *h = wg_have_new();
	FILE *f = fopen(path, "re");
	struct str rest, one;

	if (h == NULL || f == NULL)
		die("no such file");
	while (fgets(line, sizeof(line), f) != NULL) {
		rest = (struct str){ line, strcspn(line, "\n") };
		while (rest.n > 0 && str_cut(&rest, ' ', &one))
			word(h, one);
	}
	(void)fclose(f);	/* only read */
	wg_have_close(h);
	return h;
}

static void
want(const char *ifname, const char *path)
{
	struct wg_have *wish = wish_read(path), *have;
	struct wg_want w = { .port = wish->port, .mark = wish->mark, .npeers = wish->npeers };
	struct wg_change *c;
	size_t i;

	memcpy(w.key, wish->key, sizeof(w.key));
	w.peers = calloc(wish->npeers + 1, sizeof(*w.peers));
	if (w.peers == NULL)
		die("no memory");
	for (i = 0; i < wish->npeers; i++)
		w.peers[i] = wish->peers[i].set;
	need(wg_kernel_read(ifname, &have));
	need(wg_diff_device(&c, have, &w));
	need(wg_kernel_write(ifname, c));
	printf("%zu\n", c->npeers);
	wg_change_free(c);
	free(w.peers);
	wg_have_free(have);
	wg_have_free(wish);
}

int
main(int argc, char **argv)
{
	if (sodium_init() < 0)
		die("no randomness");
	if (argc == 2 && strcmp(argv[1], "there") == 0)
		return wg_kernel_is_there() ? 0 : 1;
	if (argc == 3 && strcmp(argv[1], "show") == 0)
		show(argv[2]);
	else if (argc == 3 && strcmp(argv[1], "record") == 0)
		record(argv[2]);
	else if (argc == 4 && strcmp(argv[1], "want") == 0)
		want(argv[2], argv[3]);
	else
		die("usage: wgk there | show IF | record IF | want IF FILE");
	return 0;
}
