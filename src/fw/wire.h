/* A table as messages of nf_tables (linux/netfilter/nf_tables.h), both ways. Written are single messages, between
 * begin and end of one transaction; read is whatever a dump brings. Pure: apply has the socket.
 *
 * In an interval set the kernel knows a first value and, as an element of its own, the first value beyond. */
#ifndef FW_WIRE_H
#define FW_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fw_chain;
struct fw_elem;
struct fw_line;
struct fw_set;
struct fw_table;
struct nlm;
struct wr;

/* A transaction: the kernel does all of it, or, when anybody changed the rules of this host since generation, nothing. */
void fw_wire_begin(struct wr *w, uint32_t generation);
void fw_wire_end(struct wr *w);

void fw_wire_table(struct wr *w, bool add);
void fw_wire_set(struct wr *w, const struct fw_set *s, bool add);
void fw_wire_elems(struct wr *w, const struct fw_set *s, const struct fw_elem *e, size_t n, bool add);	/* of any number */
void fw_wire_chain(struct wr *w, const struct fw_chain *c, bool add);
void fw_wire_empty(struct wr *w, const struct fw_chain *c);	/* remove the lines of c */
void fw_wire_line(struct wr *w, const struct fw_chain *c, const struct fw_line *l);

/* Octets that are enough for so much. */
size_t fw_wire_size_elems(size_t n);
enum { FW_WIRE_SIZE_LINE = 4096, FW_WIRE_SIZE_OTHER = 512 };

/* Questions. Kinds are asked for in the order of the enum. */
enum fw_wire_kind { FW_WIRE_TABLES, FW_WIRE_SETS, FW_WIRE_CHAINS, FW_WIRE_LINES, FW_WIRE_KINDS };
void fw_wire_ask(struct wr *w, enum fw_wire_kind kind);
void fw_wire_ask_elems(struct wr *w, const struct fw_set *s);
void fw_wire_ask_generation(struct wr *w);

/* One message of an answer into t; what belongs to other tables is passed over. False: malformed. */
bool fw_wire_read(struct fw_table *t, const struct nlm *m);
bool fw_wire_read_generation(const struct nlm *m, uint32_t *generation);

/* After the last message: elements become sorted values and intervals. */
void fw_wire_close(struct fw_table *t);

#endif /* FW_WIRE_H */
