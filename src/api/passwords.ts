import { hash, verify } from "@node-rs/argon2";
import { CodedError } from "../base/result.ts";

/** argon2id, 64 MiB, three passes, one lane (security.md S1; OWASP's floor is 19 MiB, 2, 1). About 170 ms a try. */
export interface PasswordCost {
  memoryKiB: number;
  passes: number;
  lanes: number;
}
export const PASSWORD_COST: PasswordCost = { memoryKiB: 65_536, passes: 3, lanes: 1 };

const AT_ONCE = 2;
const WAITING = 64;

/**
 * Hashes and checks passwords, two at once: 128 MiB at most. Up to 64 wait in order, others are refused with `password-busy`.
 * `verify` of an unknown user (hash undefined) does the same work as of a known one, and is false.
 */
export class Passwords {
  readonly #cost: PasswordCost;
  readonly #dummy: Promise<string>;
  #running = 0;
  readonly #queue: (() => void)[] = [];

  constructor(cost: PasswordCost = PASSWORD_COST) {
    this.#cost = cost;
    // Made at once, so that the first unknown user does not wait longer than a known one.
    this.#dummy = this.hash("no user has this password, and none can");
    this.#dummy.catch(() => undefined);
  }

  hash(password: string): Promise<string> {
    const options = { memoryCost: this.#cost.memoryKiB, timeCost: this.#cost.passes, parallelism: this.#cost.lanes };
    return this.#slot(() => hash(normal(password), options));
  }

  async verify(stored: string | undefined, password: string): Promise<boolean> {
    // An erased user has an empty hash: he is as unknown as one who never was.
    const known = stored?.startsWith("$argon2") === true;
    const against = known ? stored : await this.#dummy;
    return (await this.#slot(() => verify(against, normal(password)))) && known;
  }

  /** True when the hash was made with another cost and should be made anew at the next log-in. */
  isOld(stored: string): boolean {
    return !stored.startsWith(`$argon2id$v=19$m=${this.#cost.memoryKiB},t=${this.#cost.passes},p=${this.#cost.lanes}$`);
  }

  async #slot<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= AT_ONCE) {
      if (this.#queue.length >= WAITING) throw new CodedError("password-busy", "Too many log-ins at once.", { hint: "Try again in a few seconds." });
      await new Promise<void>((resolve) => this.#queue.push(resolve));
    } else this.#running++;
    try {
      return await work();
    } finally {
      const next = this.#queue.shift();
      if (next === undefined) this.#running--;
      else next();
    }
  }
}

/** One form of what a keyboard can send in several (NIST SP 800-63B §5.1.1.2 asks for NFKC or NFKD). */
function normal(password: string): string {
  return password.normalize("NFKC");
}
