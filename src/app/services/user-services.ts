import type { Services } from "../../api/ports.ts";
import { CodedError } from "../../base/result.ts";
import { iso } from "../../base/time.ts";
import { externalOf, profileOfUser, type Used } from "../../baseline/users/user-profile.ts";
import type { UserState } from "../../baseline/users/user-state.ts";
import type { SaasLane } from "../../lanes/saas/saas-lane.ts";

type UserServices = Pick<Services, "people" | "person" | "external">;

/** Users, and what is outside, as the lane of cloud services has learned them. */
export function userServices(lane: SaasLane, now: () => number): UserServices {
  const { life } = lane;
  const summary = (user: UserState) => ({
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
      const found = [...life.users.values()]
        .filter((u) => u.days > 0 && (query.kind === undefined || u.kind === query.kind))
        .filter((u) => text === undefined || u.id.includes(text) || u.name?.toLowerCase().includes(text) === true)
        .sort((a, b) => b.last - a.last || (a.id < b.id ? -1 : 1));
      return { users: found.slice(0, query.limit).map(summary), total: found.length };
    },
    async person({ params }) {
      const user = life.user(params.id.toLowerCase());
      if (user === undefined || user.days === 0) throw new CodedError("user-not-found", `There is no user "${params.id}".`);
      const profile = profileOfUser(life, user, now());
      return {
        ...summary(user),
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
    async external({ params }) {
      const id = params.id.toLowerCase();
      const found = externalOf(life, id, now());
      const place = found.kind === "address" ? life.options.place(id) : undefined;
      const imitates = found.kind === "address" ? undefined : life.options.imitates?.(id.slice(id.lastIndexOf("@") + 1));
      return {
        id,
        kind: found.kind,
        known: found.known,
        rarity: found.rarity,
        users: found.users.map((u) => ({ ...u, first: iso(u.first) })),
        devices: [],
        members: [],
        verdicts: { feeds: 0, hits: 0, list: [] },
        ...(found.first === undefined ? {} : { firstSeen: iso(found.first) }),
        ...(found.last === undefined ? {} : { lastSeen: iso(found.last) }),
        ...(found.days === undefined ? {} : { days: found.days }),
        ...(place?.country === undefined ? {} : { country: place.country }),
        ...(place?.asn === undefined ? {} : { asn: place.asn }),
        ...(place?.asnName === undefined ? {} : { operator: place.asnName }),
        ...(imitates === undefined ? {} : { imitates }),
      };
    },
  };
}
