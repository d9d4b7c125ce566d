import type { NetworkCoreOptions } from "./network/network-core.ts";
import { PlatformCore } from "./platform-core.ts";

/** The core with every lane that there is: what replay, the live platform and benches judge with. */
export function makeCore(options: NetworkCoreOptions): PlatformCore {
  return new PlatformCore(options, () => []);
}
