/* Log lines of hostile values: one line, valid UTF-8, no control character,
 * not longer than the limit, its quotes balanced. */
#include <assert.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/str.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
on_line(void *arg, enum log_level level, enum log_sub sub, const char *line,
    size_t len)
{
	struct str s = { line, len };
	size_t quotes = 0;

	(void)arg;
	assert(level == LOG_ERROR && sub == LOG_API);
	assert(len < LOG_LINE_MAX && str_utf8(s) && str_printable(s));
	for (size_t i = 0; i < len; i++) {
		if (line[i] == '\\')
			i++;
		else
			quotes += line[i] == '"';
	}
	assert(quotes % 2 == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	assert(text != NULL);
	if (size > 0)
		memcpy(text, data, size);
	text[size] = '\0';
	log_open("fuzz", LOG_INFO);
	log_set_sink(on_line, NULL);
	for (int json = 0; json < 2; json++) {
		int keep = dup(STDERR_FILENO), null = open("/dev/null", O_WRONLY);

		(void)dup2(null, STDERR_FILENO);
		log_set_json(json);
		log_line(LOG_API, LOG_ERROR, text, "a", text, "b", text, NULL);
		(void)dup2(keep, STDERR_FILENO);
		(void)close(keep);
		(void)close(null);
	}
	free(text);
	return 0;
}
