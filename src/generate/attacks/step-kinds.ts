import { cloudSpray, consentPhishing, foreignSignIn, inboxRule, massDownload } from "./steps/account.ts";
import { beacon } from "./steps/beacon.ts";
import { dnsTunnel } from "./steps/dns-tunnel.ts";
import { exfiltrate, slowRamp } from "./steps/exfiltrate.ts";
import { fetchTool } from "./steps/fetch-tool.ts";
import { defenderFinding, newAccount, newAgent } from "./steps/intrusion.ts";
import { lateral } from "./steps/lateral.ts";
import { mailCampaign } from "./steps/mail-campaign.ts";
import { phishAndClick, supplierHijack } from "./steps/mail-hijack.ts";
import { networkSpray } from "./steps/password-guessing.ts";
import { ransomware } from "./steps/ransomware.ts";
import { rogueDevice } from "./steps/rogue-device.ts";
import { portScan, scan } from "./steps/scan.ts";
import { teamsBurst } from "./steps/teams-burst.ts";
import type { StepKind } from "./types.ts";

/** Every kind of step that a script may name. */
export const STEP_KINDS: ReadonlyMap<string, StepKind> = new Map<string, StepKind>([
  ["beacon", beacon],
  ["dns-tunnel", dnsTunnel],
  ["exfiltrate", exfiltrate],
  ["slow-ramp", slowRamp],
  ["fetch-tool", fetchTool],
  ["lateral", lateral],
  ["network-spray", networkSpray],
  ["ransomware", ransomware],
  ["rogue-device", rogueDevice],
  ["port-scan", portScan],
  ["scan", scan],
  ["new-account", newAccount],
  ["new-agent", newAgent],
  ["defender-alert", defenderFinding],
  ["teams-burst", teamsBurst],
  ["foreign-sign-in", foreignSignIn],
  ["inbox-rule", inboxRule],
  ["cloud-spray", cloudSpray],
  ["mass-download", massDownload],
  ["consent", consentPhishing],
  ["mail-campaign", mailCampaign],
  ["supplier-hijack", supplierHijack],
  ["phish-and-click", phishAndClick],
]);
