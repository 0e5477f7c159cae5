/* Whose an address is: parties by address and net, found in logarithmic time. */
#ifndef FW_INDEX_H
#define FW_INDEX_H

#include "fw/decide.h"
#include "fw/input.h"

/* The enabled party with that address or net; NULL = none. */
const struct fw_party *fw_index_party(const struct fw_index *x, const struct addr *a);
const struct fw_input *fw_index_input(const struct fw_index *x);

bool fw_index_own(const struct fw_index *x, const struct addr *a);
bool fw_index_lan(const struct fw_index *x, const struct addr *a);
bool fw_index_service_net(const struct fw_index *x, const struct addr *a);
bool fw_index_vpn_net(const struct fw_index *x, const struct addr *a);	/* of the VPN or behind a party */
bool fw_index_lan_if(const struct fw_index *x, const char *name);
const struct fw_way *fw_index_way(const struct fw_index *x, const struct addr *a);	/* the narrowest; NULL = none */
const struct fw_service *fw_index_service(const struct fw_index *x, const struct addr *a);

/* Never the Internet, whoever has them: RFC 6890 and its like. */
enum { FW_INDEX_NEVER_OUTSIDE = 12 };
extern const struct addr_prefix fw_index_never_outside[FW_INDEX_NEVER_OUTSIDE];

/* Not of the Internet: private, special, or of the home network. */
bool fw_index_inner(const struct fw_index *x, const struct addr *a);

#endif /* FW_INDEX_H */
