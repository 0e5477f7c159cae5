/* Fields behind a body; see trailer.h. */
#include "http/trailer.h"

#include <string.h>

#include "base/wr.h"

static bool
read_field(struct str line, struct http_header *out)
{
	if (line.n > 0 && line.p[line.n - 1] == '\r')
		line.n--;
	if (line.n == 0 || memchr(line.p, ':', line.n) == NULL || !str_cut(&line, ':', &out->name))
		return false;
	out->value = str_trim(line);
	return str_token(out->name) && str_printable(out->value);
}

bool
http_trailers_read(struct str text, struct http_trailers *out)
{
	struct http_header field;
	struct str line;
	bool clean = true;

	out->n = 0;
	while (str_cut(&text, '\n', &line))
		if (out->n < HTTP_TRAILERS && read_field(line, &field))
			out->v[out->n++] = field;
		else
			clean = false;
	return clean;
}

void
http_trailers_write(struct wr *w, const struct http_trailers *t)
{
	size_t i;

	wr_text(w, "0\r\n");
	for (i = 0; t != NULL && i < t->n; i++) {
		wr_bytes(w, t->v[i].name.p, t->v[i].name.n);
		wr_bytes(w, ": ", 2);
		wr_bytes(w, t->v[i].value.p, t->v[i].value.n);
		wr_bytes(w, "\r\n", 2);
	}
	wr_text(w, "\r\n");
}
