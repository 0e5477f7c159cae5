/* The file that a device of the VPN installs (VPN-6, VPN-7, VPN-11): from the configuration to text, and to the digest by
 * which it is known whether the one that is installed would still do (PEER-4). Pure.
 *
 * What is the same for all is made once: with ten thousand peers a list of them costs one hash each. */
#ifndef WG_CLIENT_H
#define WG_CLIENT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/addr.h"

struct conf;
struct conf_peer;
struct wg_client_plan;

enum {
	WG_CLIENT_DIGEST_SIZE = 65,	/* hex of SHA-256 and NUL */
	WG_CLIENT_NAME_SIZE = 15 + 5 + 1,	/* an interface's name, ".conf" and NUL */
	WG_CLIENT_HOST_SIZE = 254
};

/* Where the cell is, for endpoint_host "auto"; len 0 = not known. */
struct wg_client_place { struct addr ip, ip6, lan; };

/* c and what it holds are borrowed as long as the plan lives. NULL when out of memory. */
struct wg_client_plan *wg_client_plan_new(const struct conf *c, const struct wg_client_place *at);
void wg_client_plan_free(struct wg_client_plan *p);	/* NULL is allowed */

/* The file: malloc'd, to be wiped and freed with wg_client_text_free(); NULL when out of memory. Without private_key
 * (NULL) that line is left out, likewise preshared_key. Both are base64. */
char *wg_client_text(const struct wg_client_plan *p, const struct conf_peer *peer, const char *private_key,
    const char *preshared_key);
void wg_client_text_free(char *text);		/* NULL is allowed */

/* "anna-phone.conf": what wg-quick and the apps take as the name of an interface. */
void wg_client_name(const char *peer, char name[WG_CLIENT_NAME_SIZE]);

/* Of all that decides whether an installed file works: its text, and which keys are meant. The keys themselves do not go
 * in. False: out of memory. */
bool wg_client_digest(const struct wg_client_plan *p, const struct conf_peer *peer, char hex[WG_CLIENT_DIGEST_SIZE]);

/* Does everything of the peer go through the cell? */
bool wg_client_is_full(const struct conf_peer *peer);

/* Where clients call: a host name, or an address without brackets. */
void wg_client_host(const struct conf *c, const struct wg_client_place *at, char host[WG_CLIENT_HOST_SIZE]);

#endif /* WG_CLIENT_H */
