import type { Command } from "../command-line.ts";
import { readConfig } from "../config.ts";
import { readOrganisation } from "../organisation.ts";

export const configCommand: Command = {
  name: "config",
  synopsis: "config check [--config FILE] [--data DIR] [--org FILE]",
  summary: "reads the configuration (and the organisation file) and says what is wrong with it, file, line and reason",
  options: {
    config: { type: "string", value: "FILE", help: "configuration file (default DATA/wonted.yaml)" },
    data: { type: "string", value: "DIR", help: "data folder (default ./data)" },
    org: { type: "string", value: "FILE", help: "organisation file (default: the one that the configuration names)" },
  },
  words: [1, 1],
  async run(input) {
    if (input.words[0] !== "check") {
      process.stderr.write('wonted config: the only word is "check"\n');
      return 2;
    }
    const config = readConfig(input.text("config"), input.text("data") ?? "data");
    const organisation = readOrganisation(input.text("org") ?? config.organisation);
    process.stdout.write(
      `configuration is sound: ${config.sources.length} sources, budget ${config.budget} a day, events kept ${config.retention.days} days or ${config.retention.gigabytes} GB\n` +
        `organisation: ${organisation.defaultNetworks ? "no own networks named, so RFC 1918, ULA and link-local are own" : `${organisation.networks.length} own networks`}, time zone ${organisation.timezone}, ${organisation.roles.length} roles\n`,
    );
    return 0;
  },
};
