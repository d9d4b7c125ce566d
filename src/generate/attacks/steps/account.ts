import { MINUTE, SECOND } from "../../../base/time.ts";
import type { Emitted } from "../../emitted.ts";
import { thing } from "../../lexicon/fill.ts";
import { consentRecords } from "../../saas/admin-life.ts";
import { APPS, auditRecord, ours } from "../../saas/audit.ts";
import { cmdletRecord, mailboxRecord } from "../../saas/exchange-life.ts";
import { fileRecord } from "../../saas/files-life.ts";
import { signInRecords } from "../../saas/sign-in.ts";
import { standpoint } from "../../saas/standpoint.ts";
import { attackerPlace, employed, victim, worldOf } from "../people.ts";
import { freshDomain } from "../stage.ts";
import type { Stage, StepKind } from "../types.ts";
import { tell, wireOf } from "./tell.ts";

function keep(stage: Stage, items: readonly Emitted[]): number {
  stage.out.emitted.push(...items);
  return items.length;
}

/** The victim's account opened from the attacker's place: some refused second factors, then one that is granted (or a token that was stolen). */
export const foreignSignIn: StepKind = (stage, values) => {
  const world = worldOf(stage);
  const { draw } = wireOf(stage, "sign-in");
  const person = victim(stage);
  const from = attackerPlace(stage, draw);
  const start = stage.now;
  const asked = Math.round(values.number("pushes"));
  const stolen = values.text("means") === "token";
  let records = 0;
  const one = (error: number, second?: "Mobile app notification" | "Previously satisfied"): void => {
    records += keep(
      stage,
      signInRecords(world, draw, {
        time: Math.floor(stage.now),
        actor: ours(world, person),
        from,
        app: APPS.officeHome,
        error,
        interactive: true,
        managed: false,
        ...(second === undefined ? {} : { second }),
        risk: draw.chance(0.3) ? "medium" : "none",
      }),
    );
    stage.now += draw.between(15, 90) * SECOND;
  };
  for (let i = 0; i < (stolen ? 0 : asked); i++) one(500_121, "Mobile app notification");
  one(0, stolen ? "Previously satisfied" : "Mobile app notification");
  one(0, "Previously satisfied");
  tell(stage, "sign-in", values, {
    start,
    end: stage.now,
    entity: person.upn,
    peer: from.ip,
    what: `sign-in from ${from.city}, ${from.country} (${from.isp}) by ${stolen ? "a stolen token" : `${asked} refused requests and one granted`}`,
    records,
  });
};

/** Mails read, then a rule that hides the answers: moved to a folder that nobody opens, or sent on outside. */
export const inboxRule: StepKind = (stage, values) => {
  const world = worldOf(stage);
  const { draw } = wireOf(stage, "rule");
  const person = victim(stage);
  const from = attackerPlace(stage, draw);
  const start = stage.now;
  let records = 0;
  for (let i = 0; i < Math.round(values.number("reads")); i++) {
    records += keep(stage, [
      mailboxRecord(world, draw, Math.floor(stage.now), "MailItemsAccessed", person, ours(world, person), from, {
        OperationProperties: [
          { Name: "MailAccessType", Value: "Bind" },
          { Name: "IsThrottled", Value: "False" },
        ],
        Folders: [
          { FolderItems: [{ InternetMessageId: `<${draw.hex(24)}@${world.organisation.domain}>`, SizeInBytes: draw.int(4_000, 300_000) }], Path: "\\Inbox" },
        ],
        OperationCount: draw.int(1, 20),
      }),
    ]);
    stage.now += draw.between(3, 50) * SECOND;
  }
  const forward = values.text("rule") === "forward";
  const name = draw.pick([".", "..", "s", "rss", "1"]);
  const parameters: [string, string][] = [
    ["AlwaysDeleteOutlookRulesBlob", "False"],
    ["Force", "False"],
    ["Name", name],
    ["SubjectOrBodyContainsWords", draw.pick(["invoice;payment;bank", "password;phishing;hacked", "wire;transfer;IBAN"])],
    ...(forward
      ? ([["ForwardTo", `${draw.token(9).toLowerCase()}@${freshDomain(draw)}`]] as [string, string][])
      : ([["MoveToFolder", draw.pick(["RSS Feeds", "Conversation History", "Archive"])]] as [string, string][])),
    ["MarkAsRead", "True"],
    ["StopProcessingRules", "True"],
  ];
  records += keep(stage, [
    cmdletRecord(world, draw, Math.floor(stage.now), "New-InboxRule", `${person.objectId}\\${name}`, ours(world, person), from, parameters),
  ]);
  stage.now += MINUTE;
  tell(stage, "inbox-rule", values, {
    start,
    end: stage.now,
    entity: person.upn,
    peer: from.ip,
    what: `rule "${name}" that ${forward ? "sends mail outside" : "hides mail"}`,
    records,
  });
};

