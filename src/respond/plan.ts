import type { ActionTarget } from "../schema/action.ts";
import type { KindSpec } from "./kind-spec.ts";
import type { Response } from "./response-file.ts";

/** Days of customs, of the organisation or of a device, before which what is done every day is not customary yet. */
export const LEARNED_DAYS = 3;

/** What should be done, before mode and safety have had their say. */
export interface Plan {
  /** The same alert leads to the same id, so that what is read again after a crash is planned once. */
  id: string;
  kind: KindSpec;
  target: ActionTarget;
  seconds: number;
  /** Seconds that a proposal waits for an answer. */
  offer: number;
  mode: Response["mode"];
  alert: string;
  model: string;
  response: string;
  reason: string;
  time: number;
  /** At least one record proves that the entity itself spoke. */
  proven: boolean;
}
