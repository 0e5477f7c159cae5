/* Paths of the API; see path.h. */
#include "cli/path.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static bool
is_plain(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    c == '-' || c == '.' || c == '_' || c == '~';
}

bool
cli_encode(const char *s, char *buf, size_t size)
{
	static const char hex[] = "0123456789ABCDEF";
	size_t n = 0;

	for (; *s != '\0'; s++) {
		bool plain = is_plain(*s);

		if (n + (plain ? 1 : 3) >= size)
			return false;
		if (plain) {
			buf[n++] = *s;
			continue;
		}
		buf[n++] = '%';
		buf[n++] = hex[(unsigned char)*s >> 4];
		buf[n++] = hex[(unsigned char)*s & 15];
	}
	buf[n] = '\0';
	return true;
}

/* The texts between the placeholders as they are, the placeholders filled. */
static bool
fill(char *path, const char *template, va_list *texts)
{
	size_t n = 0, len;

	while (*template != '\0') {
		len = strcspn(template, "%");
		if (n + len >= CLI_PATH_MAX)
			return false;
		memcpy(path + n, template, len);
		n += len;
		path[n] = '\0';
		template += len;
		if (*template == '\0')
			break;
		if (!cli_encode(va_arg(*texts, const char *), path + n, CLI_PATH_MAX - n))
			return false;
		n += strlen(path + n);
		template += 2;
	}
	return true;
}

bool
cli_path(char path[CLI_PATH_MAX], const char *template, ...)
{
	va_list texts;
	bool ok;

	path[0] = '\0';
	va_start(texts, template);
	ok = fill(path, template, &texts);
	va_end(texts);
	if (!ok)
		fprintf(stderr, "pic: that name is too long\n");
	return ok;
}
