import { DAY, MINUTE, SECOND } from "../../../base/time.ts";
import { fill, thing } from "../../lexicon/fill.ts";
import { phrasesOf } from "../../lexicon/phrases.ts";
import { attachment, drafted, htmlOf, messageId, ownAuthor, partnerAuthor, write } from "../../mail/author.ts";
import { pdf } from "../../mail/files/pdf.ts";
import { type MailDraft, mailFile } from "../../mail/message.ts";
import { lookalike } from "../lookalike.ts";
import { employed, victim, worldOf } from "../people.ts";
import { freshDomain } from "../stage.ts";
import { freeAddress } from "../targets.ts";
import type { StepKind } from "../types.ts";
import { strangeHello } from "../wire.ts";
import { tell, wireOf } from "./tell.ts";

/**
 * A supplier's mailbox in other hands: an honest exchange, then in the same thread a message with new bank details, from the true mailbox (its
 * author elsewhere) or from a lookalike domain; `follow` further mails press for payment.
 */
export const supplierHijack: StepKind = (stage, values) => {
  const world = worldOf(stage);
  const { draw } = wireOf(stage, "hijack");
  const day = world.calendar.dayOf(stage.now);
  const suppliers = world.partners.filter((p) => p.invoices && p.since < day);
  const partner = draw.weighted(suppliers.length > 0 ? suppliers : world.partners, (p) => p.weight);
  const contact = partner.people.find((c) => c.title === "Accounts Receivable") ?? partner.people[0];
  if (contact === undefined) return;
  const people = employed(stage);
  const finance = people.filter((p) => p.department === "Finance");
  const person = draw.pick(finance.length > 0 ? finance : people);
  const them = partnerAuthor(world, partner, contact);
  const us = ownAuthor(world, person);
  const language = partner.language === world.organisation.language ? partner.language : "en";
  const topic = thing(draw);
  const subject = fill(phrasesOf(language).invoice.subject, draw, { at: stage.now, thing: topic });
  const references: string[] = [];
  let quoted = "";
  const send = (by: typeof them, draft: Partial<MailDraft>, lines: readonly string[]): void => {
    const reader = by === us ? contact : person;
    const written = write(by, { name: reader.name, mail: reader.mail }, reader.given, language, stage.now, draw, {
      topic,
      lines,
      ...(quoted === "" ? {} : { quoted }),
    });
    const id = messageId(by, draw);
    stage.out.emitted.push(
      mailFile(world, draw, {
        ...drafted(by, draw),
        time: Math.floor(stage.now),
        to: [{ name: reader.name, mail: reader.mail }],
        subject: references.length === 0 ? subject : `RE: ${subject}`,
        messageId: id,
        references: [...references],
        text: written.text,
        html: htmlOf(written.text),
        direction: by === us ? "out" : "in",
        ...draft,
      }),
    );
    references.push(id);
    quoted = written.text;
  };
  const honestStart = stage.now;
  send(them, { attachments: [attachment(them, topic, stage.now, draw)] }, phrasesOf(language).invoice.lines);
  stage.now += draw.between(0.1, 0.6) * DAY;
  send(us, {}, [phrasesOf(language).lines[9] ?? "Thank you."]);
  // These two are the supplier's own: no part of the attack, but what it hangs on.
  tell(stage, "supplier-thread", values, {
    start: honestStart,
    end: stage.now,
    entity: person.mail,
    peer: contact.mail,
    what: "the honest part of the thread",
    records: 2,
    technique: "T1586.002",
  });
  stage.now += draw.between(0.3, 2) * DAY;
  const imitates = values.text("from") === "lookalike";
  const domain = imitates ? `${lookalike(partner.domain.split(".")[0] ?? "x", draw)}.${partner.domain.split(".").slice(1).join(".")}` : partner.domain;
  const mail = `${contact.mail.split("@")[0]}@${domain}`;
  const thief = { ...them, address: { name: contact.name, mail } };
  const bank = `IBAN ${draw.pick(["GB", "LT", "PL", "PT", "HU"])}${draw.int(10, 99)} ${draw.int(1_000, 9_999)} ${draw.int(1_000, 9_999)} ${draw.int(1_000, 9_999)} ${draw.int(10, 99)}`;
  const plain: Readonly<Record<string, string>> = {
    de: "Bitte beachten Sie unsere neue Bankverbindung: ",
    fr: "Veuillez noter nos nouvelles coordonnées bancaires : ",
    it: "Vi preghiamo di annotare le nuove coordinate bancarie: ",
    es: "Tomen nota de nuestra nueva cuenta bancaria: ",
    nl: "Let op ons nieuwe rekeningnummer: ",
  };
  const lines = [`${plain[language] ?? "Please note our new bank details: "}${bank}`];
  const start = stage.now;
  const count = 1 + Math.round(values.number("follow"));
  for (let i = 0; i < count; i++) {
    send(
      thief,
      {
        client: { ip: stage.place.ip, header: true },
        ...(imitates
          ? {
              server: { hostname: `mail.${domain}`, ip: freeAddress(draw) },
              dkim: { result: "pass" as const, domain },
              spf: "pass" as const,
              dmarc: { result: "none" as const, policy: "" },
            }
          : {}),
        attachments:
          i === 0
            ? [
                {
                  name: `${phrasesOf(language).invoice.word}_${draw.int(10_000, 99_999)}.pdf`,
                  type: "application/pdf",
                  data: pdf(subject, [partner.name, subject, "", bank]),
                },
              ]
            : [],
      },
      lines,
    );
    stage.now += draw.between(0.2, 1) * DAY;
  }
  tell(stage, "supplier-hijack", values, {
    start,
    end: stage.now,
    entity: mail,
    peer: person.mail,
    host: domain,
    what: `${count} mails in a known thread with other bank details, written in ${stage.place.country}`,
    records: count,
  });
};

