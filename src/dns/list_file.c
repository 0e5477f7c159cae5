/* Block lists as they are kept; see list_file.h. */
#include "dns/list_file.h"

#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "dns/blocklist.h"
#include "dns/lists.h"
#include "dns/name.h"
#include "dns/random.h"

static const char word[] = "pic-names 1 ";

enum { WORD = sizeof(word) - 1, DIGITS = 10 };

_Static_assert((int)WORD + (int)DIGITS + 1 == (int)DNS_LIST_FILE_HEAD, "the first line");

void
dns_list_file_head(char out[DNS_LIST_FILE_HEAD + 1], uint32_t names)
{
	(void)snprintf(out, DNS_LIST_FILE_HEAD + 1, "%s%010u\n", word, names);	/* fits */
}

bool
dns_list_file_names(const char *p, size_t n, uint32_t *names)
{
	uint64_t count;

	if (n < DNS_LIST_FILE_HEAD || memcmp(p, word, WORD) != 0 || p[DNS_LIST_FILE_HEAD - 1] != '\n' ||
	    !str_u64((struct str){ p + WORD, DIGITS }, DNS_NAMESET_NAMES_MAX, &count))
		return false;
	*names = (uint32_t)count;
	return true;
}

static bool
count(const struct dns_list_file *v, size_t n, uint32_t *names)
{
	uint32_t one;
	size_t i;

	*names = 0;
	for (i = 0; i < n; i++) {
		if (!dns_list_file_names(v[i].p, v[i].n, &one) || one > DNS_NAMESET_NAMES_MAX - *names)
			return false;
		*names += one;
	}
	return true;
}

size_t
dns_list_file_room(const struct dns_list_file *v, size_t n)
{
	uint32_t names;

	return count(v, n, &names) ? dns_lists_size(names) : 0;
}

static bool
add_file(void *set, const struct dns_list_file *f, uint32_t mark)
{
	struct str rest = { f->p + DNS_LIST_FILE_HEAD, f->n - DNS_LIST_FILE_HEAD }, line;
	uint8_t name[DNS_NAME_MAX];
	size_t n;

	while (str_cut(&rest, '\n', &line))
		if (!dns_blocklist_name(line, name, &n) || !dns_nameset_add(set, name, n, mark))
			return false;
	return true;
}

bool
dns_list_file_build(void *p, const struct dns_list_file *v, size_t n)
{
	const char *ids[DNS_LISTS_MAX];
	uint64_t key[2];
	uint32_t names;
	void *set;
	size_t i;

	if (n > DNS_LISTS_MAX || !count(v, n, &names))
		return false;
	for (i = 0; i < n; i++)
		ids[i] = v[i].id;
	dns_random_seed(key, sizeof(key));
	set = dns_lists_init(p, names, key, ids, n);
	for (i = 0; i < n; i++)
		if (!add_file(set, &v[i], 1u << i))
			return false;
	return true;
}
