// The shapes of what the cell says about its VPN and the devices in it, by hand from
// the interface description. Only members that the pages read are named.
import type { Change } from './types';

export interface Peer {
	name: string;
	description: string;
	owner: string | null;
	enabled: boolean;
	ip: string;
	ip6: string | null;
	public_key: string;
	internet_access: boolean;
	peer_access: boolean;
	lan_access: boolean;
	service_access: string[];
	subnets: string[];
	groups: string[];
	expires_at: string | null;
	created_at: string;
	/** The file it was set up with differs from what it would be now. */
	config_needs_reinstall: boolean;
	has_private_key: boolean;
	endpoint: string | null;
	latest_handshake_at: string | null;
	online: boolean;
	/** As the cell counts: received is what the device sent. */
	rx_bytes: number;
	tx_bytes: number;
	exit_effective?: 'direct' | 'exit' | 'blocked';
	rev?: number;
}

/** What sets a device up. */
export interface PeerFile {
	config: string;
	filename: string;
	qr_svg: string | null;
	/** false: the key is not held, so it is not in the file. */
	complete: boolean;
}

export interface MadePeer extends Peer, PeerFile {
	accounts: { service: string; provisioned: boolean; error?: string }[];
}

export interface PeerEvent {
	name: string;
	online: boolean;
	latest_handshake_at: string | null;
	rx_bytes: number;
	tx_bytes: number;
}

export interface Group {
	name: string;
	description: string;
	peers: string[];
	rev?: number;
}

export interface OneTimeLink {
	id: string;
	url: string;
	expires_at: string;
}

export interface Traffic {
	points: { ts: string; rx_bytes: number; tx_bytes: number }[];
}

/** Who would reach what otherwise than now. */
export interface Difference {
	subject: string;
	target: string;
	/** null: there was, or will be, no such pair. */
	before: string | null;
	after: string | null;
}

export interface PeerTry {
	changes: Change[];
	reachability?: Difference[];
	warnings: string[];
}

export interface VpnStatus {
	running: boolean;
	interface: string;
	backend: string;
	data_plane: 'kernel' | 'userspace' | 'none';
	public_key: string;
	address: string;
	address6: string | null;
	port: number;
	mtu: number;
	endpoint: string | null;
	/** Why it does not run. */
	reason: string | null;
	peers: VpnPeer[];
}

export interface VpnPeer {
	name: string;
	kind: 'peer' | 'cell' | 'exit';
	public_key: string;
	endpoint: string | null;
	latest_handshake_at: string | null;
	online: boolean;
	rx_bytes: number;
	tx_bytes: number;
	allowed_ips: string[];
}

export interface PortCheck {
	port: number;
	bound: boolean;
	open: boolean | null;
	reason: string | null;
}

export interface WireguardSection {
	enabled: boolean;
	interface: string;
	backend: string;
	address: string;
	address6: string | null;
	port: number;
	mtu: number;
	endpoint_host: string;
	keepalive_s: number;
	preshared_keys: boolean;
	/** "auto" alone: the cell. */
	client_dns: string[];
	split_prefixes: string[];
	client_keys: string;
}

/** What a member sees of the own devices and services. */
export interface MyDevice {
	name: string;
	ip: string;
	ip6: string | null;
	online: boolean;
	latest_handshake_at: string | null;
	rx_bytes: number;
	tx_bytes: number;
	config_needs_reinstall: boolean;
	has_private_key: boolean;
	enabled: boolean;
}

export interface MyDashboard {
	username: string;
	devices: MyDevice[];
	services: { id: string; name: string; status: string }[];
	cell_name: string;
}

export interface MyService {
	id: string;
	name: string;
	urls: string[];
	/** How to get in, where the service says. */
	connection?: Record<string, string>;
	username?: string | null;
	password?: string | null;
	status: string;
}
