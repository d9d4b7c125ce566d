import type { MailFacts, MailSignals } from "../../baseline/mail/mail-facts.ts";
import type { OpenedMessage } from "../../parsers/mail/opened-message.ts";
import type { MailVerdict } from "../../schema/mail.ts";
import type { Evidence } from "./evidence/features.ts";
import type { MailKind } from "./evidence/kind.ts";

export interface Taggable {
  facts: MailFacts;
  signals: MailSignals;
  evidence: Evidence;
  lures: ReadonlySet<string>;
  kind: MailKind;
  verdict: MailVerdict;
  multistage: boolean;
  vip: boolean;
  opened: OpenedMessage | undefined;
  dmarc: string;
  inbound: boolean;
  indicator: { link: number; attachment: number };
}

const HIGH = 60;
const IT = /\b(it|helpdesk|help desk|service desk|administrator|webmaster|postmaster|mail server)\b|管理员|管理員|技术部|信息中心|システム|전산|관리자|الدعم/i;

/** Names under which a reviewer knows what a message is; api-compat.md §1.9 lists those of the field, the last four are ours. */
export function tagsOf(t: Taggable): string[] {
  const { signals: s, evidence: e, lures } = t;
  const tags: string[] = [];
  const tag = (name: string, when: boolean): void => {
    if (when) tags.push(name);
  };
  const acted = t.verdict !== "deliver";
  const stranger = s.fromAddress === 0 && s.wroteTo === 0;
  if (t.inbound) {
    tag("First Time Contact", stranger);
    tag("No Association", stranger && s.fromDomain === 0);
    tag("Unknown Correspondent", !stranger && s.relation === 0);
    tag("Low Mailing History", s.fromAddress >= 1 && s.fromAddress < 5);
    tag("Moderate Mailing History", s.fromAddress >= 5 && s.fromAddress < 20);
    tag("High Mailing History", s.fromAddress >= 20);
  }
  tag("Multistage Payload", t.multistage);
  tag(t.verdict === "hold" ? "Phishing Link" : "Suspicious Link", acted && (t.indicator.link >= HIGH || e.codeInside > 0));
  tag(t.verdict === "hold" ? "Phishing Attachment" : "Suspicious Attachment", acted && t.indicator.attachment >= HIGH);
  tag("Credential Harvesting", acted && (e.passwordField > 0 || (lures.has("credentials") && (e.callElsewhere > 0 || e.htmlAttached > 0 || e.codeInside > 0))));
  tag("Cloud Platform Abuse", t.inbound && stranger && (e.hosting > 0 || e.hostedForm > 0));
  tag("Brand Impersonation", t.inbound && (e.brandInHost > 0 || (e.brandInName > 0 && stranger)));
  tag("Lookalike Domain", s.lookalike >= 2);
  tag("Forged Address", s.own && (s.unsigned === 2 || t.dmarc === "fail"));
  tag("Internal IT Impersonation", t.inbound && s.department && IT.test(t.facts.name));
  tag("Department Impersonation", t.inbound && s.department);
  tag("VIP Impersonation", t.vip && s.impersonation >= 2);
  tag("User Impersonation", s.impersonation >= 2);
  tag("Payment Scare", t.inbound && (lures.has("payment") || lures.has("tax")) && (lures.has("urgency") || lures.has("suspension")));
  tag("Solicitation", t.inbound && stranger && lures.size > 0);
  tag("Extortion", lures.has("extortion") && (lures.has("investment") || lures.has("payment")));
  tag("Spoofing Indicators", s.unsigned > 0 || s.failed);
  tag("Validation Issues", s.failed || t.dmarc === "fail");
  tag(
    "Document Anomalies",
    (t.opened?.attachments ?? []).some((a) => a.flags.some((f) => f !== "not-opened" && f !== "form")),
  );
  tag("Email Account Takeover", acted && t.inbound && s.fromAddress >= 2 && (s.newCountry === 2 || s.newSoftware >= 2 || s.newCountryOfDomain));
  tag("Out of Character", s.fromAddress >= 5 && (s.newCountry === 2 || s.newSoftware >= 2 || s.newHour >= 3));
  tag(t.facts.recipients.length >= 10 ? "Wide Distribution" : "Narrow Distribution", t.inbound);
  tag("Graymail", t.kind === "bulk" && !acted);
  tag("Spam", t.inbound && stranger && (lures.has("vice") || lures.has("prize")));
  tag("Unknown Intent", t.verdict === "hold" && lures.size === 0);
  tag("Location Mismatch", t.inbound && s.authorElsewhere);
  // A file of which our reader makes nothing may be one of which the recipient's does.
  tag("Unreadable Part", (t.opened?.errors ?? []).length > 0);
  for (const limit of new Set((t.opened?.limits ?? []).map((l) => l.limit))) tags.push(`Limit ${limit}`);
  return tags;
}