/** Many accounts tried from outside with few passwords, from `addresses` rented machines; one may fall. */
export const cloudSpray: StepKind = (stage, values) => {
  const world = worldOf(stage);
  const { draw } = wireOf(stage, "cloud-spray");
  const people = draw.some(employed(stage), Math.round(values.number("users")));
  const places = Array.from({ length: Math.round(values.number("addresses")) }, (_, i) => ({
    ...attackerPlace(stage, draw),
    ip: i === 0 ? stage.place.ip : `${stage.place.ip.split(".").slice(0, 2).join(".")}.${draw.int(1, 254)}.${draw.int(1, 254)}`,
    agent: "BAV2ROPC",
    browser: "",
    os: "",
  }));
  const lucky = values.text("success") === "yes" ? people[draw.int(0, people.length - 1)] : undefined;
  const start = stage.now;
  const rounds = Math.round(values.number("rounds"));
  let records = 0;
  for (let round = 0; round < rounds; round++) {
    for (const person of draw.shuffled(people)) {
      const hit = person === lucky && round === rounds - 1;
      records += keep(
        stage,
        signInRecords(world, draw, {
          time: Math.floor(stage.now),
          actor: ours(world, person),
          from: draw.pick(places),
          app: APPS.owa,
          error: hit ? 0 : draw.chance(0.04) ? 50_053 : 50_126,
          interactive: true,
          managed: false,
          client: "Authenticated SMTP",
        }),
      );
      stage.now += values.number("gap") * draw.between(0.6, 1.4) * SECOND;
    }
  }
  if (lucky !== undefined) stage.person = lucky;
  tell(stage, "cloud-spray", values, {
    start,
    end: stage.now,
    entity: stage.place.ip,
    ...(lucky === undefined ? {} : { peer: lucky.upn }),
    what: `${people.length} accounts tried ${rounds} times from ${places.length} addresses${lucky === undefined ? "" : `; ${lucky.upn} fell`}`,
    records,
  });
};

/** One of our own takes files away: far more than ever, from own machine and place, within hours; often shortly before leaving. */
export const massDownload: StepKind = (stage, values) => {
  const world = worldOf(stage);
  const { draw } = wireOf(stage, "download");
  const person = victim(stage);
  const from = standpoint(world, person, stage.now, draw);
  const [files, hours] = [Math.round(values.number("files")), values.number("hours")];
  const start = stage.now;
  const operation = values.text("by") === "sync" ? "FileSyncDownloadedFull" : "FileDownloaded";
  const sites = draw.some(["sales", "engineering", "finance", "projects", "legal", "purchasing", "management"], 4);
  let records = 0;
  for (let i = 0; i < files; i++) {
    const time = Math.floor(start + ((i + draw.next()) / files) * hours * 60 * MINUTE);
    records += keep(stage, [
      fileRecord(world, draw, {
        time,
        actor: ours(world, person),
        from,
        operation,
        site: draw.pick(sites),
        folder: `Shared Documents/${thing(draw)}`,
        name: `${thing(draw)}.${draw.pick(["docx", "xlsx", "pdf", "dwg", "pptx"])}`,
        size: Math.round(draw.lognormal(400_000, 1.4)),
        oneDrive: false,
      }),
    ]);
  }
  stage.now = start + hours * 60 * MINUTE;
  tell(stage, "mass-download", values, {
    start,
    end: stage.now,
    entity: person.upn,
    what: `${files} files of ${sites.length} sites within ${hours} h`,
    records,
  });
};

/** A user is talked into letting an application of the attacker's read his mailbox; then it reads. */
export const consentPhishing: StepKind = (stage, values) => {
  const world = worldOf(stage);
  const { draw } = wireOf(stage, "consent");
  const person = victim(stage);
  const app = { name: draw.pick(["Mail Upgrade", "O365 Viewer", "eFile Docs", "SecureShare", "PDF Portal"]), id: draw.uuid() };
  const scopes =
    values.text("scope") === "all"
      ? "openid profile offline_access Mail.ReadWrite Mail.Send Files.ReadWrite.All Contacts.Read"
      : "openid profile offline_access Mail.Read";
  const start = stage.now;
  let records = keep(stage, consentRecords(world, draw, Math.floor(start) + 1_000, ours(world, person), app, scopes, false));
  const place = attackerPlace(stage, draw);
  stage.now += values.number("wait") * MINUTE;
  for (let i = 0; i < Math.round(values.number("reads")); i++) {
    const record = auditRecord(world, draw, Math.floor(stage.now), "Exchange", 50, "MailItemsAccessed", ours(world, person), {
      ResultStatus: "Succeeded",
      UserType: 5,
      ClientIPAddress: place.ip,
      ClientInfoString: "Client=REST;Client=RESTSystem;;",
      AppId: app.id,
      ClientAppId: app.id,
      ExternalAccess: false,
      LogonType: 0,
      MailboxOwnerUPN: person.upn,
      OperationProperties: [{ Name: "MailAccessType", Value: "Bind" }],
      OperationCount: draw.int(5, 100),
    });
    records += keep(stage, [record]);
    stage.now += draw.between(5, 60) * SECOND;
  }
  tell(stage, "consent", values, { start, end: stage.now, entity: person.upn, what: `consent to "${app.name}" with ${scopes}`, records });
};
