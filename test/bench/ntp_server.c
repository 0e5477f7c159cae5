/* The NTP server of an edge and nothing else, for the benchmark: the same path
 * from io/udp to the answer, on a clock that says it is synchronised. Its
 * askers are local, so that the limit per client does not end the measurement.
 *
 *	ntp_server PORT */
#include <stdio.h>
#include <stdlib.h>

#include "conf/conf.h"
#include "io/loop.h"
#include "io/udp.h"
#include "ntp/plan.h"
#include "ntp/reference.h"
#include "ntp/server.h"
#include "ntp/stats.h"
#include "sys/clk.h"

static unsigned
zone_of(void *arg, uint32_t ifindex, const struct addr *local, const struct addr *peer)
{
	(void)arg;
	(void)ifindex;
	(void)local;
	(void)peer;
	return CONF_ZONE_LOCAL;
}

int
main(int argc, char **argv)
{
	static struct ntp_stats stats;
	const struct ntp_plan plan = { .zones = CONF_ZONE_LOCAL };
	struct io_loop *loop = io_loop_new();
	const struct ntp_server_conf c = { .loop = loop, .clk = &clk_system, .stats = &stats, .zone_of = zone_of };
	struct addr_port at = { .addr = { 4, { 127, 0, 0, 1 } } };
	const struct ntp_reference f = { .stratum = 2, .at = clk_system.wall_ns(&clk_system) };
	struct ntp_server *s;

	if (argc < 2 || loop == NULL)
		return 2;
	at.port = (uint16_t)strtoul(argv[1], NULL, 10);
	s = ntp_server_new(&c);
	if (s == NULL || ntp_server_udp(s, io_udp_open(&at, 0)) == NULL)
		return 1;
	ntp_server_swap(s, &plan);
	ntp_server_refer(s, &f);
	printf("ready\n");
	fflush(stdout);
	io_loop_run(loop);
	return 0;
}
