import { hash32 } from "../../base/hash.ts";
import { NetworkSet } from "../../base/ip.ts";
import type { ZeekRecord } from "../../generate/emitted.ts";
import type { LifeSource } from "../../generate/life.ts";
import type { World } from "../../generate/world/types.ts";

/**
 * The same life with fewer outside ends on the wire: of all pairs of a machine and an outside address a `share` (0-1) is kept whole, with what was asked of the name
 * server for it; what own machines say to each other, mail, cloud and endpoint records stay. For organisations whose whole traffic is more than
 * a machine can judge in a night: an attacker's or an honest machine's odd end is as odd as before, and there are fewer of them.
 */
export function thinned(world: World, share: number): (source: LifeSource) => LifeSource {
  const own = new NetworkSet(world.organisation.sites.flatMap((s) => s.networks.map((n) => n.cidr)));
  const limit = share * 2 ** 32;
  const kept = (from: unknown, to: unknown): boolean => hash32(`${String(from)} ${String(to)}`, 77) < limit;
  const keeps = ({ log, fields }: ZeekRecord): boolean => {
    const from = fields["id.orig_h"];
    const to = fields["id.resp_h"];
    if (typeof from !== "string" || typeof to !== "string") return true;
    if (log === "dns") {
      const answers = Array.isArray(fields.answers) ? fields.answers.filter((a) => typeof a === "string" && /^[\d.]+$/.test(a) && !own.has(a)) : [];
      return answers.length > 0 ? answers.some((a) => kept(from, a)) : kept(from, fields.query);
    }
    return (own.has(from) && own.has(to)) || kept(from, to);
  };
  return (source) =>
    share >= 1
      ? source
      : {
          name: source.name,
          play: (from, to, day, out) =>
            source.play(from, to, day, {
              zeek: (record) => {
                if (keeps(record)) out.zeek(record);
              },
              emit: (item) => out.emit(item),
            }),
        };
}
