// The parts of the interface that are plain functions, without a browser: what the
// forms refuse, how events are read, how changes are told.
import { createRequire } from 'node:module';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { empty, equal, ok } from './lib/suite.mjs';

const ui = fileURLToPath(new URL('../../ui/', import.meta.url));

export async function load() {
	const esbuild = createRequire(join(ui, 'package.json'))('esbuild');
	const dir = mkdtempSync(join(tmpdir(), 'pic-web-logic-'));
	const file = join(dir, 'lib.mjs');
	try {
		await esbuild.build({
			stdin: { contents: ['address', 'validate', 'sse', 'diff', 'qr', 'qrmake', 'peerkey', 'rights', 'firewall', 'explain', 'secret', 'format', 'lines', 'zones'].map((m) => `export * as ${m} from './src/lib/${m}';`).join('\n'), resolveDir: ui },
			bundle: true, format: 'esm', outfile: file, logLevel: 'error',
			banner: { js: 'globalThis.navigator ??= { languages: ["en-GB"] };' },
		});
		return await import(pathToFileURL(file).href);
	} finally {
		rmSync(dir, { recursive: true, force: true });
	}
}

const L63 = 'a'.repeat(63);

function addresses({ address: a }) {
	for (const s of ['0.0.0.0', '255.255.255.255', '192.168.1.5'])
		ok(a.isIpv4(s), s);
	for (const s of ['', '1.2.3', '1.2.3.4.5', '256.1.1.1', '01.2.3.4', '1.2.3.4 ', '1.2.3.-4', '1.2.3.0x4'])
		ok(!a.isIpv4(s), `"${s}" is no IPv4 address`);
	for (const s of ['::', '::1', 'fd00::5', '1:2:3:4:5:6:7:8', '1::8', '::ffff:192.0.2.1', '64:ff9b::192.0.2.33', '1:2:3:4:5:6:192.0.2.1', 'FE80::A'])
		ok(a.isIpv6(s), s);
	for (const s of ['', ':', ':::', '1::2::3', '1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9', '1:2:3:4:5:6:7::8', '12345::', 'g::', '::1%eth0', '::192.0.2', '1:2:3:4:5:6:7:192.0.2.1', '::1.2.3.4:5', ':1', '1:'])
		ok(!a.isIpv6(s), `"${s}" is no IPv6 address`);
}

function names({ validate: v }) {
	const zone = 'myhome.home.arpa';
	for (const s of ['nas', '@', '*', '*.apps', '_sip._tcp', 'a', L63, 'A-b', 'x1.y2'])
		equal(v.recordName(s, zone), undefined, s);
	for (const s of ['', ' ', 'a b', '-a', 'a-', 'a..b', '.a', 'a.', 'a.*', '**', `${L63}a`, 'ä', [L63, L63, L63, 'a'.repeat(62)].join('.')])
		ok(v.recordName(s, zone), `"${s}" is no name for a record`);
	const full = [L63, L63, L63, 'a'.repeat(253 - 3 * 64 - 1 - zone.length)].join('.');
	equal(full.length + 1 + zone.length, 253);
	equal(v.recordName(full, zone), undefined, '253 characters in full');
	ok(v.recordName(`${full}a`, zone), '254 characters in full');
	for (const s of ['example.org', 'a.b', `${L63}.x`])
		equal(v.domain(s), undefined, s);
	for (const s of ['', 'org', 'a b.c', 'a..b', '-a.b', '_a.b', 'a.b.'])
		ok(v.domain(s), `"${s}" is no domain`);
	for (const s of ['myhome', 'a', L63])
		equal(v.cellName(s), undefined, s);
	for (const s of ['', 'my home', '-a', `${L63}a`, 'a_b'])
		ok(v.cellName(s), `"${s}" is no cell name`);
}

