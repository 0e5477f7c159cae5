/* The table in the kernel; see apply.h. */
#include "fw/apply.h"

#include <errno.h>
#include <stdlib.h>

#include <linux/netlink.h>

#include "base/err.h"
#include "base/nla.h"
#include "base/wr.h"
#include "fw/count.h"
#include "fw/table.h"
#include "fw/wire.h"
#include "sys/netlink.h"

enum { TRIES = 16, QUESTION = 512 };	/* others who change rules all the time must not keep us busy for ever */

struct fw_kernel {
	struct netlink *socket;		/* NULL = not open */
	struct fw_table *last;		/* what was applied; NULL = nothing yet */
	uint32_t generation;		/* of the kernel's rules after that; 0 = not known */
};

struct fw_kernel *
fw_kernel_new(void)
{
	return calloc(1, sizeof(struct fw_kernel));
}

void
fw_kernel_free(struct fw_kernel *k)
{
	if (k == NULL)
		return;
	fw_kernel_rest(k);
	fw_table_free(k->last);
	free(k);
}

int
fw_kernel_socket(struct fw_kernel *k, struct netlink **n)
{
	int rc = k->socket == NULL ? netlink_open(&k->socket, NETLINK_NETFILTER) : 0;

	*n = k->socket;
	return rc;
}

void
fw_kernel_rest(struct fw_kernel *k)
{
	netlink_close(k->socket);
	k->socket = NULL;
}

void
fw_kernel_heard(struct fw_kernel *k, int rc)
{
	if (rc < 0)
		fw_kernel_rest(k);
}

static int
refuse(int error, struct err *e)
{
	switch (-error) {
	case EPERM:
	case EACCES:
		return err_set(e, ERR_FORBIDDEN, "the firewall needs the capability to administer the network");
	case EPROTONOSUPPORT:
	case EAFNOSUPPORT:
	case EOPNOTSUPP:
		return err_set(e, ERR_UNAVAILABLE,
		    "this kernel has no nf_tables: nothing can be filtered, so the VPN forwards nothing and no service starts");
	case ENOENT:
		return err_set(e, ERR_UNAVAILABLE,
		    "this kernel's nf_tables lacks a part that the firewall needs: the former rules stay in force");
	case ERESTART:
	case EINTR:
		return err_set(e, ERR_LOCKED, "somebody changes the rules of this host without pause");
	default:
		return err_sys(e, error, "the kernel refused the firewall's rules");
	}
}

static int
on_generation(void *arg, const struct nlm *m)
{
	return fw_wire_read_generation(m, arg) ? 0 : -EBADMSG;
}

static int
generation_of(struct netlink *n, uint32_t *generation)
{
	uint8_t buf[QUESTION];
	struct wr w;
	int rc;

	wr_init(&w, buf, sizeof(buf));
	fw_wire_ask_generation(&w);
	rc = netlink_do(n, buf, wr_len(&w), on_generation, generation);
	return rc == -EINVAL ? -EOPNOTSUPP : rc;	/* so does nfnetlink say that nobody is behind it */
}

static int
on_part(void *arg, const struct nlm *m)
{
	struct fw_table *t = arg;

	if (fw_wire_read(t, m))
		return 0;
	return t->failed ? -E2BIG : -EBADMSG;
}

static int
read_kind(struct netlink *n, struct fw_table *t, enum fw_wire_kind kind)
{
	uint8_t buf[QUESTION];
	struct wr w;

	wr_init(&w, buf, sizeof(buf));
	fw_wire_ask(&w, kind);
	return netlink_dump(n, buf, wr_len(&w), on_part, t);
}

static int
read_parts(struct netlink *n, struct fw_table *t)
{
	uint8_t buf[QUESTION];
	struct wr w;
	size_t i;
	int rc = 0;

	for (i = FW_WIRE_TABLES; rc == 0 && i < FW_WIRE_KINDS; i++) {
		if (i > FW_WIRE_TABLES && !t->found)
			return 0;
		rc = read_kind(n, t, (enum fw_wire_kind)i);
	}
	for (i = 0; rc == 0 && i < t->nsets; i++) {
		wr_init(&w, buf, sizeof(buf));
		fw_wire_ask_elems(&w, t->sets[i]);
		rc = netlink_dump(n, buf, wr_len(&w), on_part, t);
	}
	fw_wire_close(t);
	return rc;
}

/* One picture, of one generation. ENOENT: a set went away while it was read. */
static int
read_once(struct netlink *n, struct fw_table **out, uint32_t *generation)
{
	struct fw_table *t = fw_table_new();
	uint32_t after = 0;
	int rc = t == NULL ? -ENOMEM : generation_of(n, generation);

	if (rc == 0)
		rc = read_parts(n, t);
	if (rc == 0 || rc == -ENOENT || rc == -EINTR) {
		int again = generation_of(n, &after);

		rc = again < 0 ? again : after != *generation ? -EINTR : rc;
	}
	if (rc < 0) {
		fw_table_free(t);
		return rc;
	}
	*out = t;
	return 0;
}

static int
read_table(struct netlink *n, struct fw_table **out, uint32_t *generation)
{
	int rc = -EINTR, i;

	for (i = 0; rc == -EINTR && i < TRIES; i++)
		rc = read_once(n, out, generation);
	if (rc != -E2BIG)
		return rc;
	*out = fw_table_new();		/* larger than any of ours: replaced as a whole */
	if (*out == NULL)
		return -ENOMEM;
	(*out)->odd = true;
	return 0;
}

