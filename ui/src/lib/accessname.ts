// The words by which a peer may be let to services, as people call them.
import { td } from './peertext';

export const accessName = (word: string) => td.service[word] ?? word.replace(/^route:/, '');
