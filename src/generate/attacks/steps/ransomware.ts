import { MINUTE, SECOND } from "../../../base/time.ts";
import { smbSession } from "../sessions.ts";
import type { StepKind } from "../types.ts";
import { tell, wireOf } from "./tell.ts";

const KINDS = ["docx", "xlsx", "pdf", "pptx", "dwg", "jpg", "csv", "msg", "bak", "sql"];
const STEMS = ["Offer", "Contract", "Plan", "Minutes", "Budget", "Report", "Drawing", "Photo", "List", "Protocol", "Invoice", "Draft"];

type FileStep = Parameters<typeof smbSession>[2][number];

/** Files of shares read, written in place and renamed: `files` of them on `servers` machines at `perMinute`, with a note in each folder. */
export const ransomware: StepKind = (stage, values) => {
  const { wire, draw } = wireOf(stage, "ransomware");
  const { net } = stage.setting;
  const { foothold } = stage;
  const [files, perMinute, count] = [Math.round(values.number("files")), values.number("perMinute"), Math.round(values.number("servers"))];
  const extension = values.text("extension") === "random" ? draw.token(5, "abcdefghijklmnopqrstuvwxyz0123456789") : "locked";
  const note = draw.pick(["HOW_TO_RECOVER.txt", "README_FILES.txt", "!RESTORE!.html", "DECRYPT_INSTRUCTIONS.txt"]);
  const shares = net.hosts.filter((h) => h.ip !== foothold.ip && h.roles.some((r) => r === "file-server" || r === "nas"));
  const targets = [...shares, ...draw.shuffled(net.hosts.filter((h) => h.ip !== foothold.ip && h.windows && !shares.includes(h)))].slice(0, count);
  for (const to of targets) {
    const start = stage.now;
    const before = wire.count;
    const share = draw.pick(["Data", "Projects", "Shared", "Public", "Users"]);
    let left = Math.ceil(files / targets.length);
    while (left > 0) {
      const batch = Math.min(left, draw.int(40, 120));
      const steps: FileStep[] = [];
      const folder = `${draw.pick(["Clients", "2024", "Archive", "Team", "HR", "Sales"])}\\${draw.pick(STEMS)}s`;
      for (let i = 0; i < batch; i++) {
        const name = `${folder}\\${draw.pick(STEMS)}_${draw.int(1, 9_999)}.${draw.pick(KINDS)}`;
        const size = Math.round(draw.lognormal(180_000, 1.4));
        steps.push(
          { action: "SMB::FILE_OPEN", name, size },
          { action: "SMB::FILE_WRITE", name, size: size + 512 },
          { action: "SMB::FILE_RENAME", name: `${name}.${extension}`, size: size + 512 },
        );
      }
      steps.push({ action: "SMB::FILE_WRITE", name: `${folder}\\${note}`, size: 1_800 });
      const seconds = (batch / perMinute) * 60;
      smbSession(
        {
          wire,
          draw,
          time: stage.now,
          from: foothold,
          to,
          account: stage.account,
          netbios: net.netbios,
          domain: net.domain,
          auth: "ntlm",
          controller: net.domainControllers[0],
          success: true,
        },
        share,
        steps,
        seconds,
      );
      stage.now += seconds * SECOND;
      left -= batch;
    }
    tell(stage, "ransomware", values, {
      start,
      end: stage.now,
      entity: foothold.ip,
      peer: to.ip,
      host: to.hostname,
      port: 445,
      what: `files of ${to.hostname} written in place and renamed to .${extension}`,
      records: wire.count - before,
    });
    stage.now += draw.between(0.1, 2) * MINUTE;
  }
};
