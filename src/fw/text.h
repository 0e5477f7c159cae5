/* A table for a person to read, as `nft -f` takes it and `nft -s list table` shows it. */
#ifndef FW_TEXT_H
#define FW_TEXT_H

struct fw_table;

/* Text to be freed by the caller, or NULL without memory. */
char *fw_text(const struct fw_table *t);

#endif /* FW_TEXT_H */
