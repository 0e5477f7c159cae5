// The shapes of the cell's answers, by hand from the interface description.
// Only members that the pages read are named.

export type Role = 'admin' | 'peer';
export type Zone = 'local' | 'vpn' | 'cell' | 'container' | 'lan' | 'public';

export interface Me {
	username: string;
	role: Role;
	display_name: string;
	must_change_password: boolean;
	totp_enabled: boolean;
	zone: Zone;
	via: 'session' | 'token' | 'socket';
}

export interface SignedIn {
	username: string;
	role: Role;
	must_change_password: boolean;
	totp_enabled: boolean;
	csrf_token: string;
}

export interface Health {
	status: 'healthy' | 'degraded';
	version: string;
}

export interface PartState {
	running: boolean;
	status: string;
}

export interface Status {
	cell_name: string;
	domain: string;
	effective_domain: string;
	domain_mode: string;
	version: string;
	uptime: number;
	generation: number;
	time_trusted: boolean;
	peers_count?: number;
	peers_online?: number;
	services: Record<string, PartState>;
}

export interface Upstream {
	address: string;
	port: number;
	transport: 'dot' | 'tcp' | 'udp';
	tls_name?: string | null;
}

export interface UpstreamState {
	address: string;
	port: number;
	transport: string;
	state: string;
	rtt_ms: number | null;
	fallback: boolean;
}

/** How questions came. */
export interface Transports {
	udp: number;
	tcp: number;
	dot: number;
	doh: number;
}

export interface DnsStatus {
	running: boolean;
	queries: number;
	transports: Transports;
	cookies: number;
	cache: { entries: number; bytes: number; hits: number; misses: number; stale?: number };
	upstreams: UpstreamState[];
}

export interface DnsCacheSection {
	max_entries: number;
	max_bytes: number;
	min_ttl_s: number;
	max_ttl_s: number;
	negative_max_ttl_s: number;
	serve_stale: boolean;
	stale_max_s: number;
	stale_ttl_s: number;
}

export interface DnsSection {
	upstreams: Upstream[];
	upstream_policy: 'strict' | 'opportunistic';
	cache: DnsCacheSection;
	rebind_protection: boolean;
	rebind_allow: string[];
	query_log: 'off' | 'errors' | 'all';
	query_log_entries: number;
	dot: boolean;
	doh: boolean;
}

/** A domain asked elsewhere. */
export interface Forward {
	zone: string;
	servers: string[];
	rev?: number;
}

export interface DnsCounters {
	queries: number;
	answers: number;
	cache_hits: number;
	cache_misses: number;
	transports: Transports;
	forwarded: number;
	refused: number;
	servfail: number;
	cache_entries: number;
}

export interface DnsZone {
	name: string;
	kind: 'own' | 'internal' | 'reverse' | 'local' | 'extra';
	serial: number;
	records: number;
	views: string[];
	/** false: its text is missing or broken, so it is left out. */
	served?: boolean;
}

export type RecordType = 'A' | 'AAAA' | 'CNAME' | 'TXT' | 'MX' | 'SRV' | 'CAA' | 'PTR';

export interface DnsRecord {
	id?: string;
	zone: string;
	name: string;
	type: string;
	value: string;
	ttl: number;
	views: string[];
	generated?: boolean;
}

export interface DnsAnswer {
	name: string;
	type: string;
	ttl: number;
	value: string;
}

export interface DnsLookup {
	rcode: string;
	answers: DnsAnswer[];
	ede?: { code: number; text: string } | null;
	view: string | null;
	source: string;
	/** What blocked it: "deny", or the id of a list. */
	rule?: string | null;
	ms: number;
}

export interface Generation {
	generation: number;
	written_at: string;
	written_by: string;
	summary: string;
	changes_count: number | null;
	current: boolean;
}

export interface Change {
	path: string;
	op: 'add' | 'remove' | 'replace';
	old?: unknown;
	new?: unknown;
}

export interface DryRun {
	changes: Change[];
	warnings: string[];
}

export interface Applied {
	message: string;
	generation: number;
	changes: Change[];
	warnings: string[];
}

