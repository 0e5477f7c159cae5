/* The address of a document; see url.h. */
#include "io/url.h"

#include <string.h>

#include "base/str.h"
#include "io/tls_client.h"

enum { HTTP_PORT = 80, HTTPS_PORT = 443 };

static bool
read_scheme(struct str *s, bool plain_too, struct io_url *out)
{
	const struct str secure = STR("https://"), plain = STR("http://");

	out->plain = plain_too && str_starts(*s, plain);
	if (!out->plain && !str_starts(*s, secure))
		return false;
	*s = out->plain ? (struct str){ s->p + plain.n, s->n - plain.n } : (struct str){ s->p + secure.n, s->n - secure.n };
	return true;
}

/* Nothing in it ends a word or a line of the request. */
static bool
is_word(struct str s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] >= 0x7f)
			return false;
	return true;
}

uint16_t
io_url_usual_port(const struct io_url *u)
{
	return u->plain ? HTTP_PORT : HTTPS_PORT;
}

bool
io_url_read(const char *text, bool plain_too, struct io_url *out)
{
	struct str s = str_of(text), host;
	uint64_t port;

	if (text == NULL || s.n > IO_URL_MAX || !read_scheme(&s, plain_too, out) || !is_word(s))
		return false;
	port = io_url_usual_port(out);
	out->path = strchr(s.p, '/') == NULL ? "" : strchr(s.p, '/');
	host = (struct str){ s.p, *out->path == '\0' ? s.n : (size_t)(out->path - s.p) };
	s = host;
	(void)str_cut(&s, ':', &host);	/* all of it when there is no port */
	if (host.p + host.n < s.p && (!str_u64(s, UINT16_MAX, &port) || port == 0))
		return false;
	out->port = (uint16_t)port;
	return str_copy(host, out->host, sizeof(out->host)) && io_tls_name_ok(out->host);
}
