import { fill, thing } from "../lexicon/fill.ts";
import { phrasesOf } from "../lexicon/phrases.ts";
import type { LifeOutput, LifeSource } from "../life.ts";
import type { Draw } from "../world/draw.ts";
import type { Bot, MailingList, Newsletter, OrgEvent, Person, World } from "../world/types.ts";
import { attachment, drafted, htmlOf, messageId, ownAuthor, write } from "./author.ts";
import { pdf } from "./files/pdf.ts";
import { logo } from "./files/png.ts";
import { type MailDraft, mailFile } from "./message.ts";
import { escapeHtml } from "./mime.ts";
import { stranger } from "./strangers.ts";

/** Mail that one writes to many, and that machines write: newsletters, lists, notices, mass mails, answers of absence aside. */
export class BulkLife implements LifeSource {
  readonly name = "bulk mail";
  readonly #world: World;
  constructor(world: World) {
    this.#world = world;
  }

  play(from: number, to: number, day: number, out: LifeOutput): void {
    const { newsletters, lists, bots, events, calendar, draw: root } = this.#world;
    for (const letter of newsletters) {
      const due = root.fork(`letter/${letter.id}`).int(0, letter.every - 1);
      const at = calendar.at(day, letter.hour);
      if ((day + due) % letter.every === 0 && at >= from && at < to && (letter.every > 1 || calendar.weekday(day) < 5))
        this.#letter(letter, at, day, root.fork(`letter/${letter.id}/${day}`), out);
    }
    const hour = calendar.hourOf(from);
    const busy = calendar.isWorkday(day) ? (hour >= 8 && hour < 18 ? 1 / 10 : 0.005) : 0.003;
    for (const list of lists) {
      const draw = root.fork(`list/${list.address}/${from}`);
      for (let i = draw.poisson(list.rate * (list.inside ? busy : 1 / 24)); i > 0; i--) this.#list(list, draw.between(from, to), day, draw, out);
    }
    for (const bot of bots) {
      const draw = root.fork(`bot/${bot.id}/${from}`);
      const round = bot.kind === "monitoring" || bot.kind === "backup" || bot.kind === "build";
      for (let i = draw.poisson(bot.rate * (round ? (hour >= 1 && hour < 5 ? 0.08 : 0.035) : busy)); i > 0; i--)
        this.#notice(bot, draw.between(from, to), day, draw, out);
    }
    for (const event of events) if (event.kind === "internal-mass-mail" && event.start >= from && event.start < to) this.#massMail(event, day, out);
  }