export interface User {
	username: string;
	role: Role;
	display_name: string;
	email: string | null;
	enabled: boolean;
	must_change_password: boolean;
	totp_enabled: boolean;
	created_at: string;
	last_login_at: string | null;
	locked_until: string | null;
}

export interface Token {
	id: string;
	name: string;
	scopes: string[];
	created_by: string;
	created_at: string;
	expires_at: string;
	last_used_at: string | null;
	token?: string;
}

export interface Session {
	id: string;
	username: string;
	role: Role;
	created_at: string;
	last_used_at: string | null;
	zone: Zone;
	address: string | null;
	user_agent: string;
	current: boolean;
}

export interface TotpStart {
	secret: string;
	otpauth_uri: string;
	qr_svg: string;
}

export type JobState = 'queued' | 'running' | 'waiting' | 'succeeded' | 'failed' | 'cancelled';

export interface Job {
	id: string;
	kind: string;
	state: JobState;
	progress: number;
	step: string | null;
	message: string | null;
	object: string | null;
	actor: string;
	created_at: string;
	started_at: string | null;
	finished_at: string | null;
	error: string | null;
}

export interface SetupStatus {
	complete: boolean;
	step: string;
	steps: string[];
	token_required: boolean;
	version: string;
	fingerprint: string | null;
}

export interface SetupField {
	type: string;
	default?: unknown;
	required?: boolean;
	choices?: string[];
	value?: unknown;
}

export interface Check {
	id: string;
	area: string;
	verdict: 'ok' | 'warn' | 'fail' | 'unknown';
	detail: string;
	fix: string | null;
}

export interface SetupStep {
	step: string;
	fields: Record<string, SetupField>;
}

export interface SetupDone {
	success: boolean;
	username: string;
	csrf_token: string;
	/** What sets the first device up, when one was named. */
	peer?: { name: string; config: string; filename: string; qr_svg: string | null } | null;
	jobs: Job[];
}

export interface NameCheck {
	name: string;
	available: boolean | null;
	reason: string | null;
}

export interface NtpSource {
	host: string;
	address: string | null;
	/** peer, used, outlier and falseticker are good ones, and what the others make of them. */
	state: 'new' | 'good' | 'lost' | 'unfit' | 'denied' | 'peer' | 'used' | 'outlier' | 'falseticker';
	stratum: number | null;
	/** Its time less ours; null while it is not to be used. */
	offset_us: number | null;
	delay_us: number | null;
	/** The last eight questions, the newest in the lowest bit. */
	reach: number;
	last_at: string | null;
}

export interface NtpStatus {
	running: boolean;
	synchronised: boolean;
	stratum: number;
	source: string | null;
	/** True time less the clock of the machine. */
	offset_us: number | null;
	jitter_us: number | null;
	leap: 'none' | 'insert' | 'delete' | 'unknown';
	sources: NtpSource[];
	clock_control: 'self' | 'kernel' | 'none';
	time_trusted: boolean;
	reason: string | null;
	clients: number;
	requests: number;
}

export interface NtpSection {
	enabled: boolean;
	sources: string[];
	serve_zones: string[];
	discipline: 'auto' | 'always' | 'never';
}

export interface ApplyTo {
	all: boolean;
	groups: string[];
	peers: string[];
}

export interface Blocklist {
	id: string;
	name: string;
	url: string;
	format: 'auto' | 'hosts' | 'domains' | 'adblock';
	enabled: boolean;
	apply_to: ApplyTo;
	refresh_s: number;
	entries: number;
	/** Lines of it that are no names. */
	skipped: number;
	refreshed_at: string | null;
	/** It is being fetched, or taken into use. */
	refreshing: boolean;
	error: string | null;
	rev?: number;
}

export interface BlockRules {
	allow: string[];
	deny: string[];
	response: 'zero' | 'nxdomain';
}

export interface BlockCheck {
	blocked: boolean;
	by: 'deny' | 'list' | null;
	list_id: string | null;
	allowed_by: string | null;
}

export interface LogEntry {
	ts: string;
	/** Its name, else its address. */
	peer: string;
	address: string;
	zone: string;
	/** Null, as the type: there was no question to be read. */
	name: string | null;
	type: string | null;
	rcode: string;
	source: string;
	/** Whose answer it was, when the source is another server. */
	upstream: string | null;
	ms: number;
	rule: string | null;
}

