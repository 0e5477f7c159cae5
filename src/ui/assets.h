/* The web interface inside the binary: a table of files, each stored gzipped,
 * found by exact path. There is no file system behind it, so a path cannot
 * lead anywhere else. The table is generated at build time by mkassets.sh. */
#ifndef UI_ASSETS_H
#define UI_ASSETS_H

#include <stdbool.h>
#include <stddef.h>

struct ui_asset {
	const char *path;	/* as in the request, "/index.html" */
	const char *type;	/* value of Content-Type */
	const char *etag;	/* value of ETag, quotes included */
	const unsigned char *gz, *gz_end;	/* one gzip member */
	bool immutable;		/* the name holds a hash of the content */
};

/* The asset of exactly this path (no query, nothing decoded), or NULL.
 * "/" is no asset: the caller decides which paths mean "/index.html". */
const struct ui_asset *ui_asset_find(const char *path, size_t len);

/* All of them, sorted by path: for tests and the size report. */
const struct ui_asset *ui_asset_table(size_t *count);

#endif /* UI_ASSETS_H */
