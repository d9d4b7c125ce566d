import { DAY, HOUR, MINUTE, SECOND, ZoneClock } from "../../base/time.ts";
import { fill, thing } from "../lexicon/fill.ts";
import { phrasesOf } from "../lexicon/phrases.ts";
import type { LifeOutput, LifeSource } from "../life.ts";
import type { Draw } from "../world/draw.ts";
import type { OrgEvent, Person, World } from "../world/types.ts";
import { type Actor, auditRecord, clientIp, foreign, ours } from "./audit.ts";
import { type Chat, chatsOf } from "./chats.ts";
import { moments, type Standpoint, shareOfWork, standpoint } from "./standpoint.ts";
import { chatCreated, memberAdded, said } from "./teams.ts";

/** Talk in Teams: bursts of messages in known chats, new chats now and then, partners' people who write to us, bots, and lawful mass invitations. */
export class TeamsLife implements LifeSource {
  readonly name = "teams";
  readonly #world: World;
  readonly #chats = new Map<string, Chat[]>();
  readonly #clocks = new Map<string, ZoneClock>();
  constructor(world: World) {
    this.#world = world;
  }

  play(from: number, to: number, day: number, out: LifeOutput): void {
    const { people, draw: root, events } = this.#world;
    for (const person of people) {
      if (day < person.joins || day > person.leaves) continue;
      const draw = root.fork(`teams/${person.id}/${from}`);
      const share = shareOfWork(this.#world, person, from, to, day);
      const { chat } = person.activity;
      for (const time of moments(draw, from, to, 2.5, share)) this.#session(person, time, draw, out);
      for (const time of moments(draw, from, to, 7 * chat, share)) this.#talk(person, time, draw, out);
      for (const time of moments(draw, from, to, 0.25 * chat, share)) this.#newChat(person, time, draw, out);
    }
    this.#partners(from, to, day, out);
    for (const event of events) if (event.kind === "mass-invite" && event.start >= from && event.start < to) this.#massInvite(event, out);
  }

  #chatsOf(person: Person): Chat[] {
    let chats = this.#chats.get(person.id);
    if (chats === undefined) {
      chats = chatsOf(this.#world, person);
      this.#chats.set(person.id, chats);
    }
    return chats;
  }

  #hourAt(zone: string, at: number): number {
    let clock = this.#clocks.get(zone);
    if (clock === undefined) {
      clock = new ZoneClock(zone);
      this.#clocks.set(zone, clock);
    }
    return ((at + clock.offset(at)) % DAY) / HOUR;
  }

