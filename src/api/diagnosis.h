/* /api/diagnosis: what is right and wrong around the cell. */
#ifndef API_DIAGNOSIS_H
#define API_DIAGNOSIS_H

#include "api/route.h"

extern const struct api_route api_diagnosis_routes[];

#endif /* API_DIAGNOSIS_H */
