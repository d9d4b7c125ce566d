import type { z } from "zod";
import { DAY } from "../../base/time.ts";
import type { alertDetail, externalSummary, outside } from "../../contract/index.ts";
import { type Mail, type MailTold, most, type Played } from "./mail-told.ts";
import { soon } from "./story-platform.ts";
import type { Table } from "./table.ts";

export const CAMPAIGN_ROWS = [
  "E1", "E4", "E5", "E6", "E7", "E9", "E10", "E11", "E12", "E14", "E15", "E16", "E18", "E20", "E21", "E23", "E24", "E27", "E29", "E30", "E31", "E32", "E35", "E36",
] as const; // biome-ignore format: numbers
const [MAILS, SENDERS, READERS] = [55, 8, 55];
const PLACES: Readonly<Record<string, string>> = { zh: "CN", en: "GB", ko: "KR", ar: "EG" };

/** The campaigns as the platform tells of them, beside what the scripts did. */
export async function tellCampaign(table: Table, told: MailTold): Promise<void> {
  const { platform } = told;
  const large = told.played.filter((p) => p.mails.length === MAILS);
  const first = large.flatMap((p) => p.first ?? []);
  const chinese = large.find((p) => p.domain.endsWith(".cn"));
  /** All four, or it is not so. */
  const all = (what: (m: Mail) => boolean, say: (m: Mail) => string): string | undefined =>
    large.length === 4 && first.length === 4 && first.every(what) ? first.map(say).join("; ") : undefined;

  await table.check("E1", "the same campaign in four languages: the same verdict, and the language is shown", () => {
    const held = large.filter((p) => p.mails.every((m) => m.verdict === "hold"));
    const languages = held.map((p) => p.first?.language ?? "");
    return Object.keys(PLACES).every((l) => languages.includes(l)) && held.length === 4 ? `${languages.join(", ")}: each of ${MAILS} held` : undefined;
  });
  await table.check("E4", "address, domain and relation were never met, in and out", () =>
    all(
      (m) =>
        m.before.sender === 0 && m.before.domain === 0 && m.before.sentTo === 0 && m.tags.includes("First Time Contact") && m.tags.includes("No Association"),
      () => "0 mails before",
    ),
  );
  await table.check("E5", `mail 1 of ${MAILS} is held`, () =>
    all(
      (m) => m.verdict === "hold",
      (m) => `score ${m.score}`,
    ),
  );
  await table.check("E6", "country of the sender's domain", () =>
    all(
      (m) => m.places.domain === PLACES[m.language],
      (m) => `${m.senderDomain} ${m.places.domain}`,
    ),
  );
  await table.check("E7", "name of the attachment in its own script, unexpected for its reader", () => {
    const name = chinese?.first?.attachments[0] ?? "";
    const unusual = chinese?.first?.indicators.find((i) => i.name === "unexpectedAttachment")?.score ?? 0;
    return /^\p{Script=Han}+\.docx$/u.test(name) && unusual >= 40 ? `${name}, unexpected attachment ${unusual}` : undefined;
  });
  await table.check("E9", "mails of several days are one campaign", () => {
    const good = large.every(
      (p) =>
        new Set(p.mails.map((m) => m.campaign)).size === 1 && p.campaign?.days === 3 && Date.parse(p.campaign.last) - Date.parse(p.campaign.first) < 3 * DAY,
    );
    return large.length === 4 && good ? large.map((p) => `${p.campaign?.first.slice(0, 10)} to ${p.campaign?.last.slice(0, 10)}`).join(", ") : undefined;
  });
  await table.check("E10", `${MAILS} mails of ${SENDERS} senders to ${READERS} readers`, () => {
    const exact = large.filter((p) => p.campaign?.messages === MAILS && p.campaign.senders === SENDERS && p.campaign.readers === READERS);
    // The English one has a second campaign with the same words beside it, and may be taken together with it.
    return exact.length >= 3 && chinese !== undefined && exact.includes(chinese)
      ? exact.map((p) => `${p.campaign?.messages} / ${p.campaign?.senders} / ${p.campaign?.readers}`).join(", ")
      : undefined;
  });
  await table.check("E11", "the shape of the senders' addresses, and later senders that fitted it at their first mail", () => {
    const linked = chinese?.campaign?.bySender.filter((s) => s.linked).length ?? 0;
    const digits = /^\d\d/.exec(chinese?.truth[0]?.entity ?? "")?.[0];
    return chinese?.campaign?.pattern === `${digits}???@${chinese?.domain}` && linked > 0
      ? `${chinese.campaign.pattern}; ${linked} of ${SENDERS} known by it beforehand`
      : undefined;
  });
  await table.check("E12", "the sender's house is on a list of lawful ones, which suppresses nothing", async () => {
    const known = await platform.get<z.infer<typeof externalSummary>>(`/api/v1/externals/${chinese?.domain}`);
    const [hit] = known.verdicts.list;
    return hit?.verdict === "benign" && chinese?.mails.every((m) => m.verdict === "hold") === true
      ? `${chinese.domain}: ${hit.verdict}, says ${hit.feed}; ${MAILS} held`
      : undefined;
  });
  await table.check("E14", "the sender policy passes, as the receiver wrote, and the mail is held all the same", () =>
    all(
      (m) => m.authentication.spf === "pass" && m.authentication.dmarc === "pass" && m.verdict === "hold",
      (m) => `spf ${m.authentication.spf}, dkim ${m.authentication.dkim}, dmarc ${m.authentication.dmarc}`,
    ),
  );
  await table.check("E15", "country of the connecting server", () =>
    all(
      (m) => m.places.connection === PLACES[m.language] && m.addresses.connection !== "",
      (m) => `${m.addresses.connection} ${m.places.connection}`,
    ),
  );
  await table.check("E16", "country of the author's program, and that it is another one", () =>
    all(
      (m) => m.places.author !== "" && m.places.author !== m.places.connection && m.tags.includes("Location Mismatch"),
      (m) => `${m.places.author}, not ${m.places.connection}`,
    ),
  );
  await table.check("E18", "mail, document, code and link as stages of one payload", () =>
    all(
      (m) => m.tags.includes("Multistage Payload") && m.stages.some((s) => s.join(">") === "mail>document>image>qr>link"),
      (m) => m.stages[0]?.join(" > ") ?? "",
    ),
  );
  await table.check("E21", "the link of a code inside a Word document, a PDF and a picture", () => {
    const codes = told.played.filter((p) => p.first?.stages.some((s) => s.includes("qr")) === true && p.mails.every((m) => m.verdict === "hold"));
    const right = codes.filter((p) => p.first?.linkDomains.includes(p.host));
    const files = right.map((p) => p.first?.attachments[0]?.split(".").at(-1) ?? "a picture in the text");
    return right.length === 6 ? `${files.join(", ")} (turned, dim and broken ones: bench qr)` : undefined;
  });
  await table.check("E20", "links to press and codes to scan", () => {
    const of = (stages: string): Played[] =>
      told.played.filter((p) => p.first?.stages.some((s) => s.join(">") === stages) === true && p.first.linkDomains.includes(p.host));
    const [link, document] = [of("mail>link"), of("mail>document>link")];
    return link.length === 1 && document.length === 1 && [...link, ...document].every((p) => p.mails.every((m) => m.verdict !== "deliver"))
      ? `a link: ${link[0]?.first?.verdict}; a link in a document: ${document[0]?.first?.verdict}; codes: E21`
      : undefined;
  });
  await tellOutside(table, told, chinese);
  await table.check("E29", "a sender's name that is a department of the house, in any script", () =>
    all(
      (m) => m.tags.includes("Department Impersonation"),
      (m) => m.senderName,
    ),
  );
  await table.check("E30", "tax, payment and delivery as inducements, in the mail's own language", () => {
    const words = first.map((m) => m.indicators.find((i) => i.name === "inducement"));
    return all(
      (m) => m.tags.includes("Solicitation") && (m.indicators.find((i) => i.name === "inducement")?.score ?? 0) > 0,
      (m) => m.subject,
    ) === undefined
      ? undefined
      : words.map((w, i) => `${first[i]?.language}: ${w?.says[0]}`).join("; ");
  });
  await table.check("E31", "most common names, subjects and files equal those of its mails", () => {
    const right = large.filter((p) => p.campaign?.messages === MAILS);
    const good = right.every((p) => {
      const c = p.campaign;
      const files = p.mails.flatMap((m) => m.attachments);
      const n = (list: readonly string[], v: string | undefined): number => list.filter((x) => x === v).length;
      const names = p.mails.map((m) => m.senderName);
      const subjects = p.mails.map((m) => m.subject);
      return (
        n(names, c?.topName) === n(names, most(names)) &&
        n(subjects, c?.topSubject) === n(subjects, most(subjects)) &&
        n(files, c?.topAttachment) === n(files, most(files))
      );
    });
    return right.length >= 3 && good ? `${chinese?.campaign?.topName}, ${chinese?.campaign?.topSubject}, ${chinese?.campaign?.topAttachment}` : undefined;
  });
  await table.check("E32", "all of this with nobody at a page: as yet nothing was pressed or said", async () => {
    const { rows } = await platform.get<{ rows: { action: string; actor: string }[] }>("/api/v1/audit?limit=200");
    const people = rows.filter((r) => !["setup", "create-token", "create-user", "login"].includes(r.action) && r.actor !== "system");
    return people.length === 0 && large.length === 4 ? `${rows.length} rows in the audit log, all of the first start` : undefined;
  });
  await table.check(
    "E35",
    "new sender, places, attachment and link as indicators with scores of their own",
    () =>
      all(
        (m) =>
          ["newSender", "unusualPlace", "unexpectedAttachment", "unexpectedLink"].every((name) => (m.indicators.find((i) => i.name === name)?.score ?? 0) > 0),
        (m) => m.indicators.map((i) => `${i.name} ${i.score}`).join(", "),
      )?.split("; ")[0],
  );
  await table.check("E36", "domain of the link, and the file with its hash", () => {
    const c = chinese?.campaign;
    const names = new Set(c?.hashes.map((h) => h.name));
    const good =
      c?.links.some((l) => l.value === chinese?.host) === true &&
      c.hashes.every((h) => /^[0-9a-f]{64}$/.test(h.sha256)) &&
      names.has(chinese?.first?.attachments[0] ?? "");
    return good ? `${c.links.map((l) => l.value).join(", ")}; ${c.hashes.length} hashes of ${names.size} names` : undefined;
  });
}

