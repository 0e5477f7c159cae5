/* Sessions as JSON; see session_json.h. */
#include "auth/session_json.h"

#include <string.h>

#include <sodium.h>

#include "auth/session.h"
#include "conf/check.h"
#include "sys/clk.h"

static const char *
role_name(enum conf_role r)
{
	return r == CONF_ROLE_ADMIN ? "admin" : "peer";
}

static json_t *
time_json(int64_t t)
{
	char buf[CLK_TEXT_MAX];

	return t == 0 ? json_null() : json_string(clk_text(t, buf));
}

json_t *
auth_session_view(const struct auth_session *s, bool current)
{
	char address[ADDR_TEXT_MAX];

	return json_pack("{s:s, s:s, s:s, s:o, s:o, s:s, s:s?, s:s, s:b}",
	    "id", s->id, "username", s->username, "role", role_name(s->role),
	    "created_at", time_json(s->created_at), "last_used_at", time_json(s->last_used_at),
	    "zone", conf_zone_name((enum conf_zone)s->zone),
	    "address", s->address.len == 0 ? NULL : addr_text(&s->address, address),
	    "user_agent", s->user_agent, "current", current);
}

json_t *
auth_session_to_json(const struct auth_session *s)
{
	char digest[65], address[ADDR_TEXT_MAX];

	sodium_bin2hex(digest, sizeof(digest), s->digest, sizeof(s->digest));
	return json_pack("{s:s, s:s, s:s, s:s, s:o, s:o, s:s, s:s?, s:s, s:s, s:o, s:s, s:b}",
	    "id", s->id, "digest", digest, "username", s->username, "role", role_name(s->role),
	    "created_at", time_json(s->created_at), "last_used_at", time_json(s->last_used_at),
	    "zone", conf_zone_name((enum conf_zone)s->zone),
	    "address", s->address.len == 0 ? NULL : addr_text(&s->address, address),
	    "user_agent", s->user_agent, "csrf", s->csrf,
	    "grace_until", time_json(s->grace_until), "device", s->device, "enrol_totp", s->enrol_totp);
}

/* Copy a string member; false when absent, too long or not printable. */
static bool
text(const json_t *j, const char *key, char *dst, size_t size)
{
	const json_t *v = json_object_get(j, key);
	struct str s = { json_string_value(v), json_string_length(v) };

	return s.p != NULL && str_printable(s) && str_copy(s, dst, size);
}

static bool
moment(const json_t *j, const char *key, int64_t *out)
{
	const json_t *v = json_object_get(j, key);

	*out = 0;
	if (json_is_null(v))
		return true;
	return json_is_string(v) && clk_read(json_string_value(v), out) == 0;
}

static bool
read_address(const json_t *j, struct addr *out)
{
	const json_t *v = json_object_get(j, "address");

	if (json_is_null(v))
		return true;
	return json_is_string(v) && addr_read(str_of(json_string_value(v)), out);
}

static bool
read_digest(const json_t *j, struct auth_session *s)
{
	char hex[65], id[AUTH_SESSION_ID];
	size_t n;

	if (!text(j, "digest", hex, sizeof(hex)) ||
	    sodium_hex2bin(s->digest, sizeof(s->digest), hex, strlen(hex), NULL, &n, NULL) != 0 ||
	    n != sizeof(s->digest))
		return false;
	sodium_bin2hex(s->id, sizeof(s->id), s->digest, (sizeof(s->id) - 1) / 2);
	return text(j, "id", id, sizeof(id)) && strcmp(id, s->id) == 0;
}

static bool
read_names(const json_t *j, struct auth_session *s)
{
	char role[8], zone[16];

	if (!text(j, "role", role, sizeof(role)) || !text(j, "zone", zone, sizeof(zone)))
		return false;
	s->role = strcmp(role, "admin") == 0 ? CONF_ROLE_ADMIN : CONF_ROLE_PEER;
	s->zone = conf_zone_read(zone);
	return s->zone != 0 && strcmp(role, role_name(s->role)) == 0 &&
	    text(j, "username", s->username, sizeof(s->username)) && conf_is_name64(str_of(s->username));
}

/* A file of before has none. */
static bool
read_device(const json_t *j, struct auth_session *s)
{
	return json_object_get(j, "device") == NULL || text(j, "device", s->device, sizeof(s->device));
}

bool
auth_session_from_json(const json_t *j, struct auth_session *s)
{
	memset(s, 0, sizeof(*s));
	s->enrol_totp = json_is_true(json_object_get(j, "enrol_totp"));
	return read_digest(j, s) && read_names(j, s) && read_device(j, s) && read_address(j, &s->address) &&
	    text(j, "user_agent", s->user_agent, sizeof(s->user_agent)) &&
	    text(j, "csrf", s->csrf, sizeof(s->csrf)) && strlen(s->csrf) == AUTH_COOKIE_TEXT - 1 &&
	    moment(j, "created_at", &s->created_at) && s->created_at != 0 &&
	    moment(j, "last_used_at", &s->last_used_at) && moment(j, "grace_until", &s->grace_until);
}
