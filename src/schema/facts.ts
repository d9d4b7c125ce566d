/**
 * Names of the facts that learning adds to observations, by observation kind. A model may filter on these and on the
 * fields of the event's family; anything else is refused when the model is loaded.
 */
export type FactKind = "text" | "number" | "flag" | "list";
export interface FactSpec {
  kind: FactKind;
  doc: string;
}

/** Categorical features: each yields <name>Novelty (0-3), <name>Rarity (0-100) and <name>P ((0,1]) on events that carry a value. */
export const CATEGORICAL_FEATURES = {
  endpoint: "host name or address on the outside",
  domain: "registrable domain of the outside host",
  country: "country of the outside address (offline table)",
  asn: "autonomous system of the outside address (only with an operator's table)",
  port: "destination port and protocol that the initiator uses",
  peer: "own device on the other side",
  userAgent: "HTTP user agent, version numbers kept",
  ja3: "JA3 client fingerprint",
  ja4: "JA4 client fingerprint",
  issuer: "issuer of the server's certificate",
  credential: "user name that logs in on the destination device, learned per destination",
  adminProtocol: "administration protocol towards this own device (RDP, SSH, WinRM, SMB admin share, service control...)",
  hassh: "SSH client software or HASSH",
} as const;
export type CategoricalFeature = keyof typeof CATEGORICAL_FEATURES;

/** Volume features of a device-hour: each yields <name>, <name>Expected (median), <name>High (95 % of usual) and <name>P. */
export const VOLUME_FEATURES = {
  connections: "connections started",
  bytesOut: "bytes sent to the outside",
  bytesIn: "bytes received from the outside",
  bytesOutInternal: "bytes sent to own devices",
  distinctPeers: "different responders",
  newPeers: "responders never met before",
  internalPeers: "different own devices contacted",
  failedConnections: "connections refused or unanswered",
  distinctPorts: "different destination ports",
  dnsQueries: "names asked for",
  nxdomain: "names asked for that do not exist",
  adminFanOut: "own devices contacted over administration ports",
} as const;
export type VolumeFeature = keyof typeof VOLUME_FEATURES;

/** Categorical features of a user of cloud services: each yields <name>Novelty, <name>Rarity and <name>P as above, the peer group being the department. */
export const USER_FEATURES = {
  country: "country of the source address (offline table)",
  network: "network of the source address: autonomous system where known, else /24 or /48",
  address: "source address",
  app: "application that was used",
  client: "client program and system, without versions",
  operation: "service and operation",
  resource: "site, bucket or mailbox of another",
  correspondent: "person on the other side: recipient of a chat message, user that an administrator changes",
  tenant: "mail domain of another tenant that takes part",
  role: "role, permission or scope that is granted",
  linkDomain: "registrable domain of a link in a message",
} as const;
export type UserFeature = keyof typeof USER_FEATURES;

const number = (doc: string): FactSpec => ({ kind: "number", doc });
const text = (doc: string): FactSpec => ({ kind: "text", doc });
const flag = (doc: string): FactSpec => ({ kind: "flag", doc });

/** Facts on every observation that has an own device as actor or target. */
export const COMMON_FACTS: Readonly<Record<string, FactSpec>> = {
  historyHours: number("active hours that the actor has been learned"),
  targetHistoryHours: number("active hours that the target device has been learned, 0 when the target is not ours"),
  actorIsOurs: flag("the actor is an own device"),
  actorRoles: { kind: "list", doc: "accepted roles of the actor" },
  targetRoles: { kind: "list", doc: "accepted roles of the target device" },
  targetIsServer: flag("the target is an own device that answers connections of others"),
  hourP: number("calibrated probability of this entity being active in this hour of the week"),
};

/** What a device has sent outside, on its flows there (with the flow itself; undefined on other records) and on its hours. Days are UTC days. */
export const OUTFLOW_FACTS: Readonly<Record<string, FactSpec>> = Object.fromEntries(
  (["Day", "Week", "Month"] as const).flatMap((window) => {
    const span = { Day: "today", Week: "in 7 days, today included", Month: "in 30 days, today included" }[window];
    return [
      [`sent${window}`, number(`bytes that the device sent outside ${span}`)],
      [`sent${window}Usual`, number("its usual level of that, which rises by no more than half in a month")],
      [`sent${window}Times`, number("that many times its usual level")],
      [`sent${window}P`, number("calibrated p of so much")],
      [`sent${window}PeersP`, number("p of so much for a device of its peer group, whatever this one is used to; not calibrated")],
    ];
  }),
);

