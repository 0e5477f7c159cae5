/* What the writer and the reader of expressions both know. */
#ifndef FW_EXPR_TABLES_H
#define FW_EXPR_TABLES_H

#include <stdint.h>

#include "fw/table.h"

enum { EXPR_COMMENT = 0, EXPR_MSS_OPTION = 2, EXPR_MSS_OFFSET = 2, EXPR_MSS_SIZE = 2 };

/* How a key comes into a register: the expression and the numbers that say what, in the order of fw_expr_loads. */
struct fw_expr_load { const char *expr; uint32_t a, b, c; };
extern const struct fw_expr_load fw_expr_loads[FW_KEY_UNKNOWN];

struct fw_expr_verdict { enum fw_do what; int code; };
enum { FW_EXPR_VERDICTS = 5 };
extern const struct fw_expr_verdict fw_expr_verdicts[FW_EXPR_VERDICTS];

#endif /* FW_EXPR_TABLES_H */
