// A certificate authority for a test, and servers with its certificates: the cell trusts
// it because PIC_TRUST_FILE names its root.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

let dir = '';

const openssl = (...args) => execFileSync('openssl', args, { cwd: dir, stdio: ['ignore', 'ignore', 'pipe'] });
const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** The file with the root; made when first asked for. */
export function rootFile() {
	if (!dir) {
		dir = mkdtempSync(join(tmpdir(), 'pic-web-ca-'));
		process.on('exit', () => rmSync(dir, { recursive: true, force: true }));
		openssl('req', '-x509', ...newKey, '-days', '30', '-subj', '/CN=test root', '-keyout', 'root.key', '-out', 'root.pem');
	}
	return join(dir, 'root.pem');
}

/** Key and certificate for these names and addresses. */
export function certificate(...names) {
	const root = rootFile();
	const san = names.map((n) => /^[\d.]+$/.test(n) ? `IP:${n}` : `DNS:${n}`).join(',');
	writeFileSync(join(dir, 'ext'), `subjectAltName=${san}\nbasicConstraints=CA:false\n`);
	openssl('req', ...newKey, '-subj', '/CN=test server', '-keyout', 'server.key', '-out', 'server.csr');
	openssl('x509', '-req', '-in', 'server.csr', '-CA', root, '-CAkey', 'root.key', '-CAcreateserial', '-days', '30', '-extfile', 'ext', '-out', 'server.pem');
	return { key: readFileSync(join(dir, 'server.key')), cert: readFileSync(join(dir, 'server.pem')) };
}
