/* Facts to verdicts; see check.h. */
#include "diag/check.h"

#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "sys/clk.h"

enum { DETAIL_MAX = 512, DAY_S = 86400, WARN_DAYS = 14, FAIL_DAYS = 3 };

static const uint64_t MB = 1 << 20;

json_t *
diag_check(const char *id, const char *area, const char *verdict, const char *fix, const char *fmt, ...)
{
	char detail[DETAIL_MAX];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(detail, sizeof(detail), fmt, ap);	/* cut is fine */
	va_end(ap);
	return json_pack("{s:s, s:s, s:s, s:s, s:s?}", "id", id, "area", area, "verdict", verdict,
	    "detail", str_utf8(str_of(detail)) ? detail : "", "fix", fix);
}

static json_t *
check_clock(const struct diag_facts *f)
{
	char text[CLK_TEXT_MAX];
	const char *now = clk_text(f->now, text);

	if (f->now < f->build_time)
		return diag_check("clock", "clock", "fail", "set the host's clock, or let a time service steer it",
		    "it is %s, which is before this program was made", now);
	if (f->clock_synced == DIAG_YES)
		return diag_check("clock", "clock", "ok", NULL, "%s, synchronised to within %lld ms",
		    now, (long long)(f->clock_error_us / 1000 + 1));
	if (f->clock_synced == DIAG_NO)
		return diag_check("clock", "clock", "warn", "install or start a time service on the host (for example chrony)",
		    "%s, but nothing steers the clock", now);
	return diag_check("clock", "clock", "unknown", NULL, "%s; the kernel does not say whether it is steered", now);
}

/* --- ports ------------------------------------------------------------------------ */

static const char *
protocol_name(const struct diag_listener *l)
{
	return l->protocol == IPPROTO_UDP ? "udp" : "tcp";
}

/* "dns 53/udp (held by dnsmasq, pid 712)" appended to s. */
static void
append(char s[DETAIL_MAX], const struct diag_listener *l)
{
	size_t n = strlen(s);
	char holder[DIAG_NAME_MAX + 40] = "";

	if (!l->open && l->holder_pid > 0)
		(void)snprintf(holder, sizeof(holder), " (held by %s, pid %d)",
		    l->holder[0] != '\0' ? l->holder : "a process", l->holder_pid);
	else if (!l->open && l->error != 0)
		(void)snprintf(holder, sizeof(holder), " (%s)", strerror(-l->error));
	(void)snprintf(s + n, DETAIL_MAX - n, "%s%s %u/%s%s", n > 0 ? ", " : "", l->what,	/* cut is fine */
	    (unsigned)l->port, protocol_name(l), holder);
}

/* One of the two address families may have told it already. */
static bool
is_told(const struct diag_facts *f, size_t n)
{
	const struct diag_listener *l = &f->listeners[n], *was;

	for (was = f->listeners; was < l; was++)
		if (was->port == l->port && was->protocol == l->protocol && was->open == l->open &&
		    was->error == l->error && was->holder_pid == l->holder_pid && strcmp(was->what, l->what) == 0)
			return true;
	return false;
}

static json_t *
check_ports(const struct diag_facts *f)
{
	char open[DETAIL_MAX] = "", shut[DETAIL_MAX] = "";
	size_t i;

	for (i = 0; i < f->nlisteners; i++)
		if (!is_told(f, i))
			append(f->listeners[i].open ? open : shut, &f->listeners[i]);
	if (f->nlisteners == 0)
		return diag_check("ports", "ports", "unknown", NULL, "no port has been tried yet");
	if (shut[0] != '\0')
		return diag_check("ports", "ports", "fail",
		    "stop the program that holds the port, or choose another port; it is tried again every 10 s",
		    "not open: %s", shut);
	return diag_check("ports", "ports", "ok", NULL, "open: %s", open);
}

/* The name service matters most and is the one that other programs hold. */
static json_t *
check_port53(const struct diag_facts *f)
{
	const struct diag_listener *l = NULL;
	size_t i;

	for (i = 0; i < f->nlisteners; i++)
		if (strcmp(f->listeners[i].what, "dns") == 0 && (l == NULL || !f->listeners[i].open))
			l = &f->listeners[i];
	if (l == NULL)
		return diag_check("port53", "ports", "unknown", NULL, "the port for names has not been tried yet");
	if (l->open && l->port == 53)
		return diag_check("port53", "ports", "ok", NULL, "the cell has it");
	if (l->open)
		return diag_check("port53", "ports", "warn", "devices only ask port 53: run as root, or forward it",
		    "names are answered on port %u", (unsigned)l->port);
	if (l->holder_pid > 0 && strcmp(l->holder, "systemd-resolve") == 0)
		return diag_check("port53", "ports", "fail",
		    "set DNSStubListener=no in /etc/systemd/resolved.conf and restart systemd-resolved",
		    "held by systemd-resolved, pid %d", l->holder_pid);
	if (l->holder_pid > 0)
		return diag_check("port53", "ports", "fail", "stop that program, or choose another port for names",
		    "held by %s, pid %d", l->holder[0] != '\0' ? l->holder : "a process", l->holder_pid);
	return diag_check("port53", "ports", "fail", "find and stop the program that holds it",
	    "cannot be opened: %s", l->error != 0 ? strerror(-l->error) : "unknown reason");
}

