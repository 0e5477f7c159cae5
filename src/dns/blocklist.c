/* Reading block lists; see blocklist.h. */
#include "dns/blocklist.h"

#include <string.h>

#include "base/addr.h"

enum { NAME_TEXT_MAX = 253, LABEL_MAX = 63 };

bool
dns_blocklist_format_read(const char *name, enum dns_blocklist_format *out)
{
	static const char *const names[] = { "auto", "hosts", "domains", "adblock" };
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(name, names[i]) == 0) {
			*out = (enum dns_blocklist_format)i;
			return true;
		}
	return false;
}

void
dns_blocklist_init(struct dns_blocklist *b, enum dns_blocklist_format format,
    void (*on_name)(void *arg, const uint8_t *name, size_t len), void *arg)
{
	memset(b, 0, sizeof(*b));
	b->format = format;
	b->on_name = on_name;
	b->arg = arg;
}

/* --- names ---------------------------------------------------------------------- */

/* One label into its wire form; *digits: it is a number. */
static bool
label_write(struct str label, uint8_t *out, bool *digits)
{
	size_t i;

	if (label.n == 0 || label.n > LABEL_MAX || label.p[0] == '-' || label.p[label.n - 1] == '-')
		return false;
	*digits = true;
	out[0] = (uint8_t)label.n;
	for (i = 0; i < label.n; i++) {
		char c = label.p[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c | 0x20);
		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_'))
			return false;
		*digits = *digits && c >= '0' && c <= '9';
		out[i + 1] = (uint8_t)c;
	}
	return true;
}

/* A list that names a whole top-level domain is a mistake or worse; one that names an address cannot mean it. */
bool
dns_blocklist_name(struct str text, uint8_t out[255], size_t *n)
{
	bool digits = false;
	unsigned labels = 0;
	struct str label;
	size_t at = 0;

	if (text.n > 0 && text.p[text.n - 1] == '.')
		text.n--;
	if (text.n == 0 || text.n > NAME_TEXT_MAX || text.p[text.n - 1] == '.')
		return false;
	while (str_cut(&text, '.', &label)) {
		if (!label_write(label, out + at, &digits))
			return false;
		at += label.n + 1;
		labels++;
	}
	if (labels < 2 || digits)
		return false;
	out[at++] = 0;
	*n = at;
	return true;
}

static bool
take_name(struct dns_blocklist *b, struct str text)
{
	uint8_t name[255];
	size_t n;

	if (!dns_blocklist_name(text, name, &n))
		return false;
	b->names++;
	b->on_name(b->arg, name, n);
	return true;
}

/* --- lines ---------------------------------------------------------------------- */

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static struct str
word_cut(struct str *line)
{
	struct str s = str_trim(*line);
	size_t n = 0;

	while (n < s.n && !is_blank(s.p[n]))
		n++;
	*line = str_trim((struct str){ s.p + n, s.n - n });
	return (struct str){ s.p, n };
}

/* "text  # why": without the reason. */
static struct str
without_comment(struct str line)
{
	size_t i;

	for (i = 0; i < line.n; i++)
		if (line.p[i] == '#' && (i == 0 || is_blank(line.p[i - 1])))
			line.n = i;
	return str_trim(line);
}

/* Does the address lead nowhere? Others name a real host, not a blocked one. */
static bool
leads_nowhere(const struct addr *a)
{
	static const uint8_t zero[16] = { 0 };

	return addr_is_loopback(a) || memcmp(a->b, zero, sizeof(zero)) == 0;
}

/* What every hosts file has for the host itself: neither names to block nor worth counting. */
static bool
is_host_itself(struct str name)
{
	return memchr(name.p, '.', name.n) == NULL || str_ieq(name, STR("localhost.localdomain")) ||
	    str_ieq(name, STR("0.0.0.0"));
}

static bool
take_hosts(struct dns_blocklist *b, struct str line)
{
	struct str word = word_cut(&line);
	struct addr a;
	bool all = true;

	if (!addr_read(word, &a) || !leads_nowhere(&a) || line.n == 0)
		return false;
	while (line.n > 0) {
		word = word_cut(&line);
		if (!is_host_itself(word))
			all = take_name(b, word) && all;
	}
	return all;
}

static struct str
without_wildcard(struct str s)
{
	if (str_starts(s, STR("*.")))
		return (struct str){ s.p + 2, s.n - 2 };
	if (s.n > 0 && s.p[0] == '.')
		return (struct str){ s.p + 1, s.n - 1 };
	return s;
}

static bool
take_domain(struct dns_blocklist *b, struct str line)
{
	struct str word = word_cut(&line);

	return line.n == 0 && take_name(b, without_wildcard(word));
}

static bool
take_adblock(struct dns_blocklist *b, struct str line)
{
	struct str name;

	if (!str_starts(line, STR("||")))
		return false;
	line = (struct str){ line.p + 2, line.n - 2 };
	if (memchr(line.p, '^', line.n) == NULL || !str_cut(&line, '^', &name))
		return false;
	if (line.n > 0 && !str_eqz(line, "$important"))
		return false;
	return take_name(b, without_wildcard(name));
}

static bool
take_any(struct dns_blocklist *b, struct str line)
{
	struct str rest = line, word = word_cut(&rest);
	struct addr a;

	if (str_starts(line, STR("||")))
		return take_adblock(b, line);
	return addr_read(word, &a) ? take_hosts(b, line) : take_domain(b, line);
}

static bool
take(struct dns_blocklist *b, struct str line)
{
	switch (b->format) {
	case DNS_BLOCKLIST_HOSTS:
		return take_hosts(b, line);
	case DNS_BLOCKLIST_DOMAINS:
		return take_domain(b, line);
	case DNS_BLOCKLIST_ADBLOCK:
		return take_adblock(b, line);
	case DNS_BLOCKLIST_AUTO:
		break;
	}
	return take_any(b, line);
}

static void
on_line(struct dns_blocklist *b, struct str line)
{
	b->lines++;
	if (line.n > 0 && line.p[line.n - 1] == '\r')
		line.n--;
	if (b->lines == 1 && str_starts(line, STR("\xef\xbb\xbf")))
		line = (struct str){ line.p + 3, line.n - 3 };
	line = str_trim(line);
	if (line.n > 0 && line.p[0] == '<' && b->names == 0)
		b->markup = true;
	if (b->cut) {
		b->skipped++;
		return;
	}
	if (line.n == 0 || line.p[0] == '!' || line.p[0] == '[')
		return;
	line = without_comment(line);
	if (line.n > 0 && !take(b, line))
		b->skipped++;
}

/* --- octets --------------------------------------------------------------------- */

static void
put(struct dns_blocklist *b, const char *p, size_t n)
{
	if (n > sizeof(b->line) - b->n) {
		n = sizeof(b->line) - b->n;
		b->cut = true;
	}
	memcpy(b->line + b->n, p, n);
	b->n += n;
}

static void
end_line(struct dns_blocklist *b)
{
	on_line(b, (struct str){ b->line, b->n });
	b->n = 0;
	b->cut = false;
}

void
dns_blocklist_feed(struct dns_blocklist *b, const char *p, size_t n)
{
	const char *end = p + n, *nl;

	while (p < end && (nl = memchr(p, '\n', (size_t)(end - p))) != NULL) {
		put(b, p, (size_t)(nl - p));
		end_line(b);
		p = nl + 1;
	}
	put(b, p, (size_t)(end - p));
}

void
dns_blocklist_end(struct dns_blocklist *b)
{
	if (b->n > 0 || b->cut)
		end_line(b);
}
