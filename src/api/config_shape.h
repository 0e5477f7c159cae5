/* The documents that go in and out of /api/config. */
#ifndef API_CONFIG_SHAPE_H
#define API_CONFIG_SHAPE_H

#include "api/shape.h"

/* {path, op, old?, new?}; array of them. */
extern const struct api_shape api_changes_shape;

/* Reply of everything that changes settings, and of any dry run. */
extern const struct api_shape api_changed_shape, api_dry_run_shape;

extern const struct api_shape api_config_shape, api_config_in_shape;
extern const struct api_shape api_document_shape;
extern const struct api_shape api_section_shape, api_section_in_shape;
extern const struct api_shape api_pending_shape, api_confirm_shape, api_confirmed_shape;
extern const struct api_shape api_generations_shape, api_diff_query_shape;
extern const struct api_shape api_rollback_in_shape, api_import_in_shape;

#endif /* API_CONFIG_SHAPE_H */
