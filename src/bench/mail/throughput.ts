import { generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Places } from "../../enrich/places.ts";
import { recordOf } from "../../lanes/email/mail-record.ts";
import { makeCore } from "../../lanes/make-core.ts";
import { type LinkLookups, readLinkLookups } from "../../parsers/links/link-lookups.ts";
import { authenticateMail, envelopeOf, type Resolver, statedVerdicts } from "../../parsers/mail/authenticate.ts";
import { hasLayers } from "../../parsers/mail/open-layers.ts";
import { openPlain } from "../../parsers/mail/open-message.ts";
import type { OpenedMessage } from "../../parsers/mail/opened-message.ts";
import type { NetEvent } from "../../schema/event.ts";
import { MailOpener } from "../../sensors/mail/open-pool.ts";
import { benchModels, HOME, MADE_ORGANISATION } from "../bench-core.ts";
import { filesBelow } from "./corpus.ts";

/** Messages that warm the compiler, counted in no figure; of few messages a fifth. */
const WARM_UP = 400;
const MEASURED = 2_000;
/** As the live path hands them over. */
const BATCH = 64;

export interface Throughput {
  messages: number;
  /** Messages a second of processor time, all processes together: with what the receiving system wrote of authentication. */
  trusted: number;
  /** The same with SPF, DKIM and DMARC checked here. */
  own: number;
}

/**
 * Messages without files or drawn codes, from a reader's bytes to the verdict with its indicators, tags, models and learning: opened in a process of its own as the live
 * path does, its time counted with this one's (undefined where that cannot be read, or of hardly any message). Own checking asks a resolver that has a record for every question, so that every signature is verified.
 */
export async function mailThroughput(folders: readonly string[]): Promise<Throughput | undefined> {
  const lookups = readLinkLookups(join(HOME, "content"));
  const mails = plainMails(folders, lookups);
  const warm = Math.min(WARM_UP, Math.floor(mails.length / 5));
  const trusted = await rate(mails, warm, lookups, async (opened) => statedVerdicts(opened, []));
  const resolver = answering();
  const own = await rate(mails, warm, lookups, (opened, bytes) => authenticateMail(bytes, envelopeOf(opened), resolver));
  return trusted === undefined || own === undefined ? undefined : { messages: mails.length - warm, trusted, own };
}

/** Every n-th of the plain messages, so that all folders have their share. */
function plainMails(folders: readonly string[], lookups: LinkLookups): Buffer[] {
  const paths = folders.flatMap(filesBelow);
  const step = Math.max(1, Math.floor(paths.length / ((WARM_UP + MEASURED) * 1.3)));
  const out: Buffer[] = [];
  for (let i = 0; i < paths.length && out.length < WARM_UP + MEASURED; i += step) {
    const bytes = readFileSync(paths[i] as string);
    if (!hasLayers(openPlain(bytes, "m.eml", lookups))) out.push(bytes);
  }
  return out;
}

async function rate(
  mails: readonly Buffer[],
  warm: number,
  lookups: LinkLookups,
  auth: (opened: OpenedMessage, bytes: Buffer) => Promise<ReturnType<typeof statedVerdicts>>,
): Promise<number | undefined> {
  const opener = new MailOpener({ lookups, processes: 1 });
  const core = makeCore({ organisation: MADE_ORGANISATION, roles: new Map(), models: benchModels(), places: new Places([]) });
  try {
    let from = -1;
    let before = 0;
    for (let i = 0; i < mails.length; i += BATCH) {
      if (from < 0 && i >= warm) {
        from = i;
        before = spent(opener);
      }
      const batch = mails.slice(i, i + BATCH);
      const records = await Promise.all(
        batch.map(async (bytes, k) => {
          const opened = await opener.open(bytes, `m.eml#${i + k}`);
          const ref = { source: "mail", file: "m.eml", fileKey: "m", line: i + k, offset: i + k };
          return recordOf(opened, bytes, ref, await auth(opened, bytes));
        }),
      );
      core.lane.process(records.filter((r): r is NetEvent => "family" in r));
    }
    const seconds = (spent(opener) - before) / 1_000;
    return Number.isFinite(seconds) && from >= 0 ? (mails.length - from) / seconds : undefined;
  } finally {
    await opener.close();
  }
}

function spent(opener: MailOpener): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000 + (opener.processorTime() ?? Number.NaN);
}

/** A policy for every domain and one key for every signature: none verifies, and each is computed to its end. */
function answering(): Resolver {
  const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });
  const key = publicKey.export({ type: "spki", format: "der" }).toString("base64");
  return async (name, type) => {
    if (type === "A") return ["192.0.2.25"];
    if (type === "MX") return [{ priority: 10, exchange: `mx.${name}` }] as never;
    if (type !== "TXT") throw Object.assign(new Error("no record"), { code: "ENOTFOUND" });
    if (name.includes("._domainkey.")) return [[`v=DKIM1; k=rsa; p=${key}`]];
    return name.startsWith("_dmarc.") ? [["v=DMARC1; p=none"]] : [["v=spf1 ip4:192.0.2.0/24 a mx -all"]];
  };
}
