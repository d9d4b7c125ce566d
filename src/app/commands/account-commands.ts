import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { Accounts, Passwords } from "../../api/index.ts";
import { systemClock } from "../../base/clock.ts";
import { terminalText } from "../../base/escape.ts";
import { CodedError } from "../../base/result.ts";
import { iso } from "../../base/time.ts";
import { password, role, userName } from "../../contract/index.ts";
import { openStore, type Store } from "../../store/index.ts";
import type { Command, ParsedOptions } from "../command-line.ts";

const ORIGIN = { actor: "terminal", session: "", route: "command line" };

/** Opens the store of a platform that is not running: the data folder takes one process at a time, and says so. */
async function withAccounts<T>(input: ParsedOptions, work: (accounts: Accounts, store: Store) => Promise<T>): Promise<T> {
  const store = await openStore({ dir: input.text("data") ?? "data", clock: systemClock });
  try {
    return await work(new Accounts(store.accounts, systemClock, new Passwords()), store);
  } finally {
    await store.close();
  }
}

/** A password from the terminal without echo, or the first line of a pipe: never an argument, which every user of the machine can see. */
async function readPassword(): Promise<string> {
  const terminal = process.stdin.isTTY === true;
  if (terminal) process.stderr.write("Password (12 characters or more, not shown): ");
  // In terminal mode readline echoes to its output: one that swallows everything shows nothing.
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: silent, terminal });
  try {
    for await (const line of lines) {
      const parsed = password.safeParse(line);
      if (parsed.success) return parsed.data;
      throw new CodedError("password-unfit", `the password is refused: ${parsed.error.issues[0]?.message ?? "not a password"}`, { exitCode: 2 });
    }
  } finally {
    lines.close();
    if (terminal) process.stderr.write("\n");
  }
  throw new CodedError("password-missing", "no password was given on standard input", { exitCode: 2 });
}

function roleOf(input: ParsedOptions): "admin" | "analyst" | "viewer" {
  const parsed = role.safeParse(input.text("role") ?? "viewer");
  if (!parsed.success) throw new CodedError("bad-option", "--role is admin, analyst or viewer", { exitCode: 2 });
  return parsed.data;
}

export const userCommand: Command = {
  name: "user",
  synopsis: "user list | user add NAME --role ROLE | user disable NAME | user password NAME   [--data DIR]",
  summary: "users of a platform that is not running; a password comes on standard input",
  options: {
    data: { type: "string", value: "DIR", help: "data folder (default ./data)" },
    role: { type: "string", value: "ROLE", help: "admin, analyst or viewer (default viewer)" },
  },
  words: [1, 2],
  async run(input) {
    const [what, name] = input.words;
    return await withAccounts(input, async (accounts, store) => {
      if (what === "list") {
        for (const user of await store.accounts.users())
          process.stdout.write(`${terminalText(user.name)}  ${user.role}${user.disabled ? "  disabled" : ""}  since ${iso(user.created)}\n`);
        return 0;
      }
      if (name === undefined) throw new CodedError("bad-option", "user: a name is missing", { exitCode: 2, hint: `wonted ${userCommand.synopsis}` });
      if (what === "add") {
        const given = userName.safeParse(name);
        if (!given.success) throw new CodedError("bad-option", "user: a name has 1 to 64 characters", { exitCode: 2 });
        const role = roleOf(input);
        await accounts.createUser(name, await readPassword(), role, { ...ORIGIN, action: "create-user" });
        return 0;
      }
      const user = await accounts.byName(name);
      if (user === undefined) throw new CodedError("user-not-found", `there is no user "${terminalText(name)}"`, { exitCode: 2 });
      if (what === "disable") await accounts.changeUser(user.id, { disabled: true, why: "from the terminal" }, { ...ORIGIN, action: "change-user" });
      else if (what === "password")
        await accounts.changeUser(user.id, { password: await readPassword(), why: "from the terminal" }, { ...ORIGIN, action: "change-user" });
      else throw new CodedError("bad-option", `user: "${what}" is none of list, add, disable, password`, { exitCode: 2 });
      return 0;
    });
  },
};

export const tokenCommand: Command = {
  name: "token",
  synopsis: "token list | token add NAME --user USER --role ROLE --days N | token delete ID   [--data DIR]",
  summary: "API tokens of a platform that is not running; a secret is shown once",
  options: {
    data: { type: "string", value: "DIR", help: "data folder (default ./data)" },
    user: { type: "string", value: "USER", help: "whose token it is" },
    role: { type: "string", value: "ROLE", help: "what it may do: admin, analyst or viewer (default viewer)" },
    days: { type: "string", value: "N", help: "days until it ends (default 90)" },
  },
  words: [1, 2],
  async run(input) {
    const [what, word] = input.words;
    return await withAccounts(input, async (accounts, store) => {
      if (what === "list") {
        for (const t of await store.accounts.tokens()) process.stdout.write(`${t.id}  ${terminalText(t.name)}  ${t.role}  until ${iso(t.expires)}\n`);
        return 0;
      }
      if (word === undefined) throw new CodedError("bad-option", "token: a name or id is missing", { exitCode: 2, hint: `wonted ${tokenCommand.synopsis}` });
      if (what === "delete") {
        await accounts.deleteToken(word, { ...ORIGIN, action: "delete-token" });
        return 0;
      }
      if (what !== "add") throw new CodedError("bad-option", `token: "${what}" is none of list, add, delete`, { exitCode: 2 });
      const user = await accounts.byName(input.text("user") ?? "");
      if (user === undefined) throw new CodedError("user-not-found", "token: --user names nobody", { exitCode: 2 });
      const made = await accounts.createToken(word, roleOf(input), input.integer("days", 90, 1, 365), user.id, { ...ORIGIN, action: "create-token" });
      process.stdout.write(`${made.secret}\n`);
      return 0;
    });
  },
};
