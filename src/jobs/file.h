/* state/jobs.json: {"jobs": [record, …]}, newest first. */
#ifndef JOBS_FILE_H
#define JOBS_FILE_H

#include <jansson.h>

struct err;

/* list: array of records, borrowed. 0 or negative errno with e. */
int jobs_file_write(int dirfd, const json_t *list, struct err *e);

/* The array (new reference); NULL when there is none or the file is damaged. Its members are not checked. */
json_t *jobs_file_read(int dirfd);

#endif /* JOBS_FILE_H */