  #session(person: Person, time: number, draw: Draw, out: LifeOutput): void {
    const from = standpoint(this.#world, person, time, draw);
    out.emit(
      auditRecord(this.#world, draw, time, "MicrosoftTeams", 25, "TeamsSessionStarted", ours(this.#world, person), {
        ClientIP: clientIp(draw, from.ip, "MicrosoftTeams"),
        ItemName: "Teams",
        ObjectId: "Unknown (Unknown)",
      }),
    );
  }

  /** A few messages in one chat within minutes, some with a link to a file of ours or a page. */
  #talk(person: Person, time: number, draw: Draw, out: LifeOutput): void {
    const chats = this.#chatsOf(person);
    if (chats.length === 0) return;
    const chat = draw.weighted(chats, (c) => c.weight);
    const from = standpoint(this.#world, person, time, draw);
    this.#say(ours(this.#world, person), from, chat, person.language, time, Math.min(9, 1 + Math.floor(draw.pareto(1, 1.2) - 1)), draw, out);
  }

  #say(by: Actor, from: Standpoint, chat: Chat, language: string, time: number, count: number, draw: Draw, out: LifeOutput): void {
    let at = time;
    for (let i = 0; i < count; i++) {
      const links = draw.chance(0.07) ? [this.#link(draw)] : [];
      for (const record of said(this.#world, draw, {
        time: Math.floor(at),
        by,
        from,
        chat,
        text: fill(draw.pick(phrasesOf(language).chat), draw, { at, name: chat.members[1]?.name ?? "", me: by.name }),
        links,
      }))
        out.emit(record);
      at += draw.lognormal(25, 1) * SECOND;
    }
  }

  #link(draw: Draw): string {
    const { organisation, saas } = this.#world;
    if (draw.chance(0.55))
      return `https://${organisation.tenantDomain.split(".")[0]}.sharepoint.com/sites/${draw.pick(["projects", "sales", "quality", "it"])}/Shared%20Documents/${encodeURIComponent(thing(draw))}.docx`;
    return saas.length > 0 && draw.chance(0.6)
      ? `https://${draw.pick(saas).domain}/${draw.token(8)}`
      : `https://www.${draw.pick(this.#world.partners).domain}/`;
  }

  #newChat(person: Person, time: number, draw: Draw, out: LifeOutput): void {
    const others = draw.some(
      this.#world.people.filter((p) => p !== person),
      draw.weighted([2, 3, 5], (n) => 10 - n),
    );
    const me = ours(this.#world, person);
    const members = [me, ...others.map((p) => ours(this.#world, p))];
    const chat: Chat = {
      thread: `19:${draw.hex(32)}@thread.v2`,
      kind: "GroupChat",
      topic: thing(draw),
      members,
      tenant: this.#world.organisation.tenantId,
      weight: 1,
    };
    const from = standpoint(this.#world, person, time, draw);
    out.emit(chatCreated(this.#world, draw, time, me, from, chat));
    out.emit(memberAdded(this.#world, draw, time + 400, me, from, chat, members.slice(1)));
    this.#say(me, from, chat, person.language, time + 20 * SECOND, draw.int(1, 4), draw, out);
  }

  /** Partners' people write from their own tenant, on their own clock; one in thirty times it is somebody who never wrote before. */
  #partners(from: number, to: number, day: number, out: LifeOutput): void {
    for (const partner of this.#world.partners) {
      if (!partner.m365 || partner.since > day) continue;
      const draw = this.#world.draw.fork(`teams/${partner.id}/${from}`);
      const hour = this.#hourAt(partner.timezone, from);
      if (hour < 8 || hour >= 18 || this.#world.calendar.weekday(day) > 4) continue;
      const owners = this.#world.people.filter((p) => partner.owners.includes(p.id) && p.joins <= day && day <= p.leaves);
      if (owners.length === 0 || !draw.chance(Math.min(0.3, 0.02 * partner.weight))) continue;
      const owner = draw.pick(owners);
      const known = this.#chatsOf(owner).filter((c) => c.members.some((m) => m.tenantId === partner.tenantId));
      const at = draw.between(from, to - 10 * MINUTE);
      const place: Standpoint = {
        ip: partner.egress,
        country: partner.country,
        city: "",
        asn: partner.asn,
        isp: partner.asnName,
        device: undefined,
        agent: "Teams",
        os: "Windows 10",
        browser: "Edge",
      };
      if (known.length === 0 || draw.chance(0.03)) {
        const contact = draw.pick(partner.people);
        const them = foreign(this.#world, contact.mail, contact.name, partner.tenantId);
        const chat: Chat = {
          thread: `19:${draw.hex(32)}@unq.gbl.spaces`,
          kind: "OneOnOne",
          topic: undefined,
          members: [them, ours(this.#world, owner)],
          tenant: this.#world.organisation.tenantId,
          weight: 1,
        };
        out.emit(chatCreated(this.#world, draw, Math.floor(at), them, place, chat));
        out.emit(memberAdded(this.#world, draw, Math.floor(at) + 300, them, place, chat, [ours(this.#world, owner)]));
        this.#say(them, place, chat, partner.language, at + 9 * SECOND, draw.int(1, 3), draw, out);
      } else {
        const chat = draw.weighted(known, (c) => c.weight);
        const them = chat.members.find((m) => m.tenantId === partner.tenantId);
        if (them !== undefined) this.#say(them, place, chat, partner.language, at, draw.int(1, 4), draw, out);
      }
    }
  }

  /** One person writes to many at once, each in a chat of two, partners' people among them: lawful, and the nearest thing to an attack by its shape. */
  #massInvite(event: OrgEvent, out: LifeOutput): void {
    const person = this.#world.people.find((p) => p.id === event.people[0]);
    if (person === undefined) return;
    const draw = this.#world.draw.fork(`invite/${event.id}`);
    const me = ours(this.#world, person);
    const from = standpoint(this.#world, person, event.start, draw);
    const inside = draw
      .some(
        this.#world.people.filter((p) => p !== person),
        draw.int(8, 30),
      )
      .map((p) => ours(this.#world, p));
    const outside = event.partners.flatMap((id) => {
      const partner = this.#world.partners.find((p) => p.id === id);
      const contact = partner?.people[0];
      return partner?.m365 === true && contact !== undefined ? [foreign(this.#world, contact.mail, contact.name, partner.tenantId)] : [];
    });
    const url = `https://teams.microsoft.com/l/meetup-join/19%3ameeting_${draw.token(40)}`;
    let at = event.start;
    for (const them of draw.shuffled([...inside, ...outside])) {
      const chat: Chat = {
        thread: `19:${me.objectId}_${them.objectId}@unq.gbl.spaces`,
        kind: "OneOnOne",
        topic: undefined,
        members: [me, them],
        tenant: me.tenantId,
        weight: 1,
      };
      if (draw.chance(0.5)) out.emit(chatCreated(this.#world, draw, Math.floor(at), me, from, chat));
      for (const record of said(this.#world, draw, {
        time: Math.floor(at) + 700,
        by: me,
        from,
        chat,
        text: fill(draw.pick(phrasesOf(person.language).subjects), draw, { at }),
        links: [url],
      }))
        out.emit(record);
      at += draw.lognormal(14, 0.7) * SECOND;
    }
  }
}
