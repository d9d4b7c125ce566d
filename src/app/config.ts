import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { z } from "zod";
import { CodedError } from "../base/result.ts";
import { intelligenceConfig, linksConfig, withFeedPaths } from "./outside/links-config.ts";
import { readYamlFile } from "./yaml-file.ts";

/** Version of the configuration file that this program writes and reads. Older ones are migrated in `migrate`, newer ones refused. */
export const CONFIG_VERSION = 1;

const retention = z.strictObject({
  /** Days that events are kept, whatever the space. */
  days: z.number().int().min(1).max(3_650).default(30),
  /** Gigabytes that all events together may take; the oldest day goes first. */
  gigabytes: z.number().min(0.05).max(100_000).default(50),
  /** Gigabytes of the disk that stay free: below it nothing more is read until there is room. */
  keepFreeGigabytes: z.number().min(0).max(100_000).default(0.5),
  /** Days per family, where they differ. */
  families: z.record(z.string(), z.number().int().min(1).max(3_650)).default({}),
});

const helperPaths = z.strictObject({ socket: z.string().min(1), token: z.string().min(1) });
const responseConfig = z.strictObject({
  /** False: alerts go on, no action is ever made. */
  enabled: z.boolean().default(true),
  /** The privileged helper on this gateway. */
  nftables: helperPaths.optional(),
  /** The same program on a machine that sees only a mirror port (--tap): it resets TCP connections at both ends. */
  tap: helperPaths.optional(),
  /** A list of addresses for firewalls that pull: https://.../lists/firewall.txt with an API token. */
  firewallList: z.boolean().default(false),
  limits: z
    .strictObject({ perHour: z.number().int().min(0).max(10_000).default(20), fleetShare: z.number().min(0).max(1).default(0.05) })
    .default({ perHour: 20, fleetShare: 0.05 }),
  /** One-time links with which a proposal can be answered outside the console. */
  links: z
    .strictObject({
      /** How people reach this platform: https://wonted.example:8470 */
      address: z.string().regex(/^https?:\/\/[^\s/]+$/, "scheme, name and port, no path"),
      /** Names of the users who get them. */
      people: z.array(z.string().min(1).max(100)).min(1).max(20),
      /** Folder into which messages are written as files, for a mail server's pickup. */
      folder: z.string().optional(),
      webhook: z.strictObject({ url: z.url({ protocol: /^https?$/ }), secretFile: z.string().min(1) }).optional(),
    })
    .optional(),
});

export const configSchema = z.strictObject({
  version: z.literal(CONFIG_VERSION),
  name: z.string().min(1).max(100).default("This organisation"),
  /** Path of the organisation file; like every path here, relative to this file. */
  organisation: z.string().optional(),
  sources: z
    .array(
      z.strictObject({
        id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/, "1-32 lower-case letters, digits and dashes"),
        kind: z.enum(["zeek", "suricata", "cloud", "mail", "imap"]),
        path: z.string().min(1).max(1_000),
        /** Of kind imap: files with the password and with the authority of the server's certificate. */
        passwordFile: z.string().min(1).optional(),
        authority: z.string().min(1).optional(),
      }),
    )
    .max(100)
    .default([]),
  listen: z
    .strictObject({
      host: z.string().default("127.0.0.1"),
      certificate: z.string().optional(),
      key: z.string().optional(),
      /** Names under which browsers reach it, beside the address. */
      names: z.array(z.string()).default([]),
    })
    .default({ host: "127.0.0.1", names: [] }),
  /** Incidents a day that the organisation wants to see. */
  budget: z.number().int().min(1).max(100).default(5),
  retention: retention.default({ days: 30, gigabytes: 50, keepFreeGigabytes: 0.5, families: {} }),
  /** MaxMind-format table of autonomous systems (iptoasn, GeoLite2 ASN): none is shipped, since none is free enough. */
  asnTable: z.string().optional(),
  /** Folder of the owner's own content. */
  site: z.string().optional(),
  mail: z
    .strictObject({
      /** Checks SPF, DKIM, DMARC and ARC by asking name servers: those of the machine (`system`) or these addresses. Left out, nobody is asked. */
      dns: z
        .union([
          z.literal("off"),
          z.literal("system"),
          z
            .array(z.union([z.ipv4(), z.ipv6()]))
            .min(1)
            .max(8),
        ])
        .default("off"),
    })
    .prefault({}),
  /** What may be done about it, and by what (docs/guide on response). */
  response: responseConfig.prefault({}),
  /** What is asked of the outside about links: nothing, unless an egress proxy is named. */
  links: linksConfig.prefault({}),
  /** Lists and feeds of what others found. */
  intelligence: intelligenceConfig,
  /** Seconds between commits of events with their offsets: what a crash makes us read again. */
  commitSeconds: z.number().min(0.05).max(300).default(5),
  /** Seconds between copies of the learned state: what a crash makes us learn again, from the sensor's files. */
  snapshotSeconds: z.number().min(0.2).max(86_400).default(300),
  log: z.enum(["debug", "info", "warn", "error"]).default("info"),
});
export type Config = z.infer<typeof configSchema>;

