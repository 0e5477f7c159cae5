/* Included before everything else when cppcheck reads our sources, never when
 * they are compiled: the loops of jansson, whose header it does not see. */
#ifndef LINT_CPPCHECK_H
#define LINT_CPPCHECK_H

#define json_array_foreach(a, i, v) \
	for ((i) = 0; (i) < json_array_size(a) && ((v) = json_array_get(a, i)); (i)++)
#define json_object_foreach(o, k, v) \
	for ((k) = first_key(o); (k) && ((v) = value_of(k)); (k) = next_key(o, k))

#endif /* LINT_CPPCHECK_H */
