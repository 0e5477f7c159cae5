/* The cell's names in a snapshot: what the reader takes is what the writer
 * makes; and after setup no host name gets in that is not among them (ACC-12). */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/addr.h"
#include "base/rd.h"
#include "base/wr.h"
#include "proxy/decide.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_host(const struct proxy_site *s, struct str host)
{
	const struct addr local = { 4, { 192, 168, 1, 2 } };
	const struct proxy_ask a = { .tls = true, .get = true, .host = host, .path = STR("/api/status"), .local = &local };
	bool ok = proxy_host_ok(s, host, &local);

	assert(ok || s->setup_complete);
	assert(proxy_decide(s, &a) == (ok ? PROXY_API : PROXY_MISDIRECTED));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct proxy_site s;
	static uint8_t buf[32 << 10];
	struct rd r;
	struct wr w;
	size_t i;

	rd_init(&r, data, size);
	if (!proxy_site_read(&r, &s))
		return 0;
	wr_init(&w, buf, sizeof(buf));
	proxy_site_write(&w, &s);
	assert(wr_ok(&w) && wr_len(&w) == rd_pos(&r) && memcmp(buf, data, wr_len(&w)) == 0);
	for (i = 0; i < s.nnames; i++)
		assert(proxy_host_ok(&s, str_of(s.names[i]), &(struct addr){ 4, { 10, 0, 0, 1 } }) ||
		    s.names[i][strlen(s.names[i]) - 1] == '.');
	check_host(&s, (struct str){ (const char *)data + rd_pos(&r), rd_left(&r) });
	return 0;
}
