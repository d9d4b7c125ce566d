import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { ROLES, roleName } from "./roles.ts";

const content = fileURLToPath(new URL("../../content", import.meta.url));
const known = new Set<string>(ROLES);

/** Every role that a fact of roles is compared with, wherever it stands in the file. */
function rolesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(rolesIn);
  if (typeof value !== "object" || value === null) return [];
  const given = value as Record<string, unknown>;
  const named =
    given.fact === "actorRoles" || given.fact === "targetRoles" ? [given.in, given.equals, given.has].flat().filter((v) => typeof v === "string") : [];
  return [...named, ...Object.values(given).flatMap(rolesIn)];
}

describe("roles by their one name", () => {
  test("every role that a model or a response of content names is in the list, under that name", () => {
    const files = ["models", "responses"].flatMap((folder) =>
      readdirSync(join(content, folder), { recursive: true, encoding: "utf8" })
        .filter((f) => f.endsWith(".yaml"))
        .map((f) => join(content, folder, f)),
    );
    const named = files.flatMap((file) => {
      const value = parse(readFileSync(file, "utf8")) as { asks?: string[] };
      return [...rolesIn(value), ...(value.asks ?? [])].map((role) => [file.slice(content.length + 1), role] as const);
    });
    expect(named.length).toBeGreaterThan(40);
    expect(named.filter(([, role]) => !known.has(role) || roleName(role) !== role)).toEqual([]);
  });

  test.each([
    ["name server", "dns-server"],
    ["Name-Server", "dns-server"],
    ["DNS", "dns-server"],
    ["backup_server", "backup"],
    [" Domain Controller ", "domain-controller"],
    ["jump-host", "jump-host"],
    ["coffee machine", "coffee-machine"],
  ])("%s is %s", (written, name) => expect(roleName(written)).toBe(name));

  test("a name stands for itself, whatever else it may be called", () => {
    for (const role of ROLES) expect(roleName(role)).toBe(role);
  });
});
