import { canonicalIp } from "../../base/ip.ts";
import type { Able, Driver, DriverHealth, InForce } from "../../respond/ports.ts";
import type { ActionTarget, FlowMatch } from "../../schema/action.ts";
import type { HelperClient } from "./helper-client.ts";

interface Wanted {
  request: Record<string, unknown>;
  /** Elements in the kernel's words, as the helper lists them. */
  elements: string[];
  /** Who wants it, and until when (monotonic ms). */
  by: Map<string, number>;
}

const KINDS = ["block-connections", "enforce-administration", "enforce-pattern", "enforce-group-pattern", "block-outgoing", "block-incoming", "quarantine"];

/**
 * Enforcement on a Linux gateway through the privileged helper. One rule may be wanted by several actions: it stands as long as the one that wants it
 * longest, and clearing one leaves the others'. What the gateway does not forward (two devices on one switch) it cannot refuse.
 */
export class NftablesDriver implements Driver {
  readonly id: string = "nftables";
  readonly label: string = "nftables on this gateway";
  readonly kinds: readonly string[] = KINDS;
  protected readonly client: HelperClient;
  readonly #ticks: () => number;
  readonly #wanted = new Map<string, Wanted>();

  constructor(client: HelperClient, ticks: () => number) {
    this.client = client;
    this.#ticks = ticks;
  }

  able(kind: string, target: ActionTarget): Able {
    const lack = this.lack(kind, target);
    if (lack !== undefined) return lack;
    if (this.client.tap !== undefined) return { able: false, why: "The helper at this socket resets copies of a mirror port: name it under response.tap." };
    return { able: true };
  }

  /** Why a helper could not do it, wherever it stands. */
  protected lack(kind: string, target: ActionTarget): Able | undefined {
    if (!this.kinds.includes(kind)) return { able: false, why: "nftables knows no such action." };
    const flows = target.flows ?? [];
    if (flows.length === 0) return { able: false, why: "No address of it is known, and nftables refuses by address." };
    for (const flow of flows) {
      for (const ip of [flow.src, flow.dst]) if (ip !== undefined && canonicalIp(ip) === undefined) return { able: false, why: `${ip} is not an address.` };
      if (flow.src === undefined && flow.port !== undefined) return { able: false, why: "A port can only be refused to a named device." };
    }
    if (this.client.fault !== undefined) return { able: false, why: `The enforcement helper does not answer: ${this.client.fault}.`, soon: true };
    return undefined;
  }

