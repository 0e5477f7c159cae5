/* Settings of the kernel, as it shows them below /proc/sys. */
#ifndef SYS_SETTING_H
#define SYS_SETTING_H

#include <stddef.h>

/* The text of "net/ipv4/ip_forward", without the end of its line, into buf of size (cut where it is longer). Its length, or
 * negative errno with "": there is no such setting, as on a host without IPv6. */
int setting_read(const char *name, char *buf, size_t size);

/* 0, or negative errno. */
int setting_write(const char *name, const char *value);

#endif /* SYS_SETTING_H */