/** Facts on events beyond the categorical ones. */
export const EVENT_FACTS: Readonly<Record<string, FactSpec>> = {
  addressUsers: number("other own devices that called this outside address within some weeks, answered or not; at most 31, rather too few"),
  hostIsAddress: flag("the HTTP host or TLS server name is a bare address"),
  generatedName: number("0-1, how unlike customary names the registrable label is; 1 = random letters"),
  subdomainLength: number("characters left of the registrable domain"),
  subdomainEntropy: number("bits per character of that part"),
  certificateAgeDays: number("days since the certificate's validity began, at event time"),
  administrationHours: number("hours in which the actor administered any own device before, on an event that shows an administration protocol; 0 = never"),
  unusual: number("0-100 of this event alone: harmonic mean of its categorical surprises"),
};

export const HOUR_FACTS: Readonly<Record<string, FactSpec>> = {
  unusual: number("0-100 of the hour, all families combined and calibrated"),
  p: number("calibrated p of the hour"),
  populationUnusual: number("0-100 of the hour against those of its peer group, all its numbers together; 0 until the group has 256"),
  populationP: number("calibrated p of that; undefined while it says nothing"),
  topPeer: text("responder that took most bytes out in the hour"),
  topPeerBytesOut: number("bytes sent to it"),
  topPeerNovelty: number("novelty of it, 0-3"),
  changedBehaviour: text("volumes that kept another level for a day of active hours and have it as their usual one from now on, in words"),
};

export const BURST_FACTS: Readonly<Record<string, FactSpec>> = {
  scope: text("edge, source or destination"),
  count: number("events in the minute"),
  expected: number("events a minute expected"),
  p: number("calibrated p"),
};

export const BEACON_FACTS: Readonly<Record<string, FactSpec>> = {
  beacon: number("regularity 0-1, 1 = clockwork"),
  rarity: number("0-100 rarity of the destination"),
  score: number("0-100 what ranks pairs"),
  contacts: number("contacts seen"),
  period: number("seconds, most frequent gap"),
  spread: number("relative spread of gaps, 0 = none"),
  spanHours: number("hours from first to last contact"),
  knownBeforeHours: number("hours of activity that the device was known for when the contacts began"),
  bytesOut: number("bytes sent in all"),
  port: number("destination port used most"),
  answeredShare: number("0-1, share of contacts that the responder answered"),
  pairNovelty: number("novelty of the outside end when the pair began, 0-3"),
};

/** Facts on operations in cloud services, beyond the categorical ones. */
export const USER_FACTS: Readonly<Record<string, FactSpec>> = {
  actorKind: text("member, guest, foreign, application, system, anonymous"),
  actorIsOurs: flag("the user is of our own tenant"),
  targetIsOurs: flag("the address that the operation concerns is of our own tenant; absent when it concerns none"),
  actorRoles: { kind: "list", doc: "accepted roles of the user" },
  historyHours: number("active hours that the user has been learned"),
  actorAgeDays: number("days since the user was first seen, as a number with a fraction"),
  actorDays: number("different days on which the user was active before today"),
  tenantAgeDays: number("days since anybody of the user's mail domain was first seen"),
  tenantDays: number("different days on which anybody of that domain was active before today"),
  operationDays: number("earlier days on which this user did this operation"),
  idleDays: number("days since the user was last active, for a user seen before"),
  adminDays: number("earlier days on which the user made changes that administrators make"),
  learnedDays: number("days since the first record of the organisation"),
  hourP: number("share of the user's active hours that lie within an hour of this hour of the day"),
  networkUsers: number("other users known on this network"),
  networkShared: flag("a network that many users share, or that the organisation names as its own, VPN, NAT or proxy"),
  addressKnown: flag("this user was let in from this very address before"),
  otherCountry: text("country from which the same user was last active, when it is another one"),
  otherCountryMinutes: number("minutes since then"),
  claimedCountry: text("country that the client claims, when the address lies in another one"),
  activityToday: number("how often the user has done this today, this one included"),
  activityP: number("calibrated p of so many in a day"),
  activityPerDay: number("days of users, of the whole organisation, with as many or more, a day"),
  activityHigh: number("95 % of the user's days have at most this many"),
  burstMessages: number("different messages of this user within 30 minutes"),
  burstChats: number("different one-to-one chats in which they stand"),
  burstRecipients: number("different people who got them"),
  burstNewRecipients: number("of these, people to whom the user never wrote before"),
  burstLinks: number("different links in them"),
  burstLinkDomains: number("different registrable domains of these links"),
  burstMinutes: number("minutes from the first of them to this one"),
  slowRecipients: number("different people of ours to whom the user wrote one to one within 3 days"),
  slowNewRecipients: number("of these, people to whom the user never wrote before"),
  slowMessages: number("messages of the user in 3 days"),
  slowLinks: number("different links in them"),
  oneToOne: flag("the chat has two members"),
  lookalike: text("name that a link or the user's own domain imitates"),
  lookalikeScore: number("0-1, how much it looks like that name"),
  chatNameSeen: number("other chats with this name and the same user in 3 days"),
  approachedHours: number("hours since a user of another tenant, new to us, wrote to this user"),
  approachedBy: text("who that was"),
  senderPlace: flag("the source address or network is one from which such a user wrote to us"),
  clickedHours: number("hours since this user opened a link of such a message"),
  unusual: number("0-100 of this event alone: harmonic mean of its categorical surprises"),
};

