/* Writing lines of a chain: tests are added from left to right, the test of the IP version that an address needs comes
 * by itself. Every function takes a line that is NULL (no room) and does nothing. */
#ifndef FW_LINE_H
#define FW_LINE_H

#include "fw/table.h"

enum { FW_NEW_BITS = 8, FW_ESTABLISHED_BITS = 2 | 4, FW_INVALID_BITS = 1, FW_DNAT_BITS = 1 << 5 };	/* of ct state, ct status */
enum fw_side { FW_SRC, FW_DST };

void fw_line_if(struct fw_line *l, enum fw_key key, enum fw_op op, const char *name);
void fw_line_set(struct fw_line *l, enum fw_key key, enum fw_op op, const char *set);
void fw_line_addrs(struct fw_line *l, enum fw_side side, enum fw_op op, const char *set, int family);	/* without its 4, 6 */
void fw_line_prefix(struct fw_line *l, enum fw_side side, const struct addr_prefix *p);
void fw_line_addr(struct fw_line *l, enum fw_side side, const struct addr *a);
void fw_line_proto(struct fw_line *l, uint8_t proto);
void fw_line_ports(struct fw_line *l, uint16_t lo, uint16_t hi);
void fw_line_bits(struct fw_line *l, enum fw_key key, uint32_t bits);
void fw_line_answers(struct fw_line *l);			/* it goes to who sent the first packet seen, or is about such */
void fw_line_local(struct fw_line *l);			/* the destination is an address of this host */
void fw_line_family(struct fw_line *l, int family);	/* 4, 6; 0 adds nothing */

void fw_line_do(struct fw_line *l, enum fw_do what);
void fw_line_to(struct fw_line *l, enum fw_do what, const char *chain);	/* JUMP, GOTO */
void fw_line_comment(struct fw_line *l, const char *kind, const char *name);	/* cut where it is too long */

size_t fw_key_size(enum fw_key key);			/* octets of its value */

#endif /* FW_LINE_H */