  #there(ids: readonly string[], day: number): Person[] {
    const wanted = new Set(ids);
    return this.#world.people.filter((p) => wanted.has(p.id) && p.joins <= day && day <= p.leaves);
  }

  /** One message a subscriber, within minutes, through the platform's machines: bounce domain and links are the platform's. */
  #letter(letter: Newsletter, at: number, day: number, draw: Draw, out: LifeOutput): void {
    const phrases = phrasesOf(letter.language);
    const subject = fill(draw.pick(phrases.news), draw, { at });
    const items = Array.from({ length: draw.int(3, 7) }, () => fill(draw.pick(phrases.news), draw, { at }));
    const campaign = draw.hex(10);
    let time = at;
    for (const person of this.#there(letter.subscribers, day)) {
      time += draw.exponential(20_000);
      const token = draw.hex(24);
      const url = (n: number): string => `https://${letter.platform.domain}/c/${campaign}/${token}/${n}`;
      const text = `${letter.name}\n\n${items.map((item, n) => `* ${item}\n  ${url(n)}`).join("\n")}\n\nUnsubscribe: ${url(99)}\n`;
      const html = `<html><body style="background:#f4f4f4"><table width="600" align="center" style="background:#fff"><tr><td><h1>${escapeHtml(letter.name)}</h1>${items.map((item, n) => `<h3>${escapeHtml(item)}</h3><p><a href="${url(n)}">${escapeHtml(item)}</a></p>`).join("")}<p style="font-size:9px"><a href="${url(99)}">Unsubscribe</a></p><img src="https://${letter.platform.domain}/o/${token}.gif" width="1" height="1"></td></tr></table></body></html>`;
      out.emit(
        mailFile(this.#world, draw, {
          time: Math.floor(time),
          from: { name: letter.name, mail: letter.from },
          envelope: `bounce-${token}@${letter.platform.domain}`,
          to: [{ name: "", mail: person.mail }],
          subject,
          messageId: `<${campaign}.${token}@${letter.platform.domain}>`,
          text,
          html,
          direction: "in",
          server: { hostname: `out${draw.int(1, 40)}.${letter.platform.domain}`, ip: draw.pick(letter.platform.ips) },
          zone: "UTC",
          spf: "pass",
          dkim: { result: "pass", domain: letter.domain },
          dmarc: { result: "pass", policy: "none" },
          extra: [
            ["List-Unsubscribe", `<mailto:unsubscribe-${token}@${letter.platform.domain}>, <${url(99)}>`],
            ["List-Unsubscribe-Post", "List-Unsubscribe=One-Click"],
            ["Precedence", "bulk"],
            ["Feedback-ID", `${campaign}:${letter.id}:${letter.platform.name}`],
          ],
        }),
      );
    }
  }

  /** A list of ours passes a colleague's mail on; an outside list passes strangers' mail on, with its own envelope and a broken signature now and then. */
  #list(list: MailingList, at: number, day: number, draw: Draw, out: LifeOutput): void {
    const members = this.#there(list.members, day);
    if (members.length === 0) return;
    const time = Math.floor(at);
    if (list.inside) {
      const author = ownAuthor(this.#world, draw.pick(members));
      const written = write(author, { name: list.name, mail: list.address }, list.name, this.#world.organisation.language, time, draw);
      out.emit(
        mailFile(this.#world, draw, {
          ...drafted(author, draw),
          time,
          to: [{ name: list.name, mail: list.address }],
          subject: written.subject,
          messageId: messageId(author, draw),
          text: written.text,
          ...(written.html === undefined ? {} : { html: written.html }),
          attachments: draw.chance(0.2) ? [attachment(author, thing(draw), time, draw)] : [],
          direction: "internal",
        }),
      );
      return;
    }
    // Those who write to a public list are few hundred people, a handful of whom write most.
    const pen = this.#world.draw.fork(`pen/${list.address}/${Math.min(400, Math.floor(draw.pareto(1, 1)))}`);
    const { author } = stranger(this.#world, [], pen);
    const written = write({ ...author, html: false }, { name: "", mail: list.address }, "all", "en", time, draw);
    const host = list.host ?? { hostname: "lists.example", ip: "192.0.2.1" };
    const name = list.name;
    const draft: MailDraft = {
      ...drafted(author, draw),
      time,
      server: host,
      envelope: `${name}-bounces@${host.hostname}`,
      to: [{ name, mail: list.address }],
      for: draw.pick(members).mail,
      subject: `[${name}] ${written.subject}`,
      messageId: messageId(author, draw),
      text: `${written.text}\n_______________________________________________\n${name} mailing list\nhttps://${host.hostname}/listinfo/${name}\n`,
      spf: "pass",
      dkim: draw.chance(0.4) ? { result: "fail", domain: author.address.mail.slice(author.address.mail.indexOf("@") + 1) } : undefined,
      dmarc: { result: draw.chance(0.5) ? "fail" : "none", policy: draw.chance(0.5) ? "none" : "" },
      direction: "in",
      extra: [
        ["List-Id", `${name} <${name}.${host.hostname}>`],
        ["List-Unsubscribe", `<https://${host.hostname}/options/${name}>`],
        ["List-Post", `<mailto:${list.address}>`],
        ["Precedence", "list"],
      ],
    };
    out.emit(mailFile(this.#world, draw, draft));
  }

  #notice(bot: Bot, at: number, day: number, draw: Draw, out: LifeOutput): void {
    const audience = this.#there(bot.audience, day);
    if (audience.length === 0) return;
    const person = draw.pick(audience);
    const provider = this.#world.saas.find((s) => bot.id === `bot-${s.id}`);
    const number = draw.int(1_000, 99_999);
    const what = thing(draw);
    const subject = SUBJECTS[bot.kind](number, what, draw);
    const url =
      provider === undefined
        ? `https://${bot.kind}.${this.#world.organisation.adDomain}/${number}`
        : `https://${draw.pick(["app", "my", "go"])}.${provider.domain}/${draw.token(10)}`;
    const text = `${subject}\n\n${url}\n\n${bot.name}\n`;
    const scan = bot.kind === "scanner";
    out.emit(
      mailFile(this.#world, draw, {
        time: Math.floor(at),
        from: { name: bot.name, mail: bot.mail },
        ...(bot.inside ? {} : { envelope: `bounces+${draw.hex(12)}@mail.${bot.mail.slice(bot.mail.indexOf("@") + 1)}` }),
        to: [{ name: person.name, mail: person.mail }],
        subject,
        messageId: `<${draw.hex(20)}@${bot.mail.slice(bot.mail.indexOf("@") + 1)}>`,
        text,
        ...(bot.inside ? {} : { html: htmlOf(text, url) }),
        attachments: scan
          ? [{ name: `Scan_${number}.pdf`, type: "application/pdf", data: pdf("Scan", [], logo(draw.int(1, 2 ** 31), [30, 30, 30], 150)) }]
          : [],
        direction: bot.inside ? "internal" : "in",
        server: bot.inside
          ? { hostname: `${bot.kind}.${this.#world.organisation.adDomain}`, ip: bot.ip }
          : { hostname: `o${draw.int(1, 9)}.${provider?.domain ?? "mail.example"}`, ip: draw.pick(provider?.ips ?? [bot.ip]) },
        zone: bot.inside ? this.#world.organisation.timezone : "UTC",
        spf: "pass",
        dkim: bot.inside ? undefined : { result: "pass", domain: bot.mail.slice(bot.mail.indexOf("@") + 1) },
        dmarc: bot.inside ? { result: "none", policy: "" } : { result: "pass", policy: "reject" },
        extra: [["Auto-Submitted", "auto-generated"]],
      }),
    );
  }

  /** One of ours writes to everybody, each as a message of his own: lawful, and like a campaign by its shape. */
  #massMail(event: OrgEvent, day: number, out: LifeOutput): void {
    const person = this.#world.people.find((p) => p.id === event.people[0]);
    if (person === undefined) return;
    const draw = this.#world.draw.fork(`mass/${event.id}`);
    const author = ownAuthor(this.#world, person);
    const file = draw.chance(0.5) ? [attachment(author, event.what, event.start, draw)] : [];
    const link = draw.chance(0.5) ? `https://intranet.${this.#world.organisation.adDomain}/${draw.token(6).toLowerCase()}` : undefined;
    const written = write(author, { name: "", mail: "" }, "", this.#world.organisation.language, event.start, draw, link === undefined ? {} : { link });
    let time = event.start;
    for (const reader of this.#there(
      this.#world.people.map((p) => p.id),
      day,
    )) {
      time += draw.exponential(900);
      out.emit(
        mailFile(this.#world, draw, {
          ...drafted(author, draw),
          time: Math.floor(time),
          to: [{ name: reader.name, mail: reader.mail }],
          subject: written.subject,
          messageId: messageId(author, draw),
          text: written.text,
          ...(written.html === undefined ? {} : { html: written.html }),
          attachments: file,
          direction: "internal",
        }),
      );
    }
  }
}

