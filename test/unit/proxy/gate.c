/* Who may pass to a route: WEB-4, FWL-4. */
#include "proxy/gate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "conf/access.h"
#include "conf/conf.h"
#include "proxy/ticket.h"

static void
test_gate(void **state)
{
	static const struct conf_access none, right = { .w = { [1] = 1 } };
	static const struct proxy_ticket user, admin = { .admin = true };
	enum { HOME = CONF_ZONE_VPN | CONF_ZONE_LAN };
	const struct {
		unsigned access;
		enum conf_login login;
		unsigned zone;
		const struct conf_access *has;
		const struct proxy_ticket *ticket;
		enum proxy_verdict want;
	} rows[] = {
		{ HOME, CONF_LOGIN_NONE, CONF_ZONE_VPN, &right, NULL, PROXY_ROUTED },
		{ HOME, CONF_LOGIN_NONE, CONF_ZONE_VPN, &none, NULL, PROXY_NO_RIGHT },
		{ HOME, CONF_LOGIN_NONE, CONF_ZONE_VPN, NULL, NULL, PROXY_NO_RIGHT },
		{ HOME, CONF_LOGIN_NONE, CONF_ZONE_LAN, NULL, NULL, PROXY_ROUTED },
		{ HOME, CONF_LOGIN_NONE, CONF_ZONE_LOCAL, NULL, NULL, PROXY_ROUTED },
		{ HOME, CONF_LOGIN_NONE, CONF_ZONE_PUBLIC, NULL, NULL, PROXY_FORBIDDEN },
		{ CONF_ZONE_LAN, CONF_LOGIN_NONE, CONF_ZONE_VPN, &right, NULL, PROXY_FORBIDDEN },	/* zone first */
		{ HOME, CONF_LOGIN_USER, CONF_ZONE_VPN, &none, &user, PROXY_NO_RIGHT },	/* then the word, whoever signed in */
		{ HOME, CONF_LOGIN_ADMIN, CONF_ZONE_VPN, &none, &admin, PROXY_NO_RIGHT },
		{ HOME, CONF_LOGIN_USER, CONF_ZONE_VPN, &right, NULL, PROXY_LOGIN },
		{ HOME, CONF_LOGIN_USER, CONF_ZONE_VPN, &right, &user, PROXY_ROUTED },
		{ HOME, CONF_LOGIN_ADMIN, CONF_ZONE_VPN, &right, &user, PROXY_NOT_ADMIN },
		{ HOME, CONF_LOGIN_ADMIN, CONF_ZONE_VPN, &right, &admin, PROXY_ROUTED },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct conf_route r = { .access = rows[i].access, .login = rows[i].login };
		const struct proxy_gate g = proxy_gate_of(&r, 64);
		const struct proxy_visit v = { .zone = rows[i].zone, .access = rows[i].has, .ticket = rows[i].ticket };

		if (proxy_gate_judge(&g, &v) != rows[i].want)
			fail_msg("row %zu: %d", i, proxy_gate_judge(&g, &v));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_gate) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
