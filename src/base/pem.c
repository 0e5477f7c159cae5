/* PEM; see pem.h. */
#include "base/pem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

enum { LINE = 64, LABEL_MAX = 64 };

/* Base64 of der in lines behind to. */
static size_t
lines_write(char *to, const char *b64)
{
	size_t at = 0, i;

	for (i = 0; b64[i] != '\0'; i++) {
		to[at++] = b64[i];
		if (i % LINE == LINE - 1 || b64[i + 1] == '\0')
			to[at++] = '\n';
	}
	return at;
}

bool
pem_add(char **text, size_t *len, const char *label, const uint8_t *der, size_t n)
{
	const size_t room = sodium_base64_encoded_len(n, sodium_base64_VARIANT_ORIGINAL);
	const size_t most = room + room / LINE + 2 * LABEL_MAX + 2, have = *text == NULL ? 0 : *len;
	char *b64 = malloc(room), *out = malloc(have + most);

	if (b64 == NULL || out == NULL) {
		free(b64);
		free(out);
		return false;
	}
	if (have > 0)
		memcpy(out, *text, have);
	(void)sodium_bin2base64(b64, room, der, n, sodium_base64_VARIANT_ORIGINAL);	/* returns b64 */
	*len = have + (size_t)snprintf(out + have, LABEL_MAX, "-----BEGIN %s-----\n", label);
	*len += lines_write(out + *len, b64);
	*len += (size_t)snprintf(out + *len, LABEL_MAX, "-----END %s-----\n", label);
	sodium_memzero(b64, room);	/* may be a key */
	free(b64);
	if (*text != NULL)
		sodium_memzero(*text, have);
	free(*text);
	*text = out;
	return true;
}

/* Where needle stands in text, or NULL. */
static const char *
find(struct str text, const char *needle)
{
	return text.n == 0 ? NULL : memmem(text.p, text.n, needle, strlen(needle));
}

uint8_t *
pem_read(struct str text, const char *label, size_t *n, struct str *rest)
{
	char head[LABEL_MAX], tail[LABEL_MAX];
	const char *begin, *end, *stop;
	uint8_t *der;

	(void)snprintf(head, sizeof(head), "-----BEGIN %s-----", label);	/* labels are ours and short */
	(void)snprintf(tail, sizeof(tail), "-----END %s-----", label);
	begin = find(text, head);
	if (begin == NULL)
		return NULL;
	begin += strlen(head);
	end = find((struct str){ begin, (size_t)(text.p + text.n - begin) }, tail);
	if (end == NULL)
		return NULL;
	if (rest != NULL)
		*rest = (struct str){ end + strlen(tail), (size_t)(text.p + text.n - end) - strlen(tail) };
	der = malloc((size_t)(end - begin) + 1);
	if (der != NULL && sodium_base642bin(der, (size_t)(end - begin) + 1, begin, (size_t)(end - begin), " \t\r\n", n,
	    &stop, sodium_base64_VARIANT_ORIGINAL) == 0 && stop == end)
		return der;
	free(der);
	return NULL;
}
