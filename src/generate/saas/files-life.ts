import { HOUR, SECOND } from "../../base/time.ts";
import { thing } from "../lexicon/fill.ts";
import type { LifeOutput, LifeSource } from "../life.ts";
import type { Draw } from "../world/draw.ts";
import type { Person, World } from "../world/types.ts";
import { type Actor, auditRecord, foreign, ours } from "./audit.ts";
import { moments, type Standpoint, shareOfWork, standpoint } from "./standpoint.ts";

const ENDINGS = ["docx", "xlsx", "pptx", "pdf", "dwg", "png", "csv", "msg"];
/** Operation, how often on a working day, whether it stands in the own OneDrive. */
const HABITS: readonly (readonly [operation: string, perDay: number])[] = [
  ["FileAccessed", 9],
  ["FileModified", 4],
  ["FilePreviewed", 2],
  ["PageViewed", 2.5],
  ["FileSyncDownloadedFull", 2],
  ["FileSyncUploadedFull", 1.5],
  ["FileDownloaded", 0.8],
  ["FileUploaded", 0.7],
  ["FileRenamed", 0.3],
  ["FileRecycled", 0.25],
  ["FolderCreated", 0.2],
  ["SharingSet", 0.12],
  ["AddedToSecureLink", 0.06],
  ["AnonymousLinkCreated", 0.03],
];

export interface FileWork {
  time: number;
  actor: Actor;
  from: Standpoint;
  operation: string;
  site: string;
  folder: string;
  name: string;
  size: number;
  oneDrive: boolean;
}

/** One record of SharePoint or OneDrive (record type 6: file operation; 14: sharing). */
export function fileRecord(world: World, draw: Draw, w: FileWork): ReturnType<typeof auditRecord> {
  const host = `${world.organisation.tenantDomain.split(".")[0]}${w.oneDrive ? "-my" : ""}.sharepoint.com`;
  const site = `https://${host}/${w.oneDrive ? "personal" : "sites"}/${w.site}`;
  const sharing = /^(Sharing|AddedTo|Anonymous|Secure)/.test(w.operation);
  const sync = w.operation.startsWith("FileSync");
  return auditRecord(world, draw, w.time, w.oneDrive ? "OneDrive" : "SharePoint", sharing ? 14 : w.operation === "PageViewed" ? 4 : 6, w.operation, w.actor, {
    ClientIP: w.from.ip,
    ObjectId: `${site}/${w.folder}/${w.name}`,
    CorrelationId: draw.uuid(),
    EventSource: "SharePoint",
    ItemType: w.operation === "FolderCreated" ? "Folder" : w.operation === "PageViewed" ? "Page" : "File",
    ListId: draw.uuid(),
    ListItemUniqueId: draw.uuid(),
    Site: draw.uuid(),
    UserAgent: sync ? "Microsoft SkyDriveSync 24.151.0728.0003 ship; Windows NT 10.0 (22631)" : w.from.agent,
    WebId: draw.uuid(),
    ...(sync
      ? { MachineDomainInfo: world.organisation.tenantId, MachineId: w.from.device?.deviceId.slice(0, 36) ?? "", FileSyncBytesCommitted: String(w.size) }
      : {}),
    ...(/Download/.test(w.operation) ? { FileSizeBytes: w.size } : {}),
    HighPriorityMediaProcessing: false,
    IsManagedDevice: w.from.device !== undefined && w.from.device.role !== "phone",
    SourceFileExtension: w.name.slice(w.name.lastIndexOf(".") + 1),
    SiteUrl: `${site}/`,
    SourceFileName: w.name,
    SourceRelativeUrl: w.folder,
    ...(sharing
      ? {
          TargetUserOrGroupType: w.operation === "AnonymousLinkCreated" ? "SecurityGroup" : "Member",
          EventData: "<Permissions granted>Read</Permissions granted>",
        }
      : {}),
  });
}

