/* One nftables table as data: sets with their elements, chains with their rules, in the words of `nft`. plan makes
 * it, wire brings it to the kernel and back, text shows it. A rule is tests, all of which must hold, and then
 * one statement. Two tables are the same when every set and chain is: order of sets and chains does not count, order
 * of rules does, and elements are sorted. */
#ifndef FW_TABLE_H
#define FW_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"

enum {
	FW_NAME_MAX = 80,		/* of a set or chain, with its NUL */
	FW_COMMENT_MAX = 80,		/* of a rule, with its NUL; the kernel's userdata holds 255 */
	FW_SETS_MAX = 1024, FW_CHAINS_MAX = 64,
	FW_SET_ELEMS_MAX = 1 << 18, FW_CHAIN_LINES_MAX = 4096,
	FW_TESTS_MAX = 8
};

#define FW_TABLE_NAME "pic"

enum fw_type { FW_TYPE_ADDR4, FW_TYPE_ADDR6, FW_TYPE_PORT, FW_TYPE_IFNAME };

struct fw_elem { uint8_t lo[16], hi[16]; };	/* network order, unused octets zero; the same unless in an interval set */

struct fw_set {
	char name[FW_NAME_MAX];
	enum fw_type type;
	bool interval;
	struct fw_elem *elems;		/* sorted; intervals do not overlap */
	size_t nelems, room;
};

enum fw_key {
	FW_KEY_IIF, FW_KEY_OIF, FW_KEY_NFPROTO, FW_KEY_L4PROTO,
	FW_KEY_SADDR4, FW_KEY_DADDR4, FW_KEY_SADDR6, FW_KEY_DADDR6,
	FW_KEY_DPORT, FW_KEY_TCP_FLAGS, FW_KEY_CT_STATE, FW_KEY_CT_STATUS, FW_KEY_CT_DIRECTION,
	FW_KEY_FIB_TYPE,
	FW_KEY_UNKNOWN			/* only read from a kernel: something that this program never wrote */
};

enum fw_op { FW_EQ, FW_NE, FW_IN, FW_NOT_IN, FW_RANGE, FW_MASKED, FW_BITS };

struct fw_test {
	enum fw_key key;
	enum fw_op op;
	uint8_t a[16];			/* EQ, NE: the value; RANGE: the first; MASKED, BITS: the mask */
	uint8_t b[16];			/* RANGE: the last; MASKED: the value of key & a; BITS: key & a is not 0 */
	char set[FW_NAME_MAX];		/* IN, NOT_IN */
};

enum fw_do {
	FW_DO_ACCEPT, FW_DO_DROP, FW_DO_REJECT, FW_DO_RETURN, FW_DO_JUMP, FW_DO_GOTO,
	FW_DO_MASQUERADE, FW_DO_DNAT, FW_DO_CLAMP, FW_DO_NONE
};

struct fw_line {
	struct fw_test tests[FW_TESTS_MAX];
	size_t ntests;
	bool counter;
	uint64_t packets, bytes;	/* what it has counted: no part of what the line is */
	uint16_t log_group;		/* 0 = no log */
	enum fw_do what;
	char chain[FW_NAME_MAX];	/* JUMP, GOTO */
	struct addr to;			/* DNAT */
	uint16_t to_port;
	char comment[FW_COMMENT_MAX];	/* the object that wants the line, as "rule 3f…" */
};

enum fw_hook { FW_HOOK_NONE, FW_HOOK_PREROUTING, FW_HOOK_INPUT, FW_HOOK_FORWARD, FW_HOOK_POSTROUTING };

struct fw_chain {
	char name[FW_NAME_MAX];
	enum fw_hook hook;		/* policy is always accept: what is dropped stands as a line */
	bool nat;
	int32_t priority;
	struct fw_line *lines;
	size_t nlines, room;
};

struct fw_table {
	struct fw_set **sets;
	size_t nsets;
	struct fw_chain **chains;
	size_t nchains;
	bool failed;			/* a bound or memory was exceeded: the rest is missing, do not use it */
	bool found, odd;		/* read from a kernel: it is there; it has what this program never wrote */
};

struct fw_table *fw_table_new(void);		/* NULL: no memory */
void fw_table_free(struct fw_table *t);		/* NULL is allowed */

/* Add. NULL, and t->failed, past a bound; the following add functions take NULL and do nothing. */
struct fw_set *fw_set_add(struct fw_table *t, const char *name, enum fw_type type, bool interval);
void fw_set_put(struct fw_table *t, struct fw_set *s, const uint8_t *lo, const uint8_t *hi);
void fw_set_put_addr(struct fw_table *t, struct fw_set *s, const struct addr *a);
void fw_set_put_prefix(struct fw_table *t, struct fw_set *s, const struct addr_prefix *p);
struct fw_chain *fw_chain_add(struct fw_table *t, const char *name);
struct fw_line *fw_line_add(struct fw_table *t, struct fw_chain *c);

/* Sort the elements, take doubles away, and join intervals that overlap. Once, after the last put. */
void fw_set_close(struct fw_set *s);

size_t fw_type_size(enum fw_type type);
bool fw_set_has(const struct fw_set *s, const uint8_t *value);	/* of a closed set */
const struct fw_set *fw_set_find(const struct fw_table *t, const char *name);
const struct fw_chain *fw_chain_find(const struct fw_table *t, const char *name);
bool fw_line_eq(const struct fw_line *a, const struct fw_line *b);
bool fw_chain_eq(const struct fw_chain *a, const struct fw_chain *b);	/* with their lines */
bool fw_chain_same_base(const struct fw_chain *a, const struct fw_chain *b);
int fw_elem_cmp(const void *a, const void *b);

#endif /* FW_TABLE_H */