function values({ validate: v }) {
	const good = { A: ['192.0.2.1'], AAAA: ['2001:db8::1'], CNAME: ['nas.example.org', 'nas.example.org.'], TXT: ['x', 'ü'.repeat(2048)], MX: ['10 mx.example.org', '0 .'],
		SRV: ['0 5 5060 sip.example.org', '0 0 0 .'], CAA: ['0 issue "letsencrypt.org"', '128 iodef mailto:a@example.org'], PTR: ['a.example.org'] };
	const bad = { A: ['', 'nas', '::1'], AAAA: ['192.0.2.1'], CNAME: ['a b', 'a..b'], TXT: ['', 'ü'.repeat(2049)], MX: ['mx.example.org', '65536 mx', '-1 mx', '10'],
		SRV: ['0 5 sip', '0 0 65536 x', '0 0 0'], CAA: ['issue "x"', '256 issue "x"', '0 is-sue "x"'], PTR: ['192 1'] };
	for (const [type, list] of Object.entries(good))
		for (const s of list)
			equal(v.recordValue(type, s), undefined, `${type} ${s.slice(0, 30)}`);
	for (const [type, list] of Object.entries(bad))
		for (const s of list)
			ok(v.recordValue(type, s), `${type} "${s.slice(0, 30)}" must be refused`);
}

function conflicts({ validate: v }) {
	const r = (o) => ({ zone: 'z.test', name: 'a', type: 'A', value: '192.0.2.1', ttl: 300, views: ['lan'], ...o });
	equal(v.recordConflict(r({}), [r({ id: '1', value: '192.0.2.2' })]), undefined, 'a second address');
	ok(v.recordConflict(r({}), [r({ id: '1' })]), 'twice the same');
	equal(v.recordConflict(r({ id: '1' }), [r({ id: '1' })]), undefined, 'itself');
	ok(v.recordConflict(r({}), [r({ generated: true })]), 'a generated name');
	ok(v.recordConflict(r({ type: 'CNAME', value: 'b.test' }), [r({ id: '1' })]), 'CNAME beside an address');
	ok(v.recordConflict(r({}), [r({ id: '1', type: 'CNAME', value: 'b.test' })]), 'address beside a CNAME');
	ok(v.recordConflict(r({ name: 'A' }), [r({ id: '1' })]), 'case does not matter');
}

function typedLists({ lines: l }) {
	equal(l.lines(' a.example,\n\nb.example; c.example\t'), ['a.example', 'b.example', 'c.example']);
	for (const s of ['192.0.2.1', '192.0.2.1\nfd00::1', '192.0.2.1, 192.0.2.2 192.0.2.3;192.0.2.4'])
		equal(l.servers(s, 4), undefined, s);
	for (const s of ['', ' \n', '192.0.2', '192.0.2.1\n192.0.2.1', '192.0.2.1\nrouter', '::1 ::2 ::3 ::4 ::5'])
		ok(l.servers(s, 4), `"${s}" must be refused`);
	equal(l.domains('', 1), undefined, 'none is fine');
	equal(l.domains('example.org\n\n _tcp.a-b\n', 2), undefined);
	ok(/^Line 3: a\.\.b/.test(l.domains('a.example\n\na..b', 9)), 'the line is named');
	for (const s of ['a b\n-c', 'a.', '*.a', `${L63}a`, 'ä'])
		ok(l.domains(s, 9), `"${s}" must be refused`);
	ok(l.domains('a\nb\nc', 2), 'too many');
	for (const s of ['0', '5', '10'])
		equal(l.range(s, 0, 10), undefined, s);
	for (const s of ['', '-1', '11', '1.5', ' 1', '1e1', '99999999999'])
		ok(l.range(s, 0, 10), `"${s}" is no number from 0 to 10`);
}

function events({ sse }) {
	const bytes = new TextEncoder().encode(': hi\n\nevent: dns\nid: 7\ndata: {"a":1}\n\ndata: one\r\ndata: two\r\n\r\nevent: none\n\nid: 8\nevent:job\ndata:ü\n\n');
	const want = [{ type: 'dns', id: '7', data: '{"a":1}' }, { type: 'message', id: '7', data: 'one\ntwo' }, { type: 'job', id: '8', data: 'ü' }];
	for (const size of [1, 2, 3, 7, bytes.length]) {
		const reader = new sse.EventReader(), got = [];
		for (let i = 0; i < bytes.length; i += size)
			got.push(...reader.push(bytes.subarray(i, i + size)));
		equal(got, want, `in pieces of ${size}`);
	}
}

