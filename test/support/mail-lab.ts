import { keyOf } from "../../src/app/mail/letter-key.ts";
import { MailKeeper } from "../../src/app/mail/mail-keeper.ts";
import { mailServices } from "../../src/app/services/mail-services.ts";
import { docx } from "../../src/generate/mail/files/office.ts";
import { modulesToPicture, png } from "../../src/generate/mail/files/png.ts";
import { qrCode } from "../../src/generate/mail/files/qr.ts";
import { CampaignTable } from "../../src/lanes/email/campaign-table.ts";
import { recordOf } from "../../src/lanes/email/mail-record.ts";
import { finishMessage, openLayers } from "../../src/parsers/mail/open-layers.ts";
import { openPlain } from "../../src/parsers/mail/open-message.ts";
import type { EventOf } from "../../src/schema/event.ts";
import type { MailJudgement } from "../../src/schema/mail.ts";
import { type Lab, openLab } from "../../src/store/made-for-tests.ts";

export const KEY = keyOf(Buffer.alloc(32, 7));
const REWRITERS = { rewriters: [] };

export interface MailLab {
  lab: Lab;
  keeper: MailKeeper;
  services: ReturnType<typeof mailServices>;
  /** Opens the bytes, takes them for held (or honest), keeps them. The id of the mail. */
  take(bytes: Buffer, more?: Partial<MailJudgement> & { inCampaign?: true }): Promise<string>;
}

/** The real store, keeper and services of mail over messages that are opened for real; only the judgement is given. */
export async function mailLab(): Promise<MailLab> {
  const lab = await openLab();
  const campaigns = new CampaignTable();
  const keeper = new MailKeeper({ key: KEY, campaign: (id) => campaigns.find(id) });
  let line = 0;
  return {
    lab,
    keeper,
    services: mailServices(lab.store, KEY, 30),
    async take(bytes, { inCampaign, ...more } = {}) {
      const opening = openPlain(bytes, "inbox", REWRITERS);
      await openLayers(opening, REWRITERS);
      const opened = finishMessage(opening.message);
      const event = recordOf(opened, bytes, { source: "post", file: "inbox", fileKey: "inbox", line: ++line, offset: line * 1_000 }) as EventOf<"mail">;
      Object.assign(event, { traffic: "inbound", language: "en" });
      if (inCampaign === true)
        campaigns.add(
          {
            time: event.time,
            sender: event.sender ?? "",
            senderName: event.senderName ?? "",
            domain: event.senderDomain ?? "",
            commonDomain: false,
            commonShape: false,
            recipients: event.recipients ?? [],
            subject: event.subject ?? "",
            attachments: event.attachments ?? [],
            hashes: event.attachmentHashes ?? [],
            rareLinks: event.linkDomains ?? [],
            text: undefined,
            structure: undefined,
            score: 90,
            held: true,
          },
          event,
        );
      const judgement: MailJudgement = {
        event,
        path: `inbox#${line}`,
        score: 90,
        verdict: "hold",
        tags: ["First Time Contact", "Multistage Payload"],
        actions: ["hold"],
        indicators: [{ name: "unexpectedLink", score: 71, says: ["No mail seen here ever led there."] }],
        urls: [],
        places: { domain: "CN", connection: "CN", author: "SG" },
        opened,
        ...more,
      };
      if (judgement.verdict === "deliver") judgement.opened = undefined;
      await lab.store.ask("putMails", keeper.take([judgement], false));
      return `inbox-${line}`;
    },
  };
}

export interface Letter {
  from?: string;
  to?: string;
  subject?: string;
  html: string;
  date?: string;
  /** A small file beside the body. */
  file?: true;
  /** Text of a QR code in a document. */
  code?: string;
}

/** A message as bytes: an HTML body, and a document with a code where one is wanted. */
export function letterBytes({ from, to, subject, html, code, date, file }: Letter): Buffer {
  const head = [
    `From: ${from ?? "=?utf-8?B?6LSi5Yqh6YOo?= <10234@shack.example>"}`,
    `To: ${to ?? "Anna Ahrens <anna.ahrens@own.example>"}`,
    `Subject: ${subject ?? "The document has been delivered"}`,
    `Date: ${date ?? "Mon, 02 Mar 2026 08:00:00 +0000"}`,
    "Message-ID: <1@shack.example>",
    `Received: from mx.shack.example ([222.60.117.43]) by mx.own.example with esmtp; ${date ?? "Mon, 02 Mar 2026 08:00:05 +0000"}`,
    "X-Forefront-Antispam-Report: SCL:1;CAT:NONE",
    "Content-Type: multipart/mixed; boundary=q",
  ];
  const parts = [`--q\r\nContent-Type: text/html; charset=utf-8\r\n\r\n${html}\r\n`];
  if (file === true)
    parts.push('--q\r\nContent-Type: text/plain; name="notice.docx"\r\nContent-Disposition: attachment; filename="notice.docx"\r\n\r\nnotice\r\n');
  if (code !== undefined) {
    const picture = png(modulesToPicture(qrCode(code), 6));
    const document = docx({ title: "t", author: "a", created: 0 }, ["Scan the code to see the file"], [picture]);
    parts.push(
      `--q\r\nContent-Type: application/octet-stream; name="notice.docx"\r\nContent-Disposition: attachment; filename="notice.docx"\r\nContent-Transfer-Encoding: base64\r\n\r\n${document
        .toString("base64")
        .replace(/.{76}/g, "$&\r\n")}\r\n`,
    );
  }
  return Buffer.from(`${head.join("\r\n")}\r\n\r\n${parts.join("")}--q--\r\n`);
}
