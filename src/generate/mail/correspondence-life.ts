import { fill } from "../lexicon/fill.ts";
import { phrasesOf } from "../lexicon/phrases.ts";
import type { LifeOutput, LifeSource } from "../life.ts";
import { moments, shareOfWork } from "../saas/standpoint.ts";
import type { Draw } from "../world/draw.ts";
import type { Partner, Person, World } from "../world/types.ts";
import { attachment, drafted, messageId, ownAuthor, partnerAuthor, write } from "./author.ts";
import { pdf } from "./files/pdf.ts";
import { logo } from "./files/png.ts";
import { mailFile } from "./message.ts";
import { officeOpen } from "./office-hours.ts";
import { freeProviders, stranger } from "./strangers.ts";
import { type End, playThread } from "./thread.ts";

/** Mail between people: colleagues among themselves, partners with those who deal with them, private people and strangers, suppliers' invoices. */
export class CorrespondenceLife implements LifeSource {
  readonly name = "correspondence";
  readonly #world: World;
  readonly #ends = new Map<string, End>();
  constructor(world: World) {
    this.#world = world;
  }

  play(from: number, to: number, day: number, out: LifeOutput): void {
    const { people, draw: root } = this.#world;
    for (const person of people) {
      if (day < person.joins || day > person.leaves) continue;
      const draw = root.fork(`mail/${person.id}/${from}`);
      const share = shareOfWork(this.#world, person, from, to, day);
      const { mail } = person.activity;
      for (const start of moments(draw, from, to, 1.6 * mail, share)) this.#inside(person, start, day, draw, out);
      for (const start of moments(draw, from, to, 0.7 * mail, share)) this.#partner(person, start, day, draw, out, true);
    }
    this.#fromOutside(from, to, day, out);
  }

  #own(person: Person): End {
    return this.#once(person.id, () => ({ author: ownAuthor(this.#world, person), given: person.given, person }));
  }

