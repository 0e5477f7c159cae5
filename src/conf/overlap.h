/* Networks that must not share an address (409): the VPN, the services' range, the home network as far as it is
 * configured, networks behind devices, and destinations of static routes with all but each other. */
#ifndef CONF_OVERLAP_H
#define CONF_OVERLAP_H

struct conf;
struct err;

/* Every field error names the later one and says what it meets. 0 or -ENOMEM. */
int conf_overlap_conflicts(const struct conf *c, struct err *e);

#endif /* CONF_OVERLAP_H */
