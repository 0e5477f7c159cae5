/* Questions of strangers (DNS-16, LIM-4): what is taken as a question can be
 * answered, and the answer to it is read back with the same question. */
#include <assert.h>
#include <string.h>

#include "base/addr.h"
#include "dns/cookie.h"
#include "dns/query.h"
#include "dns/reply.h"
#include "dns/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct dns_cookie_keys keys = { "0123456789abcdef", "fedcba9876543210" };
	static const struct addr client = { 4, { 192, 0, 2, 1 } };
	static uint8_t out[4096 + DNS_REPLY_SLACK];
	struct dns_reply to = { .out = out, .edns_size = 1232, .small = true, .keepalive = true, .secure = true,
	    .ede = DNS_EDE_PROHIBITED, .ede_text = "no" };
	struct dns_query q, again;
	enum dns_query_kind kind = dns_query_read(&q, data, size);
	size_t n;

	if (kind == DNS_QUERY_SILENT)
		return 0;
	if (q.cookie_len > 0) {
		(void)dns_cookie_renew(&keys, q.cookie, q.cookie_len == DNS_COOKIE_FULL, &client, 1000);
		assert(dns_cookie_good(&keys, q.cookie, &client, 1000));
		q.cookie_len = DNS_COOKIE_FULL;
	}
	to.limit = dns_reply_limit(&q, 1232, false);
	assert(to.limit >= DNS_UDP_PLAIN && to.limit <= 1232);
	assert(dns_reply_limited(&to, &q) <= size);
	n = dns_reply_rcode(&to, &q, kind == DNS_QUERY_WRONG ? q.rcode : DNS_REFUSED);
	assert(n >= DNS_HEADER && n <= size);	/* never more than was asked (DNL-7) */
	assert(memcmp(out, data, 2) == 0 && (out[2] & DNS_QR) != 0);
	out[2] &= DNS_RD;
	if (kind == DNS_QUERY_WRONG)
		return 0;
	assert(dns_query_read(&again, out, n) == DNS_QUERY_ASK);
	assert(again.type == q.type && again.key.len == q.key.len && again.key.hash == q.key.hash);
	assert(again.key.labels == q.key.labels && memcmp(again.name, q.name, q.key.len) == 0);
	assert(again.edns == q.edns && again.dnssec_ok == q.dnssec_ok && again.rd == q.rd && again.cd == q.cd);
	if (again.cookie_len > 0)
		assert(dns_cookie_good(&keys, again.cookie, &client, 1000));
	return 0;
}
