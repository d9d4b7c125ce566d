import { CodedError } from "../base/result.ts";
import { JoinedLanes } from "./joined-lanes.ts";
import type { Lane } from "./lane.ts";
import { NetworkCore, type NetworkCoreOptions } from "./network/network-core.ts";

const MAGIC = "WONTED-PLATFORM-1\n";

interface Part {
  name: string;
  bytes: Uint8Array<ArrayBuffer>;
}

/**
 * Everything that judges, put together: the network core, whose devices, models and incidents serve all lanes, and the other lanes.
 * Its state goes out and comes back as bytes, a named part a lane; a lane that the saved state does not know begins anew.
 */
export class PlatformCore {
  readonly network: NetworkCore;
  readonly lane: JoinedLanes;
  readonly #lanes: readonly Lane[];

  /** @param makeLanes the other lanes, from the core whose devices and models they share */
  constructor(options: NetworkCoreOptions, makeLanes: (network: NetworkCore) => readonly Lane[] = () => []) {
    this.network = new NetworkCore(options);
    this.#lanes = makeLanes(this.network);
    this.lane = new JoinedLanes(this.network.lane, this.#lanes);
  }

  get devices(): NetworkCore["devices"] {
    return this.network.devices;
  }
  get learner(): NetworkCore["learner"] {
    return this.network.learner;
  }
  get engine(): NetworkCore["engine"] {
    return this.network.engine;
  }
  get incidents(): NetworkCore["incidents"] {
    return this.network.incidents;
  }
  get zone(): NetworkCore["zone"] {
    return this.network.zone;
  }
  get mode(): "watch" | "history" {
    return this.network.mode;
  }
  set mode(mode: "watch" | "history") {
    this.network.mode = mode;
  }

  /** The lane of that kind, for whoever shows what it has learned. Throws TypeError when this core was made without it. */
  part<L extends Lane>(kind: abstract new (...args: never[]) => L): L {
    const found = this.#lanes.find((lane) => lane instanceof kind);
    if (found === undefined) throw new TypeError(`the core has no ${kind.name}`);
    return found as L;
  }

  save(): Uint8Array<ArrayBuffer> {
    const parts: Part[] = [{ name: "network", bytes: this.network.save() }];
    for (const lane of this.#lanes) parts.push({ name: lane.name, bytes: lane.save() });
    const table = JSON.stringify(parts.map((p) => ({ name: p.name, length: p.bytes.length })));
    const head = new TextEncoder().encode(`${MAGIC}${table}\n`);
    const out = new Uint8Array(parts.reduce((sum, p) => sum + p.bytes.length, head.length));
    out.set(head, 0);
    let at = head.length;
    for (const { bytes } of parts) {
      out.set(bytes, at);
      at += bytes.length;
    }
    return out;
  }

  /** Throws CodedError `snapshot-unreadable` on bytes that another version, or nobody, saved; the core is then as new only if it is made anew. */
  load(bytes: Uint8Array): void {
    const parts = partsOf(bytes);
    const network = parts?.get("network");
    if (parts === undefined || network === undefined) throw new CodedError("snapshot-unreadable", "the learned state was saved by another version of Wonted");
    this.network.load(network);
    for (const lane of this.#lanes) {
      const saved = parts.get(lane.name);
      if (saved !== undefined) lane.load(saved);
    }
  }
}

/** Undefined when the bytes are not what `save` gave. */
function partsOf(bytes: Uint8Array): Map<string, Uint8Array> | undefined {
  const start = new TextDecoder("latin1").decode(bytes.subarray(0, 4_096));
  const end = start.indexOf("\n", MAGIC.length);
  if (!start.startsWith(MAGIC) || end < 0) return undefined;
  const parts = new Map<string, Uint8Array>();
  let at = end + 1;
  try {
    for (const { name, length } of JSON.parse(start.slice(MAGIC.length, end)) as { name: string; length: number }[]) {
      if (!(length >= 0) || at + length > bytes.length) return undefined;
      parts.set(name, bytes.subarray(at, at + length));
      at += length;
    }
  } catch {
    return undefined;
  }
  return parts;
}