int
fw_read(struct fw_table **out, struct err *e)
{
	struct netlink *n = NULL;
	uint32_t generation;
	int rc = netlink_open(&n, NETLINK_NETFILTER);

	*out = NULL;
	if (rc == 0)
		rc = read_table(n, out, &generation);
	netlink_close(n);
	return rc < 0 ? refuse(rc, e) : 0;
}

/* All but the sets. */
static int
read_lines(struct netlink *n, struct fw_table **out)
{
	struct fw_table *t = fw_table_new();
	int rc = t == NULL ? -ENOMEM : read_kind(n, t, FW_WIRE_TABLES);

	if (rc == 0)
		rc = read_kind(n, t, FW_WIRE_CHAINS);
	if (rc == 0)
		rc = read_kind(n, t, FW_WIRE_LINES);
	if (rc < 0) {
		fw_table_free(t);
		return rc;
	}
	*out = t;
	return 0;
}

int
fw_read_lines(struct fw_table **out, struct err *e)
{
	struct netlink *n = NULL;
	int rc = netlink_open(&n, NETLINK_NETFILTER), i;

	*out = NULL;
	for (i = 0; i < TRIES && (i == 0 ? rc == 0 : rc == -EINTR); i++)
		rc = read_lines(n, out);
	netlink_close(n);
	return rc < 0 ? refuse(rc, e) : 0;
}

/* want's lines go on counting. have: just read; NULL: it is last. What cannot be read begins at 0: no reason to refuse a change. */
static void
keep_counts(const struct fw_kernel *k, struct netlink *n, const struct fw_table *have, struct fw_table *want)
{
	static const struct fw_table nothing;
	struct fw_table *now = NULL;

	if (have == NULL && fw_count_endangered(k->last, want) && read_lines(n, &now) == 0)
		have = now;
	fw_count_keep(want, have != NULL ? have : &nothing);
	fw_table_free(now);
}

/* have to want in one transaction, if there is a difference. */
static int
commit(struct netlink *n, const struct fw_table *have, const struct fw_table *want, uint32_t generation, struct fw_change *c)
{
	const size_t size = fw_diff_size(have, want);
	uint8_t *buf;
	struct wr w;
	int rc;

	buf = malloc(size);
	if (buf == NULL)
		return -ENOMEM;
	wr_init(&w, buf, size);
	fw_wire_begin(&w, generation);
	fw_diff(have, want, &w, c);
	fw_wire_end(&w);
	rc = !wr_ok(&w) ? -EMSGSIZE : c->any ? netlink_do(n, buf, wr_len(&w), NULL, NULL) : 0;
	free(buf);
	return rc;
}

/* The kernel counts every transaction, and leaves out 0. */
static uint32_t
next_generation(uint32_t generation)
{
	return generation == UINT32_MAX ? 1 : generation + 1;
}

static int
apply_once(struct fw_kernel *k, struct netlink *n, struct fw_table *want, struct fw_change *c)
{
	struct fw_table *have = NULL;
	uint32_t generation;
	int rc = generation_of(n, &generation);

	if (rc == 0 && (k->last == NULL || generation != k->generation))
		rc = read_table(n, &have, &generation);
	if (rc == 0)
		keep_counts(k, n, have, want);
	if (rc == 0)
		rc = commit(n, have != NULL ? have : k->last, want, generation, c);
	fw_table_free(have);
	if (rc == 0)
		k->generation = c->any ? next_generation(generation) : generation;
	return rc;
}

static int
apply(struct fw_kernel *k, struct fw_table *want, struct fw_change *c)
{
	struct netlink *n;
	int rc = fw_kernel_socket(k, &n), i;

	*c = (struct fw_change){ 0 };
	if (rc < 0)
		return rc;
	rc = -ERESTART;
	for (i = 0; rc == -ERESTART && i < TRIES; i++)
		rc = apply_once(k, n, want, c);
	fw_kernel_heard(k, rc);
	return rc;
}

int
fw_apply(struct fw_kernel *k, struct fw_table *want, struct fw_change *c, struct err *e)
{
	int rc = apply(k, want, c);

	if (rc < 0) {
		fw_table_free(want);
		return refuse(rc, e);
	}
	want->found = true;
	fw_table_free(k->last);
	k->last = want;
	return 0;
}

int
fw_check(struct fw_kernel *k, struct fw_change *c, struct err *e)
{
	int rc;

	*c = (struct fw_change){ 0 };
	if (k->last == NULL)
		return 0;
	rc = apply(k, k->last, c);
	return rc < 0 ? refuse(rc, e) : 0;
}

int
fw_remove(struct fw_kernel *k, struct err *e)
{
	struct netlink *n = NULL;
	uint32_t generation;
	uint8_t buf[4 * FW_WIRE_SIZE_OTHER];
	struct wr w;
	int rc = netlink_open(&n, NETLINK_NETFILTER), i;

	for (i = 0; i < TRIES && (i == 0 ? rc == 0 : rc == -ERESTART); i++) {
		rc = generation_of(n, &generation);
		wr_init(&w, buf, sizeof(buf));
		fw_wire_begin(&w, generation);
		fw_wire_table(&w, true);	/* so that its absence is no fault */
		fw_wire_table(&w, false);
		fw_wire_end(&w);
		if (rc == 0)
			rc = netlink_do(n, buf, wr_len(&w), NULL, NULL);
	}
	netlink_close(n);
	if (rc < 0)
		return refuse(rc, e);
	fw_table_free(k->last);
	k->last = NULL;
	return 0;
}