/** Facts on detections of endpoint products. */
export const DETECTION_FACTS: Readonly<Record<string, FactSpec>> = {
  actorRoles: { kind: "list", doc: "accepted roles of the device" },
  severityLevel: number("0 informational, 1 low, 2 medium, 3 high"),
  typeNovelty: number("0 known on this device, 1 new to it, 2 to its peers, 3 to the organisation"),
  typeP: number("p of this type on this device in such an hour"),
  typeHours: number("hours in which this device showed this type before"),
  typeDevices: number("other devices that ever showed this type"),
  learnedDevices: number("devices of which detections are known"),
  hourP: number("share of the device's detections that lie within two hours of this hour of the day"),
  today: number("detections on this device today, this one included"),
  todayP: number("p of so many in a day"),
  combination: flag("two types, each known here, that never came together on any device within an hour"),
  known: flag("the device was seen on the network"),
  lateMinutes: number("minutes from when it happened to when the product reported it"),
  unusual: number("0-100 of this detection alone"),
};

/** Facts on mail messages. Indicators are 0-100 each, calibrated on honest mail of this organisation and of the same kind of mail. */
export const MAIL_FACTS: Readonly<Record<string, FactSpec>> = {
  score: number("0-100 of the message: 75 and more would be held"),
  verdict: text("deliver, banner or hold"),
  tags: { kind: "list", doc: "what it was found to be" },
  rule: text("rarest directed rule that fired"),
  ruleP: number("how often that rule fires here, as a share of all mail"),
  mailKind: text("conversation, bulk, notice or letter, by its own make"),
  senderMails: number("mails of this address seen before"),
  domainMails: number("mails of its domain seen before"),
  relationMails: number("mails between this address and these recipients before"),
  wroteTo: number("mails that the organisation wrote to this address"),
  answersKnown: flag("it answers a mail that was seen"),
  newSender: number("indicator: a sender, a domain or a relation never seen"),
  unusualReader: number("indicator: how little this reader is used to senders as new to him; of several readers, the most used"),
  strangeDomain: number("indicator: names of sender and links that look drawn by lot"),
  domainAge: number("indicator: a domain registered, or first seen here, not long ago"),
  registeredDays: number("days since the sender's domain was registered, as its registry says; absent when unknown"),
  linkRegisteredDays: number("days since the youngest domain of its links was registered, as its registry says; absent when unknown"),
  unusualPlace: number("indicator: connection, author or software unlike the sender's"),
  unexpectedAttachment: number("indicator: attached files, and codes in them"),
  unexpectedLink: number("indicator: where links lead"),
  pretence: number("indicator: who the sender claims to be"),
  inducement: number("indicator: what the text promises or threatens"),
  concealment: number("indicator: what is done to hide something"),
  impersonation: number("0 none, 1 known person's new address at the same domain, 2 known correspondent's name, 3 own staff's name"),
  lookalike: number("0-3, how close the sender's domain is to a known one"),
  lookalikeOf: text("the known domain's label"),
  multistage: flag("a link behind a code inside an attachment"),
  linkDomainMails: number("earlier mails with a link to the least known of its link domains"),
  linkDomain: text("that domain"),
  houseDomain: text("the sender's registrable domain, where one domain is one hand: absent at free mailboxes and for the organisation's own"),
  campaign: text("id of the campaign that it belongs to; absent for the first mail of one"),
  authorElsewhere: flag("the author's country is not the connection's"),
  unsigned: number("2 = unsigned though 99 % of the domain's mail is signed, 1 = though 90 %"),
  siblings: number("other new senders of the same domain within 72 hours"),
  youngDomain: flag("the domain was first seen less than 14 days ago"),
  lures: { kind: "list", doc: "topics of inducement found" },
  newRecipients: number("recipients of an own sender in the last hour to whom he never wrote before"),
  outboundRecipients: number("recipients of an own sender in the last hour"),
  nativeMissed: flag("the filter before us let it through"),
  learnedMails: number("mails learned so far"),
};

