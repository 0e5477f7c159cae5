/* Header rules; see header.h. */
#include "conf/header.h"

#include <stdio.h>
#include <string.h>

#include "conf/conf.h"

static bool
is_value(struct str s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if (s.p[i] < ' ' || s.p[i] > '~')
			return false;
	return true;
}

bool
conf_header_read(struct str s, struct conf_header *out)
{
	struct str rest = s;

	if (s.n > CONF_HEADER_RULE_MAX || memchr(s.n > 0 ? s.p : "", ':', s.n) == NULL || !str_cut(&rest, ':', &out->name))
		return false;
	out->value = str_trim(rest);
	return str_token(out->name) && out->name.n <= CONF_HEADER_NAME_MAX && is_value(out->value);
}

bool
conf_headers_fit(const struct conf_texts *rules)
{
	size_t i, n = 0;

	for (i = 0; i < rules->n; i++)
		n += strlen(rules->v[i]);
	return n <= CONF_HEADERS_MAX;
}

bool
conf_headers_differ(const struct conf_texts *rules)
{
	struct conf_header a, b;
	size_t i, k;

	for (i = 0; i < rules->n; i++)
		for (k = 0; k < i; k++)
			if (conf_header_read(str_of(rules->v[i]), &a) && conf_header_read(str_of(rules->v[k]), &b) &&
			    str_ieq(a.name, b.name))
				return false;
	return true;
}

/* Targets that make variables of headers see no difference between '-' and other signs. */
static bool
begins(struct str name, const char *want)
{
	size_t i;
	char c;

	for (i = 0; i < name.n && want[i] != '\0'; i++) {
		c = name.p[i];
		if (c >= 'A' && c <= 'Z')
			c = (char)(c | 0x20);
		else if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9'))
			c = '-';
		if (c != want[i])
			return false;
	}
	return want[i] == '\0';
}

/* A final '-' stands for all names that begin so. */
static bool
is_one_of(struct str name, const char *const *names)
{
	size_t i, n;

	for (i = 0; names[i] != NULL; i++) {
		n = strlen(names[i]);
		if (begins(name, names[i]) && (names[i][n - 1] == '-' || name.n == n))
			return true;
	}
	return false;
}

static const char *const framing[] = {
	"connection", "content-length", "date", "expect", "host", "http2-settings", "keep-alive", "proxy-", "te", "trailer",
	"transfer-encoding", "upgrade", "via", "sec-websocket-", NULL
};
static const char *const identity[] = { "forwarded", "x-forwarded-", "x-real-ip", "remote-", NULL };
static const char *const cookies[] = { "cookie", "set-cookie", NULL };
static const char *const trust[] = { "strict-transport-security", NULL };

static bool
check(const json_t *v, const char *const *also, char *rule, size_t size)
{
	struct conf_header h;
	const char *why = NULL;

	if (!conf_header_read((struct str){ json_string_value(v), json_string_length(v) }, &h))
		why = "must be \"Name: value\" to set a header or \"Name:\" to take it away, in ASCII";
	else if (is_one_of(h.name, framing) || is_one_of(h.name, also))
		why = "is a header that the cell itself decides about";
	else if (h.value.n > 0 && is_one_of(h.name, cookies))
		why = "can only take cookies away, not set them";
	if (why != NULL)
		(void)snprintf(rule, size, "%s", why); /* cut is fine */
	return why == NULL;
}

bool
conf_check_request_header(const json_t *v, char *rule, size_t size)
{
	return check(v, identity, rule, size);
}

bool
conf_check_response_header(const json_t *v, char *rule, size_t size)
{
	return check(v, trust, rule, size);
}
