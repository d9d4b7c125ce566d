// HTTP and TLS servers of one machine. Usage: web-server.mjs CERTS [ADDRESS:PORT:http | ADDRESS:PORT:tls1.2 | ADDRESS:PORT:tls1.3]...
import { existsSync, readFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import { join } from "node:path";
import tls from "node:tls";

const [certs, ...listeners] = process.argv.slice(2);

function handle(request, response) {
  // The capture is laid on a calendar; a date of today in it would be wrong.
  response.sendDate = false;
  request.resume();
  request.on("end", () => {
    if (request.url.startsWith("/login") && request.headers.authorization !== "Basic YW5uYTpyaWdodA==") {
      response.writeHead(401, { "WWW-Authenticate": 'Basic realm="intranet"', "Content-Type": "text/plain" });
      response.end("no\n");
    } else if (request.url.startsWith("/missing")) {
      response.writeHead(404, { "Content-Type": "text/plain" });
      response.end("not here\n");
    } else if (request.url.endsWith(".json")) {
      response.writeHead(200, { "Content-Type": "application/json" });
      response.end('{"ok":true}\n');
    } else {
      response.writeHead(200, { "Content-Type": "text/html", Server: "lindenhof" });
      response.end(`<html><title>${request.headers.host}</title><p>${request.url.slice(0, 60)}</p>${"<p>text</p>".repeat(request.url.length % 17)}</html>\n`);
    }
  });
}

function context(name) {
  const key = join(certs, `${name}.key`);
  const file = existsSync(key) ? name : "default";
  return tls.createSecureContext({ key: readFileSync(join(certs, `${file}.key`)), cert: readFileSync(join(certs, `${file}.pem`)) });
}

for (const listener of listeners) {
  const [address, port, kind] = listener.split(":");
  if (kind === "http") http.createServer(handle).listen(Number(port), address);
  else {
    const options = {
      key: readFileSync(join(certs, "default.key")),
      cert: readFileSync(join(certs, "default.pem")),
      SNICallback: (name, done) => done(null, context(name)),
      maxVersion: kind === "tls1.2" ? "TLSv1.2" : "TLSv1.3",
    };
    https.createServer(options, handle).listen(Number(port), address);
  }
}
