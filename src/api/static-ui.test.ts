import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ApiKit, apiKit } from "../../test/support/api-kit.ts";
import { CONTENT_POLICY } from "./content-policy.ts";
import { findUi, readUi } from "./static-ui.ts";

const HTML = "text/html,application/xhtml+xml,*/*;q=0.8";
let root: string;
let folder: string;
let kit: ApiKit;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "wonted-ui-"));
  folder = join(root, "ui");
  mkdirSync(join(folder, "assets"), { recursive: true });
  writeFileSync(join(root, "secret.txt"), "SECRET");
  mkdirSync(join(root, "outside"));
  writeFileSync(join(root, "outside", "file.js"), "SECRET");
  writeFileSync(join(folder, "index.html"), "<!doctype html><title>Wonted</title>");
  writeFileSync(join(folder, "assets", "app-Bx31.js"), "export {};");
  writeFileSync(join(folder, "assets", "ünï 1.css"), "a{}");
  writeFileSync(join(folder, ".env"), "SECRET");
  symlinkSync(join(root, "secret.txt"), join(folder, "link.txt"));
  symlinkSync(join(root, "outside"), join(folder, "assets", "linked"));
  execFileSync("mkfifo", [join(folder, "pipe.js")]);
  kit = apiKit({ uiFolder: folder });
});
afterAll(async () => {
  await kit.server.close();
  rmSync(root, { recursive: true });
});

function get(url: string, headers: Record<string, string> = {}) {
  return kit.inject({ method: "GET", url, headers: { accept: HTML, ...headers } });
}

test("the page, files with their types, and deep links", async () => {
  expect((await get("/")).headers["content-type"]).toBe("text/html; charset=utf-8");
  expect((await get("/assets/app-Bx31.js", { accept: "*/*" })).headers["content-type"]).toBe("text/javascript; charset=utf-8");
  expect((await get(`/assets/${encodeURIComponent("ünï 1.css")}`, { accept: "text/css,*/*" })).body).toBe("a{}");
  for (const deep of ["/alerts/alert00000000000", "/devices/10.20.1.11", "/models/Device%20/New%20User%20Agent", "/search?text=x"]) {
    expect([deep, (await get(deep)).body]).toEqual([deep, "<!doctype html><title>Wonted</title>"]);
  }
});

test("hashed assets are kept for ever, the page is asked for again, and unchanged bytes are not sent twice", async () => {
  expect((await get("/assets/app-Bx31.js")).headers["cache-control"]).toBe("public, max-age=31536000, immutable");
  const page = await get("/alerts");
  expect(page.headers["cache-control"]).toBe("no-cache");
  const again = await get("/alerts", { "if-none-match": String(page.headers.etag) });
  expect([again.statusCode, again.body]).toEqual([304, ""]);
});

test("an asset, a picture or a script that is missing is missing, not the page", async () => {
  expect((await get("/assets/gone.js")).statusCode).toBe(404);
  expect((await get("/favicon.ico", { accept: "image/*" })).statusCode).toBe(404);
  expect((await get("/assets/")).statusCode).toBe(404);
  expect((await get("/assets")).body).not.toContain("app-Bx31");
});

test("S14: symlinks, pipes and hidden files are not there", () => {
  expect([...readUi(folder).keys()].sort()).toEqual(["/assets/app-Bx31.js", "/assets/ünï 1.css", "/index.html"]);
});

test.each([
  "/../secret.txt",
  "/assets/../../secret.txt",
  "/%2e%2e/secret.txt",
  "/..%2fsecret.txt",
  "/%2e%2e%2fsecret.txt",
  "/..%5csecret.txt",
  "/%252e%252e/secret.txt",
  "/assets/linked/file.js",
  "/link.txt",
  "/.env",
  "/assets/%00/../../secret.txt",
  "//etc/passwd",
  "/%c0%ae%c0%ae/secret.txt",
  "/%ff%fe",
  "/file:///etc/passwd",
])("S14: %s leads nowhere", async (path) => {
  for (const accept of [HTML, "*/*"]) {
    const response = await get(path, { accept });
    expect(response.body).not.toMatch(/SECRET|root:/);
    expect([200, 400, 404]).toContain(response.statusCode);
  }
});

test("S14: whatever is asked, only files of the folder's list are answered", () => {
  const files = readUi(folder);
  const known = new Set([...files.values()]);
  const piece = fc.oneof(fc.constantFrom("..", "%2e%2e", "%2f", "assets", "secret.txt", "link.txt", ".", "%5c", "%00"), fc.string());
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const answer = findUi(files, `/${pieces.join("/")}`, HTML);
      return answer.kind !== "file" || known.has(answer.file);
    }),
  );
});

test("S7: every answer carries the policy of the decision, word by word", async () => {
  const policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; worker-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types wonted";
  const wanted = policy.split("; ");
  expect(Object.keys(CONTENT_POLICY)).toHaveLength(wanted.length);
  const signed = await kit.signIn("viewer");
  const answers = [
    get("/"),
    get("/assets/gone.js"),
    get("/api/v1/overview"),
    get("/api/v1/overview", signed.headers),
    get("/api/nothing"),
    get("/", { host: "evil.example" }),
  ];
  for (const response of await Promise.all(answers)) {
    expect(String(response.headers["content-security-policy"]).split(";")).toEqual(wanted);
    expect(response.headers).toMatchObject({
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
    });
    expect(response.headers["strict-transport-security"]).toBeUndefined();
    expect(response.headers["x-powered-by"]).toBeUndefined();
  }
  for (const url of ["/api/v1/overview", "/api/v1/session", "/api/nothing"]) expect((await get(url, signed.headers)).headers["cache-control"]).toBe("no-store");
});

test("S7: also the answer to an address that cannot be decoded can do nothing in a browser", async () => {
  const response = await get("/api/v1/alerts/%ff");
  expect([response.statusCode, response.json<{ code: string }>().code]).toEqual([400, "url-invalid"]);
  expect(response.headers).toMatchObject({ "content-security-policy": "default-src 'none'", "x-content-type-options": "nosniff", "cache-control": "no-store" });
});

test("without a built UI a page says what to do, and the API answers all the same", async () => {
  const bare = apiKit({ uiFolder: join(root, "nothing-here") });
  const page = await bare.inject({ method: "GET", url: "/alerts", headers: { accept: HTML } });
  expect([page.statusCode, page.headers["content-type"]]).toEqual([503, "text/html; charset=utf-8"]);
  expect(page.body).toContain("npm run build");
  expect((await bare.inject({ method: "GET", url: "/api/v1/session" })).statusCode).toBe(200);
  await bare.server.close();
});
