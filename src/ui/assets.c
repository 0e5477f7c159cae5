/* Look-up in the generated table of embedded files. */
#include "ui/assets.h"

#include <string.h>

#include "ui/table.h"

/* Order of path (len bytes) and the C string name, bytewise as the table. */
static int
path_cmp(const char *path, size_t len, const char *name)
{
	size_t n = strlen(name);
	int c = memcmp(path, name, len < n ? len : n);

	if (c != 0)
		return c;
	return (len > n) - (len < n);
}

const struct ui_asset *
ui_asset_find(const char *path, size_t len)
{
	size_t lo = 0, hi = ui_table_count;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int c = path_cmp(path, len, ui_table[mid].path);

		if (c == 0)
			return &ui_table[mid];
		if (c < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	return NULL;
}

const struct ui_asset *
ui_asset_table(size_t *count)
{
	*count = ui_table_count;
	return ui_table;
}