/** Reads `--config`, else `wonted.yaml` in the data folder, else the defaults. */
export function readConfig(path: string | undefined, dataFolder: string): Config {
  const standard = join(dataFolder, "wonted.yaml");
  const file = path ?? (existsSync(standard) ? standard : undefined);
  if (file === undefined) return configSchema.parse({ version: CONFIG_VERSION });
  const version = readYamlFile(file, z.looseObject({ version: z.number().int() }), "configuration").version;
  if (version > CONFIG_VERSION)
    throw new CodedError("config-too-new", `${file}: is version ${version}; this program reads up to version ${CONFIG_VERSION}`, {
      exitCode: 2,
      hint: "Upgrade Wonted, or restore the file that belongs to this version.",
    });
  if (version < 1) throw new CodedError("config-invalid", `${file}:1: there never was a version ${version}`, { exitCode: 2 });
  const config = readYamlFile(file, configSchema, "configuration");
  const ids = new Set<string>();
  for (const source of config.sources) {
    if (ids.has(source.id)) throw new CodedError("config-invalid", `${file}: two sources are called ${source.id}`, { exitCode: 2 });
    ids.add(source.id);
  }
  return withPaths(config, dirname(resolve(file)));
}

/** Paths of the file as paths of this machine, wherever the program was started. */
function withPaths(config: Config, folder: string): Config {
  const at = (path: string): string => resolve(folder, path);
  const { organisation, asnTable, site, listen } = config;
  const { nftables, tap, links, ...response } = config.response;
  const helperAt = (helper: { socket: string; token: string }): { socket: string; token: string } => ({ socket: at(helper.socket), token: at(helper.token) });
  return {
    ...config,
    sources: config.sources.map((s) => ({
      ...s,
      path: s.kind === "imap" ? s.path : at(s.path),
      ...(s.passwordFile === undefined ? {} : { passwordFile: at(s.passwordFile) }),
      ...(s.authority === undefined ? {} : { authority: at(s.authority) }),
    })),
    listen: {
      ...listen,
      ...(listen.certificate === undefined ? {} : { certificate: at(listen.certificate) }),
      ...(listen.key === undefined ? {} : { key: at(listen.key) }),
    },
    response: {
      ...response,
      ...(nftables === undefined ? {} : { nftables: helperAt(nftables) }),
      ...(tap === undefined ? {} : { tap: helperAt(tap) }),
      ...(links === undefined
        ? {}
        : {
            links: {
              ...links,
              ...(links.folder === undefined ? {} : { folder: at(links.folder) }),
              ...(links.webhook === undefined ? {} : { webhook: { ...links.webhook, secretFile: at(links.webhook.secretFile) } }),
            },
          }),
    },
    intelligence: withFeedPaths(config.intelligence, at),
    ...(organisation === undefined ? {} : { organisation: at(organisation) }),
    ...(asnTable === undefined ? {} : { asnTable: at(asnTable) }),
    ...(site === undefined ? {} : { site: at(site) }),
  };
}
