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
	services: Record<string, PartState>;
}

export interface Upstream {
	address: string;
	port: number;
	transport: 'tcp' | 'udp';
}

export interface UpstreamState {
	address: string;
	port: number;
	transport: string;
	state: string;
	rtt_ms: number | null;
	fallback: boolean;
}

export interface DnsStatus {
	running: boolean;
	queries: number;
	cache: { entries: number; bytes: number; hits: number; misses: number };
	upstreams: UpstreamState[];
}

export interface DnsSection {
	upstreams: Upstream[];
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
	forwarded: number;
	refused: number;
	servfail: number;
	cache_entries: number;
}

export interface DnsZone {
	name: string;
	kind: 'own' | 'internal' | 'reverse' | 'local' | 'extra';
	records: number;
}

export type RecordType = 'A' | 'AAAA' | 'CNAME' | 'TXT' | 'MX' | 'SRV' | 'CAA' | 'PTR';
export type View = 'vpn' | 'lan' | 'cell' | 'container' | 'public';

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
	jobs: Job[];
}

export interface NameCheck {
	name: string;
	available: boolean | null;
	reason: string | null;
}
