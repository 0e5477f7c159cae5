/* Which certificates are wanted; see plan.h. */
#include "acme/plan.h"

#include <stdio.h>
#include <string.h>

static const struct { const char *production, *staging; } known[] = {
	{ "https://acme-v02.api.letsencrypt.org/directory", "https://acme-staging-v02.api.letsencrypt.org/directory" },
};

/* Lower case letters, digits and hyphens in at least two labels, as public authorities take them. */
static bool
host_name(const char *text, char out[ACME_NAME_SIZE])
{
	size_t i, label = 0, labels = 1;
	char c = '.', before;

	for (i = 0; text[i] != '\0'; i++) {
		before = c;
		c = text[i] >= 'A' && text[i] <= 'Z' ? (char)(text[i] - 'A' + 'a') : text[i];
		if (i + 1 >= ACME_NAME_SIZE)
			return false;
		out[i] = c;
		if (c == '.') {
			if (before == '.' || before == '-')
				return false;
			label = 0;
			labels++;
			continue;
		}
		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c == '-' && before != '.')) || ++label > 63)
			return false;
	}
	out[i] = '\0';
	return c != '.' && c != '-' && labels > 1;
}

static bool
is_below(const char *name, const char *domain)
{
	size_t n = strlen(name), m = strlen(domain);

	return n > m + 1 && name[n - m - 1] == '.' && strcmp(name + n - m, domain) == 0;
}

static bool
is_there(const struct acme_want *v, size_t n, const char *name)
{
	while (n > 0 && strcmp(v[n - 1].names[0], name) != 0)
		n--;
	return n > 0;
}

static size_t
plan_wildcard(struct acme_want *w)
{
	w->n = 1;
	if (strlen(w->names[0]) + 2 < ACME_NAME_SIZE) {
		(void)snprintf(w->names[1], ACME_NAME_SIZE, "*.%s", w->names[0]);	/* it fits */
		w->n = 2;
	}
	return 1;
}

size_t
acme_plan(enum acme_challenge how, const char *domain, const char *const *hosts, size_t nhosts, struct acme_want *out,
    size_t max)
{
	size_t n = 1, i;

	if (max == 0 || domain == NULL || !host_name(domain, out[0].names[0]))
		return 0;
	if (how == ACME_DNS_01)
		return plan_wildcard(&out[0]);
	out[0].n = 1;
	for (i = 0; i < nhosts && n < max; i++)
		if (host_name(hosts[i], out[n].names[0]) && is_below(out[n].names[0], out[0].names[0]) &&
		    !is_there(out, n, out[n].names[0]))
			out[n++].n = 1;
	return n;
}

bool
acme_want_fits(const struct acme_want *w, const struct str *names, size_t n)
{
	size_t i, k;

	for (i = 0; i < w->n; i++) {
		for (k = 0; k < n && !str_ieq(names[k], str_of(w->names[i])); k++)
			;
		if (k == n)
			return false;
	}
	return n == w->n;
}

const char *
acme_staging(const char *directory)
{
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(known[i].production, directory) == 0)
			return known[i].staging;
	return NULL;
}

const char *
acme_directory(const char *directory, bool has_account, bool staged)
{
	const char *staging = has_account || staged ? NULL : acme_staging(directory);

	return staging == NULL ? directory : staging;
}
