/** One file to write, path from the repository's root. */
export interface NewFile {
  path: string;
  text: string;
}

/** A name as the kinds need it: "running-median". */
export interface Name {
  /** As given. */
  given: string;
  kebab: string;
  /** runningMedian */
  camel: string;
  /** RunningMedian */
  pascal: string;
  /** running median */
  words: string;
}

export interface Kind {
  /** What a name looks like, for the help. */
  example: string;
  /** Why a name is refused; undefined when it fits. */
  refuses(name: Name): string | undefined;
  files(name: Name): NewFile[];
  /** Existing files that must learn of it: new text of each, from its old one. */
  registers?(name: Name): { path: string; edit: (text: string) => string }[];
  /** What to do next. */
  next: string;
}

export function nameOf(given: string): Name {
  const parts = given
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((part) => part !== "");
  const pascal = parts.map((part) => part.slice(0, 1).toUpperCase() + part.slice(1)).join("");
  return { given: given.trim(), kebab: parts.join("-"), camel: pascal.slice(0, 1).toLowerCase() + pascal.slice(1), pascal, words: parts.join(" ") };
}

/** Names of files and of things in code. */
export function refusesIdentifier(name: Name): string | undefined {
  return /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(name.kebab) && name.kebab.length <= 60
    ? undefined
    : "a name is letters and digits, first a letter, parts joined by dashes";
}