function changes({ diff }) {
	const rec = { id: 'u1', zone: 'z.test', name: 'nas', type: 'A', value: '192.0.2.1', ttl: 300, views: ['lan', 'vpn'] };
	const before = { dns: { records: [rec] } };
	const after = { dns: { records: [{ ...rec, value: '192.0.2.9' }] } };
	const [b] = diff.readable([{ path: '/dns/records/u1/value', op: 'replace', old: '192.0.2.1', new: '192.0.2.9' }], before, after);
	equal([b.title, b.op, b.rows[0].before, b.rows[0].after], ['nas.z.test A', 'replace', '192.0.2.1', '192.0.2.9'], 'a changed record by its name');
	const [n] = diff.readable([{ path: '/dns/records/u1', op: 'add', new: rec }], {}, before);
	equal([n.op, n.title, n.rows.some((r) => /u1/.test(r.after))], ['add', 'nas.z.test A', false], 'a new record without its key');
	const [g] = diff.readable([{ path: '/users/anna~1x', op: 'remove', old: { username: 'anna/x', role: 'peer' } }], {}, {});
	equal([g.op, g.title, g.rows[0].after], ['remove', 'anna/x', null], 'a removed user');
	const [s] = diff.readable([{ path: '/identity/cell_name', op: 'replace', old: 'a', new: 'b' }, { path: '/identity/timezone', op: 'replace', old: 'x', new: 'y' }], {}, {});
	equal(s.rows.length, 2, 'changes of one section stand together');
}

function codes({ qr }) {
	equal(qr.readQr('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 33 33"><path d="M4 4h7v1h-7z"/></svg>')?.size, 33, 'a code');
	equal(qr.readQr('<svg viewBox="0 0 9 9"><path fill="#fff" d="M0 0h9v9H0z"/><path fill="#000" d="M4 4h1v1h-1z"/></svg>')?.d, 'M4 4h1v1h-1z', 'not the paper behind it');
	for (const s of ['', '<svg viewBox="0 0 33 20"><path d="M0 0"/></svg>', '<svg viewBox="0 0 9 9"><path d="url(#x)"/></svg>', '<svg viewBox="0 0 9 9"><script>1</script></svg>'])
		equal(qr.readQr(s), null, s);
}

function ownCodes({ qr, qrmake }) {
	for (const [n, size] of [[1, 21], [14, 21], [15, 25], [213, 57], [2331, 177]])
		equal(qr.readQr(qrmake.makeQr('x'.repeat(n)))?.size, size + 8, `${n} bytes take the smallest code that holds them`);
	equal(qrmake.makeQr('x'.repeat(2332)), null, 'what no code holds');
	ok(qrmake.makeQr('é'.repeat(8)) && qr.readQr(qrmake.makeQr('é'.repeat(8))).size === 33, 'bytes count, not letters');
}

async function ownKeys({ peerkey: k }) {
	const file = '[Interface]\nAddress = 10.0.0.2/32\n\n[Peer]\nPublicKey = x\n';
	equal(k.withKey(file, 'SECRET='), '[Interface]\nPrivateKey = SECRET=\nAddress = 10.0.0.2/32\n\n[Peer]\nPublicKey = x\n');
	equal(k.withKey(k.withKey(file, 'OLD='), 'SECRET='), k.withKey(file, 'SECRET='), 'an old one is replaced');
	const made = await k.makeKeys();
	ok(k.isKey(made.privateKey) && k.isKey(made.publicKey) && made.privateKey !== made.publicKey, 'two keys');
	for (const s of ['', 'short', `${'A'.repeat(42)}B=`, `${'A'.repeat(43)}==`, `${'A'.repeat(42)}-=`])
		ok(!k.isKey(s), `"${s}" is no key`);
}

