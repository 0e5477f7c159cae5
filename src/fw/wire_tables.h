/* What the writer and the reader of messages both know. */
#ifndef FW_WIRE_TABLES_H
#define FW_WIRE_TABLES_H

#include <stdint.h>

#include "fw/table.h"

extern const uint32_t fw_wire_types[FW_TYPE_IFNAME + 1];	/* the numbers that nft knows its types by */
extern const uint32_t fw_wire_hooks[FW_HOOK_POSTROUTING + 1];

#endif /* FW_WIRE_TABLES_H */
