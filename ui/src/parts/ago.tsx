// A moment, said relative to now and kept current; the exact time behind it.
import { everyHalfMinute } from '../lib/clock';
import { exactTime, since } from '../lib/format';

export const Ago = ({ at }: { at: string }) =>
	<time dateTime={at} title={exactTime(at)}>{since(at, everyHalfMinute.value)}</time>;
