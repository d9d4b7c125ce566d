import type { Services } from "../../api/ports.ts";
import { CodedError } from "../../base/result.ts";
import { iso } from "../../base/time.ts";
import { profileOfUser, type Used } from "../../baseline/users/user-profile.ts";
import type { UserState } from "../../baseline/users/user-state.ts";
import type { SaasLane } from "../../lanes/saas/saas-lane.ts";
import type { Store } from "../../store/types.ts";

type UserServices = Pick<Services, "people" | "person">;

/** Users as the lane of cloud services has learned them. */
export function userServices(lane: SaasLane, now: () => number, alertsOf: () => Promise<ReadonlyMap<string, number>> = async () => new Map()): UserServices {
  const { life } = lane;
  const summary = (user: UserState, alerts: ReadonlyMap<string, number>) => ({
    alerts: alerts.get(user.id) ?? 0,
    id: user.id,
    kind: user.kind,
    firstSeen: iso(user.first),
    lastSeen: iso(user.last),
    days: user.days,
    ...(user.name === undefined ? {} : { name: user.name }),
    ...(user.group === "" ? {} : { department: user.group }),
  });
  const shown = (list: readonly Used[]) => list.map((u) => ({ ...u, first: iso(u.first) }));
  return {
    async people({ query }) {
      const text = query.text?.toLowerCase();
      const alerts = await alertsOf();
      const holds = (value: string | undefined): boolean => value?.toLowerCase().includes(text ?? "") === true;
      const named = [...life.users.values()].filter((u) => u.days > 0 && (text === undefined || holds(u.id) || holds(u.name) || holds(u.group)));
      const kinds: Record<string, number> = {};
      for (const u of named) kinds[u.kind] = (kinds[u.kind] ?? 0) + 1;
      const found = named.filter((u) => query.kind === undefined || u.kind === query.kind).sort(orderOf(query.sort, alerts));
      return { users: found.slice(query.offset, query.offset + query.limit).map((u) => summary(u, alerts)), total: found.length, kinds };
    },
    async person({ params }) {
      const user = life.user(params.id.toLowerCase());
      if (user === undefined || user.days === 0) throw new CodedError("user-not-found", `There is no user "${params.id}".`);
      const profile = profileOfUser(life, user, now());
      return {
        ...summary(user, await alertsOf()),
        identities: lane.identities.namesOf(user.id),
        compared: comparedWith(lane, user),
        activeHours: user.activeHours,
        clock: [...user.clock],
        countries: shown(profile.countries),
        networks: shown(profile.networks),
        addresses: shown(profile.addresses),
        apps: shown(profile.apps),
        clients: shown(profile.clients),
        operations: shown(profile.operations),
        correspondents: shown(profile.correspondents),
        tenants: shown(profile.tenants),
        volumes: profile.volumes,
        ...(user.title === undefined ? {} : { title: user.title }),
        ...(user.manager === undefined ? {} : { manager: user.manager }),
      };
    },
  };
}

const MOST_ENTITIES = 10_000;

/** Alerts of every entity, acknowledged ones too. */
export async function alertsByEntity(store: Store): Promise<ReadonlyMap<string, number>> {
  const out = new Map<string, number>();
  for (let offset = 0; offset < MOST_ENTITIES; offset += 500) {
    const { groups } = await store.ask("alertGroups", { by: "entity", state: "all", limit: 500, offset });
    for (const group of groups) out.set(group.key, group.count);
    if (groups.length < 500) break;
  }
  return out;
}

type Sort = "lastSeen" | "alerts" | "firstSeen" | "days" | "name";

function orderOf(sort: Sort, alerts: ReadonlyMap<string, number>): (a: UserState, b: UserState) => number {
  const tie = (a: UserState, b: UserState): number => (a.id < b.id ? -1 : 1);
  const name = (u: UserState): string => (u.name ?? u.id).toLowerCase();
  switch (sort) {
    case "alerts":
      return (a, b) => (alerts.get(b.id) ?? 0) - (alerts.get(a.id) ?? 0) || b.last - a.last || tie(a, b);
    case "firstSeen":
      return (a, b) => b.first - a.first || tie(a, b);
    case "days":
      return (a, b) => b.days - a.days || tie(a, b);
    case "name":
      return (a, b) => (name(a) < name(b) ? -1 : name(a) > name(b) ? 1 : tie(a, b));
    default:
      return (a, b) => b.last - a.last || tie(a, b);
  }
}

/** Others whose habits stand beside the user's: active members of its department, and all active users. Walks all users: 5 ms in 10,000. */
function comparedWith(lane: SaasLane, user: UserState): { department: number; organisation: number; since?: string } {
  let department = 0;
  let organisation = 0;
  for (const other of lane.life.users.values()) {
    if (other === user || other.days === 0) continue;
    organisation++;
    if (user.group !== "" && other.group === user.group) department++;
  }
  return { department, organisation, ...(Number.isFinite(lane.life.first) ? { since: iso(lane.life.first) } : {}) };
}
