import { canonicalIp, NetworkSet } from "../base/ip.ts";
import { EmailLane } from "./email/email-lane.ts";
import { shippedMailContent } from "./email/shipped-content.ts";
import { EndpointLane } from "./endpoint/endpoint-lane.ts";
import type { Lane } from "./lane.ts";
import type { NetworkCore, NetworkCoreOptions } from "./network/network-core.ts";
import { PlatformCore } from "./platform-core.ts";
import { imitationsOf } from "./saas/imitations.ts";
import { SaasLane } from "./saas/saas-lane.ts";

/** The core with every lane that there is: what replay, the live platform and benches judge with. */
export function makeCore(options: NetworkCoreOptions): PlatformCore {
  return new PlatformCore(options, (network) => [saasLane(options, network), endpointLane(options, network), emailLane(options, network)]);
}

function saasLane(options: NetworkCoreOptions, network: NetworkCore): Lane {
  const { organisation, roles, places } = options;
  const egress = new NetworkSet([
    ...organisation.networks,
    ...[...organisation.vpn, ...organisation.nat, ...organisation.proxies].map(asNetwork).filter((n) => n !== undefined),
  ]);
  return new SaasLane({
    zone: network.zone,
    place: (ip) => places.lookup(ip),
    isOwnEgress: (ip) => egress.has(ip),
    rolesOf: (user) => roles.get(user) ?? [],
    imitates: imitationsOf(organisation.domains),
    models: network.engine,
    mode: () => network.mode,
    domains: organisation.domains,
    deviceAt: (ip, time) => {
      const index = network.devices.lookup(ip, time, false);
      return index < 0 ? undefined : index;
    },
    ...(options.weight === undefined ? {} : { weight: options.weight }),
    ...(options.latest === undefined ? {} : { latest: options.latest }),
  });
}

function emailLane(options: NetworkCoreOptions, network: NetworkCore): Lane {
  return new EmailLane({
    organisation: options.organisation,
    models: network.engine,
    places: options.places,
    ...shippedMailContent(),
    mode: () => network.mode,
    ...(options.weight === undefined ? {} : { weight: options.weight }),
    ...(options.latest === undefined ? {} : { latest: options.latest }),
  });
}

function endpointLane(options: NetworkCoreOptions, network: NetworkCore): Lane {
  return new EndpointLane({
    devices: network.devices,
    zone: network.zone,
    models: network.engine,
    mode: () => network.mode,
    ...(options.weight === undefined ? {} : { weight: options.weight }),
    ...(options.latest === undefined ? {} : { latest: options.latest }),
  });
}

/** An address or network of the organisation file; names that are no address are left to who resolves them. */
function asNetwork(text: string): string | undefined {
  return canonicalIp(text.split("/", 1)[0] ?? "") === undefined ? undefined : text;
}