  async apply(id: string, _kind: string, target: ActionTarget, seconds: number): Promise<void> {
    const rules = rulesOf(target);
    const end = this.#ticks() + seconds * 1_000;
    const requests: Record<string, unknown>[] = [];
    const before = new Map(rules.map((rule) => [rule.key, this.#wanted.get(rule.key)?.by.get(id)]));
    for (const rule of rules) {
      const wanted = this.#wanted.get(rule.key) ?? { request: rule.request, elements: rule.elements, by: new Map<string, number>() };
      this.#wanted.set(rule.key, wanted);
      wanted.by.set(id, end);
      requests.push({ ...rule.request, op: rule.op, seconds: this.#longest(wanted) });
    }
    try {
      await this.client.send(requests);
    } catch (error) {
      // What was not done is wanted by nobody: another action's end must not leave it standing.
      for (const [key, end] of before) {
        const by = this.#wanted.get(key)?.by;
        if (end === undefined) by?.delete(id);
        else by?.set(id, end);
      }
      throw error;
    }
  }

  async clear(id: string, _kind: string, target: ActionTarget): Promise<void> {
    const requests: Record<string, unknown>[] = [];
    for (const rule of rulesOf(target)) {
      const wanted = this.#wanted.get(rule.key);
      wanted?.by.delete(id);
      const left = wanted === undefined ? 0 : this.#longest(wanted);
      if (left > 0) requests.push({ ...rule.request, op: rule.op, seconds: left });
      else {
        this.#wanted.delete(rule.key);
        requests.push({ ...rule.request, op: "clear", ...(rule.op === "allow" ? { allow: true } : {}) });
      }
    }
    await this.client.send(requests);
  }

  /** Seconds that the longest of those who want it still has; 0 = nobody does. */
  #longest(wanted: Wanted): number {
    const now = this.#ticks();
    let longest = 0;
    for (const [id, end] of wanted.by) {
      if (end <= now) wanted.by.delete(id);
      else longest = Math.max(longest, end - now);
    }
    return Math.ceil(longest / 1_000);
  }

  async inForce(ids: readonly string[]): Promise<ReadonlyMap<string, InForce> | undefined> {
    const [answer] = await this.client.send([{ op: "list" }]);
    if (answer === undefined) return undefined;
    const standing = new Map(answer.items.map((i) => [`${i.set} ${i.key}`, { packets: Number(i.packets), bytes: Number(i.bytes) }]));
    const out = new Map<string, InForce>(ids.map((id) => [id, { rules: 0, wanted: 0, packets: 0, bytes: 0 }]));
    for (const wanted of this.#wanted.values()) {
      for (const id of wanted.by.keys()) {
        const mine = out.get(id);
        if (mine === undefined) continue;
        for (const name of wanted.elements) {
          const found = standing.get(name);
          mine.wanted++;
          if (found === undefined) continue;
          mine.rules++;
          mine.packets += found.packets;
          mine.bytes += found.bytes;
        }
      }
    }
    return out;
  }

  health(): DriverHealth {
    const { fault, bothEnds, tap } = this.client;
    if (fault !== undefined) return { state: "unavailable", detail: `${fault}; blocks that stand end by themselves` };
    if (tap !== undefined) return { state: "unavailable", detail: "The helper at this socket was started with --tap: name it under response.tap" };
    return bothEnds
      ? { state: "ready", detail: "Refuses what this gateway forwards; open connections are reset at both ends with their next packet" }
      : { state: "degraded", detail: "Refuses what this gateway forwards; only the end that speaks is reset" };
  }
}

interface HelperRule {
  key: string;
  op: "block" | "allow";
  request: Record<string, unknown>;
  elements: string[];
}

/** A target as the helper's rules: a pattern of life confines the address, or ports of it inside, after what it may do was allowed. */
function rulesOf(target: ActionTarget): HelperRule[] {
  const { flows = [], allowed } = target;
  if (allowed === undefined) return flows.map((f) => ruleOf(f, "block"));
  const allow = allowed.map((f) => ruleOf(f, "allow"));
  if (flows.some((f) => f.inside === true)) return [...allow, ...flows.map((f) => ruleOf(f, "block"))];
  const own = new Set(flows.map((f) => f.src ?? f.dst).filter((ip) => ip !== undefined));
  const confine = [...own].map((src) => ({ key: `confine ${src}`, op: "block" as const, request: { src, confine: true }, elements: [`confined ${src}`] }));
  return [...allow, ...confine];
}

function ruleOf(flow: FlowMatch, op: "block" | "allow"): HelperRule {
  const { src, dst, port, proto, inside } = flow;
  const request = Object.fromEntries(Object.entries({ src, dst, port, proto, inside }).filter(([, v]) => v !== undefined));
  return {
    key: `${op} ${src ?? "*"} ${dst ?? (inside === true ? "inside" : "*")} ${proto ?? "*"} ${port ?? "*"}`,
    op,
    request,
    elements: elementNames(flow, op),
  };
}

function elementNames({ src, dst, port, proto, inside }: FlowMatch, op: "block" | "allow"): string[] {
  if (src === undefined) return [`incoming ${dst}`];
  if (port === undefined) return [dst === undefined ? `outgoing ${src}` : `${op === "allow" ? "spared" : "pairs"} ${src} . ${dst}`];
  const protos = proto === undefined ? ["tcp", "udp"] : [proto];
  return protos.map((p) =>
    dst === undefined
      ? `${inside === true ? "held" : "ports"} ${src} . ${p} . ${port}`
      : `${op === "allow" ? "allowed" : "flows"} ${src} . ${dst} . ${p} . ${port}`,
  );
}
