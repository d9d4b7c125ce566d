import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Clock } from "../../base/clock.ts";
import { DEFAULT_OWN_NETWORKS, NetworkSet } from "../../base/ip.ts";
import { CodedError } from "../../base/result.ts";
import type { Organisation } from "../../schema/organisation.ts";
import { dnsResolver } from "../../sensors/mail/dns-resolver.ts";
import { parseImapAddress } from "../../sensors/mail/imap-address.ts";
import { ImapMailbox } from "../../sensors/mail/imap-mailbox.ts";
import { MailFolder } from "../../sensors/mail/mail-folder.ts";
import type { Position } from "../../store/types.ts";
import type { Config } from "../config.ts";
import { authenticatorOf, openAllLayers, openForLearning } from "../mail-events.ts";
import type { SourceConfig } from "../services/live-view.ts";
import type { LiveSource } from "./live-source.ts";
import { mailSource } from "./mail-source.ts";

export interface MailSourcesOptions {
  organisation: Organisation;
  dns: Config["mail"]["dns"];
  clock: Clock;
  learned: readonly Position[];
  stored: readonly Position[];
}

/** Makes the source of a folder of mail or of a mailbox on a server. The second throws `source-invalid` for an address or file that cannot be. */
export function mailSourceOf(config: SourceConfig, fixed: boolean, options: MailSourcesOptions): LiveSource {
  const { organisation, dns, clock, learned, stored } = options;
  const own = new NetworkSet([...organisation.networks, ...DEFAULT_OWN_NETWORKS]);
  const resolver = dns === "off" ? undefined : dnsResolver(dns === "system" ? [] : dns, () => clock.now());
  const common = {
    id: config.id,
    fixed,
    clock,
    learned,
    stored,
    open: openAllLayers,
    openHistory: openForLearning,
    auth: authenticatorOf(organisation, (ip) => own.has(ip), resolver),
  };
  if (config.kind !== "imap")
    return mailSource({ ...common, kind: "mail", path: config.path, supply: (positions) => new MailFolder({ path: config.path, clock, positions }) });
  const address = parseImapAddress(config.path);
  const { passwordFile } = config;
  if (passwordFile === undefined) throw new CodedError("source-invalid", `${config.id}: a mailbox on a server needs passwordFile`, { exitCode: 2 });
  return mailSource({
    ...common,
    kind: "imap",
    path: config.path,
    passwordFile,
    supply: (positions) => new ImapMailbox({ address, passwordFile, authority: authorityOf(config), positions }),
  });
}

/**
 * A source that was added on the page names its password file within `DATA/passwords` alone: whoever may add sources could otherwise have any file of this machine
 * sent to a server of his own.
 */
export function withPasswordOf(config: SourceConfig, data: string): SourceConfig {
  return config.passwordFile === undefined ? config : { ...config, passwordFile: join(data, "passwords", basename(config.passwordFile)) };
}

function authorityOf(config: SourceConfig): string | undefined {
  if (config.authority === undefined) return undefined;
  try {
    return readFileSync(config.authority, "utf8");
  } catch {
    throw new CodedError("source-invalid", `${config.authority}: the authority's certificate cannot be read`, { exitCode: 2 });
  }
}
