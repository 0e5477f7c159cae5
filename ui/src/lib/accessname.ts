// The words by which a peer may be let to something, as people call them.
const ROUTE = /^route:/;

export const accessName = (word: string) => word.replace(ROUTE, '');

/** Those that stand for something: words of services (data.md 4.5) do not yet, and are not told. */
export const accessNames = (words: readonly string[]) => words.filter((w) => ROUTE.test(w)).map(accessName);