/** Work on files: in the department's site and the own OneDrive; now and then somebody takes a whole folder with him, lawfully. */
export class FilesLife implements LifeSource {
  readonly name = "cloud files";
  readonly #world: World;
  constructor(world: World) {
    this.#world = world;
  }

  play(from: number, to: number, day: number, out: LifeOutput): void {
    for (const person of this.#world.people) {
      if (day < person.joins || day > person.leaves) continue;
      const draw = this.#world.draw.fork(`cloud-files/${person.id}/${from}`);
      const share = shareOfWork(this.#world, person, from, to, day);
      for (const [operation, perDay] of HABITS)
        for (const time of moments(draw, from, to, perDay * person.activity.files, share)) out.emit(this.#one(person, time, operation, draw));
      // A folder for the journey or a hand-over: some dozens of files within minutes, once in a couple of months.
      if (draw.chance(0.018 * share * person.activity.files)) {
        let at = draw.between(from, from + HOUR / 2);
        for (let i = draw.int(15, 90); i > 0; i--) {
          out.emit(this.#one(person, Math.floor(at), "FileDownloaded", draw));
          at += draw.lognormal(3, 0.8) * SECOND;
        }
      }
    }
    this.#guests(from, to, day, out);
  }

  #one(person: Person, time: number, operation: string, draw: Draw): ReturnType<typeof auditRecord> {
    const oneDrive = draw.chance(0.4);
    const site = oneDrive
      ? person.upn.replace(/[^a-z0-9]/gi, "_").toLowerCase()
      : draw.chance(0.75)
        ? person.department.toLowerCase().replace(/[^a-z]+/g, "-")
        : draw.pick(["projects", "quality", "all-staff", "templates"]);
    const folder = oneDrive ? "Documents" : `Shared Documents/${this.#folder(site, draw)}`;
    return fileRecord(this.#world, draw, {
      time,
      actor: ours(this.#world, person),
      from: standpoint(this.#world, person, time, draw),
      operation,
      site,
      folder,
      name: `${thing(draw)}.${draw.pick(ENDINGS)}`,
      size: Math.round(draw.lognormal(160_000, 1.6)),
      oneDrive,
    });
  }

  /** Sites have a dozen folders; people work in few of them. */
  #folder(site: string, draw: Draw): string {
    const n = Math.min(11, Math.floor(draw.pareto(1, 1) - 1));
    return thing(this.#world.draw.fork(`folder/${site}/${n}`));
  }

  /** People of partners who open what was shared with them. */
  #guests(from: number, to: number, day: number, out: LifeOutput): void {
    if (!this.#world.calendar.isWorkday(day)) return;
    const draw = this.#world.draw.fork(`guests/${from}`);
    const hour = this.#world.calendar.hourOf(from);
    const partners = this.#world.partners.filter((p) => p.since <= day);
    if (hour < 7 || hour > 19 || partners.length === 0) return;
    for (let i = draw.poisson(this.#world.people.length / 90); i > 0; i--) {
      const partner = draw.weighted(partners, (p) => p.weight);
      const contact = draw.pick(partner.people);
      const place: Standpoint = {
        ip: partner.egress,
        country: partner.country,
        city: "",
        asn: partner.asn,
        isp: partner.asnName,
        device: undefined,
        agent: "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/128.0.0.0 Safari/537.36",
        os: "Windows 10",
        browser: "Chrome 128.0.0",
      };
      const actor = { ...foreign(this.#world, contact.mail, contact.name, partner.tenantId), mail: `urn:spo:guest#${contact.mail}` };
      out.emit(
        fileRecord(this.#world, draw, {
          time: Math.floor(draw.between(from, to)),
          actor,
          from: place,
          operation: draw.pick(["FileAccessed", "FileAccessed", "FileDownloaded"]),
          site: "projects",
          folder: `Shared Documents/${this.#folder("projects", draw)}`,
          name: `${thing(draw)}.${draw.pick(ENDINGS)}`,
          size: Math.round(draw.lognormal(160_000, 1.6)),
          oneDrive: false,
        }),
      );
    }
  }
}
