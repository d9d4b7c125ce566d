/** Kinds of users in the reader's words, most of ours first. */
const KINDS: Readonly<Record<string, readonly [one: string, many: string]>> = {
  member: ["member", "members"],
  guest: ["guest", "guests"],
  foreign: ["user of another tenant", "users of other tenants"],
  application: ["application", "applications"],
  system: ["system account", "system accounts"],
  anonymous: ["anonymous user", "anonymous users"],
};

export const KIND_ORDER = Object.keys(KINDS);

export function kindWord(kind: string, count = 1): string {
  return KINDS[kind]?.[count === 1 ? 0 : 1] ?? kind;
}

/** The name that people use, else the address. */
export function personName(person: { id: string; name?: string | undefined }): string {
  return person.name ?? person.id;
}
