/* Memory that was freed goes back to the kernel. The allocator of our binary keeps what a burst of work took until the next
 * one, and a process that waits has none: megabytes beside ten thousand devices (P6). */
#ifndef BASE_HEAP_H
#define BASE_HEAP_H

/* Work is over for a while: what is taken again costs fresh pages. */
void heap_rest(void);

#endif /* BASE_HEAP_H */
