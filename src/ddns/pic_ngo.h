/* The cell's own service (data.md 12.1): names below its domain, registered with a one-time code, held by a token. */
#ifndef DDNS_PIC_NGO_H
#define DDNS_PIC_NGO_H

#include "ddns/provider.h"

extern const struct ddns_provider ddns_pic_ngo;

#endif /* DDNS_PIC_NGO_H */
