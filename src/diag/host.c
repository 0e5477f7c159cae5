/* What the kernel tells about the host; see host.h. */
#include "diag/host.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/timex.h>
#include <unistd.h>

#include "diag/check.h"
#include "sys/clk.h"
#include "sys/file.h"
#include "sys/net.h"

enum { IFADDRS = 256, LINE_SIZE = 128 };

static void
read_clock(struct diag_facts *f)
{
	struct timex t = { .modes = 0 };
	int state = adjtimex(&t);

	if (state < 0)
		return;
	f->clock_synced = state == TIME_ERROR || (t.status & STA_UNSYNC) ? DIAG_NO : DIAG_YES;
	f->clock_error_us = t.maxerror;
}

static bool
is_global6(const struct net_ifaddr *a)
{
	return a->up && !a->loopback && a->prefix.addr.len == 16 && !addr_is_private(&a->prefix.addr) &&
	    (a->prefix.addr.b[0] & 0xe0) == 0x20;	/* 2000::/3 */
}

static void
read_addresses(struct diag_facts *f)
{
	struct net_ifaddr ifs[IFADDRS];
	struct addr a;
	int i, n;

	if (net_uplink(&a))
		f->uplink = a;
	n = net_ifaddrs(ifs, IFADDRS);
	for (i = 0; i < n && f->uplink6.len == 0; i++)
		if (is_global6(&ifs[i]))
			f->uplink6 = ifs[i].prefix.addr;
}

static enum diag_known
socket_known(const char *path)
{
	struct stat st;

	if (stat(path, &st) == 0)
		return S_ISSOCK(st.st_mode) ? DIAG_YES : DIAG_NO;
	return errno == ENOENT || errno == ENOTDIR ? DIAG_NO : DIAG_UNKNOWN;
}

/* Bytes of the process whose directory in /proc is named; 0 if it cannot be read. */
static unsigned long long
resident(const char *process)
{
	char path[64];
	unsigned long long pages = 0;
	FILE *fp;

	(void)snprintf(path, sizeof(path), "/proc/%s/statm", process);	/* a number, or "self" */
	fp = fopen(path, "re");
	if (fp == NULL)
		return 0;
	if (fscanf(fp, "%*u %llu", &pages) != 1)
		pages = 0;
	(void)fclose(fp);	/* only read */
	return pages * (unsigned long long)sysconf(_SC_PAGESIZE);
}

/* The roles are children of the caller. Where the kernel does not list them, only the caller counts. */
static unsigned long long
resident_roles(void)
{
	char path[64], child[24];
	unsigned long long sum = resident("self");
	FILE *fp;

	(void)snprintf(path, sizeof(path), "/proc/self/task/%d/children", (int)getpid());	/* fits */
	fp = fopen(path, "re");
	while (fp != NULL && fscanf(fp, "%23s", child) == 1)
		sum += resident(child);
	if (fp != NULL)
		(void)fclose(fp);	/* only read */
	return sum;
}

static void
read_memory(struct diag_facts *f)
{
	char line[LINE_SIZE];
	unsigned long long kb;
	FILE *fp = fopen("/proc/meminfo", "re");

	while (fp != NULL && fgets(line, sizeof(line), fp) != NULL)
		if (sscanf(line, "MemAvailable: %llu kB", &kb) == 1)
			f->memory_available = kb << 10;
	if (fp != NULL)
		(void)fclose(fp);	/* only read */
	f->memory_rss = resident_roles();
}

void
diag_host_read(struct diag_facts *f, const struct clk *clk, int state_dirfd)
{
	f->now = clk->wall_s(clk);
	read_clock(f);
	read_addresses(f);
	f->docker = socket_known("/var/run/docker.sock");
	f->podman = socket_known("/run/podman/podman.sock");
	if (file_space(state_dirfd, &f->disk_free, &f->disk_total) < 0)
		f->disk_free = f->disk_total = 0;
	read_memory(f);
}
