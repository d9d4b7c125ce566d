import { HOUR, MINUTE } from "../../base/time.ts";
import type { Calendar } from "./calendar.ts";
import type { Draw } from "./draw.ts";
import { AddressBook } from "./make-devices.ts";
import type { Device, OrganisationLife, OrgEvent, OrgEventKind, Partner, Person } from "./types.ts";

interface Scene {
  organisation: OrganisationLife;
  people: readonly Person[];
  clients: readonly Device[];
  servers: readonly Device[];
  partners: readonly Partner[];
  calendar: Calendar;
}

/** Lawful surprises on working days: some come every month whatever the seed, others by lot. An office move changes the devices. */
export function makeEvents(root: Draw, scene: Scene): OrgEvent[] {
  const { calendar, people, clients, servers, partners, organisation } = scene;
  const workdays: number[] = [];
  for (let day = 0; day < calendar.days; day++) if (calendar.isWorkday(day)) workdays.push(day);
  const events: OrgEvent[] = [];
  if (workdays.length === 0) return events;
  const add = (
    kind: OrgEventKind,
    day: number,
    hours: number,
    length: number,
    what: string,
    who: Partial<Pick<OrgEvent, "people" | "devices" | "partners">>,
  ): void => {
    const start = calendar.at(day, hours);
    events.push({
      id: `e${String(events.length + 1).padStart(4, "0")}`,
      kind,
      start,
      end: start + length,
      what,
      people: [],
      devices: [],
      partners: [],
      ...who,
    });
  };
  const ids = (list: readonly { id: string }[]): string[] => list.map((x) => x.id);
  const it = people.filter((p) => p.department === "IT");
  const month = workdays.length >= 15;

  // Second Tuesday's patches reach clients within three days, servers in the following night.
  for (const day of workdays) {
    const date = Number(calendar.date(day).slice(8));
    if (calendar.weekday(day) === 1 && date >= 8 && date <= 14)
      add("patch-day", day, 18, 60 * HOUR, "monthly patches of the operating system", { devices: ids([...clients, ...servers]) });
  }
  const each = (kind: string, meanDays: number, body: (draw: Draw, day: number) => void): void => {
    const draw = root.fork(kind);
    for (let i = Math.floor(draw.exponential(meanDays)); i < workdays.length; i += 1 + Math.floor(draw.exponential(meanDays))) body(draw, workdays[i] ?? 0);
  };
  each("rollout", 9, (draw, day) =>
    add("software-rollout", day, draw.between(10, 15), draw.between(4, 30) * HOUR, "new software on many clients", {
      people: it.length === 0 ? [] : [draw.pick(it).id],
      devices: ids(
        draw.some(
          clients.filter((c) => c.role !== "phone"),
          Math.ceil(clients.length * draw.between(0.15, 0.7)),
        ),
      ),
    }),
  );
  each("mass-mail", 4, (draw, day) =>
    add(
      "internal-mass-mail",
      day,
      draw.between(9, 16),
      10 * MINUTE,
      draw.pick(["news of the board", "canteen menu", "survey", "parking in the yard", "summer party"]),
      { people: [draw.pick(people).id] },
    ),
  );
  each("invite", 8, (draw, day) =>
    add("mass-invite", day, draw.between(9, 15), 30 * MINUTE, "one person invites many to a meeting, customers among them", {
      people: [draw.pick(people).id],
      partners: ids(draw.some(partners, Math.min(partners.length, draw.int(5, 25)))),
    }),
  );
  each("help", Math.max(0.6, 40 / people.length), (draw, day) => {
    if (it.length > 0)
      add("help-desk-session", day, draw.between(8.5, 17), draw.between(6, 40) * MINUTE, "remote help", { people: [draw.pick(it).id, draw.pick(people).id] });
  });
  each("partner", 12, (draw, day) => {
    const fresh = partners.filter((p) => p.since >= 0);
    if (fresh.length > 0) add("new-partner", day, 10, 7 * HOUR, "a new correspondent", { partners: [draw.pick(fresh).id] });
  });
  each("outage", 25, (draw, day) =>
    add("outage", day, draw.between(7, 18), draw.between(5, 50) * MINUTE, "a server does not answer", {
      devices: [draw.pick(servers.filter((s) => s.role !== "domain-controller")).id],
    }),
  );
  each("password", 40, (draw, day) =>
    add("password-change-campaign", day, 8, 72 * HOUR, "everybody changes the password", { people: ids(draw.some(people, people.length)) }),
  );
  if (month) {
    const draw = root.fork("once");
    const day = (low: number, high: number): number => workdays[Math.floor(draw.between(low, high) * workdays.length)] ?? 0;
    if (it.length > 0)
      add("penetration-test", day(0.3, 0.9), 9, 2 * 24 * HOUR, "announced test by a hired company, from the jump host and from outside", {
        people: [draw.pick(it).id],
        devices: ids(servers.filter((s) => s.role === "jump-host")),
      });
    add("vpn-egress-change", day(0.2, 0.8), 6, 3 * 24 * HOUR, "remote access leaves by another line", {});
    const movers = draw.some(
      people.filter((p) => p.site === organisation.sites[0]?.name),
      Math.ceil(people.length * 0.12),
    );
    const when = day(0.4, 0.8);
    move(movers, clients, organisation, when);
    add("office-move", when, 7, 11 * HOUR, "a department moves to another floor", { people: ids(movers), devices: movers.flatMap((p) => p.devices) });
  }
  return events.sort((a, b) => a.start - b.start || (a.id < b.id ? -1 : 1));
}

function move(movers: readonly Person[], clients: readonly Device[], organisation: OrganisationLife, day: number): void {
  const floor = organisation.sites[0]?.networks.find((n) => n.name.endsWith("new floor"));
  if (floor === undefined) return;
  const book = new AddressBook();
  for (const person of movers)
    for (const device of clients) if (device.owner === person.id && device.role !== "phone") device.moves = { day, ip: book.take(floor.cidr) };
}