export interface LogPage {
	entries: LogEntry[];
	next_cursor: string | null;
}

/** An extra zone with its text. */
export interface ZoneFile extends DnsZone {
	zonefile: string;
}

export interface ZoneChanged extends ZoneFile {
	warnings: string[];
}

export interface Secondary {
	id: string;
	name: string;
	address: string;
	port: number;
	key_name: string;
	algorithm: 'hmac-sha256' | 'hmac-sha512';
	tsig_secret?: string;
	last_transfer_at: string | null;
	last_zone: string | null;
	last_serial: number | null;
	notified_zone: string | null;
	notified_serial: number | null;
	last_error: string | null;
	error_zone: string | null;
	rev?: number;
}

/** A name of the cell that leads to a web server in the network. */
export interface Route {
	id: string;
	name: string;
	host: string;
	path: string;
	target: string;
	access: string[];
	login: 'none' | 'user' | 'admin';
	request_headers: string[];
	response_headers: string[];
	tls_verify: boolean;
	preserve_host: boolean;
	websocket: boolean;
	max_body_bytes: number | null;
	enabled: boolean;
	healthy: boolean | null;
	checked_at: string | null;
	last_error: string | null;
	url: string;
	rev?: number;
}

export interface RouteTest {
	resolved: string | null;
	connected: boolean;
	status: number | null;
	tls: 'verified' | 'unverified' | null;
	ms: number;
	error: string | null;
}

export interface AuthSection {
	vpn_login: boolean;
}

export interface ProxySection {
	hsts: boolean;
}

export interface ProxyStatus {
	connections: number;
	requests: number;
	routes: { host: string; path: string; kind: 'ui' | 'service' | 'route'; access: string[]; healthy: boolean | null }[];
	tls_errors: number;
}

/** A door that is open, or should be. */
export interface Listener {
	role: string;
	protocol: string;
	address: string;
	port: number;
	zones: string[];
	reason: string;
	open: boolean;
	error: string | null;
}

/** What the edges show. */
export interface Certificate {
	id: string;
	names: string[];
	source: 'internal' | 'acme' | 'imported';
	issuer: string | null;
	/** null: it is not there yet. */
	not_before: string | null;
	not_after: string | null;
	days_remaining: number | null;
	status: 'internal' | 'valid' | 'pending' | 'failed' | 'expiring' | 'expired';
	used_by: string[];
	/** null: now, or never. */
	next_renewal_at: string | null;
	last_error: string | null;
}

export interface Vault {
	ca: {
		subject: string;
		not_after: string;
		next_renewal_at: string;
		fingerprint: string;
		permitted_names: string[];
		permitted_cidrs: string[];
		intermediate: { subject: string; not_after: string };
	} | null;
	ca_error: string | null;
	certificates: number;
	trust: number;
}

export interface TrustEntry {
	id: string;
	name: string;
	kind: 'ca' | 'wireguard' | 'age';
	pem: string;
	sha256: string;
	added_at: string;
}

export interface IssuedCertificate {
	id: string;
	names: string[];
	issuer: string;
	kind: 'cell' | 'issued';
	not_after: string;
	days_remaining: number;
	issued_by: string;
	revoked_at: string | null;
	reason: string | null;
	certificate?: string;
	chain?: string;
	private_key?: string;
}

export interface DdnsSection {
	provider: string;
	subdomain: string | null;
	zone: string | null;
	hostname: string | null;
	username: string | null;
	has_token: boolean;
}

export interface WholeConfig {
	identity: { cell_name: string; domain_mode: string; domain: string; domain_name: string };
	ddns: DdnsSection;
}

export interface ChangedConfig {
	generation: number;
	warnings: string[];
}

export interface DdnsStatus {
	provider: string;
	registered: boolean;
	name: string | null;
	last_ip: string | null;
	last_ip6: string | null;
	last_update_at: string | null;
	last_error: string | null;
	next_check_at: string | null;
	has_token: boolean;
}

export interface CertificatesSection {
	acme_directory: string;
	acme_email: string | null;
	key_type: string;
}
