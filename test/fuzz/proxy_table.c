/* Routes in a snapshot and requests against them: no path that could step up reaches a route with a path of its own,
 * nobody one whose zones do not have his, and no peer one whose word it has not (WEB-4). */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/rd.h"
#include "conf/access.h"
#include "conf/conf.h"
#include "proxy/table.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const unsigned zones[] = { 1, 2, 4, 8, 16, 32 };
	const struct proxy_route *route;
	struct proxy_table *t;
	static const struct conf_access some = { .w = { 0x5555 } };
	struct proxy_visit v = { .ticket = NULL, .access = &some };
	struct rd r;
	size_t i, n;

	if (data == NULL)
		return 0;
	rd_init(&r, data, size);
	t = proxy_table_read(&r);
	if (t == NULL)
		return 0;
	assert(proxy_table_count(t) <= PROXY_ROUTES_MAX && proxy_table_idle_s(t) > 0);
	n = rd_u8(&r);
	n = n < rd_left(&r) ? n : rd_left(&r);
	v.host = (struct str){ (const char *)data + rd_pos(&r), n };
	v.path = (struct str){ v.host.p + n, rd_left(&r) - n };
	for (i = 0; i < sizeof(zones) / sizeof(zones[0]); i++) {
		v.zone = zones[i];
		if (proxy_table_judge(t, &v, &route) != PROXY_ROUTED)
			continue;
		assert((route->gate.access & v.zone) != 0 && route->gate.login == CONF_LOGIN_NONE);
		assert(v.zone != CONF_ZONE_VPN || conf_access_has(&some, route->gate.word));
		assert(strcmp(route->path, "/") == 0 || (str_starts(v.path, str_of(route->path)) &&
		    memmem(v.path.p, v.path.n, "/../", 4) == NULL && memmem(v.path.p, v.path.n, "%2e", 3) == NULL));
	}
	proxy_table_unref(t);
	return 0;
}
