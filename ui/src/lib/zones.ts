// Who may ask, as far as there is somebody: links with other cells and services ("cell", "container") are not there yet, so
// they are not offered and not told, and what a setting says of them stays.
import { t } from './text';
import type { Zone } from './types';

export const ASKERS: readonly Zone[] = ['lan', 'vpn', 'local', 'public'];
/** Without programs of this machine, who may always. */
export const ZONES = ASKERS.filter((z) => z !== 'local');

export const zoneChoices = (zones: readonly Zone[] = ZONES) => zones.map((z) => ({ value: z as string, label: t.zone[z]! }));

/** Those of a setting that are there, in words; this machine only where it is alone. */
export const sayZones = (zones: readonly string[]) => {
	const others = ZONES.filter((z) => zones.includes(z));
	return (others.length || !zones.includes('local') ? others : ['local']).map((z) => t.zone[z]!);
};