  #once(key: string, make: () => End): End {
    let end = this.#ends.get(key);
    if (end === undefined) {
      end = make();
      this.#ends.set(key, end);
    }
    return end;
  }

  #inside(person: Person, start: number, day: number, draw: Draw, out: LifeOutput): void {
    const there = this.#world.people.filter((p) => p !== person && p.joins <= day && day <= p.leaves);
    if (there.length === 0) return;
    const other = draw.weighted(there, (p) => (p.department === person.department ? 6 : 1) * (p.mail === person.manager ? 3 : 1));
    const cc = draw.chance(0.35)
      ? draw
          .some(
            there.filter((p) => p !== other),
            Math.ceil(draw.pareto(1, 1.3)),
          )
          .slice(0, 8)
          .map((p) => ({ name: p.name, mail: p.mail }))
      : [];
    playThread(
      this.#world,
      { start, ends: [this.#own(person), this.#own(other)], cc, language: this.#world.organisation.language, answers: 0.55, files: 0.17 },
      draw,
      out,
    );
  }

  /** The partner's people by their weight; the language is the one both have, else English. */
  #partner(person: Person, start: number, day: number, draw: Draw, out: LifeOutput, fromUs: boolean): void {
    const partners = this.#world.partners.filter((p) => p.since <= day && (p.owners.includes(person.id) || (p.kind === "partner" && draw.chance(0.1))));
    if (partners.length === 0) return;
    const partner = draw.weighted(partners, (p) => p.weight);
    const contact = draw.weighted(partner.people, (c) => c.weight);
    const them = this.#once(contact.mail, () => ({ author: partnerAuthor(this.#world, partner, contact), given: contact.given }));
    const language = partner.language === this.#world.organisation.language ? partner.language : draw.chance(0.7) ? "en" : partner.language;
    const cc = draw.chance(0.25)
      ? draw
          .some(
            partner.people.filter((c) => c !== contact),
            2,
          )
          .map((c) => ({ name: c.name, mail: c.mail }))
      : [];
    playThread(this.#world, { start, ends: fromUs ? [this.#own(person), them] : [them, this.#own(person)], cc, language, answers: 0.6, files: 0.3 }, draw, out);
  }

  /** What begins outside: partners on their own clock, strangers, invoices in the night's run. */
  #fromOutside(from: number, to: number, day: number, out: LifeOutput): void {
    const { people, partners, calendar, draw: root } = this.#world;
    const draw = root.fork(`mail-in/${from}`);
    const there = people.filter((p) => p.joins <= day && day <= p.leaves);
    if (there.length === 0) return;
    const workday = calendar.isWorkday(day);
    const hour = calendar.hourOf(from);
    const open = hour >= 7 && hour < 19 ? 1 / 12 : 0.006;
    for (let i = draw.poisson(there.length * 0.9 * (workday ? open : open * 0.05)); i > 0; i--) {
      const person = draw.weighted(there, (p) => p.activity.mail);
      this.#partner(person, officeOpen("UTC", draw.between(from, to), draw), day, draw, out, false);
    }
    for (let i = draw.poisson(there.length * 0.27 * (workday ? open : open * 0.15)); i > 0; i--)
      this.#stranger(
        draw.weighted(there, (p) => p.activity.mail),
        draw.between(from, to),
        day,
        draw,
        out,
      );
    for (const partner of partners)
      if (partner.invoices && partner.since <= day && workday && hour >= 5 && hour < 16 && draw.chance(Math.min(0.05, 0.004 * partner.weight)))
        this.#invoice(partner, draw.between(from, to), there, draw, out);
  }

  #stranger(person: Person, at: number, day: number, draw: Draw, out: LifeOutput): void {
    const known = this.#world.partners.filter((p) => p.since <= day);
    const them = stranger(this.#world, known, draw);
    const private_ = freeProviders(this.#world).some((p) => them.author.address.mail.endsWith(`@${p.domain}`));
    const language = them.author.language === this.#world.organisation.language || draw.chance(0.3) ? them.author.language : "en";
    playThread(
      this.#world,
      {
        start: at,
        ends: [{ ...them, author: { ...them.author, zone: private_ ? "UTC" : them.author.zone } }, this.#own(person)],
        cc: [],
        language,
        answers: draw.chance(0.5) ? 0.45 : 0,
        files: 0.18,
      },
      draw,
      out,
    );
  }

  #invoice(partner: Partner, at: number, there: readonly Person[], draw: Draw, out: LifeOutput): void {
    const payables = there.filter((p) => p.department === "Finance");
    const person = payables.length > 0 ? draw.pick(payables) : draw.pick(there);
    const contact = partner.people.find((c) => c.title === "Accounts Receivable") ?? partner.people[0];
    if (contact === undefined) return;
    const them = this.#once(contact.mail, () => ({ author: partnerAuthor(this.#world, partner, contact), given: contact.given }));
    const language = partner.language === this.#world.organisation.language ? partner.language : draw.chance(0.6) ? "en" : partner.language;
    const { invoice } = phrasesOf(language);
    const number = String(draw.int(10_000, 99_999));
    const subject = fill(invoice.subject, draw, { at }).replace(/\d[\d.]*/, number);
    const written = write(them.author, { name: person.name, mail: person.mail }, person.given, language, at, draw, { lines: invoice.lines });
    const shared = draw.chance(0.4) ? { name: "", mail: `invoices@${this.#world.organisation.domain}` } : { name: person.name, mail: person.mail };
    const lines = [
      partner.name,
      `${invoice.word} ${number}`,
      "",
      fill("{thing}   {n}   {sum}", draw, { at }),
      fill("{thing}   {n}   {sum}", draw, { at }),
      "",
      `IBAN ${partner.country}${draw.int(10, 99)} ${draw.int(1_000, 9_999)} ${draw.int(1_000, 9_999)} ${draw.int(1_000, 9_999)}`,
    ];
    out.emit(
      mailFile(this.#world, draw, {
        ...drafted(them.author, draw),
        time: Math.floor(at),
        to: [shared],
        subject,
        messageId: messageId(them.author, draw),
        text: written.text,
        ...(written.html === undefined ? {} : { html: written.html }),
        attachments: [
          {
            name: `${invoice.word}_${number}.pdf`,
            type: "application/pdf",
            data: pdf(subject, lines, draw.chance(0.6) ? logo(draw.int(1, 2 ** 31), them.author.ink) : undefined),
          },
          ...(draw.chance(0.1) ? [attachment(them.author, number, at, draw)] : []),
        ],
        direction: "in",
      }),
    );
  }
}
