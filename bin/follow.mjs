// Runs one child in our place: same terminal, same signals, same ending.
import { spawn } from "node:child_process";

const FORWARDED = /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR2"]);

/**
 * Resolves with how the child ended. Signals sent to us reach the child. A terminal sends Ctrl-C to every process in front of it,
 * so there SIGINT is not passed on: the child would get it twice and take the second for "at once".
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import("node:child_process").SpawnOptions} [options]
 * @returns {Promise<{ code: number, signal: NodeJS.Signals | null }>}
 */
export function follow(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...args], { stdio: "inherit", ...options });
    /** @type {[NodeJS.Signals, () => void][]} */
    const handlers = FORWARDED.map((signal) => [
      signal,
      () => {
        if (signal === "SIGINT" && process.stdin.isTTY) return;
        child.kill(signal);
      },
    ]);
    for (const [signal, handler] of handlers) process.on(signal, handler);
    function settle() {
      for (const [signal, handler] of handlers) process.off(signal, handler);
    }
    child.once("error", (error) => {
      settle();
      reject(error);
    });
    child.once("exit", (code, signal) => {
      settle();
      resolve({ code: code ?? 1, signal });
    });
  });
}

/**
 * Ends this process the way the child ended, so that a shell sees the same.
 * @param {{ code: number, signal: NodeJS.Signals | null }} ending
 */
export function endLike(ending) {
  if (ending.signal !== null) {
    process.kill(process.pid, ending.signal);
    return;
  }
  process.exitCode = ending.code;
}