/** Facts on a campaign, each time it grows. */
export const CAMPAIGN_FACTS: Readonly<Record<string, FactSpec>> = {
  campaign: text("its id"),
  messages: number("messages"),
  senders: number("different senders"),
  recipients: number("different recipients"),
  days: number("calendar days (UTC) with a message"),
  pattern: text("what the senders' addresses have in common, ? = a digit that changes, * = a letter"),
  shared: text("what ties it together: text, link, attachment, domain"),
  topName: text("most frequent sender name"),
  topSubject: text("most frequent subject"),
  topAttachment: text("most frequent attachment"),
  linkDomain: text("most frequent link domain"),
  held: number("messages that would be held"),
  heldShare: number("share of its messages that would be held, 0-1"),
  worst: number("highest score of its messages, 0-100"),
  ended: flag("nothing came for a day, or the input ended: counts are final"),
};

/** Facts on an hour of a device's detections. */
export const DETECTION_HOUR_FACTS: Readonly<Record<string, FactSpec>> = {
  p: number("calibrated p of the hour"),
  unusual: number("0-100 of the hour"),
  types: number("different types in the hour"),
  perDay: number("hours of detections at least as strange that chance brings the organisation a day: p times the hours that all devices show a day"),
  learnedDevices: number("devices of which detections are known"),
};

export const ALERT_FACTS: Readonly<Record<string, FactSpec>> = {
  model: text("path of the model that fired"),
  priority: number("its priority"),
  score: number("its score"),
  category: text("its category"),
  grown: flag("more of what an earlier alert told in part: it began before that one"),
};

export const ACTION_FACTS: Readonly<Record<string, FactSpec>> = {
  action: text("id of the kind of action"),
  label: text("name of the kind of action"),
  does: text("what it does, as a sentence"),
  state: text("active | failed | cleared | expired"),
  mode: text("autonomous | confirm | manual"),
  trigger: text("path of the model that led to it; empty when a person made it"),
  reason: text("why"),
  actionId: text("id of the action"),
  minutes: number("minutes that it was given"),
};

export const SOURCE_FACTS: Readonly<Record<string, FactSpec>> = {
  source: text("id of the source"),
  state: text("state of its health"),
  previous: text("state before"),
  silentMinutes: number("minutes without an event"),
};

export function factsOf(kind: string): Readonly<Record<string, FactSpec>> {
  switch (kind) {
    case "hour": {
      const out: Record<string, FactSpec> = { ...COMMON_FACTS, ...HOUR_FACTS, ...OUTFLOW_FACTS };
      for (const [name, doc] of Object.entries(VOLUME_FEATURES)) {
        out[name] = number(doc);
        out[`${name}Expected`] = number(`usual (median) ${doc} in such an hour`);
        out[`${name}High`] = number(`95 % of usual hours have at most this many ${doc}`);
        out[`${name}P`] = number(`calibrated p of ${doc}`);
        out[`${name}Day`] = number(`typical active hour of the day that ended before this one: ${doc}; only when chance brings such a day once in 5,000`);
        out[`${name}DayTimes`] = number(`that many times its usual days`);
      }
      return out;
    }
    case "burst":
      return { ...COMMON_FACTS, ...BURST_FACTS };
    case "beacon":
      return { ...COMMON_FACTS, ...BEACON_FACTS };
    case "modelAlert":
      return ALERT_FACTS;
    case "saas":
      return { ...USER_FACTS, ...noveltyFacts(USER_FEATURES) };
    case "endpoint":
      return DETECTION_FACTS;
    case "detectionHour":
      return DETECTION_HOUR_FACTS;
    case "host":
    case "logon":
    case "directory":
      return {};
    case "mail":
      return MAIL_FACTS;
    case "campaign":
      return CAMPAIGN_FACTS;
    case "source":
      return SOURCE_FACTS;
    case "action":
      return ACTION_FACTS;
    default: {
      return { ...COMMON_FACTS, ...EVENT_FACTS, ...OUTFLOW_FACTS, ...noveltyFacts(CATEGORICAL_FEATURES) };
    }
  }
}

function noveltyFacts(features: Readonly<Record<string, string>>): Record<string, FactSpec> {
  const out: Record<string, FactSpec> = {};
  for (const [name, doc] of Object.entries(features)) {
    out[`${name}Novelty`] = number(`0 known, 1 new to the entity, 2 to its peer group, 3 to the organisation: ${doc}`);
    out[`${name}Rarity`] = number(`0-100, share of entities that never used it: ${doc}`);
    out[`${name}P`] = number(`calibrated p: ${doc}`);
  }
  return out;
}
