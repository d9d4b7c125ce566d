import { registrableDomain } from "../../base/domain.ts";
import { isPlausibleTime } from "../../base/time.ts";
import type { EventBase, EventOf, NetEvent, Rejected, SensorName } from "../../schema/event.ts";
import { BLANK } from "../event-template.ts";
import { type JsonObject, text } from "../json-access.ts";
import { type ParseContext, reject } from "../record-parser.ts";
import { parseIso } from "../times.ts";
import { LOWER, TEXT } from "../words.ts";
import { CLIENT_ADDRESS, clientPort, hostOfUrl, USER } from "./fold.ts";

/** Where one record stands; what every mapping needs beside the record itself. */
export interface Place {
  context: ParseContext;
  line: number;
  offset: number;
  raw: string;
}

/** What a mapping gives back: an event, or why there is none. */
export type Mapped = NetEvent | string;

/** Fills what every event carries. The reason when the record has no usable time. */
export function head(event: EventBase, place: Place, sensor: SensorName, type: string, time: number, native: string | undefined): string | undefined {
  const { context } = place;
  event.type = type;
  event.sensor = sensor;
  event.source = context.source;
  event.file = context.file;
  event.fileKey = context.fileKey;
  event.line = place.line;
  event.offset = place.offset;
  event.time = time;
  event.seen = context.clock === undefined ? time : context.clock.now();
  event.native = native;
  event.raw = place.raw;
  if (isPlausibleTime(time)) return undefined;
  return Number.isNaN(time) ? "no time" : "time out of range";
}

export function finish(mapped: Mapped, place: Place): NetEvent | Rejected {
  return typeof mapped === "string" ? reject(place.context, place.line, mapped, place.raw) : mapped;
}

/** Time text of cloud services: ISO with or without zone (none = UTC), `2026-03-02 08:00:05`, US form `3/2/2026 8:00:05 AM`, ms or s as number. */
export function cloudTime(value: unknown): number {
  if (typeof value === "number") return value > 1e11 ? value : value * 1_000;
  if (typeof value !== "string") return Number.NaN;
  const iso = parseIso(value);
  if (!Number.isNaN(iso)) return iso;
  if (/^\d{4}-\d{2}-\d{2}[T ]\d:/.test(value)) return parseIso(`${value.slice(0, 11)}0${value.slice(11)}`);
  if (/^\d{10}(?:\.\d+)?$/.test(value)) return Number(value) * 1_000;
  if (/^\d{13}$/.test(value)) return Number(value);
  // .NET writes a narrow no-break space before AM and PM.
  const us = /^(\d{1,2})\/(\d{1,2})\/(\d{4}),?\s(\d{1,2}):(\d{2}):(\d{2})(?:\.(\d{1,7}))?\s?(AM|PM)?$/i.exec(value);
  if (us !== null) {
    const hour = (Number(us[4]) % (us[8] === undefined ? 24 : 12)) + (us[8]?.toUpperCase() === "PM" ? 12 : 0);
    return Date.UTC(Number(us[3]), Number(us[1]) - 1, Number(us[2]), hour, Number(us[5]), Number(us[6]));
  }
  const epoch = /^\/Date\((\d{10,13})\)\/$/.exec(value);
  if (epoch !== null) return Number(epoch[1]);
  // A comma after the date, a day without a time: rare forms of exports.
  return /^\d{4}-\d{2}-\d{2}/.test(value) ? Date.parse(value.includes("Z") || value.length <= 10 ? value : `${value}Z`) : Number.NaN;
}

export function blankSaas(): EventOf<"saas"> {
  return BLANK.saas();
}

/** Address and port of the client. */
export function setClient(event: EventBase, value: unknown): void {
  if (typeof value !== "string" || value === "") return;
  event.src = CLIENT_ADDRESS.get(value);
  if (event.src !== undefined) event.srcPort = clientPort(value);
}

export function userOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? USER.get(value) : undefined;
}

/** A text that comes again and again, kept once; undefined as for `text`. */
export function word(value: unknown): string | undefined {
  const given = text(value);
  return given === undefined ? undefined : TEXT.get(given);
}

/** The same in lower case. */
export function lower(value: unknown): string | undefined {
  const given = text(value);
  return given === undefined ? undefined : LOWER.get(given);
}

/** Links and their registrable domains. */
export function setLinks(event: EventOf<"saas">, urls: readonly string[]): void {
  if (urls.length === 0) return;
  event.links = [...new Set(urls)];
  const domains = new Set<string>();
  for (const url of event.links) {
    const host = hostOfUrl(url);
    if (host !== undefined) domains.add(registrableDomain(host) ?? host);
  }
  event.linkDomains = [...domains];
}

/** `[{Name, Value}]` and `[{Key, Value}]`, which Microsoft uses for open-ended parts. Names in lower case. */
export function pairsOf(value: unknown): Map<string, string> {
  const out = new Map<string, string>();
  if (!Array.isArray(value)) return out;
  for (const item of value as JsonObject[]) {
    if (typeof item !== "object" || item === null) continue;
    const name = item.Name ?? item.Key ?? item.name ?? item.key;
    const given = item.Value ?? item.value;
    if (typeof name === "string" && given !== undefined && given !== null)
      out.set(name.toLowerCase(), typeof given === "string" ? given : JSON.stringify(given));
  }
  return out;
}