/** One mail with a link to the victim, and the click: the name asked for and the page opened from his machine. */
export const phishAndClick: StepKind = (stage, values) => {
  const world = worldOf(stage);
  const { draw, wire } = wireOf(stage, "phish");
  const person = victim(stage);
  const host = `${draw.pick(["login", "docs", "share", "auth"])}.${freshDomain(draw)}`;
  const ip = freeAddress(draw);
  const sender = freshDomain(draw);
  const url = `https://${host}/${draw.token(12)}`;
  const text = `${draw.pick(["A document was shared with you.", "Your mailbox is almost full.", "You have a new voice message."])}\n\n${url}\n`;
  const start = stage.now;
  stage.out.emitted.push(
    mailFile(world, draw, {
      time: Math.floor(start),
      from: { name: draw.pick(["Document Centre", "Mail Administrator", "Voice Service"]), mail: `notice@${sender}` },
      to: [{ name: "", mail: person.mail }],
      subject: draw.pick(["Shared: contract.pdf", "Action needed", "New voice message (0:42)"]),
      messageId: `<${draw.hex(24)}@${sender}>`,
      text,
      html: htmlOf(text, url),
      direction: "in",
      server: { hostname: `mta1.${sender}`, ip: freeAddress(draw) },
      zone: "UTC",
      spf: "pass",
      dkim: { result: "pass", domain: sender },
      dmarc: { result: "pass", policy: "none" },
    }),
  );
  tell(stage, "phish", values, { start, end: start, entity: `notice@${sender}`, peer: person.mail, host, what: `one mail with a link to ${host}`, records: 1 });
  stage.now = start + values.number("wait") * MINUTE;
  const clicked = stage.now;
  const before = wire.count;
  wire.dns(clicked, stage.foothold.ip, stage.setting.net.resolver, host, { answers: [ip] });
  const client = strangeHello(draw);
  for (let i = 0; i < 3; i++)
    wire.tls(
      {
        time: clicked + 60 + i * 4 * SECOND,
        src: stage.foothold.ip,
        dst: ip,
        port: 443,
        seconds: draw.between(0.5, 9),
        out: draw.int(900, 4_000),
        in: draw.int(8_000, 260_000),
      },
      host,
      client,
    );
  stage.now += 2 * MINUTE;
  tell(stage, "click", values, {
    technique: "T1204.001",
    start: clicked,
    end: stage.now,
    entity: stage.foothold.ip,
    peer: ip,
    host,
    port: 443,
    what: `the link opened on ${stage.foothold.hostname}; credentials given away`,
    records: wire.count - before,
  });
};
