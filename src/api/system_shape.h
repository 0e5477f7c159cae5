/* The documents of what the cell is and does: status, jobs, network, diagnosis. */
#ifndef API_SYSTEM_SHAPE_H
#define API_SYSTEM_SHAPE_H

#include "api/shape.h"

extern const struct api_shape api_health_shape, api_status_shape, api_services_shape;
extern const struct api_shape api_events_query_shape, api_openapi_shape;
extern const struct api_shape api_job_shape, api_jobs_shape, api_jobs_query_shape, api_started_shape;
extern const struct api_shape api_network_shape, api_listeners_shape;
extern const struct api_shape api_check_shape, api_checks_shape, api_report_shape, api_areas_shape;

#endif /* API_SYSTEM_SHAPE_H */
