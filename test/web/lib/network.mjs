// Namespaces and cables: the cell at 192.168.77.1, its home network's device with the
// browser at 192.168.77.2, and behind that one, far from home, a device that comes by the
// VPN: what happens to its interfaces is nothing to the browser. null where that is not allowed.
import { execFileSync } from 'node:child_process';

const ip = (...args) => execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });

export const CELL = '192.168.77.1';
export const DEVICE = '192.168.77.2';
/** The cell's own in its VPN. */
export const VPN = '10.0.0.1';

export function network() {
	const cell = `picweb-c-${process.pid}`, lan = `picweb-l-${process.pid}`, far = `picweb-f-${process.pid}`;
	if (process.getuid() !== 0)
		return null;
	const remove = () => [cell, lan, far].forEach((n) => {
		try {
			ip('netns', 'del', n);
		} catch {
			// was never made
		}
	});
	try {
		ip('netns', 'add', cell);
		ip('netns', 'add', lan);
		ip('netns', 'add', far);
		ip('-n', cell, 'link', 'add', 'home0', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', lan);
		ip('-n', lan, 'link', 'add', 'far0', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', far);
		for (const [ns, dev, addr] of [[cell, 'home0', CELL], [lan, 'eth0', DEVICE], [lan, 'far0', '192.168.80.1'], [far, 'eth0', '192.168.80.2']]) {
			// an address that IPv6 adds a second later counts as a change of network, and Chromium
			// then drops what it is loading
			ip('-n', ns, 'link', 'set', dev, 'addrgenmode', 'none');
			ip('-n', ns, 'link', 'set', 'lo', 'up');
			ip('-n', ns, 'addr', 'add', `${addr}/24`, 'dev', dev);
			ip('-n', ns, 'link', 'set', dev, 'up');
		}
		// a way out that leads nowhere: the cell finds its address by it
		ip('-n', cell, 'route', 'add', 'default', 'via', DEVICE);
		ip('-n', far, 'route', 'add', 'default', 'via', '192.168.80.1');
		ip('netns', 'exec', lan, 'sysctl', '-qw', 'net.ipv4.ip_forward=1');
		ip('-n', lan, 'route', 'add', 'blackhole', 'default');
	} catch (e) {
		remove();
		console.log(`no namespaces (${String(e.stderr ?? e.message).trim()}): testing over the loopback`);
		return null;
	}
	process.on('exit', remove);
	return { cell, lan, far, remove };
}
