import type { FlowMatch } from "../schema/action.ts";
import type { Alert } from "../schema/alert.ts";
import type { EntityRef } from "../schema/entity.ts";
import { eventId, type NetEvent } from "../schema/event.ts";
import { flowKey } from "./ports.ts";

/** More rules than this from one alert name no connection any more but a habit: they are widened to the other end, or cut to this many. */
export const MAX_FLOWS = 32;

export type Scope = "connection" | "peer" | "port";

/**
 * The connections that an alert is about, as rules: initiator, responder, port of the responder. Only those that the entity takes part in; records
 * without a responder's port (ICMP) give a rule of the pair. Ordered, without repeats.
 */
export function flowsOf(alert: Pick<Alert, "events" | "peers">, entity: EntityRef, scope: Scope): FlowMatch[] {
  const own = entity.ip ?? (entity.kind === "external" ? entity.id : undefined);
  if (own === undefined) return [];
  const exact = new Map<string, FlowMatch>();
  for (const event of alert.events) {
    if (event.src === undefined || event.dst === undefined || (event.src !== own && event.dst !== own)) continue;
    const flow = ruleOf(event, scope);
    if (flow !== undefined) exact.set(flowKey(flow), flow);
  }
  if (exact.size === 0) {
    // An alert of a whole hour or of other alerts cites no connection; its peers say where to.
    for (const peer of alert.peers) {
      if (peer.ip === undefined || peer.ip === own) continue;
      const flow: FlowMatch = { src: own, dst: peer.ip, ...(scope === "connection" && peer.port !== undefined ? { port: peer.port } : {}) };
      exact.set(flowKey(flow), flow);
    }
  }
  if (exact.size <= MAX_FLOWS) return [...exact.values()];
  if (scope === "connection") return flowsOf(alert, entity, "peer");
  return [...exact.values()].slice(0, MAX_FLOWS);
}

function ruleOf(event: NetEvent, scope: Scope): FlowMatch | undefined {
  const { src, dst, dstPort } = event;
  if (src === undefined || dst === undefined) return undefined;
  const proto = event.proto === "udp" ? "udp" : "tcp";
  if (scope === "port") return dstPort === undefined ? undefined : { src, port: dstPort, proto };
  if (scope === "peer" || dstPort === undefined || dstPort === 0) return { src, dst };
  return { src, dst, port: dstPort, proto };
}

/** Things that one action of a message's kind names, at most. */
const MAX_ITEMS = 100;

/** Messages or links of the records that alerts cite, in their order, without repeats: a message by its Message-ID, in chat by its id; a link as it stood. */
export function itemsOf(alerts: readonly Pick<Alert, "events">[], what: "messages" | "links"): string[] {
  const items = new Set<string>();
  for (const event of alerts.flatMap((a) => a.events)) {
    if (event.family === "mail") {
      if (what === "links") for (const url of event.urls ?? []) items.add(url);
      else items.add(event.messageId ?? eventId(event));
    } else if (event.family === "saas" && event.activity === "message") {
      if (what === "links") for (const url of event.links ?? []) items.add(url);
      else items.add(event.message ?? eventId(event));
    }
  }
  return [...items].slice(0, MAX_ITEMS);
}

/** Application records that only stand after a TCP handshake: nobody can write them with a forged source address. */
const OVER_TCP = new Set(["http", "tls", "ssh", "smb", "rdp", "ftp", "smtp", "ldap", "dcerpc", "file", "ntlm"]);

/**
 * Does at least one record prove that the entity itself spoke: a finished TCP handshake, or an authenticated record of a vendor's interface? Datagrams,
 * unanswered connections and lone signatures can be forged in anybody's name, so they never cut alone (S15).
 */
export function isProven(alert: Pick<Alert, "events">): boolean {
  return alert.events.some(provesItself);
}

function provesItself(event: NetEvent): boolean {
  if (event.sensor === "microsoft" || event.sensor === "aws" || event.sensor === "okta" || event.sensor === "google") return true;
  if (event.proto !== undefined && event.proto !== "tcp") return false;
  if (event.family === "conn") return event.state === "established" || ((event.bytesIn ?? 0) > 0 && (event.bytesOut ?? 0) > 0);
  if (event.family === "kerberos") return event.proto === "tcp";
  return OVER_TCP.has(event.family);
}
