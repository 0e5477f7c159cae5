/* Who uses what somebody wants to take away, in words for the refusal (409). */
#ifndef CONF_USE_H
#define CONF_USE_H

#include <stdbool.h>
#include <stddef.h>

struct conf;

enum { CONF_USE_MAX = 384 };

/* "the device anna-phone, the rule printer, the block list Ads"; after a few of a kind "and 7 more". False: nobody does. */
bool conf_use_group(const struct conf *c, const char *group, char *buf, size_t size);
bool conf_use_user(const struct conf *c, const char *username, char *buf, size_t size);

#endif /* CONF_USE_H */
