/* Signing in by the device (AUT-11): in zone vpn the address proves which peer it is, and its owner may come in without a
 * password, as a user of role peer. The session is good from that device alone, and while it is his. Pure. */
#ifndef AUTH_DEVICE_H
#define AUTH_DEVICE_H

#include <stdbool.h>

struct addr;
struct auth_caller;
struct auth_session;
struct conf;
struct conf_peer;
struct conf_user;

/* Whose device asks, and as whom it would sign in. NULL: it may not; *why (may be NULL) says so in words. A network behind a
 * peer does not prove who of it asks. */
const struct conf_user *auth_device_user(const struct conf *c, const struct auth_caller *caller, const struct conf_peer **peer,
    const char **why);

/* Is a session that was made so still good under c? Others are. */
bool auth_device_holds(const struct conf *c, const struct auth_session *s);

/* And does it come from there? */
bool auth_device_is_from(const struct auth_session *s, unsigned zone, const struct addr *a);

#endif /* AUTH_DEVICE_H */
