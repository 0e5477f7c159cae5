/* One line as the kernel's expressions (NFTA_RULE_EXPRESSIONS) and its comment (NFTA_RULE_USERDATA), both ways. What
 * is read and was never written here becomes a test of FW_KEY_UNKNOWN, which equals nothing. */
#ifndef FW_EXPR_H
#define FW_EXPR_H

#include "fw/table.h"

struct rd;
struct wr;

void fw_expr_write(struct wr *w, const struct fw_line *l);	/* the attributes of a rule, without table and chain */
void fw_expr_read(struct rd r, struct fw_line *l);		/* what is nested in NFTA_RULE_EXPRESSIONS */
void fw_expr_read_comment(struct rd r, struct fw_line *l);	/* NFTA_RULE_USERDATA */

#endif /* FW_EXPR_H */
