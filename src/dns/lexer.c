/* Tokens of master files; see lexer.h. */
#include "dns/lexer.h"

void
dns_lexer_init(struct dns_lexer *x, const char *text, size_t n)
{
	x->p = text;
	x->end = text + n;
	x->line = 1;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static bool
ends_token(char c)
{
	return is_blank(c) || c == '\n' || c == '(' || c == ')' || c == ';';
}

/* An octet of a token. A few are always kept free for the space and the NUL. */
static bool
keep(struct dns_lexer *x, char c)
{
	if (x->len + 2 >= sizeof(x->text))
		return false;
	x->text[x->len++] = c;
	return true;
}

/* One token, quoted parts with their quotes: key="a value" is one. */
static const char *
read_token(struct dns_lexer *x)
{
	size_t begin = x->len > 0 ? x->len + 1 : 0;
	bool quoted = false;

	if (x->len > 0 && !keep(x, ' '))
		return "the entry is too long";
	for (; x->p < x->end && (quoted || !ends_token(*x->p)); x->p++) {
		char c = *x->p;

		if (quoted && c == '\n')
			return "a quoted text does not end in its line";
		if ((unsigned char)c < ' ' && c != '\t')
			return "there is a control character";
		if (c == '"')
			quoted = !quoted;
		if (!keep(x, c))
			return "the entry is too long";
		if (c != '\\')
			continue;
		if (++x->p == x->end || (unsigned char)*x->p < ' ')
			return "a backslash stands for nothing";
		if (!keep(x, *x->p))
			return "the entry is too long";
	}
	if (quoted)
		return "a quoted text does not end";
	if (x->ntokens < DNS_ENTRY_TOKENS)
		x->tokens[x->ntokens] = (struct str){ x->text + begin, x->len - begin };
	x->ntokens++;
	return NULL;
}

static void
skip_comment(struct dns_lexer *x)
{
	while (x->p < x->end && *x->p != '\n')
		x->p++;
}

/* Up to the end of the line outside of parentheses. */
static const char *
read_entry(struct dns_lexer *x)
{
	const char *why = NULL;
	bool inside = false;

	while (why == NULL && x->p < x->end) {
		char c = *x->p;

		if (c == '\n' && !inside)
			break;
		if (!ends_token(c)) {
			why = read_token(x);
			continue;
		}
		if (c == ';') {
			skip_comment(x);
			continue;
		}
		x->p++;
		if (c == '\n')
			x->line++;
		else if (c == '(' && inside)
			why = "parentheses stand inside of parentheses";
		else if (c == ')' && !inside)
			why = "a parenthesis is closed that was not opened";
		else if (c == '(' || c == ')')
			inside = c == '(';
	}
	return why == NULL && inside ? "a parenthesis is not closed" : why;
}

int
dns_lexer_next(struct dns_lexer *x, const char **why)
{
	while (x->p < x->end) {
		x->at = x->line;
		x->indented = is_blank(*x->p);
		x->ntokens = 0;
		x->len = 0;
		*why = read_entry(x);
		if (*why != NULL)
			return -1;
		if (x->p < x->end) {
			x->p++;		/* the end of the line */
			x->line++;
		}
		x->text[x->len] = '\0';
		if (x->ntokens > 0)
			return 1;
	}
	return 0;
}
