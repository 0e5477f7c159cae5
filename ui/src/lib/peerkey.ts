// A key pair for WireGuard made in this browser. The private half is put into the file
// here and goes nowhere else.

export interface KeyPair {
	privateKey: string;
	publicKey: string;
}

const base64 = (b: Uint8Array) => btoa(String.fromCharCode(...b));

/** The last 32 bytes of PKCS #8 are the key itself (RFC 8410). */
const SEED = 32;

/** null: this browser, or a page without HTTPS, cannot. */
export async function makeKeys(): Promise<KeyPair | null> {
	try {
		const pair = await crypto.subtle.generateKey('X25519', true, ['deriveBits']) as CryptoKeyPair;
		const secret = new Uint8Array(await crypto.subtle.exportKey('pkcs8', pair.privateKey)).slice(-SEED);
		// WireGuard stores it as RFC 7748 5 uses it
		secret[0]! &= 248;
		secret[31] = (secret[31]! & 127) | 64;
		return { privateKey: base64(secret), publicKey: base64(new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey))) };
	} catch {
		return null;
	}
}

/** The file as the cell made it, with the key it never had. */
export const withKey = (config: string, privateKey: string) =>
	config.replace(/^\[Interface\]\r?\n(PrivateKey.*\n)?/m, `[Interface]\nPrivateKey = ${privateKey}\n`);

export const isKey = (s: string) => /^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/.test(s);
