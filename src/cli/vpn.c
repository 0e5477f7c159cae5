/* pic vpn …: the cell's side of the VPN. */
#include <stdio.h>

#include "cli/client.h"
#include "cli/reply.h"
#include "cli/table.h"
#include "cli/verb.h"

static const struct cli_column facts[] = {
	CLI_COL("Running", "running"), CLI_COL("Why not", "reason"), CLI_COL("Interface", "interface"),
	CLI_COL("Data plane", "data_plane"), CLI_COL("Public key", "public_key"), CLI_COL("Address", "address"),
	CLI_COL("IPv6 address", "address6"), CLI_COL("Port", "port"), CLI_COL("MTU", "mtu"),
	CLI_COL("Reached at", "endpoint"), { .title = NULL }
};

static const struct cli_column peers[] = {
	CLI_COL("NAME", "name"), CLI_COL("ONLINE", "online"), CLI_COL("HANDSHAKE", "latest_handshake_at"),
	CLI_COL("FROM", "endpoint"), CLI_COL("RECEIVED", "rx_bytes"), CLI_COL("SENT", "tx_bytes"),
	CLI_COL("ADDRESSES", "allowed_ips"), { .title = NULL }
};

static void
print_status(const struct cli *c, const json_t *body)
{
	cli_facts(c, body, facts);
	putchar('\n');
	cli_table(c, json_object_get(body, "peers"), peers, "no devices yet: pic peer add NAME");
}

int
cli_vpn_status(struct cli *c)
{
	return cli_view(c, "GET", "/api/wireguard/status", print_status);
}

static void
print_config(const struct cli *c, const json_t *body)
{
	(void)c;
	fputs(cli_member_text(body, "config"), stdout);
}

int
cli_vpn_config(struct cli *c)
{
	return cli_view(c, "GET", "/api/wireguard/config", print_config);
}

int
cli_vpn_port(struct cli *c)
{
	return cli_send(c, "PUT", "/api/config/sections/wireguard", json_pack("{so}", "port", cli_number(c->args[0])), "changed");
}

static const struct cli_column keys[] = { CLI_COL("Public key", "public_key"), { .title = NULL } };

int
cli_vpn_key(struct cli *c)
{
	return cli_show_one(c, "/api/wireguard/keys", keys);
}

int
cli_vpn_key_rotate(struct cli *c)
{
	return cli_send(c, "PUT", "/api/config/sections/wireguard", json_pack("{ss}", "private_key", "generate"), "changed");
}
