/* Any bytes as the records of a TLS client: the engine takes them or is over,
 * never opens without a handshake, and never stalls with bytes it neither takes nor refuses. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ca/cert.h"
#include "io/tls.h"
#include "io/tls_engine.h"
#include "io/tls_server.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* Made once: a certificate takes a millisecond. */
static struct io_tls_config *
config(void)
{
	static struct io_tls_config *made;
	const char *const names[] = { "cell.example", "*.cell.example" };
	const struct ca_cert_plan plan = { .common_name = "x", .from_s = 1700000000, .until_s = 1700086400 };
	struct io_tls_cert c = { .nchain = 1, .names = names, .nnames = 2 };
	const uint8_t *chain;
	struct ca_cert cert;

	if (made != NULL)
		return made;
	if (ca_cert_make(&plan, NULL, &cert, NULL) < 0)
		abort();
	chain = cert.der;
	c.chain = &chain;
	c.chain_len = &cert.n;
	c.key = cert.key;
	c.key_len = 32;
	made = io_tls_config_new(&c, 1, NULL);
	ca_cert_clear(&cert);
	assert(made != NULL);
	return made;
}

static void
drain(struct io_tls_engine *t)
{
	const uint8_t *p;
	size_t n;

	while ((n = io_tls_record_out(t, &p)) > 0)
		io_tls_record_sent(t, n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct io_tls_engine *t = io_tls_server_new(config());
	const uint8_t *text;
	uint8_t *to;
	size_t n;

	assert(t != NULL);
	while (len > 0 && !io_tls_is_over(t)) {
		n = io_tls_record_room(t, &to);
		assert(n > 0);
		n = n < len ? n : len;
		memcpy(to, data, n);
		io_tls_record_came(t, n);
		data += n;
		len -= n;
		drain(t);
		assert(!io_tls_is_open(t) && io_tls_text_in(t, &text) == 0);
		assert(io_tls_server_name(t) == NULL || strlen(io_tls_server_name(t)) < 256);
	}
	if (io_tls_is_over(t))
		assert(io_tls_error(t) < 0);
	io_tls_engine_free(t);
	return 0;
}
