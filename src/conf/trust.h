/* Foreign keys that the cell trusts (TLS-9; data.md 4.11 vault.trust): the
 * certificate of an authority, or of one server, for targets of proxy routes; a
 * WireGuard key; an age recipient. conf_build() has held every entry of a
 * snapshot to this. */
#ifndef CONF_TRUST_H
#define CONF_TRUST_H

#include "base/str.h"
#include "conf/conf.h"

struct err;

enum { CONF_TRUST_SHA256_SIZE = 65 };

/* What is kept of a text that somebody gave: one PEM block, or a key on one line; malloc'd, with its digest: SHA-256 of the
 * certificate, or of the key's text. NULL, with e about "pem". */
char *conf_trust_read(enum conf_trust_kind kind, struct str given, char sha256[CONF_TRUST_SHA256_SIZE], struct err *e);

/* Each entry is what conf_trust_read() makes of it (400); none is there twice (409). */
void conf_trust_rules(const struct conf *c, struct err *e);
void conf_trust_conflicts(const struct conf *c, struct err *e);

#endif /* CONF_TRUST_H */
