import { MINUTE, SECOND } from "../../../base/time.ts";
import type { Emitted } from "../../emitted.ts";
import { foreign, ours } from "../../saas/audit.ts";
import { type Chat, pairThread } from "../../saas/chats.ts";
import { chatCreated, memberAdded, said } from "../../saas/teams.ts";
import { lookalike } from "../lookalike.ts";
import { attackerPlace, employed, worldOf } from "../people.ts";
import type { StepKind } from "../types.ts";
import { tell, wireOf } from "./tell.ts";

const TOPICS = ["New Employee Loyalty Programme", "Staff discount", "Updated travel benefits", "Salary review", "Holiday voucher", "Parking permit"];
const LINES = [
  "Please see the document: ",
  "This concerns all employees, kindly confirm by tonight.",
  "You have been chosen for our programme.",
  "Open the document to take part:",
  "Reminder, the offer ends today.",
];

/**
 * A user of another tenant opens `chats` chats of two, each with another of our people, and sends `messages` in all within `minutes`; every chat
 * gets a link of its own under one lookalike domain. `sender`: a fresh tenant in a known brand's name, a partner's known person, or a bare stranger.
 */
export const teamsBurst: StepKind = (stage, values) => {
  const world = worldOf(stage);
  const { draw } = wireOf(stage, "teams");
  const [chats, messages, minutes] = [Math.round(values.number("chats")), Math.round(values.number("messages")), values.number("minutes")];
  const kind = values.text("sender");
  const partners = world.partners.filter((p) => p.m365 && p.since < 0);
  const brand = partners.length > 0 ? draw.pick(partners) : world.partners[0];
  const label = (brand?.domain ?? "brand.example").split(".")[0] ?? "brand";
  const tenantId = kind === "partner" && brand !== undefined ? brand.tenantId : draw.uuid();
  const contact = brand?.people[0];
  const name = kind === "partner" ? (contact?.name ?? "Support") : draw.pick(["Benefits Team", "Employee Services", "HR Support", "Rewards"]);
  const mail =
    kind === "partner" && contact !== undefined
      ? contact.mail
      : `${name.toLowerCase().replace(/[^a-z]+/g, ".")}@${kind === "brand" ? label : draw.token(9, "abcdefghijklmnopqrstuvwxyz")}.onmicrosoft.com`;
  const by = foreign(world, mail, name, tenantId);
  const from = attackerPlace(stage, draw);
  const topic = draw.pick(TOPICS);
  const host = `${lookalike("cloud-sharepoint", draw)}.com`;
  const targets = draw.some(employed(stage), chats);
  const start = stage.now;
  const events: { at: number; run: () => number }[] = [];
  const put = (list: readonly Emitted[]): number => {
    stage.out.emitted.push(...list);
    return list.length;
  };
  targets.forEach((person, i) => {
    const chat: Chat = {
      thread: pairThread(by, ours(world, person)),
      kind: "OneOnOne",
      topic,
      members: [by, ours(world, person)],
      tenant: world.organisation.tenantId,
      weight: 1,
    };
    const opened = start + ((i + draw.between(0, 0.8)) / targets.length) * minutes * MINUTE * 0.9;
    const share = Math.floor(messages / targets.length) + (i < messages % targets.length ? 1 : 0);
    const url = `https://${host}/${draw.token(15)}`;
    events.push({
      at: opened,
      run: () =>
        put([
          chatCreated(world, draw, Math.floor(opened), by, from, chat),
          memberAdded(world, draw, Math.floor(opened) + 200, by, from, chat, [ours(world, person)]),
        ]),
    });
    for (let m = 0; m < share; m++) {
      const at = Math.floor(Math.min(start + minutes * MINUTE, opened + (1 + m * draw.between(2, 9)) * SECOND * Math.min(1, minutes)));
      events.push({
        at,
        run: () => put(said(world, draw, { time: at, by, from, chat, text: m === 0 ? topic : draw.pick(LINES), links: m === share - 1 ? [url] : [] })),
      });
    }
  });
  const records = events.sort((a, b) => a.at - b.at).reduce((n, e) => n + e.run(), 0);
  stage.now = start + minutes * MINUTE;
  tell(stage, "teams-burst", values, {
    start,
    end: stage.now,
    entity: mail.toLowerCase(),
    host,
    what: `${messages} messages in ${targets.length} chats within ${minutes} min from ${from.ip} (${from.country}), "${topic}"`,
    records,
  });
};
