import { createServer } from "node:net";
import { createInterface } from "node:readline";

/**
 * Its own program, in the servers' namespace: answers every byte on each given port and tells when a connection is reset at this end.
 * Arguments: ports. Each line on stdin is answered with the resets so far.
 */
const resets: { from: string; to: string; port: number }[] = [];
for (const port of process.argv.slice(2).map(Number)) {
  createServer((socket) => {
    const from = socket.remoteAddress ?? "";
    const to = socket.localAddress ?? "";
    socket.on("data", (data) => socket.write(data));
    socket.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "ECONNRESET") resets.push({ from, to, port });
    });
  }).listen(port, "::");
}
createInterface({ input: process.stdin }).on("line", () => process.stdout.write(`${JSON.stringify({ resets })}\n`));
