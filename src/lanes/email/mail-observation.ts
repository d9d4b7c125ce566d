import type { Behaviour } from "../../baseline/mail/mail-rules.ts";
import type { EntityRef, Peer } from "../../schema/entity.ts";
import type { EventOf, NetEvent } from "../../schema/event.ts";
import type { MailJudgement } from "../../schema/mail.ts";
import type { Facts, Observation } from "../../schema/observation.ts";
import type { Why } from "../../schema/score.ts";
import type { CampaignView } from "./campaign-table.ts";
import type { Content } from "./content.ts";

const LABELS: Readonly<Record<string, string>> = {
  newSender: "New sender",
  unusualReader: "Unusual for this reader",
  unusualPlace: "Unusual location or software",
  unexpectedAttachment: "Unexpected attachment",
  unexpectedLink: "Unexpected link",
  strangeDomain: "Domain drawn by lot",
  domainAge: "Age of domain",
  pretence: "Pretence",
  inducement: "Inducement",
  concealment: "Concealment",
};

export class MailObservation implements Observation {
  readonly kind = "mail" as const;
  readonly time: number;
  readonly entity: EntityRef;
  readonly peer: Peer | undefined = undefined;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly facts: Facts;
  readonly events: readonly NetEvent[];
  readonly why: () => Why[];

  constructor(event: EventOf<"mail">, entity: EntityRef, facts: Facts, why: () => Why[]) {
    this.time = event.time;
    this.entity = entity;
    this.fields = event as unknown as Readonly<Record<string, unknown>>;
    this.facts = facts;
    this.events = [event];
    this.why = why;
  }
}

/** Reasons of a message: its rarest rule, its content, then the indicators that say anything. */
export function whyOf(judgement: MailJudgement, behaviour: Behaviour, content: Content | undefined, mails: number): Why[] {
  const out: Why[] = [];
  if (behaviour.rule !== undefined) {
    const p = Math.exp(-behaviour.nats);
    out.push({
      feature: "rule",
      observed: behaviour.rule,
      expected: `about ${Math.max(1, Math.round(p * mails))} of ${mails} mails`,
      p,
      text: `${behaviour.rule}: ${Math.round(p * mails) <= 1 ? "at most once" : `about ${Math.round(p * mails)} times`} in ${mails} mails learned here`,
    });
  }
  if (content !== undefined && content.nats > 1) {
    const p = Math.exp(-content.nats);
    out.push({
      feature: "content",
      observed: Number(content.score.toFixed(2)),
      expected: `honest mail of kind ${content.kind}`,
      p,
      text: `content as strange as ${p < 0.001 ? "fewer than one in a thousand" : `one in ${Math.round(1 / p)}`} honest mails of this kind`,
    });
  }
  for (const indicator of judgement.indicators) {
    if (indicator.score < 20 && indicator.says.length === 0) continue;
    const label = LABELS[indicator.name] ?? indicator.name;
    out.push({
      feature: indicator.name,
      observed: indicator.score,
      expected: "below 40",
      text: `${label} ${indicator.score}: ${indicator.says.slice(0, 4).join(" ")}`.trim(),
    });
  }
  const { places, event } = judgement;
  if (event.spf === "pass")
    out.push({
      feature: "spf",
      observed: "pass",
      expected: "says nothing of intent",
      text: "SPF passed: the domain's own server sent it, which does not make it honest",
    });
  if (places.author !== "" && places.connection !== "" && places.author !== places.connection)
    out.push({
      feature: "places",
      observed: places.author,
      expected: places.connection,
      text: `author in ${places.author}, connection from ${places.connection}, domain of ${places.domain || "no country"}`,
    });
  out.push({ feature: "intelligence", observed: "none", expected: "none", text: "no list of known bad senders, links or files was asked" });
  return out;
}

export function campaignObservation(view: CampaignView, ended: boolean, events: readonly NetEvent[], time: number): Observation {
  const domain = view.pattern === "" ? (view.linkDomain === "" ? view.id : view.linkDomain) : view.pattern.slice(view.pattern.lastIndexOf("@") + 1);
  return {
    kind: "campaign",
    time,
    entity: { kind: "external", id: domain },
    peer: undefined,
    fields: {},
    facts: {
      campaign: view.id,
      messages: view.messages,
      senders: view.senders,
      recipients: view.recipients,
      days: view.days,
      pattern: view.pattern,
      shared: view.shared.join(", "),
      topName: view.topName,
      topSubject: view.topSubject,
      topAttachment: view.topAttachment,
      linkDomain: view.linkDomain,
      held: view.held,
      heldShare: view.messages === 0 ? 0 : view.held / view.messages,
      worst: view.worst,
      ended,
    },
    events,
    why: () => campaignWhy(view),
  };
}

function campaignWhy(view: CampaignView): Why[] {
  const out: Why[] = [
    {
      feature: "campaign",
      observed: view.messages,
      expected: "unrelated mails",
      text: `${view.messages} mails of ${view.senders} senders to ${view.recipients} recipients on ${view.days} days`,
    },
  ];
  if (view.pattern !== "")
    out.push({ feature: "pattern", observed: view.pattern, expected: "no shape in common", text: `senders have the shape ${view.pattern}` });
  if (view.shared.length > 0)
    out.push({ feature: "shared", observed: view.shared.join(", "), expected: "nothing in common", text: `tied by ${view.shared.join(", ")}` });
  if (view.topName !== "") out.push({ feature: "name", observed: view.topName, expected: "names of their own", text: `most used the name "${view.topName}"` });
  if (view.topSubject !== "")
    out.push({ feature: "subject", observed: view.topSubject, expected: "subjects of their own", text: `most frequent subject "${view.topSubject}"` });
  if (view.topAttachment !== "")
    out.push({ feature: "attachment", observed: view.topAttachment, expected: "no common file", text: `most frequent attachment "${view.topAttachment}"` });
  if (view.linkDomain !== "")
    out.push({ feature: "link", observed: view.linkDomain, expected: "a domain that mail here leads to", text: `links lead to ${view.linkDomain}` });
  return out;
}
