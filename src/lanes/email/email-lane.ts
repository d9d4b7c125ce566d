import { CodedError } from "../../base/result.ts";
import { DAY, HOUR } from "../../base/time.ts";
import { type ContentWeights, shippedScore } from "../../baseline/mail/content-model.ts";
import { LearnedThresholds } from "../../baseline/mail/learned-thresholds.ts";
import { decideMail, mailScore } from "../../baseline/mail/mail-decision.ts";
import type { MailFacts, MailSignals } from "../../baseline/mail/mail-facts.ts";
import { MailMemory, nameKey } from "../../baseline/mail/mail-memory.ts";
import { type Behaviour, RuleFrequencies } from "../../baseline/mail/mail-rules.ts";
import { SiteWords } from "../../baseline/mail/site-words.ts";
import type { Places } from "../../enrich/places.ts";
import type { OpenedMessage } from "../../parsers/mail/opened-message.ts";
import type { Alert } from "../../schema/alert.ts";
import type { EntityRef } from "../../schema/entity.ts";
import { type EventOf, eventId, type NetEvent } from "../../schema/event.ts";
import type { Family } from "../../schema/families.ts";
import type { MailIndicator, MailJudgement, MailVerdict } from "../../schema/mail.ts";
import type { Facts } from "../../schema/observation.ts";
import type { Organisation } from "../../schema/organisation.ts";
import { emptyResult, type Lane, type LaneResult, type Models } from "../lane.ts";
import { match } from "../tell-models.ts";
import { CampaignTable, type CampaignView } from "./campaign-table.ts";
import type { Content } from "./content.ts";
import { groupScores, newContentRank } from "./content-rank.ts";
import { readEvidence } from "./evidence/evidence.ts";
import { type Evidence, FEATURE_NAMES, noEvidence } from "./evidence/features.ts";
import { kindOf } from "./evidence/kind.ts";
import { languageOf } from "./evidence/language.ts";
import type { MailLookups } from "./evidence/lookups.ts";
import { viewOf } from "./evidence/view.ts";
import { actionsOf } from "./mail-actions.ts";
import { detailOf } from "./mail-detail.ts";
import { MailDomains, type RegisteredAt } from "./mail-domains.ts";
import { mailFactsOf } from "./mail-facts-of.ts";
import { indicatorsOf } from "./mail-indicators.ts";
import { campaignObservation, MailObservation, whyOf } from "./mail-observation.ts";
import { tagsOf } from "./mail-tags.ts";
import { letterOf } from "./opened-letter.ts";
import { OwnDomains } from "./own-domains.ts";

export interface EmailLaneOptions {
  organisation: Organisation;
  models: Models;
  places: Places;
  lookups: MailLookups;
  weights: ContentWeights;
  mode(): "watch" | "history";
  weight?: (event: NetEvent) => number;
  latest?: () => number;
}

/** A domain first seen this long ago or less is new to us. */
const NEW_DOMAIN = 14 * DAY;
const VIP = /\b(chief|ceo|cfo|cto|coo|ciso|president|chair|director|head of|vorstand|geschäftsführ|directeur|总经理|董事长|社長|대표)/i;

/**
 * One message through the mail lane: facts -> memory -> rules -> content -> verdict -> indicators and tags -> campaign -> models -> learn.
 * Score comes before learn; what would be held is not made known. Without its opened layers (a stored event) a message is judged by its headers alone.
 */
export class EmailLane implements Lane {
  readonly name = "email";
  readonly families: readonly Family[] = ["mail"];
  readonly #o: EmailLaneOptions;
  readonly #memory = new MailMemory();
  readonly #rules = new RuleFrequencies();
  readonly #content = newContentRank();
  readonly #thresholds = new LearnedThresholds();
  readonly #domains: MailDomains;
  /** Words of honest mail and of phish as they are received here; people's judgements go to it. */
  readonly words = new SiteWords();
  readonly #own: OwnDomains;
  readonly #vips: ReadonlySet<string>;
  readonly campaigns = new CampaignTable();
  #outbound: { time: number; sender: string; to: string; fresh: boolean }[] = [];
  #clock = Number.NEGATIVE_INFINITY;

  constructor(options: EmailLaneOptions) {
    this.#o = options;
    this.#own = new OwnDomains(options.organisation.domains, options.lookups.freeMail);
    this.#domains = new MailDomains(options.lookups, this.#own);
    for (const person of options.organisation.people) this.#memory.introduce(person.name, person.mail, person.department);
    this.#vips = new Set(options.organisation.people.filter((p) => VIP.test(p.title ?? "")).map((p) => nameKey(p.name)));
  }

