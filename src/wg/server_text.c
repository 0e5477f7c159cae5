/* The server's file; see server_text.h. */
#include "wg/server_text.h"

#include <stdlib.h>

#include "base/wr.h"
#include "conf/conf.h"

enum { HEAD_MAX = 512, PEER_MAX = 512, SUBNET_MAX = 52 };

static size_t
size_for(const struct conf *c)
{
	size_t i, n = HEAD_MAX;

	for (i = 0; i < c->npeers; i++)
		n += PEER_MAX + c->peers[i].subnets.n * SUBNET_MAX;
	return n;
}

static void
put_peer(struct wr *w, const struct conf_peer *p)
{
	char text[ADDR_TEXT_MAX];
	size_t i;

	wr_printf(w, "\n[Peer]\n# %s\nPublicKey = %s\n%s", p->name, p->public_key,
	    p->secret_ref != NULL ? "PresharedKey = (hidden)\n" : "");
	wr_printf(w, "AllowedIPs = %s/32", addr_text(&p->ip, text));
	if (p->ip6.len != 0)
		wr_printf(w, ", %s/128", addr_text(&p->ip6, text));
	for (i = 0; i < p->subnets.n; i++)
		wr_printf(w, ", %s", addr_prefix_text(&p->subnets.v[i], text));
	wr_text(w, "\n");
}

static void
put_file(struct wr *w, const struct conf *c)
{
	char text[ADDR_TEXT_MAX];
	size_t i;

	wr_printf(w, "[Interface]\nPrivateKey = (hidden)\nAddress = %s", addr_prefix_text(&c->wireguard.address, text));
	if (c->wireguard.address6.addr.len != 0)
		wr_printf(w, ", %s", addr_prefix_text(&c->wireguard.address6, text));
	wr_printf(w, "\nListenPort = %u\nMTU = %d\n", c->wireguard.port, c->wireguard.mtu);
	for (i = 0; i < c->npeers; i++)
		if (c->peers[i].enabled)
			put_peer(w, &c->peers[i]);
	wr_u8(w, 0);
}

char *
wg_server_text(const struct conf *c)
{
	const size_t size = size_for(c);
	char *text = malloc(size);
	struct wr w;

	if (text == NULL)
		return NULL;
	wr_init(&w, text, size);
	put_file(&w, c);
	if (wr_ok(&w))
		return text;
	free(text);
	return NULL;
}
