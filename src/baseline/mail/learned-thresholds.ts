import { TailRank } from "../../stats/tail-rank.ts";
import type { MailThresholds } from "./mail-decision.ts";

/** Thresholds until this organisation's own mail has set them, in nats. */
const FIRST: MailThresholds = { hold: 11, banner: 9 };
/** Mails before thresholds are learned, and the shares of honest mail beyond them. */
const LEARNED_FROM = 4_000;
const HOLD_SHARE = 1 / 6_000;
const BANNER_SHARE = 1 / 2_000;

/**
 * Where honest mail ends here: the scores that one in 6,000 and one in 2,000 of the last 20,000 mails lay above, never far from where they began, so that
 * neither an attack nor a quiet month moves them away.
 */
export class LearnedThresholds {
  readonly #scores = new TailRank(20_000);

  learn(nats: number): void {
    this.#scores.learnOne(nats);
  }

  get now(): MailThresholds {
    if (this.#scores.count < LEARNED_FROM) return FIRST;
    const near = (share: number, first: number): number => Math.min(first + 4, Math.max(first - 2, this.#scores.valueAt(share)));
    const hold = near(HOLD_SHARE, FIRST.hold);
    return { hold, banner: Math.min(hold, near(BANNER_SHARE, FIRST.banner)) };
  }

  save(): number[] {
    return this.#scores.save();
  }

  load(values: readonly number[]): void {
    this.#scores.load(values);
  }
}