function peerRights({ rights: r }) {
	for (const s of ['10.0.0.0/8', '0.0.0.0/0', 'fd00::/64', '::/0'])
		ok(r.isPrefix(s), s);
	for (const s of ['', '10.0.0.0', '10.0.0.0/33', 'fd00::/129', '10.0.0.0/', '10.0.0/8', '10.0.0.0/8/8'])
		ok(!r.isPrefix(s), `"${s}" is no network`);
	const some = { ...r.rightsOf(null), subnets: '10.1.0.0/16, fd00::/64', owner: '+', expires_at: '2040-01-01T00:00' };
	equal(Object.values(r.checkRights(some)).filter(Boolean), [], 'nothing to say');
	const body = r.rightsBody(some);
	equal([body.subnets, 'owner' in body, /^20(39|40)-\d\d-\d\dT\d\d:\d\d:00Z$/.test(body.expires_at)], [['10.1.0.0/16', 'fd00::/64'], false, true]);
	equal(r.rightsOf({ ...body, owner: null }).expires_at, '2040-01-01T00:00', 'the time comes back as it was entered');
	ok(r.checkRights({ ...some, expires_at: '2020-01-01T00:00' }).expires_at && !r.checkRights({ ...some, expires_at: '2020-01-01T00:00' }, '2020-01-01T00:00').expires_at, 'a time that passed may only stay');
	ok(r.checkPeerName('ANNA', ['anna']) && r.checkPeerName('a b', []) && r.checkPeerName('', []) && !r.checkPeerName('anna', ['tom']), 'names');
}

function passwords({ secret }) {
	const made = Array.from({ length: 200 }, () => secret.makePassword());
	empty(made.filter((p) => !/^([a-z2-9]{5}-){3}[a-z2-9]{5}$/.test(p) || /[ilo01]/.test(p)), 'made passwords');
	equal(new Set(made).size, 200, 'all differ');
	equal(secret.strength('short', 12), 'short');
	equal(secret.strength('aaaaaaaaaaaaaaaaaaaa', 12), 'weak');
	equal(secret.strength('password1234567', 12), 'weak');
	equal(secret.strength('correct horse battery', 12), 'strong');
}

function words({ format: f }) {
	// which abbreviations there are is the browser's business
	ok(/^5 sec/.test(f.span(5)) && /^1 h/.test(f.span(3600)) && /^1 day 1 h/.test(f.span(90061)), `${f.span(5)}, ${f.span(3600)}, ${f.span(90061)}`);
	const now = Date.parse('2026-07-01T12:00:00Z');
	ok(/^3 min.* ago$/.test(f.since('2026-07-01T11:57:00Z', now)) && f.since('2026-07-03T12:00:00Z', now) === 'in 2 days', 'a moment from now');
	equal([f.plural(1, 'name', 'names'), f.plural(0, 'name', 'names'), f.rate(0.25), f.rate(1234)], ['1 name', '0 names', '0.3', '1,234']);
	equal(f.countdown(125), '2:05');
}

/** What the forms of the firewall refuse and send, and where they show what the cell refuses. */
function firewall({ firewall: f }) {
	for (const s of ['1', '631', '65535', '8000-8010', '80-80'])
		ok(f.isPorts(s), s);
	for (const s of ['', '0', '65536', '80-', '-80', '90-80', '80-90-100', 'http', '8 0'])
		ok(!f.isPorts(s), `"${s}" is no port`);
	const ends = { from_kind: 'group', from: ' kids ', to_kind: 'cidr', to: '192.168.1.0/24' };
	equal(f.endsBody(ends), { from: { group: 'kids' }, to: { cidr: '192.168.1.0/24' } });
	equal(f.endsOf(f.endsBody(ends)), { ...ends, from: 'kids' }, 'and back');
	equal(f.checkEnds(ends), { from: undefined, to: undefined });
	ok(f.checkEnds({ ...ends, to: '192.168.1.0' }).to, 'no network');
	ok(f.checkEnds({ ...ends, from_kind: 'cidr', from: 'fd00::/64' }).to, 'IPv4 and IPv6');
	equal(['firewall.rules[3].from.peer', 'to.cidr', 'from', 'firewall.rules[0].ports[1]', 'firewall.forwards[0].to_ip'].map(f.endField), ['from', 'to', 'from', 'ports', 'to_ip']);
}

