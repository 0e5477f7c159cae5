/* Asking for the public addresses; see find.h. */
#include "ddns/find.h"

#include <string.h>

#include "base/err.h"
#include "base/str.h"
#include "ddns/job.h"
#include "ddns/public.h"
#include "io/exchange.h"
#include "io/url.h"
#include "sys/clk.h"

enum { SOURCE_REPLY_MAX = 256 };

/* Over IPv4, since a source says where it was asked from. */
static int
ask_source(const struct ddns_net *net, const char *url, struct addr *said, struct err *e)
{
	char text[SOURCE_REPLY_MAX];
	struct io_exchange x = { .url = url, .resolver = net->resolver, .tls = net->tls, .family = 4, .text = text,
		.size = sizeof(text), .deadline_ms = clk_system.mono_ms(&clk_system) + DDNS_SOURCE_S * 1000 };
	int r = io_exchange(&x, e);

	if (r < 0)
		return r;
	if (x.status != 200 || !ddns_source_read((struct str){ text, x.n }, 4, said))
		return err_set(e, ERR_REMOTE, "%.200s does not tell a public address", url);
	return 0;
}

/* Until enough of them say the same. */
static int
ask_sources(const struct ddns_net *net, const json_t *sources, struct addr *out, struct err *e)
{
	struct ddns_votes votes = { 0 };
	struct io_url at;
	struct err why;
	json_t *url;
	size_t i, failed = 0;

	err_clear(&why);
	json_array_foreach(sources, i, url) {
		const char *text = json_string_value(url);

		if (!io_url_read(text, false, &at) || ask_source(net, text, out, &why) < 0)
			failed++;
		else if (ddns_votes_add(&votes, at.host, out))
			return 0;
	}
	memset(out, 0, sizeof(*out));
	if (i == 0)
		return err_set(e, ERR_REMOTE, "the uplink has no public address, and there is no source to ask");
	if (failed > 0)
		return err_set(e, ERR_REMOTE, "the public address is not certain: %s", why.detail);
	return err_set(e, ERR_REMOTE, "the public address is not certain: the sources do not agree");
}

static struct addr
own(const json_t *in, const char *key, uint8_t len)
{
	struct addr a;

	if (!addr_read(str_of(json_string_value(json_object_get(in, key))), &a) || a.len != len || !ddns_is_public(&a))
		memset(&a, 0, sizeof(a));
	return a;
}

int
ddns_find(const struct ddns_net *net, const json_t *in, struct ddns_addrs *out, struct err *e)
{
	int error = 0;

	memset(out, 0, sizeof(*out));
	if (json_is_true(json_object_get(in, "ipv6")))
		out->v6 = own(in, "uplink6", 16);
	if (json_is_true(json_object_get(in, "ipv4"))) {
		out->v4 = own(in, "uplink", 4);
		if (out->v4.len == 0)
			error = ask_sources(net, json_object_get(in, "sources"), &out->v4, e);
	} else if (out->v6.len == 0) {
		error = err_set(e, ERR_REMOTE, "the uplink has no public IPv6 address");
	}
	return error;
}
