/* Master-file text into entries of tokens (RFC 1035 5.1): comments, quotes,
 * parentheses over lines, escapes left as they stand. Works in place; what an
 * entry needs lies in the struct. */
#ifndef DNS_LEXER_H
#define DNS_LEXER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

enum {
	DNS_ENTRY_TEXT = 160 * 1024,	/* of one entry, parentheses and comments left out: data of 64 KiB in hexadecimal */
	DNS_ENTRY_TOKENS = 16		/* kept apart; the rest only stands in the text */
};

/* An entry is its tokens with single spaces between them. */
struct dns_lexer {
	const char *p, *end;		/* what is left; borrowed */
	unsigned line;			/* of p, from 1 */
	unsigned at;			/* line in which the entry began */
	bool indented;			/* it began with a blank: no owner of its own */
	size_t ntokens;			/* all of them */
	struct str tokens[DNS_ENTRY_TOKENS];	/* into text; a quoted one with its quotes */
	size_t len;
	char text[DNS_ENTRY_TEXT];	/* NUL after len */
};

void dns_lexer_init(struct dns_lexer *x, const char *text, size_t n);

/* The next entry that is not empty. 1; 0 at the end; -1 with *why, the line in x->line. */
int dns_lexer_next(struct dns_lexer *x, const char **why);

#endif /* DNS_LEXER_H */
