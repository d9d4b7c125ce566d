import type { EventOf } from "../../schema/event.ts";
import { BLANK } from "../event-template.ts";
import { type JsonObject, text } from "../json-access.ts";
import { userOf } from "../saas/cloud-record.ts";
import { CLIENT_ADDRESS } from "../saas/fold.ts";
import { MAC, TEXT } from "../words.ts";

export type EndpointEvent = EventOf<"endpoint">;

export function blankEndpoint(): EndpointEvent {
  return BLANK.endpoint();
}

/** What an alert names, gathered over its evidence; `fill` writes it into the event's columns. */
export class Evidence {
  readonly hosts: string[] = [];
  readonly addresses: string[] = [];
  readonly macs: string[] = [];
  readonly users: string[] = [];
  readonly files: string[] = [];
  readonly processes: string[] = [];
  readonly urls: string[] = [];
  readonly all: string[] = [];
  hostId: string | undefined;
  country: string | undefined;

  host(name: string | undefined, id?: string): void {
    const lower = name?.toLowerCase().trim();
    if (lower !== undefined && lower !== "") this.#add(this.hosts, lower, "device");
    if (id !== undefined && id !== "") this.hostId ??= id;
  }

  /** An address of the device itself. */
  address(value: string | undefined): void {
    const ip = value === undefined ? undefined : CLIENT_ADDRESS.get(value);
    if (ip !== undefined) this.#add(this.addresses, ip, "address");
  }

  mac(value: string | undefined): void {
    if (value !== undefined && /^[0-9a-f]{2}([:-][0-9a-f]{2}){5}$/i.test(value)) this.#add(this.macs, MAC.get(value) ?? value, "hardware address");
  }

  user(value: string | undefined, domain?: string): void {
    const user = userOf(value);
    if (user === undefined) return;
    const known = user.includes("@") || domain === undefined || domain === "" || !domain.includes(".") ? user : `${user}@${domain.toLowerCase()}`;
    this.#add(this.users, known, "user");
  }

  file(name: string | undefined, hash?: string): void {
    if (name !== undefined && name !== "") this.#add(this.files, hash === undefined ? name : `${name} (${hash})`, "file");
  }

  process(command: string | undefined): void {
    if (command !== undefined && command !== "") this.#add(this.processes, command.slice(0, 1_000), "process");
  }

  /** An address or URL that the alert names beside the device. */
  url(value: string | undefined): void {
    if (value !== undefined && value !== "") this.#add(this.urls, value.slice(0, 1_000), "url");
  }

  other(kind: string, value: string | undefined): void {
    if (value !== undefined && value !== "" && this.all.length < 200) this.all.push(`${kind}: ${value.slice(0, 300)}`);
  }

  #add(to: string[], value: string, kind: string): void {
    if (to.includes(value) || to.length >= 100) return;
    to.push(value);
    this.all.push(`${kind}: ${value.slice(0, 300)}`);
  }

  fill(event: EndpointEvent): void {
    event.host = this.hosts[0] === undefined ? undefined : TEXT.get(this.hosts[0]);
    event.hostId = this.hostId;
    event.hosts = listOrNone(this.hosts);
    event.addresses = listOrNone(this.addresses);
    event.macs = listOrNone(this.macs);
    event.user = this.users[0] === undefined ? undefined : TEXT.get(this.users[0]);
    event.users = listOrNone(this.users);
    event.files = listOrNone(this.files);
    event.processes = listOrNone(this.processes);
    event.urls = listOrNone(this.urls);
    event.evidence = listOrNone(this.all);
    event.country = this.country;
    event.src = this.addresses[0];
  }
}

function listOrNone(values: string[]): readonly string[] | undefined {
  return values.length === 0 ? undefined : values;
}

/** informational, low, medium, high. Numbers as CrowdStrike and GuardDuty count them (0-10 or 0-100). */
export function severityOf(value: unknown): string | undefined {
  if (typeof value === "number") {
    const tenth = value > 10 ? value / 10 : value;
    return tenth >= 7 ? "high" : tenth >= 4 ? "medium" : tenth >= 1 ? "low" : "informational";
  }
  const word = text(value)?.toLowerCase();
  if (word === undefined) return undefined;
  if (word === "info") return "informational";
  return word === "critical" ? "high" : TEXT.get(word);
}

/** Technique ids out of whatever names them: `T1059.001`, "Regsvr32 (T1218.010)", JSON lists. */
export function techniquesOf(...values: readonly unknown[]): readonly string[] | undefined {
  const found = new Set<string>();
  for (const value of values) {
    const given = typeof value === "string" ? value : value === undefined || value === null ? "" : JSON.stringify(value);
    for (const match of given.matchAll(/\bT\d{4}(?:\.\d{3})?\b/g)) found.add(match[0]);
  }
  return found.size === 0 ? undefined : [...found];
}

/** JSON inside a text; undefined when it is none. */
export function nested(value: unknown): unknown {
  if (typeof value !== "string") return value;
  if (!/^\s*[[{]/.test(value)) return undefined;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return undefined;
  }
}

export function firstText(record: JsonObject, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = text(record[name]);
    if (value !== undefined) return value;
  }
  return undefined;
}