/* --- network ---------------------------------------------------------------------- */

static bool
is_cgnat(const struct addr *a)
{
	struct addr_prefix p;

	return addr_prefix_read(STR("100.64.0.0/10"), &p) && addr_in(a, &p);
}

static json_t *
check_public_address(const struct diag_facts *f)
{
	char text[ADDR_TEXT_MAX];

	if (f->uplink.len == 0)
		return diag_check("public_address", "network", "warn", "connect the host to a network with a router",
		    "there is no way out: no default route");
	if (is_cgnat(&f->uplink))
		return diag_check("public_address", "network", "warn",
		    "ask the provider for a public address, or use IPv6",
		    "%s is shared by the provider (carrier-grade NAT): nobody can connect from outside",
		    addr_text(&f->uplink, text));
	if (addr_is_private(&f->uplink))
		return diag_check("public_address", "network", "ok",
		    "to be reached from the Internet, forward the ports in the router",
		    "%s is private: the cell is behind a router", addr_text(&f->uplink, text));
	return diag_check("public_address", "network", "ok", NULL, "%s is public", addr_text(&f->uplink, text));
}

static json_t *
check_ipv6(const struct diag_facts *f)
{
	char text[ADDR_TEXT_MAX];

	if (f->uplink6.len == 0)
		return diag_check("ipv6", "network", "warn", "switch IPv6 on in the router, if the provider offers it",
		    "no global IPv6 address");
	return diag_check("ipv6", "network", "ok", NULL, "%s", addr_text(&f->uplink6, text));
}

/* --- host ------------------------------------------------------------------------- */

static json_t *
check_engine(const struct diag_facts *f)
{
	if (f->docker == DIAG_YES || f->podman == DIAG_YES)
		return diag_check("engine", "engine", "ok", NULL, "%s is there",
		    f->docker == DIAG_YES ? "Docker" : "Podman");
	if (f->docker == DIAG_UNKNOWN && f->podman == DIAG_UNKNOWN)
		return diag_check("engine", "engine", "unknown", NULL, "it cannot be seen from here");
	return diag_check("engine", "engine", "ok", NULL, "no container engine, and nothing here needs one");
}

static json_t *
check_disk(const struct diag_facts *f)
{
	unsigned long long mb = f->disk_free / MB;
	bool low = f->disk_free < 200 * MB || f->disk_free < f->disk_total / 20;

	if (f->disk_total == 0)
		return diag_check("disk", "host", "unknown", NULL, "the free space cannot be read");
	if (f->disk_free < 50 * MB)
		return diag_check("disk", "host", "fail", "free some space: logs and backups have stopped",
		    "%llu MiB free", mb);
	if (low)
		return diag_check("disk", "host", "warn", "free some space", "%llu MiB free", mb);
	return diag_check("disk", "host", "ok", NULL, "%llu MiB free", mb);
}

static json_t *
check_memory(const struct diag_facts *f)
{
	unsigned long long own = f->memory_rss / MB, left = f->memory_available / MB;

	if (f->memory_rss == 0 || f->memory_available == 0)
		return diag_check("memory", "host", "unknown", NULL, "the use of memory cannot be read");
	if (f->memory_available < 64 * MB)
		return diag_check("memory", "host", "warn", "stop other programs, or give the host more memory",
		    "%llu MiB available, the cell uses %llu MiB", left, own);
	return diag_check("memory", "host", "ok", NULL, "%llu MiB available, the cell uses %llu MiB", left, own);
}

/* TLS-12: at 14 and at 3 days; long before that it renews itself. */
static json_t *
check_certificate(const struct diag_facts *f)
{
	const int64_t left = f->cert_until - f->now;
	char text[CLK_TEXT_MAX];

	if (f->cert_until == 0)
		return diag_check("certificate", "certificates", "unknown", NULL, "there is none yet");
	if (left < WARN_DAYS * DAY_S)
		return diag_check("certificate", "certificates", left < FAIL_DAYS * DAY_S ? "fail" : "warn",
		    "look into the log why it was not renewed; pic cert renew tries again", "valid until %s",
		    clk_text(f->cert_until, text));
	if (f->cert_provisional)
		return diag_check("certificate", "certificates", "warn",
		    "set the host's clock: then the cell makes certificates that devices can trust", "provisional, valid until %s",
		    clk_text(f->cert_until, text));
	return diag_check("certificate", "certificates", "ok", NULL, "valid until %s", clk_text(f->cert_until, text));
}

json_t *
diag_checks(const struct diag_facts *f)
{
	return json_pack("[o, o, o, o, o, o, o, o, o]", check_clock(f), check_ports(f), check_port53(f),
	    check_public_address(f), check_ipv6(f), check_engine(f), check_disk(f), check_memory(f), check_certificate(f));
}

json_t *
diag_report(int64_t run_at, const json_t *local, const json_t *network)
{
	json_t *checks = json_array();
	char text[CLK_TEXT_MAX];

	/* Out of memory: fewer checks. The lists are only read, though their elements gain a holder. */
	(void)json_array_extend(checks, (json_t *)(uintptr_t)local);
	if (json_is_array(network))
		(void)json_array_extend(checks, (json_t *)(uintptr_t)network);
	return json_pack("{s:s, s:o}", "run_at", clk_text(run_at, text), "checks", checks);
}
