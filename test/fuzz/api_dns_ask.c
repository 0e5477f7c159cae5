/* What an edge tells about a question: shown only in the form that the API
 * promises. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "api/dns_ask.h"
#include "api/dns_shape.h"
#include "api/shape.h"
#include "conf/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	json_t *j = conf_json_read((const char *)data, size, NULL), *out;

	out = api_dns_answer(j);
	assert(out == NULL || api_shape_verify(&api_asked_shape, out, NULL) == 0);
	json_decref(out);
	json_decref(j);
	return 0;
}
