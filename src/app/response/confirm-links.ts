import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { ConfirmPort, LinkPage } from "../../api/open-doors.ts";
import type { AuditEntry } from "../../api/ports.ts";
import type { Clock } from "../../base/clock.ts";
import { visibleText } from "../../base/escape.ts";
import { CodedError } from "../../base/result.ts";
import { HOUR, iso } from "../../base/time.ts";
import { BY_HAND } from "../../respond/by-hand.ts";
import type { Action } from "../../schema/action.ts";
import type { ActionLinkRow } from "../../store/requests.ts";
import type { Store } from "../../store/types.ts";
import type { LiveResponse } from "./live-response.ts";

/** How long a link decides: an hour, or less when the proposal lapses before. */
const LIVES = HOUR;

export interface MadeLinks {
  activate: string;
  refuse: string;
  expires: number;
}

/**
 * Links by which a person answers a proposal outside the console (S17): a random id, kept hashed, and an HMAC over action, decision, person and expiry, so
 * that neither a stolen database nor a guessed id makes one. Each decides once, and only while the action is as it was when the link was made.
 */
export class ConfirmLinks implements ConfirmPort {
  readonly #key: Uint8Array;
  readonly #store: Store;
  readonly #live: () => LiveResponse;
  readonly #clock: Clock;

  constructor(key: Uint8Array, store: Store, live: () => LiveResponse, clock: Clock) {
    this.#key = key;
    this.#store = store;
    this.#live = live;
    this.#clock = clock;
  }

  /** Two links for one person. `base` is the address of this platform. */
  async make(action: Action, person: string, base: string): Promise<MadeLinks> {
    const expires = Math.min(this.#clock.now() + LIVES, action.until);
    const one = async (decision: ActionLinkRow["decision"]): Promise<string> => {
      const id = randomBytes(18).toString("base64url");
      const row: ActionLinkRow = { hash: hashOf(id), action: action.id, decision, person, revision: action.revision, expires };
      await this.#store.ask("putActionLink", row);
      return `${base}/confirm/${id}.${this.#mac(row)}`;
    };
    return { activate: await one("activate"), refuse: await one("refuse"), expires };
  }

  #mac(row: ActionLinkRow): string {
    return createHmac("sha256", this.#key).update([row.hash, row.action, row.decision, row.person, row.revision, row.expires].join("\n")).digest("base64url");
  }

  /** The row of a link whose signature holds; undefined for everything else, without a word why. */
  async #row(token: string): Promise<ActionLinkRow | undefined> {
    const [id = "", mac = "", more] = token.split(".");
    if (more !== undefined || !/^[\w-]{24}$/.test(id) || !/^[\w-]{43}$/.test(mac)) return undefined;
    const row = await this.#store.ask("actionLink", { hash: hashOf(id) });
    if (row === undefined) return undefined;
    return timingSafeEqual(Buffer.from(this.#mac(row)), Buffer.from(mac)) ? row : undefined;
  }

  async show(token: string): Promise<LinkPage> {
    const row = await this.#row(token);
    const action = row === undefined ? undefined : await this.#store.ask("actionRaw", { id: row.action });
    if (row === undefined || action === undefined) return VOID;
    if (row.used !== undefined) return { headline: "This link has been used.", lines: [sentence(action), `It is ${action.state} now.`] };
    if (row.expires <= this.#clock.now())
      return { headline: "This link has expired.", lines: [sentence(action), "Answer in the console, if there is still something to answer."] };
    if (action.revision !== row.revision) return { headline: "Somebody was faster.", lines: [sentence(action), `It is ${action.state} now.`] };
    const minutes = Math.round(action.seconds / 60);
    const kind = this.#live().kinds.get(action.kind);
    const hand = action.held === BY_HAND ? kind?.byHand : undefined;
    return {
      headline: row.decision === "refuse" ? "Refuse this?" : hand === undefined ? `Do this for ${minutes} minutes?` : "Have you done this by hand?",
      lines: [
        sentence(action),
        `Because: ${visibleText(action.reason)}`,
        costSentence(action),
        ...(hand === undefined ? [] : [`No driver can do it. By hand: ${hand}`]),
        kind?.undo ?? "",
        `This link works once, until ${iso(row.expires)}.`,
      ],
      button: row.decision === "refuse" ? "No, refuse it" : hand === undefined ? "Yes, do it" : "Yes, it is done",
    };
  }

  async decide(token: string): Promise<LinkPage> {
    const row = await this.#row(token);
    if (row === undefined) return VOID;
    if (!(await this.#store.ask("useActionLink", { hash: row.hash })).used) return this.show(token);
    const by = `link:${row.person}`;
    const audit: AuditEntry = {
      time: this.#clock.now(),
      actor: row.person,
      session: "",
      route: "POST /confirm/:token",
      action: "decide-action-by-link",
      target: `action:${row.action}`,
      why: row.decision,
    };
    try {
      const live = this.#live();
      const done = await live.settle(live.responder.decide(row.action, { verb: row.decision, why: "answered by a link", by, revision: row.revision, audit }));
      return { headline: done.state === "active" ? "Done: it is in force." : `It is ${done.state}.`, lines: [sentence(done), `Until ${iso(done.until)}.`] };
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      return { headline: "It could not be done.", lines: [error.message] };
    }
  }
}

const VOID: LinkPage = { headline: "This link is not one of ours, or not any more.", lines: ["Nothing was decided."] };

function hashOf(id: string): string {
  return createHash("sha256").update(id).digest("hex");
}

/** Only what names connections can cut any. */
export function costSentence(action: Action): string {
  if (action.target.flows === undefined) return "";
  return action.cost.flows === 0 ? "It cuts no connection that is customary." : `It would cut ${action.cost.flows} customary connections.`;
}

function sentence(action: Action): string {
  return `${visibleText(action.title)}.`;
}
