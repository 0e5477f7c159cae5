/* Facts of a stage to its verdict; see step.h. */
#include "reach/step.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { MINUTE = 60, HOUR = 3600, DAY = 86400, EDE_PROHIBITED = 18 };

static void
text(char *to, size_t size, const char *fmt, va_list ap)
{
	(void)vsnprintf(to, size, fmt, ap);	/* a long name is cut */
}

static void say(struct reach_step *s, enum reach_result r, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
static void fix(struct reach_step *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Begins the step anew. */
static void
say(struct reach_step *s, enum reach_result r, const char *fmt, ...)
{
	va_list ap;

	memset(s, 0, sizeof(*s));
	s->result = r;
	va_start(ap, fmt);
	text(s->detail, sizeof(s->detail), fmt, ap);
	va_end(ap);
}

static void
fix(struct reach_step *s, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	text(s->fix, sizeof(s->fix), fmt, ap);
	va_end(ap);
}

/* word: "route:wiki", or the name of a service. */
static void
grant(struct reach_step *s, const char *peer, const char *word)
{
	const char *name = strchr(word, ':');

	fix(s, "give %s access to %s (add %s to service_access of %s)", peer, name == NULL ? word : name + 1, word, peer);
}

static void
own(struct reach_step *s, const char *owner, const char *object, uint64_t rev)
{
	s->owner = owner;
	s->rev = rev;
	(void)snprintf(s->object, sizeof(s->object), "%s", object == NULL ? "" : object);	/* names are shorter */
}

static const char *
ago(int64_t s, char buf[32])
{
	if (s < 2 * MINUTE)
		(void)snprintf(buf, 32, "%lld s", (long long)(s < 0 ? 0 : s));
	else if (s < 2 * HOUR)
		(void)snprintf(buf, 32, "%lld min", (long long)(s / MINUTE));
	else if (s < 2 * DAY)
		(void)snprintf(buf, 32, "%lld h", (long long)(s / HOUR));
	else
		(void)snprintf(buf, 32, "%lld days", (long long)(s / DAY));
	return buf;
}

/* --- peer ----------------------------------------------------------------------------------- */

static void
connected(const struct reach_of_peer *f, struct reach_step *s)
{
	char buf[32];

	if (!f->known) {
		say(s, REACH_NOT_KNOWN, "switched on, but the VPN does not run: nobody knows whether %s is connected", f->name);
	} else if (f->handshake_at == 0) {
		say(s, REACH_NOT_KNOWN, "switched on, but %s has not connected since the VPN runs", f->name);
		fix(s, "import the configuration of %s into its WireGuard app and switch it on", f->name);
	} else {
		say(s, REACH_PASS, "switched on, and connected %s ago (handshake)", ago(f->now - f->handshake_at, buf));
	}
	own(s, "peers", f->name, f->rev);
}

void
reach_step_peer(const struct reach_of_peer *f, struct reach_step *s)
{
	if (f->name == NULL) {
		say(s, REACH_SKIP, "asked by no device in particular (zone %s)", f->zone);
	} else if (!f->vpn_enabled) {
		say(s, REACH_FAIL, "the VPN is switched off");
		own(s, "wireguard", NULL, f->vpn_rev);
		fix(s, "switch the VPN on (wireguard.enabled)");
	} else if (!f->enabled) {
		say(s, REACH_FAIL, "%s is switched off", f->name);
		own(s, "peers", f->name, f->rev);
		fix(s, "switch %s on (enabled)", f->name);
	} else if (f->expires_at != 0 && f->expires_at <= f->now) {
		say(s, REACH_FAIL, "the time of %s is over", f->name);
		own(s, "peers", f->name, f->rev);
		fix(s, "give %s more time, or no end (expires_at)", f->name);
	} else {
		connected(f, s);
	}
}

/* --- dns ------------------------------------------------------------------------------------ */

#define IS_DEVICE "%s is what a device is called here: ask for its address, %s"

/* What an answer without an address means, in front of the name. */
static const char *
no_answer(const char *rcode, bool prohibited)
{
	if (prohibited)
		return "this device has no access to";
	if (strcmp(rcode, "NXDOMAIN") == 0)
		return "there is no name";
	if (strcmp(rcode, "REFUSED") == 0)
		return "whoever asks from there is not told the address of";
	return "the name service found no answer for";
}

static void
name_mend(const struct reach_of_dns *f, struct reach_step *s)
{
	if (f->device != NULL)
		fix(s, IS_DEVICE, f->host, f->device);
	else if (strcmp(f->rcode, "NXDOMAIN") == 0)
		fix(s, "look how it is written%s",
		    strcmp(f->source, "authoritative") == 0 ? ", or add it to the names of the cell" : "");
	else if (strcmp(f->rcode, "REFUSED") != 0)
		fix(s, "look whether the name services answer");
}

static void
refused(const struct reach_of_dns *f, struct reach_step *s)
{
	const bool prohibited = f->ede == EDE_PROHIBITED && f->peer != NULL && f->word != NULL;
	const char *words = f->ede_text == NULL ? "" : f->ede_text;
	const char *means = no_answer(f->rcode, prohibited);

	if (f->ede >= 0)
		say(s, REACH_FAIL, "%s %s (%s, EDE %d%s%s)", means, f->host, f->rcode, f->ede, words[0] == '\0' ? "" : ": ", words);
	else
		say(s, REACH_FAIL, "%s %s (%s)", means, f->host, f->rcode);
	if (prohibited) {
		own(s, "peers", f->peer, f->peer_rev);
		grant(s, f->peer, f->word);
	} else {
		own(s, "dns", NULL, f->rev);
		name_mend(f, s);
	}
}

void
reach_step_dns(const struct reach_of_dns *f, struct reach_step *s)
{
	if (f->literal) {
		say(s, REACH_SKIP, "%s is an address", f->host);
	} else if (!f->asked) {
		say(s, REACH_NOT_KNOWN, "the name service does not answer");
		if (f->device != NULL)
			fix(s, IS_DEVICE, f->host, f->device);
	} else if (strcmp(f->source, "blocked") == 0) {
		say(s, REACH_FAIL, "blocked by %s", f->rule == NULL ? "a filter" : f->rule);
		own(s, "blocklists", f->rule, f->rev);
		fix(s, "allow %s in the block lists", f->host);
	} else if (strcmp(f->rcode, "NOERROR") != 0) {
		refused(f, s);
	} else if (f->address == NULL) {
		say(s, REACH_FAIL, "%s has no address", f->host);
		own(s, "dns", NULL, f->rev);
	} else {
		say(s, REACH_PASS, "%s is at %s (%s)", f->host, f->address, f->source);
		own(s, "dns", NULL, f->rev);
	}
}

/* --- route, exit, firewall --------------------------------------------------------------------- */

void
reach_step_route(const struct reach_of_route *f, struct reach_step *s)
{
	static const char *const where[] = {
		[REACH_TO_CELL] = "the cell itself", [REACH_TO_VPN] = "the VPN", [REACH_TO_SERVICE] = "a service",
		[REACH_TO_LAN] = "the home network", [REACH_TO_OTHER] = "a network of this host",
		[REACH_TO_INTERNET] = "the Internet",
	};
	static const char *const help[] = {
		[REACH_TO_VPN] = "look whether the VPN runs", [REACH_TO_SERVICE] = "look whether the service runs",
		[REACH_TO_LAN] = "connect the cell to the home network",
		[REACH_TO_OTHER] = "look whether its interface is up", [REACH_TO_INTERNET] = "connect the cell to the Internet",
	};

	if (f->leads == REACH_TO_CELL) {
		say(s, REACH_PASS, "%s is the cell itself", f->address);
	} else if (f->interface[0] == '\0') {
		say(s, REACH_FAIL, "no way leads to %s (no route)", where[f->leads]);
		own(s, "network", NULL, 0);
		fix(s, "%s", help[f->leads]);
	} else {
		say(s, REACH_PASS, "leads to %s by %s", where[f->leads], f->interface);
	}
}

void
reach_step_exit(const struct reach_of_exit *f, struct reach_step *s)
{
	if (f->leads != REACH_TO_INTERNET) {
		say(s, REACH_SKIP, "does not go into the Internet");
		return;
	}
	if (f->uplink[0] == '\0') {
		say(s, REACH_FAIL, "there is no way out into the Internet (exit %s: no uplink)", f->via);
		fix(s, "connect the cell to the Internet");
	} else if (strcmp(f->uplink, f->interface) != 0) {
		say(s, REACH_FAIL, "the way out is %s, but the host sends it to %s (exit %s)", f->uplink, f->interface, f->via);
		fix(s, "take away the host's own route by %s", f->interface);
	} else {
		say(s, REACH_PASS, "goes out by %s (exit %s)", f->uplink, f->via);
	}
	own(s, f->peer == NULL ? "network" : "peers", f->peer, f->rev);
}

void
reach_step_firewall(const struct reach_of_firewall *f, struct reach_step *s)
{
	if (!f->asked) {
		say(s, REACH_NOT_KNOWN, "no address stands for who asks");
		return;
	}
	if (!f->in_force) {
		say(s, REACH_NOT_KNOWN, "the firewall is not in force; it would say: %s", f->text);
		own(s, "firewall", NULL, 0);
		return;
	}
	say(s, f->allow ? REACH_PASS : REACH_FAIL, "%s%s%s%s%s", f->allow ? "" : "stopped: ", f->text,
	    f->rule_name == NULL ? "" : ": ", f->rule_name == NULL ? "" : f->rule_name,
	    f->allow ? "" : f->reject ? " (rejected)" : " (dropped)");
	if (f->rule != NULL)
		own(s, "firewall", f->rule, f->rev);
	else
		own(s, f->owner, f->object, f->rev);
	if (!f->allow && f->fix != NULL)
		fix(s, "%s", f->fix);
}

/* --- listener, certificate ---------------------------------------------------------------------- */

void
reach_step_listener(const struct reach_of_listener *f, struct reach_step *s)
{
	if (!f->here) {
		say(s, REACH_SKIP, "ends behind the cell");
		return;
	}
	if (!f->known) {
		say(s, REACH_NOT_KNOWN, "the cell does not listen on %s port %u; whether another program does is not known",
		    f->protocol, f->port);
		return;
	}
	if (!f->open) {
		say(s, REACH_FAIL, "the cell cannot listen there: %s (%s port %u)", f->error, f->protocol, f->port);
		fix(s, "free the port, or set another one (%s)", f->reason);
	} else if (!f->zone) {
		say(s, REACH_FAIL, "the cell does not listen there for whoever asks (%s port %u is not for zone %s)", f->protocol,
		    f->port, f->zone_name);
	} else {
		say(s, REACH_PASS, "the cell listens there (%s port %u)", f->protocol, f->port);
	}
	own(s, f->owner, f->reason, f->rev);
}

void
reach_step_certificate(const struct reach_of_certificate *f, struct reach_step *s)
{
	char buf[32];

	if (!f->wanted) {
		say(s, REACH_SKIP, "none is needed there (no TLS)");
		return;
	}
	if (!f->found) {
		say(s, REACH_NOT_KNOWN, "no certificate is served yet");
	} else if (!f->names) {
		say(s, REACH_FAIL, "the certificate served does not name %s", f->host);
		fix(s, "ask for a name that it has, or renew the certificate");
	} else if (f->now >= f->until) {
		say(s, REACH_FAIL, "the certificate ran out %s ago", ago(f->now - f->until, buf));
		fix(s, "renew the certificate");
	} else if (f->now < f->from) {
		say(s, REACH_FAIL, "the certificate is not valid before %s from now", ago(f->from - f->now, buf));
		fix(s, "look at the clock");
	} else {
		say(s, REACH_PASS, "good for another %s (%s)", ago(f->until - f->now, buf), f->source);
	}
	own(s, "certificates", NULL, f->rev);
}

/* --- proxy, login, upstream ----------------------------------------------------------------------- */

static void
routed(const struct reach_of_proxy *f, struct reach_step *s)
{
	if (f->edge == REACH_EDGE_ROUTED) {
		say(s, REACH_PASS, "leads to the page %s (route)", f->route);
	} else if (f->edge == REACH_EDGE_ZONE) {
		say(s, REACH_FAIL, "the page %s is not open to whoever asks (zone %s)", f->route, f->zone);
		fix(s, "open the page %s to that zone (access: %s)", f->route, f->zone);
	} else if (f->peer == NULL) {
		say(s, REACH_FAIL, "only devices that have access to the page %s come in (%s)", f->route, f->word);
	} else {
		say(s, REACH_FAIL, "%s has no access to the page %s (%s)", f->peer, f->route, f->word);
		own(s, "peers", f->peer, f->peer_rev);
		grant(s, f->peer, f->word);
		return;
	}
	own(s, "proxy", f->route, f->rev);
}

void
reach_step_proxy(const struct reach_of_proxy *f, struct reach_step *s)
{
	switch (f->edge) {
	case REACH_EDGE_NONE:
		say(s, REACH_SKIP, "no page is asked for (does not go through the edge)");
		break;
	case REACH_EDGE_OWN:
		say(s, REACH_PASS, "the cell's own pages");
		break;
	case REACH_EDGE_NO_HOST:
		say(s, REACH_FAIL, "the cell does not go by the name %s", f->host);
		own(s, "proxy", NULL, f->rev);
		fix(s, "make a page for %s (route)", f->host);
		break;
	case REACH_EDGE_NO_PATH:
		say(s, REACH_FAIL, "%s has no page there (no route has this path)", f->host);
		own(s, "proxy", NULL, f->rev);
		break;
	case REACH_EDGE_ROUTED:
	case REACH_EDGE_ZONE:
	case REACH_EDGE_WORD:
		routed(f, s);
	}
}

static void
owner_signs_in(const struct reach_of_login *f, struct reach_step *s)
{
	if (f->owner == NULL) {
		say(s, REACH_NOT_KNOWN, "asks to sign in%s: whose device it is, is not known",
		    f->wants == REACH_LOGIN_ADMIN ? " as an administrator" : "");
	} else if (!f->owner_enabled) {
		say(s, REACH_FAIL, "asks to sign in, and the account %s is switched off", f->owner);
		own(s, "users", f->owner, f->owner_rev);
		fix(s, "switch the account %s on (enabled)", f->owner);
		return;
	} else if (f->wants == REACH_LOGIN_ADMIN && !f->owner_admin) {
		say(s, REACH_FAIL, "only for administrators, and %s is none", f->owner);
		fix(s, "let everybody who has an account into the page %s (login: user)", f->route);
	} else {
		say(s, REACH_PASS, "asks to sign in, as %s can", f->owner);
	}
	own(s, "proxy", f->route, f->rev);
}

void
reach_step_login(const struct reach_of_login *f, struct reach_step *s)
{
	if (f->edge == REACH_EDGE_OWN)
		say(s, REACH_SKIP, "who signs in decides what is shown");
	else if (f->edge != REACH_EDGE_ROUTED)
		say(s, REACH_SKIP, "no page is asked for (does not go through a route)");
	else if (f->wants == REACH_LOGIN_NONE)
		say(s, REACH_SKIP, "the page %s asks for none (login)", f->route);
	else
		owner_signs_in(f, s);
}

void
reach_step_upstream(const struct reach_of_upstream *f, struct reach_step *s)
{
	if (f->edge != REACH_EDGE_ROUTED) {
		say(s, REACH_SKIP, "%s", f->edge == REACH_EDGE_OWN ? "the cell serves it" : "the cell connects nowhere for it");
		return;
	}
	if (!f->asked) {
		say(s, REACH_NOT_KNOWN, "%s could not be tried", f->target);
	} else if (!f->connected || f->error != NULL) {
		say(s, REACH_FAIL, "%s: %s", f->target, f->error == NULL ? "no connection" : f->error);
		fix(s, "look whether %s runs, and whether it is the right target of the page %s", f->target, f->route);
	} else if (f->status != 0) {
		say(s, REACH_PASS, "%s answers, status %d", f->target, f->status);
	} else {
		say(s, REACH_PASS, "%s answers", f->target);
	}
	own(s, "proxy", f->route, f->rev);
}

/* --- all of them -------------------------------------------------------------------------------- */

const char *
reach_stage_name(enum reach_stage s)
{
	static const char *const names[] = {
		[REACH_STAGE_PEER] = "peer", [REACH_STAGE_DNS] = "dns", [REACH_STAGE_ROUTE] = "route", [REACH_STAGE_EXIT] = "exit",
		[REACH_STAGE_FIREWALL] = "firewall", [REACH_STAGE_LISTENER] = "listener",
		[REACH_STAGE_CERTIFICATE] = "certificate", [REACH_STAGE_PROXY] = "proxy", [REACH_STAGE_LOGIN] = "login",
		[REACH_STAGE_UPSTREAM] = "upstream",
	};

	return s < REACH_STAGES ? names[s] : NULL;
}

const char *
reach_result_name(enum reach_result r)
{
	static const char *const names[] = {
		[REACH_NOT_KNOWN] = "unknown", [REACH_PASS] = "pass", [REACH_FAIL] = "fail", [REACH_SKIP] = "skip"
	};

	return names[r];
}

void
reach_steps_open(struct reach_step steps[REACH_STAGES])
{
	size_t i;

	for (i = 0; i < REACH_STAGES; i++)
		say(&steps[i], REACH_NOT_KNOWN, "could not be examined");
}

enum reach_result
reach_steps_close(struct reach_step steps[REACH_STAGES])
{
	enum reach_result all = REACH_PASS;
	size_t i, k;

	for (i = 0; i < REACH_STAGES && steps[i].result != REACH_FAIL; i++)
		if (steps[i].result == REACH_NOT_KNOWN)
			all = REACH_NOT_KNOWN;
	for (k = i + 1; k < REACH_STAGES; k++)
		say(&steps[k], REACH_SKIP, "not met: the way ends at %s", reach_stage_name((enum reach_stage)i));
	return i < REACH_STAGES ? REACH_FAIL : all;
}
