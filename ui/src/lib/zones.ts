// Who may ask, as far as there is somebody: links with other cells and services ("cell", "container") are not there yet, so
// they are not offered, told only where a setting names nobody else, and what it says of them stays.
import { t } from './text';
import type { Zone } from './types';

export const ASKERS: readonly Zone[] = ['lan', 'vpn', 'local', 'public'];
/** Without programs of this machine, who may always. */
export const ZONES = ASKERS.filter((z) => z !== 'local');

export const zoneChoices = (zones: readonly Zone[] = ZONES) => zones.map((z) => ({ value: z as string, label: t.zone[z]! }));

const hasOffered = (zones: readonly string[]) => ZONES.some((z) => zones.includes(z));

/** Does a setting name somebody whom a form offers? What it says of others is not seen there; one that named only such may go on so. */
export const namesSomebody = (zones: readonly string[], before: readonly string[] | undefined) =>
	hasOffered(zones) || (before !== undefined && !hasOffered(before));

/** Those of a setting that are there, in words; others only where there is nobody else. */
export const sayZones = (zones: readonly string[]) => {
	const others = ZONES.filter((z) => zones.includes(z));
	return (others.length ? others : zones.includes('local') ? ['local'] : zones).map((z) => t.zone[z] ?? z);
};
