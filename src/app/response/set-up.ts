import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { OpenDoors } from "../../api/open-doors.ts";
import type { Clock } from "../../base/clock.ts";
import { CodedError } from "../../base/result.ts";
import { FirewallListDriver } from "../../connectors/firewall-list/index.ts";
import { HelperClient } from "../../connectors/nftables/helper-client.ts";
import { NftablesDriver } from "../../connectors/nftables/index.ts";
import { TapDriver } from "../../connectors/nftables/tap.ts";
import type { PlatformCore } from "../../lanes/platform-core.ts";
import type { Driver } from "../../respond/ports.ts";
import type { Action } from "../../schema/action.ts";
import type { Observation } from "../../schema/observation.ts";
import type { Organisation } from "../../schema/organisation.ts";
import type { Store } from "../../store/types.ts";
import type { Config } from "../config.ts";
import { ConfirmLinks } from "./confirm-links.ts";
import { LiveResponse } from "./live-response.ts";
import { ownAddresses } from "./own-addresses.ts";
import { loadResponses } from "./response-content.ts";
import { dropMail, postWebhook } from "./send-links.ts";

export interface ResponseParts {
  config: Config;
  organisation: Organisation;
  core: PlatformCore;
  store: Store;
  clock: Clock;
  ticks(): number;
  /** Folder of the data: the key of links stands in it. */
  dir: string;
  /** Nothing synthetic is ever acted upon. */
  demo: boolean;
  changed(): void;
  observe(observations: readonly Observation[]): Promise<void>;
  log(level: "info" | "warn" | "error", message: string): void;
}

export interface SetUpResponse {
  live: LiveResponse;
  doors: OpenDoors;
  /** Applies what is in force, and begins to watch the time. */
  start(): Promise<void>;
  close(): Promise<void>;
}

/** Drivers, links and engine from the configuration. Throws CodedError `link-key-unreadable`, `webhook-secret-unreadable` (exit code 2). */
export async function setUpResponse(parts: ResponseParts): Promise<SetUpResponse> {
  const { config, store, clock, log } = parts;
  const { nftables, tap, firewallList, links, limits } = config.response;
  const enabled = config.response.enabled;
  const clientOf = (helper: typeof nftables): HelperClient | undefined =>
    helper === undefined || parts.demo || !enabled ? undefined : new HelperClient(helper.socket, helper.token);
  const client = clientOf(nftables);
  const tapClient = clientOf(tap);
  const list = firewallList && !parts.demo && enabled ? new FirewallListDriver(clock) : undefined;
  const drivers: Driver[] = [
    ...(client === undefined ? [] : [new NftablesDriver(client, parts.ticks)]),
    ...(tapClient === undefined ? [] : [new TapDriver(tapClient, parts.ticks)]),
    ...(list === undefined ? [] : [list]),
  ];
  const secret = links?.webhook === undefined ? "" : secretOf(links.webhook.secretFile);
  const confirm = links === undefined || !enabled ? undefined : new ConfirmLinks(linkKey(parts.dir), store, () => live, clock);

  async function tell(action: Action): Promise<void> {
    if (links === undefined || confirm === undefined) return;
    const users = await store.accounts.users();
    for (const name of links.people) {
      const user = users.find((u) => u.name === name && !u.disabled && u.role !== "viewer");
      if (user === undefined) {
        log("warn", `response: no user "${name}" may answer; no link was sent`);
        continue;
      }
      const message = { person: name, action, links: await confirm.make(action, user.id, links.address) };
      if (links.folder !== undefined) dropMail(links.folder, message, clock.now());
      if (links.webhook !== undefined) await postWebhook(links.webhook.url, secret, message, clock.now());
    }
  }

  const content = loadResponses(config.site);
  for (const fault of content.faults) log("error", `${fault.file}:${fault.line}: ${fault.reason}: this response is not used`);
  const live = await LiveResponse.open({
    core: parts.core,
    store,
    clock,
    ticks: parts.ticks,
    enabled,
    content,
    drivers,
    limits,
    protectedTexts: [...parts.organisation.protected, ...parts.organisation.nat, ...parts.organisation.proxies, ...parts.organisation.vpn, ...ownAddresses()],
    told(action, change) {
      parts.changed();
      if (change?.to === "proposed") void tell(action).catch((error: unknown) => log("error", `response: a link was not sent: ${(error as Error).message}`));
    },
    observe: parts.observe,
    log,
  });
  return {
    live,
    doors: { ...(confirm === undefined ? {} : { confirm }), ...(list === undefined ? {} : { list }) },
    async start() {
      await client?.start();
      await tapClient?.start();
      await live.resume();
      live.start();
    },
    async close() {
      await live.close();
      client?.close();
      tapClient?.close();
    },
  };
}

/** 32 random bytes in the data folder, readable by its owner alone; made at the first start. */
function linkKey(dir: string): Uint8Array {
  const path = join(dir, "keys", "links.key");
  try {
    if (!existsSync(path)) {
      mkdirSync(join(dir, "keys"), { recursive: true, mode: 0o700 });
      writeFileSync(path, randomBytes(32), { mode: 0o600, flag: "wx" });
    }
    const key = readFileSync(path);
    if (key.length !== 32) throw new Error("it has not 32 bytes");
    return key;
  } catch (error) {
    throw new CodedError("link-key-unreadable", `${path}: cannot be used as the key of links: ${(error as Error).message}`, { exitCode: 2, cause: error });
  }
}

function secretOf(path: string): string {
  try {
    const secret = readFileSync(path, "utf8").trim();
    if (secret.length < 16) throw new Error("it has fewer than 16 characters");
    return secret;
  } catch (error) {
    throw new CodedError("webhook-secret-unreadable", `${path}: cannot be used as the webhook's secret: ${(error as Error).message}`, {
      exitCode: 2,
      cause: error,
    });
  }
}
