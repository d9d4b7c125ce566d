import { createSocket, type Socket as Datagrams } from "node:dgram";
import { createServer as createWeb, type RequestListener, type Server } from "node:http";
import { createServer as createSecureWeb } from "node:https";
import { type AddressInfo, connect, createServer as createRaw, type Server as RawServer, type Socket } from "node:net";

/**
 * An outside on loopback: a real CONNECT proxy, and real servers behind the addresses that it is told of. What is asked of the proxy is kept, so a test sees
 * which addresses anything tried to reach.
 */
export class OutsideLab {
  readonly asked: string[] = [];
  readonly #ways = new Map<string, number>();
  readonly #servers: (Server | RawServer)[] = [];
  readonly #sockets = new Set<Socket>();
  readonly #datagrams: Datagrams[] = [];
  #proxy = 0;

  get proxy(): string {
    return `http://127.0.0.1:${this.#proxy}`;
  }

  async open(): Promise<this> {
    const proxy = createWeb((_request, answer) => answer.writeHead(405).end());
    proxy.on("connect", (request, client: Socket, head: Buffer) => {
      const authority = request.url ?? "";
      this.asked.push(authority);
      const port = this.#ways.get(authority);
      client.on("error", () => undefined);
      this.#keep(client);
      if (port === undefined) {
        client.end("HTTP/1.1 403 Forbidden\r\n\r\n");
        return;
      }
      const server = connect(port, "127.0.0.1", () => {
        client.write("HTTP/1.1 200 OK\r\n\r\n");
        if (head.length > 0) server.write(head);
        server.pipe(client);
        client.pipe(server);
      });
      this.#keep(server);
      server.on("error", () => client.destroy());
      client.on("close", () => server.destroy());
    });
    this.#proxy = await this.#listen(proxy);
    return this;
  }

  /** A web server at "address:80". */
  async web(authority: string, listener: RequestListener): Promise<void> {
    this.#ways.set(authority, await this.#listen(createWeb(listener)));
  }

  async secureWeb(authority: string, pem: { key: string; cert: string }, listener: RequestListener): Promise<void> {
    this.#ways.set(authority, await this.#listen(createSecureWeb(pem, listener)));
  }

  /** A TAXII 2.1 collection (OASIS, section 5.4) over TLS at localhost that holds one indicator of STIX. Answers its address. */
  async feed(pem: { key: string; cert: string }, pattern: string, description: string): Promise<string> {
    const since = "2026-01-01T00:00:00.000Z";
    const indicator = { type: "indicator", spec_version: "2.1", id: "indicator--6f1c2d3e-0000-4000-8000-0123456789ab", created: since, modified: since };
    const objects = [{ ...indicator, valid_from: since, pattern_type: "stix", pattern, description, indicator_types: ["malicious-activity"] }];
    const server = createSecureWeb(pem, (_request, answer) =>
      answer.writeHead(200, { "content-type": "application/taxii+json;version=2.1", "x-taxii-date-added-last": since }).end(JSON.stringify({ objects })),
    );
    return `https://localhost:${await this.#listen(server)}/api/collections/c1/`;
  }

  /** Whatever speaks over a bare connection. */
  async raw(authority: string, speak: (socket: Socket) => void): Promise<void> {
    this.#ways.set(
      authority,
      await this.#listen(
        createRaw((socket) => {
          socket.on("error", () => undefined);
          this.#keep(socket);
          speak(socket);
        }),
      ),
    );
  }

  /** A name server (RFC 1035) on loopback that answers A questions as `zone` says, each list in turn. Answers its address with port. */
  async names(zone: ReadonlyMap<string, string[][]>): Promise<string> {
    const server = createSocket("udp4");
    this.#datagrams.push(server);
    server.on("message", (question, from) => {
      const labels: string[] = [];
      let at = 12;
      for (let length = question[at] ?? 0; length > 0; length = question[at] ?? 0) {
        labels.push(question.subarray(at + 1, at + 1 + length).toString());
        at += length + 1;
      }
      const end = at + 5;
      const lists = zone.get(labels.join(".").toLowerCase());
      const addresses = question.readUInt16BE(at + 1) !== 1 ? [] : ((lists !== undefined && lists.length > 1 ? lists.shift() : lists?.[0]) ?? []);
      const head = Buffer.from(question.subarray(0, end));
      head.writeUInt16BE(lists === undefined ? 0x8183 : 0x8180, 2);
      head.writeUInt16BE(addresses.length, 6);
      head.writeUInt32BE(0, 8);
      const answers = addresses.map((a) => Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, ...a.split(".").map(Number)]));
      server.send(Buffer.concat([head, ...answers]), from.port, from.address);
    });
    await new Promise<void>((done) => server.bind(0, "127.0.0.1", done));
    return `127.0.0.1:${server.address().port}`;
  }

  async close(): Promise<void> {
    for (const server of this.#datagrams) server.close();
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(this.#servers.map((server) => new Promise<void>((done) => server.close(() => done()))));
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once("close", () => this.#sockets.delete(socket));
  }

  async #listen(server: Server | RawServer): Promise<number> {
    this.#servers.push(server);
    server.on("connection", (socket: Socket) => this.#keep(socket));
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    return (server.address() as AddressInfo).port;
  }
}
