/* Entity tags (RFC 9110 8.8.3, 13.1). */
#include "api/etag.h"

#include <stdio.h>

const char *
api_etag_text(char kind, uint64_t n, char buf[API_ETAG_MAX])
{
	snprintf(buf, API_ETAG_MAX, "\"%c%llu\"", kind, (unsigned long long)n);
	return buf;
}

bool
api_etag_match(struct str list, char kind, uint64_t n, bool weak_ok)
{
	char want[API_ETAG_MAX];
	struct str tag;
	bool weak;

	(void)api_etag_text(kind, n, want); /* buf is known */
	/* our tags hold no comma, so cutting at commas finds each of ours */
	while (str_cut(&list, ',', &tag)) {
		tag = str_trim(tag);
		weak = str_starts(tag, STR("W/"));
		if (weak) {
			tag.p += 2;
			tag.n -= 2;
		}
		if (str_eqz(tag, "*") && !weak)
			return true;
		if (str_eqz(tag, want) && (weak_ok || !weak))
			return true;
	}
	return false;
}
