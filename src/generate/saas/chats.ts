import type { Person, World } from "../world/types.ts";
import { type Actor, foreign, ours } from "./audit.ts";

/** A conversation that exists: its thread, who is in it, how much is said there. */
export interface Chat {
  thread: string;
  kind: "OneOnOne" | "GroupChat";
  topic: string | undefined;
  members: readonly Actor[];
  /** Tenant that keeps it. */
  tenant: string;
  weight: number;
}

/** Thread of a talk between two: both directory ids, the smaller first. */
export function pairThread(a: Actor, b: Actor): string {
  const [x, y] = [a.objectId, b.objectId].sort();
  return `19:${x}_${y}@unq.gbl.spaces`;
}

/** Who talks to whom: colleagues of the department mostly, some across, partners' people where one deals with them; heavy-tailed weights. */
export function chatsOf(world: World, person: Person): Chat[] {
  const draw = world.draw.fork(`chats/${person.id}`);
  const me = ours(world, person);
  const tenant = world.organisation.tenantId;
  const near = world.people.filter((p) => p !== person && (p.department === person.department || p.mail === person.manager));
  const far = draw.some(
    world.people.filter((p) => p !== person && !near.includes(p)),
    draw.int(3, 9),
  );
  const chats: Chat[] = [];
  for (const other of [...draw.some(near, 12), ...far]) {
    const them = ours(world, other);
    chats.push({ thread: pairThread(me, them), kind: "OneOnOne", topic: undefined, members: [me, them], tenant, weight: draw.pareto(1, 1.1) });
  }
  // Groups hang on their department, so that all members share the thread.
  for (let i = 0; i < 3; i++) {
    const group = world.draw.fork(`group/${person.department}/${i}`);
    const all = world.people.filter((p) => p.department === person.department);
    const members = group.some(all, Math.min(all.length, group.int(3, 12)));
    if (members.length < 3 || !members.includes(person)) continue;
    chats.push({
      thread: `19:${group.hex(32)}@thread.v2`,
      kind: "GroupChat",
      topic: `${person.department} ${group.int(1, 40)}`,
      members: members.map((p) => ours(world, p)),
      tenant,
      weight: group.pareto(1.5, 1.1),
    });
  }
  for (const partner of world.partners) {
    if (!partner.m365 || partner.since > 0 || !partner.owners.includes(person.id) || !draw.chance(0.6)) continue;
    for (const contact of draw.some(partner.people, draw.int(1, 2))) {
      const them = foreign(world, contact.mail, contact.name, partner.tenantId);
      const home = draw.chance(0.5) ? tenant : partner.tenantId;
      chats.push({ thread: pairThread(me, them), kind: "OneOnOne", topic: undefined, members: [me, them], tenant: home, weight: draw.pareto(0.5, 1.1) });
    }
  }
  return chats;
}

/** The part of a record that says who is in the chat. */
export function participants(world: World, members: readonly Actor[]): { Members: object[]; ParticipantInfo: object } {
  const tenants = [...new Map(members.map((m) => [m.tenantId, m.mail.slice(m.mail.indexOf("@") + 1)])).entries()];
  return {
    Members: members.map((m) => ({ DisplayName: m.name, OrganizationId: m.tenantId, UPN: m.mail, Role: 0 })),
    ParticipantInfo: {
      HasForeignTenantUsers: tenants.some(([t]) => t !== world.organisation.tenantId),
      HasGuestUsers: false,
      HasOtherGuestUsers: false,
      HasUnauthenticatedUsers: false,
      ParticipatingDomains: tenants.map(([, d]) => d),
      ParticipatingSIPDomains: tenants.map(([t, d]) => ({ DomainName: d, TenantId: t })),
      ParticipatingTenantIds: tenants.map(([t]) => t),
    },
  };
}
