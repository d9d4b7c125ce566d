import type { Services } from "../../src/api/ports.ts";
import { CodedError } from "../../src/base/result.ts";
import { HOUR, iso } from "../../src/base/time.ts";
import { HOSTILE_TEXT } from "./invented-data.ts";

type MailServices = Pick<Services, "mails" | "mail" | "mailBody" | "mailCode" | "mailCampaigns" | "mailCampaign" | "revealMail" | "findReader" | "rawMail">;
type Detail = Awaited<ReturnType<Services["mail"]>>;

/** Two mails, one of them hostile in every text, and a campaign. */
export function inventedMail(now: number): MailServices {
  const campaign = {
    id: "campaign-1",
    messages: 2,
    senders: 2,
    readers: 2,
    days: 1,
    first: iso(now - 2 * HOUR),
    last: iso(now - HOUR),
    held: 2,
    worst: 91,
    pattern: "10???@shack.example",
    shared: ["attachment", "sender"],
    topName: HOSTILE_TEXT,
    topSubject: "The document has been delivered",
    topAttachment: "notice.docx",
    linkDomain: "new.example",
  };
  const mails = [0, 1].map(
    (i): Detail => ({
      id: `mail-${i}`,
      time: iso(now - (i + 1) * HOUR),
      traffic: "inbound",
      sender: `1023${i}@shack.example`,
      senderName: i === 0 ? HOSTILE_TEXT : "Finance",
      senderDomain: "shack.example",
      readers: [`P-${i + 1}`],
      readerCount: 1,
      subject: i === 0 ? HOSTILE_TEXT : "The document has been delivered",
      score: 91 - i,
      verdict: "hold",
      tags: ["First Time Contact", "Multistage Payload"],
      places: { domain: "CN", connection: "CN", author: "SG" },
      attachments: ["notice.docx"],
      language: "en",
      native: "clean",
      missed: true,
      learned: false,
      campaign: campaign.id,
      replyTo: "",
      messageId: `<${i}@shack.example>`,
      software: "",
      source: "post",
      file: "inbox.mbox",
      rule: "link behind a code in a document of a stranger",
      indicators: [{ name: "newSender", score: 61, says: [HOSTILE_TEXT] }],
      authentication: { spf: "pass", dkim: "none", dmarc: "none" },
      addresses: { connection: "203.0.113.5", author: "198.51.100.7" },
      stages: [["mail", "document", "qr", "link"]],
      linkDomains: ["new.example"],
      limits: [],
      letterState: "kept",
      letter: {
        text: HOSTILE_TEXT,
        html: true,
        remote: 1,
        removed: 2,
        links: [
          { url: "hxxps[://]new[.]example/a", stage: "qr", source: "qr", domain: "new.example", path: ["notice.docx"], text: HOSTILE_TEXT, mailsBefore: 0 },
        ],
        codes: [
          {
            n: 0,
            text: "hxxps[://]new[.]example/a",
            format: "QRCode",
            source: "office-image",
            path: ["notice.docx"],
            domain: "new.example",
            mailsBefore: 0,
            picture: false,
          },
        ],
        files: [{ name: HOSTILE_TEXT, type: "application/msword", size: 38_000, sha256: "ab".repeat(32), flags: [], path: [] }],
        native: {},
        raw: 0,
      },
      before: { sender: 0, domain: 0, sentTo: 0, days: 30 },
      usual: { reader: `P-${i + 1}`, mails: 12, languages: [{ value: "de", mails: 12 }], places: [{ value: "DE", mails: 12 }], files: [] },
      alerts: [],
      campaignOf: { ...campaign, place: 2 - i },
      hidden: 1,
    }),
  );
  const of = (id: string): Detail => {
    const found = mails.find((m) => m.id === id);
    if (found === undefined) throw new CodedError("mail-not-found", "No mail of this id is stored.");
    return found;
  };
  return {
    mails: async () => ({
      rows: [{ mail: of("mail-0"), campaign, matching: 2 }],
      total: 1,
      counts: { hold: 2, banner: 0, deliver: 0, missed: 2 },
      stored: 2,
      oldest: iso(now - 2 * HOUR),
      keepDays: 30,
    }),
    mail: async ({ params }) => of(params.id),
    mailBody: async ({ params }) => `<!doctype html><p>${of(params.id).sender}`,
    mailCode: async () => {
      throw new CodedError("mail-code-not-found", "No picture of this code is kept.");
    },
    mailCampaigns: async () => ({ campaigns: [campaign], total: 1 }),
    mailCampaign: async ({ params }) => {
      if (params.id !== campaign.id) throw new CodedError("mail-campaign-not-found", "No campaign of this id is stored.");
      return {
        ...campaign,
        bySender: mails.map((m) => ({ sender: m.sender, mails: 1, first: m.time, linked: false })),
        names: [{ value: HOSTILE_TEXT, mails: 2 }],
        subjects: [{ value: HOSTILE_TEXT, mails: 2 }],
        files: [{ value: "notice.docx", mails: 2 }],
        links: [{ value: "new.example", mails: 2 }],
        languages: [{ value: "en", mails: 2 }],
        hashes: [{ name: "notice.docx", sha256: "ab".repeat(32) }],
        mails: mails.map(({ id, time, sender, verdict, score }) => ({ id, time, sender, verdict, score })),
        alerts: [],
      };
    },
    revealMail: async ({ params, body }) => ({
      result: { people: [{ id: of(params.id).readers[0] ?? "", address: "anna@own.example", name: "Anna Own" }] },
      audit: { target: `mail:${params.id}`, why: body.why },
    }),
    findReader: async ({ body }) => ({ result: { id: "P-1" }, audit: { target: "mail-people", why: body.why } }),
    rawMail: async ({ params, body }) => ({
      result: { name: "mail.eml", size: 3, base64: Buffer.from("a\r\n").toString("base64") },
      audit: { target: `mail:${of(params.id).id}`, why: body.why },
    }),
  };
}