async function tellOutside(table: Table, { platform, lab }: MailTold, chinese: Played | undefined): Promise<void> {
  await table.check("E23", "the code's destination is visited and looked at like any link's", async () => {
    const query = new URLSearchParams({ state: "all", limit: "200", text: chinese?.domain ?? "" });
    const { alerts } = await platform.get<{ alerts: { id: string }[] }>(`/api/v1/alerts?${query}`);
    const visit = await soon(async () => {
      for (const { id } of alerts) {
        const alert = await platform.get<z.infer<typeof alertDetail>>(`/api/v1/alerts/${id}`);
        const found = alert.links?.flatMap((g) => g.urls).find((u) => u.visit.state === "visited");
        if (found !== undefined) return found;
      }
      return undefined;
    }, 15_000);
    return visit?.visit.credentialFields === 1 && lab.asked.length > 0
      ? `${new URL(visit.url).hostname}: "${visit.visit.title}", ${visit.visit.credentialFields} field for a password`
      : undefined;
  });
  await table.check("E24", "nobody and nothing here ever had to do with the link's domain", async () => {
    const known = await platform.get<z.infer<typeof externalSummary>>(`/api/v1/externals/${chinese?.host}`);
    return known.rarity === 100 && known.devices.length === 0 && known.users.length === 0 ? `${chinese?.host}: rarity ${known.rarity}` : undefined;
  });
  await table.check("E27", "held with nothing known of link, file or sender's mail from outside", async () => {
    const known = await platform.get<z.infer<typeof externalSummary>>(`/api/v1/externals/${chinese?.host}`);
    const { feeds } = await platform.get<z.infer<typeof outside>>("/api/v1/outside");
    return known.verdicts.hits === 0 && feeds.length === 1 && chinese?.first?.verdict === "hold"
      ? `${known.verdicts.hits} verdicts in ${feeds.length} list, which holds one lawful name`
      : undefined;
  });
}
