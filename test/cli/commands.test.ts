import { chmodSync, copyFileSync, existsSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test, vi } from "vitest";
import { systemClock } from "../../src/base/clock.ts";
import { openStore } from "../../src/store/index.ts";
import { makeAlert } from "../../src/store/made-for-tests.ts";
import { modelText } from "../support/models.ts";
import { wonted } from "../support/run-wonted.ts";
import { put, tempFolder } from "../support/temp-folder.ts";

vi.setConfig({ testTimeout: 120_000 });

const SOUND = fileURLToPath(new URL("../../content/models/Device/New User Agent to Internal Server.yaml", import.meta.url));

/** What a user sees of a mistake of theirs: a sentence, a code in brackets, exit 2, no stack. */
function expectRefusal(ended: { code: number | null; out: string; err: string }, words: string | RegExp): void {
  expect(ended.err).toMatch(words);
  expect(ended.err).not.toMatch(/\n\s+at |node:internal|fault of the program/);
  expect(ended.code).toBe(2);
}

describe("what the program says of itself", () => {
  test("help lists every command, of one command its options; nothing asked is exit 2", async () => {
    const [nothing, help, one, version] = await Promise.all([wonted([]), wonted(["--help"]), wonted(["replay", "--help"]), wonted(["--version"])]);
    expect(nothing.code).toBe(2);
    expect(help.code).toBe(0);
    for (const name of ["serve", "replay", "model", "doctor", "config", "user", "token", "export"]) expect(help.out).toContain(`wonted ${name}`);
    expect(one.out).toContain("--history PATH");
    expect(one.out).not.toContain("wonted serve");
    expect(version.out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test("an unknown command, option, number or word is named", async () => {
    const folder = tempFolder();
    const [command, option, number, words, sub] = await Promise.all([
      wonted(["sevre"]),
      wonted(["serve", "--prot", "1"]),
      wonted(["serve", "--port", "99999"]),
      wonted(["replay", "--out", folder]),
      wonted(["config", "frob"]),
    ]);
    expectRefusal(command, '"sevre"');
    expectRefusal(option, "--prot");
    expectRefusal(number, "0 to 65535");
    expectRefusal(words, "something is missing");
    expectRefusal(sub, "check");
  });
});

describe("users and tokens of a stopped platform (S5)", () => {
  test("added, listed, disabled; a token is shown once; the audit log knows it came from the terminal", async () => {
    const data = join(tempFolder(), "data");
    const added = await wonted(["user", "add", "Ada", "--role", "analyst", "--data", data], "a password of some length\n");
    expect(added).toEqual({ code: 0, out: "", err: "" });
    const token = await wonted(["token", "add", "siem", "--user", "ada", "--role", "viewer", "--days", "7", "--data", data]);
    expect(token.out).toMatch(/^wonted_\S{40,}\n$/);
    expect((await wonted(["user", "list", "--data", data])).out).toMatch(/^Ada {2}analyst {2}since /);
    expect((await wonted(["user", "disable", "ADA", "--data", data])).code).toBe(0);
    expect((await wonted(["user", "list", "--data", data])).out).toContain("disabled");
    const tokens = await wonted(["token", "list", "--data", data]);
    expect(tokens.out).toContain("siem  viewer");
    expect(tokens.out).not.toContain(token.out.trim());
    const store = await openStore({ dir: data, clock: systemClock });
    const rows = await store.accounts.auditRows(undefined, 10);
    await store.close();
    expect(rows.map((r) => r.action)).toEqual(["change-user", "create-token", "create-user"]);
    expect(new Set(rows.map((r) => r.actor))).toEqual(new Set(["terminal"]));
  });

  test("short passwords, unknown roles and unknown users are refused, and nobody is made", async () => {
    const data = join(tempFolder(), "data");
    expectRefusal(await wonted(["user", "add", "bob", "--role", "admin", "--data", data], "short\n"), "password");
    expectRefusal(await wonted(["user", "add", "bob", "--data", data], ""), "no password");
    expectRefusal(await wonted(["user", "add", "bob", "--role", "king", "--data", data], "a password of some length\n"), "admin, analyst or viewer");
    expectRefusal(await wonted(["user", "disable", "nobody", "--data", data]), "nobody");
    expectRefusal(await wonted(["token", "add", "t", "--user", "nobody", "--data", data]), "names nobody");
    expect((await wonted(["user", "list", "--data", data])).out).toBe("");
  });
});

describe("export alerts", () => {
  test("CSV whose cells a spreadsheet does not run; NDJSON; a folder that holds no data is named, not made", async () => {
    const data = join(tempFolder(), "data");
    const store = await openStore({ dir: data, clock: systemClock });
    await store.commitAlerts([
      { ...makeAlert("evil"), title: '=HYPERLINK("http://x","y")' },
      { ...makeAlert("plain"), title: "Seen, once" },
    ]);
    await store.close();
    const csv = await wonted(["export", "alerts", "--format", "csv", "--data", data]);
    expect(csv.code).toBe(0);
    const lines = csv.out.trimEnd().split("\r\n");
    expect(lines[0]).toBe("id,time,model,title,priority,score,category,entity,techniques,state");
    expect(lines).toHaveLength(3);
    expect(csv.out).toContain(`"'=HYPERLINK(""http://x"",""y"")"`);
    expect(csv.out).toContain('"Seen, once"');
    for (const line of lines) for (const cell of line.split(",")) expect(cell).not.toMatch(/^"?[=+@\t]/);
    const json = await wonted(["export", "alerts", "--data", data]);
    expect(
      json.out
        .trimEnd()
        .split("\n")
        .map((l) => (JSON.parse(l) as { title: string }).title),
    ).toContain("Seen, once");
    const nowhere = join(data, "nowhere");
    expectRefusal(await wonted(["export", "alerts", "--data", nowhere]), "nowhere");
    expect(existsSync(nowhere)).toBe(false);
    expectRefusal(await wonted(["export", "alerts", "--format", "xml", "--data", data]), "ndjson or csv");
  });
});

describe("models from the terminal (D29)", () => {
  test("model test: a sound file passes, a faulty one is told with file, line and reason, a missing one by name", async () => {
    const folder = tempFolder();
    const copy = join(folder, "mine.yaml");
    copyFileSync(SOUND, copy);
    const faulty = put(folder, "Device/Broken.yaml", modelText("components:\n  a: {on: conn, unheard: 3}\ncombine: a"));
    const wrong = put(folder, "Device/Wrong.yaml", readFileSync(SOUND, "utf8").replace("expect: silent", "expect: fires"));
    const [sound, bad, failing, missing] = await Promise.all([
      wonted(["model", "test", copy]),
      wonted(["model", "test", faulty]),
      wonted(["model", "test", wrong]),
      wonted(["model", "test", join(folder, "none.yaml")]),
    ]);
    expect(sound.out).toMatch(/^1 models, [2-9]\d* cases, 0 faults\n$/);
    expect(sound.code).toBe(0);
    expect(bad.err).toMatch(/Broken\.yaml:\d+: .*unheard/);
    expect(bad.code).toBe(1);
    expect(failing.err).toMatch(/Wrong\.yaml:\d+: /);
    expect(failing.code).toBe(1);
    expectRefusal(missing, "none.yaml");
  });

  test("backtest of a faulty model, or where nothing is stored, is refused in a sentence", async () => {
    const folder = tempFolder();
    const faulty = put(folder, "Device/Broken.yaml", "version: [1\n");
    expectRefusal(await wonted(["model", "backtest", faulty, "--days", "3", "--data", folder]), /Broken\.yaml:\d+: /);
    expectRefusal(await wonted(["model", "backtest", SOUND, "--days", "3", "--data", join(folder, "none")]), "none");
    expect(existsSync(join(folder, "none"))).toBe(false);
    expectRefusal(await wonted(["model", "backtest", SOUND, "--days", "0"]), "--days");
  });
});

describe("doctor", () => {
  test("says what works; its exit code is 1 exactly when something fails; a port in use and a broken configuration fail", async () => {
    const folder = tempFolder();
    const taken = createServer();
    await new Promise<void>((done) => taken.listen(0, "127.0.0.1", done));
    const port = String((taken.address() as { port: number }).port);
    put(folder, "wonted.yaml", "version: 1\nsources:\n  - {id: lab, kind: zeek, path: missing-folder}\n");
    try {
      const bad = await wonted(["doctor", "--data", folder, "--port", port]);
      expect(bad.code).toBe(1);
      expect(bad.out).toMatch(new RegExp(`^fails +port ${port} +in use`, "m"));
      expect(bad.out).toMatch(/^fails +source lab .*missing-folder/m);
    } finally {
      taken.close();
    }
    put(folder, "wonted.yaml", "version: 1\nsauces: []\n");
    const broken = await wonted(["doctor", "--data", folder, "--port", port]);
    expect(broken.out).toMatch(/^fails +configuration .*wonted\.yaml:2: /m);
    put(folder, "wonted.yaml", "version: 1\n");
    chmodSync(folder, 0o700);
    const sound = await wonted(["doctor", "--data", folder, "--port", port]);
    expect(sound.out).toMatch(/^works +data folder/m);
    expect(sound.code).toBe(/^fails/m.test(sound.out) ? 1 : 0);
  });
});
