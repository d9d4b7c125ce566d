import type { AlertDetail, EventRecord, IncidentDetail } from "../../../client/types.ts";
import { text } from "../../../words/records.ts";

/** A run of chat messages of one actor, as its records tell it: one row a chat. */
export interface ChatRow {
  chat: string;
  /** Who else takes part; empty where no record names anybody. */
  people: readonly string[];
  name: string | undefined;
  messages: readonly { id: string; time: number; links: readonly string[] }[];
}

export interface ChatRun {
  rows: readonly ChatRow[];
  messages: number;
  recipients: readonly string[];
  links: readonly string[];
  domains: readonly string[];
  addresses: readonly string[];
  names: readonly string[];
  start: number;
  end: number;
  /** Chats with exactly one other person. */
  oneToOne: number;
}

/** Whose run an incident is about: the user of another tenant on whom most of its alerts lie; undefined when it is about something else. */
export function actorOf(incident: IncidentDetail, alerts: readonly AlertDetail[]): string | undefined {
  const counts = new Map<string, number>();
  for (const alert of alerts)
    if (alert.entity.kind === "user" && alert.records.some((r) => r.fields.activity === "message" && r.fields.user === alert.entity.id))
      counts.set(alert.entity.id, (counts.get(alert.entity.id) ?? 0) + 1);
  const [first] = [...counts].sort((a, b) => b[1] - a[1]);
  return first?.[0] ?? incident.entities.find((e) => e.kind === "user" && alerts.some((a) => a.entity.id === e.id && /Messages|Chat/.test(a.model)))?.id;
}

const strings = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

/** Rows in the order in which their chats began. Copies that a second sensor told are counted once, under the record that has the links. */
export function runOf(records: readonly EventRecord[], actor: string): ChatRun {
  const chats = new Map<string, { people: Set<string>; name: string | undefined; messages: Map<string, { id: string; time: number; links: string[] }> }>();
  const addresses = new Set<string>();
  const domains = new Set<string>();
  for (const record of records) {
    const f = record.fields;
    const chat = text(f.chat);
    if (chat === "") continue;
    const row = chats.get(chat) ?? { people: new Set<string>(), name: undefined, messages: new Map() };
    chats.set(chat, row);
    for (const person of [text(f.target), ...strings(f.targets)]) if (person !== "" && person !== actor) row.people.add(person);
    if (f.user !== actor && f.user !== undefined) row.people.add(text(f.user));
    row.name ??= text(f.chatName) || undefined;
    if (f.activity !== "message" || f.user !== actor) continue;
    if (record.src !== undefined) addresses.add(record.src);
    const key = text(f.message) || record.id;
    const links = strings(f.links);
    for (const domain of strings(f.linkDomains)) domains.add(domain);
    const before = row.messages.get(key);
    if (before === undefined) row.messages.set(key, { id: record.id, time: Date.parse(record.time), links });
    else if (links.length > before.links.length) before.links = links;
  }
  const rows = [...chats]
    .map(([chat, r]): ChatRow => ({ chat, people: [...r.people], name: r.name, messages: [...r.messages.values()].sort((a, b) => a.time - b.time) }))
    .filter((r) => r.messages.length > 0)
    .sort((a, b) => (a.messages[0]?.time ?? 0) - (b.messages[0]?.time ?? 0));
  const times = rows.flatMap((r) => r.messages.map((m) => m.time));
  return {
    rows,
    messages: times.length,
    recipients: [...new Set(rows.flatMap((r) => r.people))],
    links: [...new Set(rows.flatMap((r) => r.messages.flatMap((m) => m.links)))],
    domains: [...domains],
    addresses: [...addresses],
    names: [...new Set(rows.map((r) => r.name).filter((n): n is string => n !== undefined))],
    start: times.length === 0 ? 0 : Math.min(...times),
    end: times.length === 0 ? 0 : Math.max(...times),
    oneToOne: rows.filter((r) => r.people.length === 1).length,
  };
}