/** Where a connection leads: typed, pasted out of a browser, and as a link that explains it. */
function targets({ explain: f }) {
	for (const s of ['nas', 'wiki.example.org', '192.168.1.5', 'fd00::5'])
		ok(f.isHost(s), s);
	for (const s of ['', 'https://nas', 'nas/', 'a b', 'a'.repeat(254)])
		ok(!f.isHost(s), `"${s}" is no host`);
	const read = { nas: ['nas', 443], ' Wiki.Home.arpa ': ['wiki.home.arpa', 443], 'wiki.home:8443': ['wiki.home', 8443], 'https://wiki.home/a?b#c': ['wiki.home', 443], 'HTTP://wiki.home': ['wiki.home', 80],
		'http://wiki.home:8080/': ['wiki.home', 8080], '192.168.1.5:53': ['192.168.1.5', 53], 'fd00::5': ['fd00::5', 443], '[fd00::5]:53': ['fd00::5', 53], 'bücher.example': ['xn--bcher-kva.example', 443] };
	for (const [s, [host, port]] of Object.entries(read))
		equal(f.readTarget(s), { host, port }, s);
	for (const s of ['', ' ', 'a b', 'nas:0', 'nas:65536', 'nas:x', 'ftp://nas', 'https://', 'a@nas', '[fd00::5', '<b>', 'a'.repeat(254)])
		equal(f.readTarget(s), null, `"${s}" is nowhere`);
	for (const s of ['nas', 'nas:80', '[fd00::5]:53', '[fd00::5]'])
		equal(f.sayTarget(f.readTarget(s)), s, 'and back');
	equal(f.explainHref('zone:lan', 'nas'), '/explain?from_zone=lan&host=nas');
	equal(f.explainHref('tom', 'fd00::5', 53, 'udp'), '/explain?peer=tom&host=fd00%3A%3A5&port=53&proto=udp');
}

/** Who may: what forms do not offer is neither told beside others nor counted, and is told where it is all there is. */
function whoMay({ zones: z }) {
	const said = { 'cell,lan': ['Home network'], 'public,local,vpn': ['VPN', 'Internet'], local: ['The cell itself'], 'cell,local': ['The cell itself'], cell: ['Linked cells'], 'cell,container': ['Linked cells', 'Services'], '': [] };
	for (const [zones, words] of Object.entries(said))
		equal(z.sayZones(zones.split(',').filter(Boolean)), words, zones);
	for (const zones of [['lan'], ['cell', 'vpn']])
		ok(z.namesSomebody(zones, undefined) && z.namesSomebody(zones, ['lan']), zones.join());
	for (const zones of [[], ['cell'], ['container', 'cell'], ['local']])
		ok(!z.namesSomebody(zones, undefined) && !z.namesSomebody(zones, ['cell', 'lan']) && z.namesSomebody(zones, ['cell']), `"${zones.join()}" names nobody, as before`);
}

export default async function run(suite) {
	const lib = await load();
	await suite.test('addresses are read strictly', () => addresses(lib));
	await suite.test('names of records, domains and cells', () => names(lib));
	await suite.test('values of every record type', () => values(lib));
	await suite.test('records that cannot stand beside each other', () => conflicts(lib));
	await suite.test('lists that are typed into one box', () => typedLists(lib));
	await suite.test('an event stream in pieces of any size', () => events(lib));
	await suite.test('changes are told by name', () => changes(lib));
	await suite.test('only a plain picture is taken for a code', () => codes(lib));
	await suite.test('codes drawn in the browser', () => ownCodes(lib));
	await suite.test('keys made in the browser', () => ownKeys(lib));
	await suite.test('rights of a peer', () => peerRights(lib));
	await suite.test('sides of a rule, and ports', () => firewall(lib));
	await suite.test('where a connection leads, and links that explain it', () => targets(lib));
	await suite.test('who may, in words', () => whoMay(lib));
	await suite.test('made and typed passwords', () => passwords(lib));
	await suite.test('numbers and times in words', () => words(lib));
}
