import { execFile } from "node:child_process";
import { accessSync, constants, existsSync, mkdirSync, rmSync, statfsSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { terminalText } from "../../base/escape.ts";
import type { Command, ParsedOptions } from "../command-line.ts";
import { readConfig } from "../config.ts";
import { loadModels } from "../content.ts";
import { readOrganisation } from "../organisation.ts";
import { uiFolder } from "../places-of-files.ts";

type Verdict = "works" | "missing" | "fails";
interface Finding {
  what: string;
  verdict: Verdict;
  detail: string;
}

const run = promisify(execFile);

/** Version line of a program, or why there is none. Never a shell; five seconds at most. */
async function version(program: string, args: string[], used: string): Promise<Finding> {
  try {
    const { stdout, stderr } = await run(program, args, { timeout: 5_000, env: { PATH: process.env.PATH ?? "" } });
    return { what: program, verdict: "works", detail: terminalText(`${stdout}${stderr}`.split("\n").find((l) => l.trim() !== "") ?? "") };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    return {
      what: program,
      verdict: code === "ENOENT" ? "missing" : "fails",
      detail: code === "ENOENT" ? `not installed: ${used}` : terminalText((error as Error).message.split("\n", 1)[0] ?? ""),
    };
  }
}

function folder(path: string): Finding {
  const full = resolve(path);
  try {
    mkdirSync(full, { recursive: true, mode: 0o700 });
    const probe = join(full, ".doctor");
    writeFileSync(probe, "x");
    rmSync(probe);
    const open = (statSync(full).mode & 0o077) !== 0;
    const disk = statfsSync(full);
    const free = (disk.bavail * disk.bsize) / 1e9;
    return {
      what: "data folder",
      verdict: free < 1 ? "fails" : "works",
      detail: `${full}, ${free.toFixed(1)} GB free${open ? "; others on this machine can look into it (chmod 700)" : ""}`,
    };
  } catch (error) {
    return { what: "data folder", verdict: "fails", detail: `${full}: ${(error as Error).message}` };
  }
}

function port(host: string, number: number): Promise<Finding> {
  return new Promise((done) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) =>
      done({
        what: `port ${number}`,
        verdict: "fails",
        detail: error.code === "EADDRINUSE" ? "in use: another program, or Wonted itself, listens there" : error.message,
      }),
    );
    server.listen(number, host, () => server.close(() => done({ what: `port ${number}`, verdict: "works", detail: `free on ${host}` })));
  });
}

/** A clock that runs behind a file just written, or before this program was made, makes every sensor look late. */
function clock(): Finding {
  const now = Date.now();
  const sane = now > Date.UTC(2024, 0, 1) && now < Date.UTC(2100, 0, 1);
  return {
    what: "clock",
    verdict: sane ? "works" : "fails",
    detail: `${new Date(now).toISOString()}, zone ${Intl.DateTimeFormat().resolvedOptions().timeZone}`,
  };
}

async function examine(input: ParsedOptions): Promise<Finding[]> {
  const data = input.text("data") ?? "data";
  const findings: Finding[] = [{ what: "node", verdict: Number(process.versions.node.split(".", 1)[0]) >= 24 ? "works" : "fails", detail: process.version }];
  findings.push(await version("suricata", ["-V"], "needed only to read pcap files"));
  findings.push(await version("nft", ["--version"], "needed only for blocking on this machine, which is not built yet"));
  findings.push(folder(data), await port("127.0.0.1", input.integer("port", 8470, 1, 65_535)), clock());
  let site: string | undefined;
  try {
    const config = readConfig(input.text("config"), data);
    findings.push({ what: "configuration", verdict: "works", detail: `${config.sources.length} sources` });
    readOrganisation(config.organisation);
    site = config.site;
    for (const source of config.sources) {
      const fixed = source.path.split(/[*?[{]/, 1)[0] ?? "";
      const base = source.path === fixed ? fixed : fixed.slice(0, fixed.lastIndexOf("/") + 1) || ".";
      findings.push(readable(`source ${source.id}`, base));
    }
  } catch (error) {
    findings.push({ what: "configuration", verdict: "fails", detail: terminalText((error as Error).message) });
  }
  const models = loadModels(site);
  const fault = models.faults[0];
  findings.push(
    fault === undefined
      ? { what: "content", verdict: "works", detail: `${models.models.length} models` }
      : { what: "content", verdict: "fails", detail: `${fault.file}:${fault.line}: ${fault.reason}` },
  );
  findings.push(
    existsSync(join(uiFolder(), "index.html"))
      ? { what: "web pages", verdict: "works", detail: "built" }
      : { what: "web pages", verdict: "missing", detail: "not built: `npm start` builds them" },
  );
  const root = process.getuid?.() === 0;
  findings.push({
    what: "boundaries",
    verdict: root ? "fails" : "works",
    detail: root
      ? "running as root: nothing separates the platform from this machine; use an account of its own"
      : "own user; the platform, its parsers and its store run as one account",
  });
  return findings;
}

function readable(what: string, path: string): Finding {
  try {
    accessSync(path, constants.R_OK);
    return { what, verdict: "works", detail: resolve(path) };
  } catch (error) {
    return { what, verdict: "fails", detail: (error as Error).message };
  }
}

export const doctorCommand: Command = {
  name: "doctor",
  synopsis: "doctor [--data DIR] [--port N] [--config FILE]",
  summary: "says what works here: sensors, permissions, ports, clock, disk, content; exit code 1 when something fails",
  options: {
    data: { type: "string", value: "DIR", help: "data folder (default ./data)" },
    port: { type: "string", value: "N", help: "port to try (default 8470)" },
    config: { type: "string", value: "FILE", help: "configuration file" },
  },
  words: [0, 0],
  async run(input) {
    const findings = await examine(input);
    const width = Math.max(...findings.map((f) => f.what.length));
    for (const f of findings) process.stdout.write(`${f.verdict.padEnd(8)} ${f.what.padEnd(width)}  ${f.detail}\n`);
    return findings.some((f) => f.verdict === "fails") ? 1 : 0;
  },
};
