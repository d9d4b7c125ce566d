import { createHmac, randomUUID } from "node:crypto";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { visibleText } from "../../base/escape.ts";
import { iso } from "../../base/time.ts";
import type { Action } from "../../schema/action.ts";
import { costSentence, type MadeLinks } from "./confirm-links.ts";

export interface LinkMessage {
  person: string;
  action: Action;
  links: MadeLinks;
}

/** One message as a file of mail (RFC 5322), for the pickup folder of a mail server: written whole, then renamed. */
export function dropMail(folder: string, message: LinkMessage, now: number): string {
  const { action, links, person } = message;
  const name = headerText(person);
  const body = [
    `${visibleText(action.title)}?`,
    "",
    `Because: ${visibleText(action.reason)}`,
    costSentence(action),
    "",
    `Yes: ${links.activate}`,
    `No:  ${links.refuse}`,
    "",
    `Each link works once, until ${iso(links.expires)}. If nobody answers, nothing is done.`,
  ];
  const head = [
    `Date: ${new Date(now).toUTCString().replace("GMT", "+0000")}`,
    "From: Wonted <wonted@localhost>",
    `To: ${name.includes("@") ? name : `"${name}" <${name.replaceAll(/[^A-Za-z0-9._-]/g, "")}@localhost>`}`,
    `Subject: ${headerText(`A decision waits: ${action.title}`)}`,
    `Message-ID: <${randomUUID()}@wonted.localhost>`,
    "MIME-Version: 1.0",
    "Content-Type: text/plain; charset=utf-8",
    "Content-Transfer-Encoding: 8bit",
    "Auto-Submitted: auto-generated",
  ];
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `${action.id}-${randomUUID()}.eml`);
  writeFileSync(`${path}.part`, `${[...head, "", ...body].join("\r\n")}\r\n`, { mode: 0o600 });
  renameSync(`${path}.part`, path);
  return path;
}

/** A header keeps to one line and to printable ASCII; what does not is left out, never encoded into something that a reader would show. */
function headerText(text: string): string {
  return visibleText(text)
    .replaceAll(/[^\x20-\x7e]/g, "?")
    .replaceAll(/["<>\\]/g, "")
    .slice(0, 150);
}

/** HMAC-SHA-256 over timestamp and body (S18): the receiver computes the same and refuses what is older than five minutes. */
export function webhookSignature(secret: string, timestamp: number, body: string): string {
  return `v1=${createHmac("sha256", secret).update(`${timestamp}.${body}`).digest("hex")}`;
}

/** Tells one address of the operator's configuration. Rejects when it does not answer 2xx within ten seconds; follows no redirect. */
export async function postWebhook(url: string, secret: string, message: LinkMessage, now: number): Promise<void> {
  const { action, links, person } = message;
  const body = JSON.stringify({
    type: "action-proposed",
    person,
    action: {
      id: action.id,
      kind: action.kind,
      title: action.title,
      reason: action.reason,
      entity: action.target.entity,
      cost: action.cost,
      until: iso(action.until),
    },
    links: { activate: links.activate, refuse: links.refuse, expires: iso(links.expires) },
  });
  const timestamp = Math.floor(now / 1_000);
  const headers = { "content-type": "application/json", "wonted-timestamp": String(timestamp), "wonted-signature": webhookSignature(secret, timestamp, body) };
  const answer = await fetch(url, { method: "POST", headers, body, redirect: "error", signal: AbortSignal.timeout(10_000) });
  await answer.body?.cancel();
  if (!answer.ok) throw new Error(`answered ${answer.status}`);
}
