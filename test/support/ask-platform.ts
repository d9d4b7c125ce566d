import { setTimeout as wait } from "node:timers/promises";

/** One request of the running platform's interface with a token; throws with the answer when it is refused. */
export async function ask<T>(url: string, token: string, path: string, body?: unknown): Promise<T> {
  const answer = await fetch(`${url}/api/v1${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { "content-type": "application/json" }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const value = (await answer.json()) as T;
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${JSON.stringify(value)}`);
  return value;
}

/** Waits for a condition of another process, and says when it never came. */
export async function until(good: () => Promise<boolean>, ms = 20_000): Promise<void> {
  const end = performance.now() + ms;
  while (!(await good())) {
    if (performance.now() > end) throw new Error(`not within ${ms} ms: ${good.toString()}`);
    await wait(100);
  }
}