  get eventTime(): number {
    return this.#clock;
  }

  /** First sight of a domain in mail, ms; undefined when it was never seen. */
  firstSeen(domain: string): number | undefined {
    return this.#memory.firstSeen(domain);
  }

  /** Who tells when a domain was registered; until it is handed in, that is not known of any. */
  askAges(registeredAt: RegisteredAt): void {
    this.#domains.registeredAt = registeredAt;
  }

  process(events: readonly NetEvent[]): LaneResult {
    const result = emptyResult(events.length);
    const latest = this.#o.latest?.() ?? Number.POSITIVE_INFINITY;
    events.forEach((event, i) => {
      if (event.family !== "mail") return;
      if (event.time > latest) {
        result.ahead++;
        result.unusual[i] = Number.NaN;
        return;
      }
      if (event.time > this.#clock) this.#clock = event.time;
      result.unusual[i] = this.#one(event, result);
    });
    return result;
  }

  advance(time: number): LaneResult {
    const result = emptyResult();
    if (this.#o.mode() === "watch") for (const { view, fresh } of this.campaigns.ended(time)) this.#tellCampaign(view, fresh, true, result.alerts);
    return result;
  }

  #one(event: EventOf<"mail">, result: LaneResult): number {
    const opened = event.opened as OpenedMessage | undefined;
    const watch = this.#o.mode() === "watch";
    const about = this.#domains.about(event, this.#memory.mailsOf(event.senderDomain ?? ""), watch);
    const facts = mailFactsOf(event, opened, { lookups: this.#o.lookups, places: this.#o.places, own: this.#own, ...about });
    const signals = this.#memory.signals(facts);
    const behaviour = this.#rules.score(signals);
    const content = this.#contentOf(opened);
    const standing = { behaviour, content: content?.nats, lure: this.#rules.lure(facts.lures), reader: signals.reader.nats, name: signals.name };
    const nats = mailScore(standing);
    const thresholds = this.#thresholds.now;
    let verdict: MailVerdict = decideMail(standing, thresholds);
    // What the organisation's own people send is never kept from anybody; an own address that nobody signed for is no such thing.
    // A signature that nobody checked proves nothing: whoever reads this could add one.
    if (facts.own && ((facts.signed && event.dkim === "pass") || event.dmarc === "pass" || event.spf === "pass")) verdict = "deliver";
    const base = 100 * (1 - 2 ** ((-2 * nats) / thresholds.hold));
    const score = Math.round(verdict === "hold" ? Math.max(base, 80) : verdict === "banner" ? Math.min(74, Math.max(base, 50)) : Math.min(49, base));
    const judgement = this.#judge(event, opened, facts, signals, behaviour, content, verdict, score);
    result.mails.push(judgement.public);
    const observation = new MailObservation(event, judgement.entity, judgement.facts, () => whyOf(judgement.public, behaviour, content, this.#rules.mails));
    if (!watch) this.#o.models.learn(observation);
    else {
      match(observation, this.#o.models, result.alerts);
      const fresh = judgement.campaign === undefined ? undefined : this.campaigns.news(judgement.campaign.id);
      if (judgement.campaign !== undefined && fresh !== undefined) this.#tellCampaign(judgement.campaign, fresh, false, result.alerts);
    }
    const weight = this.#o.weight?.(event) ?? 1;
    if (weight > 0) this.#learn(event, facts, signals, behaviour, content, nats, watch ? verdict : "deliver");
    event.opened = undefined;
    return score;
  }

  #contentOf(opened: OpenedMessage | undefined): Content | undefined {
    if (opened === undefined) return undefined;
    const letter = letterOf(opened);
    const { evidence, lures } = readEvidence(letter, this.#o.lookups);
    const row = Float64Array.from(FEATURE_NAMES, (name) => evidence[name]);
    const kind = kindOf(viewOf(letter, this.#o.lookups));
    const score = shippedScore({ evidence: row, text: undefined, kind }, this.#o.weights);
    return {
      evidence,
      row,
      kind,
      score,
      nats: this.words.nats(kind, letter.text, score, this.#content.nats(kind, score)),
      lures: new Set(lures.keys()),
      words: [...lures.values()].flat(),
      language: languageOf(`${letter.subject}\n${letter.text}`, this.#o.lookups.languages),
      text: letter.text,
    };
  }

  #judge(
    event: EventOf<"mail">,
    opened: OpenedMessage | undefined,
    facts: MailFacts,
    signals: MailSignals,
    behaviour: Behaviour,
    content: Content | undefined,
    verdict: MailVerdict,
    score: number,
  ): { public: MailJudgement; facts: Facts; entity: EntityRef; campaign: CampaignView | undefined } {
    const link = this.#domains.rarest(event);
    const places = { domain: event.placeDomain ?? "", connection: event.placeConnection ?? "", author: event.placeAuthor ?? "" };
    const kind = content?.kind ?? "letter";
    const details = { linkDomain: link.domain, linkDomainMails: link.mails, places, facts };
    const natsOfRule = (rule: Behaviour["fired"][number]): number => this.#rules.natsOf(rule);
    const indicators = indicatorsOf(content?.row, this.#o.weights.weights, kind, this.#content, behaviour, signals, natsOfRule, details);
    const of = (name: MailIndicator["name"]): number => indicators.find((i) => i.name === name)?.score ?? 0;
    const multistage = facts.payload === 2;
    const evidence: Evidence = content?.evidence ?? noEvidence();
    const tags = tagsOf({
      facts,
      signals,
      evidence,
      lures: content?.lures ?? new Set(),
      kind,
      verdict,
      multistage,
      vip: this.#vips.has(nameKey(facts.name)),
      opened,
      dmarc: event.dmarc ?? "none",
      inbound: !facts.own,
      indicator: { link: of("unexpectedLink"), attachment: of("unexpectedAttachment") },
    });
    const campaign = this.#campaignOf(event, opened, facts, signals, content, verdict, score, link.rare);
    event.score = score;
    event.tags = tags;
    event.actions = actionsOf(verdict, tags, opened?.urls.length ?? event.urls?.length ?? 0);
    event.rule = behaviour.rule;
    event.language = content?.language;
    const urls = (opened?.urls ?? []).map((u) => ({ url: u.url, stage: u.stage, source: u.source }));
    const path = opened?.ref ?? event.file;
    const judgement: MailJudgement = { event, path, score, verdict, tags, actions: [...event.actions], indicators, urls, places };
    if (verdict !== "deliver") {
      event.detail = detailOf(judgement, opened, content?.text ?? "");
      judgement.opened = opened;
    }
    const out = this.#fanOut(facts, event);
    return {
      public: judgement,
      entity: facts.own ? { kind: "user", id: facts.address } : { kind: "sender", id: facts.address === "" ? "(no sender)" : facts.address },
      campaign: campaign !== undefined && campaign.messages > 1 ? campaign : undefined,
      facts: {
        score,
        verdict,
        tags,
        rule: behaviour.rule,
        ruleP: Math.exp(-behaviour.nats),
        mailKind: kind,
        senderMails: signals.fromAddress,
        domainMails: signals.fromDomain,
        relationMails: signals.relation,
        wroteTo: signals.wroteTo,
        answersKnown: signals.thread >= 2,
        newSender: of("newSender"),
        unusualReader: of("unusualReader"),
        strangeDomain: of("strangeDomain"),
        domainAge: of("domainAge"),
        ...(facts.registeredDays === undefined ? {} : { registeredDays: facts.registeredDays }),
        ...(facts.linkRegisteredDays === undefined ? {} : { linkRegisteredDays: facts.linkRegisteredDays }),
        unusualPlace: of("unusualPlace"),
        unexpectedAttachment: of("unexpectedAttachment"),
        unexpectedLink: of("unexpectedLink"),
        pretence: of("pretence"),
        inducement: of("inducement"),
        concealment: of("concealment"),
        impersonation: signals.impersonation,
        lookalike: signals.lookalike,
        lookalikeOf: signals.lookalikeOf,
        multistage,
        linkDomainMails: link.mails,
        linkDomain: link.domain,
        ...(facts.free || facts.own || facts.domain === "" ? {} : { houseDomain: facts.domain }),
        ...(campaign !== undefined && campaign.messages > 1 ? { campaign: campaign.id } : {}),
        authorElsewhere: signals.authorElsewhere,
        unsigned: signals.unsigned,
        siblings: signals.siblings,
        youngDomain: signals.young,
        lures: [...(content?.lures ?? [])],
        newRecipients: out.fresh,
        outboundRecipients: out.all,
        nativeMissed: event.nativeVerdict === "clean" && verdict === "hold",
        learnedMails: this.#rules.mails,
      },
    };
  }

  #campaignOf(
    event: EventOf<"mail">,
    opened: OpenedMessage | undefined,
    facts: MailFacts,
    signals: MailSignals,
    content: Content | undefined,
    verdict: MailVerdict,
    score: number,
    rareLinks: readonly string[],
  ): CampaignView | undefined {
    if (facts.own || this.#o.mode() === "history") return undefined;
    const fresh = signals.fromAddress === 0 || signals.young;
    if (verdict === "deliver" && !fresh && (content?.nats ?? 0) < 3) return undefined;
    const stranger = signals.wroteTo === 0;
    return this.campaigns.add(
      {
        time: event.time,
        sender: facts.address,
        senderName: facts.name,
        domain: facts.domain,
        commonDomain: facts.free || facts.own || !signals.young || !stranger,
        commonShape: facts.free || facts.own || !stranger || event.time - (this.#memory.firstSeen(facts.domain) ?? event.time) > NEW_DOMAIN,
        recipients: facts.ownRecipients.length > 0 ? facts.ownRecipients : facts.recipients,
        subject: facts.subject,
        attachments: event.attachments ?? [],
        hashes: event.attachmentHashes ?? [],
        rareLinks,
        text: (content?.text.length ?? 0) > 40 ? opened?.simhash.text : undefined,
        structure: opened?.simhash.structure,
        score,
        held: verdict === "hold",
      },
      event,
    );
  }

  /** Recipients of an own sender within the last hour, and how many of them he never wrote to before. */
  #fanOut(facts: MailFacts, event: EventOf<"mail">): { all: number; fresh: number } {
    if (!facts.own) return { all: 0, fresh: 0 };
    this.#outbound = this.#outbound.filter((o) => event.time - o.time <= HOUR);
    for (const to of facts.recipients) {
      if (this.#outbound.length >= 20_000) break;
      this.#outbound.push({ time: event.time, sender: facts.address, to, fresh: this.#memory.wrote(facts.address, to) === 0 });
    }
    const mine = this.#outbound.filter((o) => o.sender === facts.address);
    return { all: new Set(mine.map((o) => o.to)).size, fresh: new Set(mine.filter((o) => o.fresh).map((o) => o.to)).size };
  }

  #learn(
    event: EventOf<"mail">,
    facts: MailFacts,
    signals: MailSignals,
    behaviour: Behaviour,
    content: Content | undefined,
    nats: number,
    verdict: MailVerdict,
  ): void {
    if (content !== undefined && !facts.own)
      this.words.learn({
        id: eventId(event),
        time: event.time,
        domain: facts.domain,
        address: facts.address,
        kind: content.kind,
        text: content.text,
        evidence: content.score,
        held: verdict === "hold",
        correspondent: signals.wroteTo > 0 || signals.thread >= 2,
      });
    if (verdict === "hold") {
      this.#memory.learnHeld(facts);
      return;
    }
    this.#domains.learn(event, facts, signals.fromDomain === 0);
    this.#memory.learn(facts);
    this.#rules.learn(signals, behaviour.fired);
    if (!facts.own || facts.recipients.length === 0) this.#thresholds.learn(nats);
    if (content !== undefined) this.#content.learn(content.kind, content.score, groupScores(content.row, this.#o.weights.weights));
  }

  #tellCampaign(view: CampaignView, fresh: readonly NetEvent[], ended: boolean, alerts: Alert[]): void {
    match(campaignObservation(view, ended, fresh, view.last), this.#o.models, alerts);
  }

  save(): Uint8Array<ArrayBuffer> {
    const state = {
      version: 1,
      clock: Number.isFinite(this.#clock) ? this.#clock : null,
      memory: this.#memory.save(),
      rules: this.#rules.save(),
      content: this.#content.save(),
      scores: this.#thresholds.save(),
      ...this.#domains.save(),
      own: this.#own.save(),
      words: this.words.save(),
      campaigns: this.campaigns.save(),
    };
    return new TextEncoder().encode(JSON.stringify(state));
  }

  load(bytes: Uint8Array): void {
    try {
      const s = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
      if (s.version !== 1) throw new Error("another version");
      this.#memory.load(s.memory);
      this.#rules.load(s.rules);
      this.#content.load(s.content);
      this.#thresholds.load(s.scores as number[]);
      this.#domains.load(s.links as [string, number][], s.names);
      this.#own.load(s.own);
      this.words.load(s.words);
      this.campaigns.load(s.campaigns);
      this.#clock = typeof s.clock === "number" ? s.clock : Number.NEGATIVE_INFINITY;
    } catch (error) {
      throw new CodedError("snapshot-unreadable", `what was learned of mail cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}