const SUBJECTS: Readonly<Record<Bot["kind"], (n: number, what: string, draw: Draw) => string>> = {
  ticket: (n, what, draw) => `[#${n}] ${draw.pick(["Opened", "Updated", "Resolved", "Assigned"])}: ${what}`,
  monitoring: (n, _, draw) =>
    `${draw.pick(["PROBLEM", "RECOVERY", "WARNING"])}: host-${n % 90} ${draw.pick(["disk", "load", "ping", "certificate", "memory"])}`,
  build: (n, what, draw) => `Build ${n} of ${what}: ${draw.pick(["passed", "passed", "failed"])}`,
  scanner: (n) => `Message from copier ${n % 12}`,
  crm: (_, what, draw) => `${draw.pick(["Task due", "New lead", "Deal changed"])}: ${what}`,
  backup: (n, _, draw) => `Backup job ${n % 40}: ${draw.pick(["success", "success", "success", "warning"])}`,
  hr: (_, __, draw) => draw.pick(["Absence request", "Time sheet open", "Holiday approved", "Pay slip available"]),
  meeting: (_, what, draw) => `${draw.pick(["Invitation", "Reminder", "Recording available"])}: ${what}`,
  delivery: (n, what, draw) => `${draw.pick(["Your order", "Document to sign", "File shared", "Receipt"])} ${n} - ${what}`,
};
