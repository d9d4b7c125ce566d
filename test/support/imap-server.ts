import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { type Lack, program, root } from "../needs.ts";

const PASSWORD = "Kx7!pass word";
export const USER = "anna@own.example";

/** What an IMAP server on this machine needs. */
export function imapServer(): Lack {
  return root() ?? program("dovecot") ?? program("openssl", "version");
}

/** A real server (Dovecot, TLS, one user) on loopback with its files in a folder of its own. */
export class ImapServer {
  readonly folder: string;
  readonly port: number;
  #server: ChildProcess | undefined;

  private constructor(folder: string, port: number) {
    this.folder = folder;
    this.port = port;
  }

  static async start(): Promise<ImapServer> {
    const made = new ImapServer(mkdtempSync(join(tmpdir(), "imap-")), await freePort());
    made.#prepare();
    await made.run();
    return made;
  }

  #prepare(): void {
    const { folder, port } = this;
    for (const d of ["run", "home", "mail/new", "mail/cur", "mail/tmp"]) mkdirSync(join(folder, d), { recursive: true });
    writeFileSync(join(folder, "users"), `${USER}:{PLAIN}${PASSWORD}\n`, { mode: 0o600 });
    writeFileSync(join(folder, "password"), `${PASSWORD}\n`, { mode: 0o600 });
    const days = ["-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
    const files = ["-keyout", join(folder, "key.pem"), "-out", join(folder, "cert.pem")];
    const made = spawnSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", ...days, ...files]);
    if (made.status !== 0) throw new Error(String(made.stderr));
    // The server's own users must come to its files.
    chmodSync(folder, 0o755);
    chmodSync(join(folder, "users"), 0o644);
    spawnSync("chown", ["-R", "65534:65534", join(folder, "mail"), join(folder, "home")]);
    const config = `
protocols = imap
base_dir = ${folder}/run
log_path = ${folder}/dovecot.log
listen = 127.0.0.1
ssl = required
ssl_cert = <${folder}/cert.pem
ssl_key = <${folder}/key.pem
disable_plaintext_auth = yes
first_valid_uid = 65534
mail_location = maildir:${folder}/mail
maildir_stat_dirs = yes
passdb {
  driver = passwd-file
  args = ${folder}/users
}
userdb {
  driver = static
  args = uid=65534 gid=65534 home=${folder}/home
}
namespace inbox {
  inbox = yes
  mailbox Sent {
    special_use = \\Sent
    auto = create
  }
}
service imap-login {
  chroot =
  inet_listener imap {
    port = 0
  }
  inet_listener imaps {
    port = ${port}
    ssl = yes
  }
}
service anvil {
  chroot =
}
service stats {
  chroot =
}
`;
    writeFileSync(join(folder, "dovecot.conf"), config);
  }

  async run(): Promise<void> {
    this.#server = spawn("dovecot", ["-F", "-c", join(this.folder, "dovecot.conf")], {
      stdio: "ignore",
      // A group of its own, so that its children end with it.
      detached: true,
      env: { ...process.env, PATH: `${process.env.PATH ?? ""}:/usr/sbin` },
    });
    for (let i = 0; i < 100; i++) {
      const listening = spawnSync("bash", ["-c", `exec 3<>/dev/tcp/127.0.0.1/${this.port}`]).status === 0;
      if (listening) return;
      await wait(100);
    }
    const log = join(this.folder, "dovecot.log");
    throw new Error(`the server did not start: ${existsSync(log) ? readFileSync(log, "utf8").slice(-1_000) : "no log"}`);
  }

  async stop(): Promise<void> {
    const server = this.#server;
    const ended = server === undefined ? undefined : new Promise((done) => server.once("exit", done));
    if (server?.pid !== undefined) process.kill(-server.pid, "SIGKILL");
    await ended;
    rmSync(join(this.folder, "run", "master.pid"), { force: true });
    this.#server = undefined;
  }

  /** Stops it and takes its files away. */
  async end(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Delivers a message into a mailbox, "" = INBOX. */
  put(n: number, bytes: string | Buffer, box = ""): void {
    const target = box === "" ? "mail" : `mail/.${box}`;
    const name = `${1_700_000_000 + n}.M${n}.host`;
    for (const d of ["new", "cur", "tmp"]) mkdirSync(join(this.folder, target, d), { recursive: true });
    writeFileSync(join(this.folder, target, "tmp", name), bytes);
    spawnSync("mv", [join(this.folder, target, "tmp", name), join(this.folder, target, "new/")]);
    spawnSync("chown", ["-R", "65534:65534", join(this.folder, "mail")]);
  }

  get passwordFile(): string {
    return join(this.folder, "password");
  }

  get authority(): string {
    return readFileSync(join(this.folder, "cert.pem"), "utf8");
  }
}

async function freePort(): Promise<number> {
  const listener = createServer().listen(0, "127.0.0.1");
  await new Promise((done) => listener.once("listening", done));
  const { port: found } = listener.address() as { port: number };
  await new Promise((done) => listener.close(done));
  return found;
}
