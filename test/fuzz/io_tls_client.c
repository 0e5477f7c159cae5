/* Any bytes as the records of a TLS server: the client takes them or is over (by
 * a fault, or because the server said goodbye), never opens without a server that
 * proves its name, never lets text through, and never stalls with bytes it neither
 * takes nor refuses. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "io/tls_anchors.h"
#include "io/tls_client.h"
#include "io/tls_engine.h"
#include "sys/clk.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

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
	static struct io_tls_client *client;
	struct io_tls_engine *t;
	const uint8_t *text;
	uint8_t *to;
	size_t n;

	if (client == NULL)
		client = io_tls_client_new(io_tls_anchors_new(true), &clk_system);
	t = io_tls_client_engine(client, "dns.example.test");
	assert(t != NULL);
	drain(t);
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
	}
	assert(io_tls_error(t) <= 0);
	io_tls_engine_free(t);
	return 0;
}
