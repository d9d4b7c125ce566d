import { createServer, get } from "node:http";
import { createInterface } from "node:readline";

/**
 * Its own program, in the servers' namespace: answers HTTP on each given port and keeps connections open. /hop asks one machine further, whose address
 * the request's query names, and answers with its status. Each line on stdin is answered with the connections that were reset at this end.
 */
const resets: { from: string; port: number }[] = [];
for (const port of process.argv.slice(2).map(Number)) {
  const server = createServer((request, answer) => {
    const further = /^\/hop\?(.*)$/.exec(request.url ?? "")?.[1];
    if (further === undefined) return void answer.end("wonted\n");
    get(`http://${further}/`, { timeout: 2_000 }, (there) => {
      there.resume();
      answer.end(`${there.statusCode}\n`);
    }).on("error", () => answer.writeHead(502).end());
  });
  server.keepAliveTimeout = 60_000;
  server.on("connection", (socket) => {
    const from = socket.remoteAddress?.replace("::ffff:", "") ?? "";
    socket.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "ECONNRESET") resets.push({ from, port });
    });
  });
  server.listen(port, "::");
}
createInterface({ input: process.stdin }).on("line", () => process.stdout.write(`${JSON.stringify({ resets })}\n`));
